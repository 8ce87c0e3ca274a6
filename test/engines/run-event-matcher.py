"""Reads pairs of patterns and events from standard input; prints whether LocalStack's rule engine matches each."""

import json
import sys

from localstack.utils.event_matcher import matches_event

pairs = json.load(sys.stdin)
print(json.dumps([matches_event(json.dumps(pattern), json.dumps(event)) for pattern, event in pairs]))
