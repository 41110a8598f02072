"""The API is paid for by who asks it: no command loads its framework."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LOADED = """
import django, sys
django.setup()
import exchange.management.commands.import_file
print(*sorted(name for name in sys.modules if name.startswith(("rest_framework.", "exchange.api"))))
"""


def test_commands_load_nothing_of_the_framework_but_its_checks() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=PROJECT, capture_output=True, text=True, check=True,
        env={"DJANGO_SETTINGS_MODULE": "config.settings", "YULIU_DATA": "var/test"},
    )  # fmt: skip
    assert ran.stdout.split() == ["rest_framework.apps", "rest_framework.checks"]
