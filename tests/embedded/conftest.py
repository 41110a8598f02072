"""Data folders whose servers are stopped after the test, and commands that hold them."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

import embedded
from embedded.folders import DATABASE, SUPERUSER, socket_folder

PROJECT = Path(__file__).resolve().parents[2]
HOLD = "import sys, pathlib, embedded; embedded.hold(pathlib.Path(sys.argv[1])); "
WAIT = "print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder with a short path; pytest's own grow too long for a socket."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
        embedded.stop(Path(folder))


@pytest.fixture
def holder() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start commands that hold the servers of a folder until their standard input is closed."""
    started = []

    def start(data: Path, *, then: str = WAIT) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD + then, str(data)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=PROJECT, text=True, **pipes)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def connect(data: Path) -> psycopg.Connection:
    """Return a connection that commits each statement."""
    return psycopg.connect(
        host=str(socket_folder(data)), user=SUPERUSER, dbname=DATABASE, autocommit=True
    )


def both_run(data: Path) -> bool:
    """Say whether both servers answer; fail when only one of them does."""
    states = set(embedded.status(data).values())
    assert len(states) == 1
    return states.pop()


def postmaster(data: Path) -> int:
    """Return the process id of PostgreSQL."""
    return int((data / "postgresql" / "postmaster.pid").read_text().splitlines()[0])


def run_as(user: int, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python `code` as an ordinary user, who may read root's interpreter, from root's tests."""
    prefix = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    prefix += ["--securebits=+no_setuid_fixup", "--inh-caps=-all,+dac_override"]
    prefix += ["--ambient-caps=-all,+dac_override"]
    command = [*prefix, sys.executable, "-B", "-c", code, *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
