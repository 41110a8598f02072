"""Children are kept alive, given up when that is hopeless, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import supervisor
from config.supervisor import Child, KeepsDying

PROJECT = Path(__file__).resolve().parents[2]
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(60)"
)
# The child says its number itself: by then the kernel knows whose end is its own.
SUPERVISE = """
import time
from config.supervisor import Child
Child("The sleeper", ["sh", "-c", "echo $$; exec sleep 60"]).start()
time.sleep(60)
"""


def lives(process):
    """Say whether a process exists and is not merely waiting to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_child_that_ends_is_started_again_with_a_line_that_says_so(capsys):
    child = Child("The clock", ["sh", "-c", "exit 3"])
    child.start()
    child.process.wait()
    first = child.process.pid
    child.revive()
    assert child.process.pid != first
    assert capsys.readouterr().out == "The clock ended (exit code 3) and is started again.\n"
    child.stop()


def test_grandchildren_of_a_killed_child_end_before_it_is_started_again():
    command = ["sh", "-c", "sleep 60 & wait"]
    child = Child("The family", command)
    child.start()
    time.sleep(0.5)
    family = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(child.process.pid)], capture_output=True, check=True
    )
    grandchild = int(family.stdout)
    child.process.kill()
    child.process.wait()
    assert lives(grandchild)
    child.revive()
    time.sleep(0.2)
    assert not lives(grandchild)
    child.stop()


def test_living_child_is_left_alone():
    child = Child("The sleeper", ["sleep", "60"])
    child.start()
    first = child.process.pid
    child.revive()
    assert child.process.pid == first
    child.stop()


def test_child_is_given_up_at_its_fifth_end_within_a_minute():
    child = Child("The clock", ["sh", "-c", "exit 3"])
    child.start()
    for _ in range(4):
        child.process.wait()
        child.revive()
    child.process.wait()
    with pytest.raises(KeepsDying, match="The clock ended 5 times"):
        child.revive()


def test_child_with_five_ends_over_more_than_a_minute_is_started_again():
    child = Child("The clock", ["true"])
    child.start()
    child.deaths.extend(time.monotonic() - seconds for seconds in (300, 61, 20, 10))
    child.process.wait()
    first = child.process.pid
    child.revive()
    assert child.process.pid != first
    child.stop()


def test_stopped_child_has_ended():
    child = Child("The sleeper", ["sleep", "60"])
    child.start()
    child.stop()
    assert child.process.returncode == -signal.SIGTERM


def test_child_that_will_not_end_is_killed(monkeypatch):
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.2)
    child = Child("The deaf", [sys.executable, "-c", DEAF])
    child.start()
    time.sleep(1)
    child.stop()
    assert child.process.returncode == -signal.SIGKILL


def test_stop_of_a_child_that_was_never_started_does_nothing():
    Child("The clock", ["true"]).stop()


def test_children_of_a_killed_supervisor_end():
    command = [sys.executable, "-c", SUPERVISE]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE)
    with process:
        child = int(process.stdout.readline())
        assert lives(child)
        os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while lives(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lives(child)
