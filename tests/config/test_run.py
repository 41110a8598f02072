"""The system as `make run` starts it: one life, from an empty folder to an orderly end."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

import embedded
from embedded.folders import redis_socket

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "config.run"]
STARTED_AGAIN = "The web server ended (exit code -9) and is started again.\n"


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """Variables of a system on a free port and a data folder of its own."""
    with socket.socket() as trial, tempfile.TemporaryDirectory() as data:
        trial.bind(("127.0.0.1", 0))
        port = str(trial.getsockname()[1])
        trial.close()
        variables = {name: text for name, text in os.environ.items() if not name.endswith("_URL")}
        variables |= {"YULIU_DATA": data, "PORT": port, "YULIU_DEMO": "0"}
        yield variables
        call(variables, "--stop")


@contextmanager
def started(environment):
    """The running system, told to end in any case: whoever waits for it waits for ever else."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(COMMAND, cwd=PROJECT, env=environment, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.terminate()


def call(environment, *options):
    return subprocess.run(
        [*COMMAND, *options],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def read_until(process, expected):
    """Read what a process prints until a line equals `expected`."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line == expected:
            return
    pytest.fail("".join(lines))


def child(process, word):
    """Return the child of a process with `word` in its command line."""
    (found,) = [one for one in psutil.Process(process.pid).children() if word in one.cmdline()]
    return found


def servers_of(environment):
    """The embedded servers' processes by the names that people read."""
    data = Path(environment["YULIU_DATA"])
    (redis,) = [
        one
        for one in psutil.process_iter(["cmdline"])
        if str(redis_socket(data)) in " ".join(one.info["cmdline"] or [])
    ]
    postmaster = int((data / "postgresql/postmaster.pid").read_text().splitlines()[0])
    return {"PostgreSQL": psutil.Process(postmaster), "Redis": redis}


def status_of_first_page(environment):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}/") as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def readiness(environment):
    """What `/ready/` says when all of the system has shown itself, or after a minute."""
    address = f"http://127.0.0.1:{environment['PORT']}/ready/"
    for _ in range(60):
        try:
            with urllib.request.urlopen(address) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            said = json.load(error)
        time.sleep(1)
    return said


def test_system_starts_survives_killed_servers_and_stops(environment):
    with started(environment) as process:
        read_until(process, f"Yuliu is at http://127.0.0.1:{environment['PORT']}/\n")
        assert status_of_first_page(environment) < 500
        checks = dict.fromkeys(("database", "migrations", "redis", "worker", "beat", "disk"), "ok")
        assert readiness(environment) == {"status": "ready", "checks": checks}

        second = call(environment)
        assert second.returncode == 1
        assert "already going on" in second.stderr

        child(process, "granian").send_signal(signal.SIGKILL)
        read_until(process, STARTED_AGAIN)
        for name, found in servers_of(environment).items():
            found.send_signal(signal.SIGKILL)
            read_until(process, f"{name} ended and is started again.\n")
        assert status_of_first_page(environment) < 500
        children = psutil.Process(process.pid).children(recursive=True)

        assert call(environment, "--stop").returncode == 0
        assert process.wait(60) == 0
        assert not any(one.is_running() for one in children)
    assert not any(embedded.status(Path(environment["YULIU_DATA"])).values())


def test_port_in_use_is_said_before_anything_is_started(environment):
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        result = call(environment)
    assert result.returncode == 1
    assert f"Port {environment['PORT']} is not free" in result.stderr
    assert not (Path(environment["YULIU_DATA"]) / "postgresql").exists()


def test_stop_of_nothing_is_no_error(environment):
    assert call(environment, "--stop").returncode == 0
