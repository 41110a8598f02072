"""The embedded servers, for each command that needs a server and was not given one by name."""

import os
from collections.abc import Sequence

from django.conf import settings

import embedded
from embedded import postgresql, redis

SERVERLESS_COMMANDS = {"help", "version", "compilemessages", "makemessages", "collectstatic"}
HELP_OPTIONS = {"-h", "--help", "--version"}


def hold() -> list[str]:
    """Hold the embedded servers until this process ends, save those that a URL replaces.

    Returns the names of those that did not run and were started.
    """
    data = settings.DATA_DIR  # the settings bring the variables of .env into the environment
    replaced = {"DATABASE_URL": postgresql, "REDIS_URL": redis}
    wanted = [server for name, server in replaced.items() if name not in os.environ]
    return embedded.hold(data, wanted) if wanted else []


def are_needed_by(arguments: Sequence[str]) -> bool:
    """Say whether a command line of manage.py, without the program's name, needs servers."""
    if not arguments or HELP_OPTIONS.intersection(arguments):
        return False
    return arguments[0] not in SERVERLESS_COMMANDS
