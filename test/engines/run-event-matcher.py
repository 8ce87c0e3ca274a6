"""Reads [pattern, event] pairs from standard input, and says for each whether LocalStack's rule engine matches them."""

import json
import sys

from localstack.utils.event_matcher import matches_event

pairs = json.load(sys.stdin)
print(json.dumps([matches_event(json.dumps(pattern), json.dumps(event)) for pattern, event in pairs]))
