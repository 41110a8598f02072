#!/usr/bin/env python
"""Django's command line, with servers to talk to."""

import os
import sys

from django.core.management import execute_from_command_line

import embedded
from config import servers


def main() -> None:
    """Run one command; start the embedded servers first when it needs servers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if servers.are_needed_by(sys.argv[1:]):
        try:
            servers.hold()
        except embedded.ServerError as error:
            sys.exit(f"manage.py: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
