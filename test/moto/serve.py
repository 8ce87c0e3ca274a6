"""A moto server that says little, starts accounts fast, and ends with its standard input, however the tests end."""

import json
import logging
import os
import sys
import threading

from moto.iam import models
from moto.server import main


def end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(0)


# Otherwise a line for each request.
logging.getLogger("werkzeug").setLevel(logging.ERROR)

# Every account has AWS's own policies. To read all of them takes moto a third of a second an account and partition,
# so it is left those that nodes use.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
models.aws_managed_policies_data = json.dumps(
    {
        name: data
        for name, data in json.loads(models.aws_managed_policies_data).items()
        if name.startswith(("AmazonEKS", "AmazonEC2ContainerRegistry"))
    }
)

threading.Thread(target=end_with_standard_input, daemon=True).start()
main()
