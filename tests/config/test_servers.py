"""Which commands of manage.py need servers, and which servers they start."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import embedded
from config import servers

PROJECT = Path(__file__).resolve().parents[2]
STATUS = """
import pathlib, embedded
from config import servers
servers.hold()
print(embedded.status(pathlib.Path(servers.settings.DATA_DIR)))
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder with a short path, whose servers are stopped after the test."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
        embedded.stop(Path(folder))


@pytest.mark.parametrize("line", ["migrate", "runserver 8001", "first_run --username a", "check"])
def test_command_that_may_query_needs_servers(line):
    assert servers.are_needed_by(line.split())


@pytest.mark.parametrize(
    "line", ["", "help", "help migrate", "migrate --help", "--version", "compilemessages -l en"]
)
def test_command_that_only_prints_or_writes_files_needs_none(line):
    assert not servers.are_needed_by(line.split())


@pytest.mark.parametrize(
    ("named", "started"),
    [
        ({}, {"PostgreSQL": True, "Redis": True}),
        ({"DATABASE_URL": "postgres://db/yuliu"}, {"PostgreSQL": False, "Redis": True}),
        ({"REDIS_URL": "redis://cache/0"}, {"PostgreSQL": True, "Redis": False}),
    ],
)
def test_servers_named_by_a_url_are_not_started(data, named, started):
    environment = {key: text for key, text in os.environ.items() if not key.endswith("_URL")}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "YULIU_DATA": str(data)} | named
    command = [sys.executable, "-c", STATUS]
    printed = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout == f"{started}\n"


def test_manage_command_runs_on_servers_that_end_with_it(data):
    environment = {key: text for key, text in os.environ.items() if not key.endswith("_URL")}
    environment["YULIU_DATA"] = str(data)
    question = "from django.db import connection; connection.ensure_connection(); print('reached')"
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", question]
    printed = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout == "reached\n"
    assert embedded.status(data) == {"PostgreSQL": False, "Redis": False}
