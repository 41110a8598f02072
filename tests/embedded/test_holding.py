"""Who starts the servers, who stops them, and what a killed command leaves behind."""

import os
import signal
import subprocess
import sys

import embedded
from tests.embedded.conftest import HOLD, PROJECT, both_run, postmaster

FORK = """
import os
child = os.fork()
if child == 0:
    sys.exit()
os.waitpid(child, 0)
print('held', flush=True)
sys.stdin.read()
"""
FORK_AND_LEAVE_CHILD = """
import os, time
if os.fork() == 0:
    time.sleep(30)
print('held', flush=True)
sys.stdin.read()
"""


def end(process):
    """Let a holder come to its own end."""
    process.stdin.close()
    assert process.wait(30) == 0


def test_hold_starts_both_servers_and_its_end_stops_them(data, holder):
    process = holder(data)
    assert both_run(data)
    end(process)
    assert not both_run(data)


def test_servers_outlive_the_first_of_two_holders(data, holder):
    first, second = holder(data), holder(data)
    end(first)
    assert both_run(data)
    end(second)
    assert not both_run(data)


def test_hold_by_commands_that_start_and_end_at_once(data):
    command = [sys.executable, "-c", HOLD, str(data)]
    commands = [subprocess.Popen(command, cwd=PROJECT) for _ in range(4)]
    assert [process.wait(60) for process in commands] == [0, 0, 0, 0]
    assert not both_run(data)


def test_sigterm_ends_a_holder_in_order(data, holder):
    process = holder(data)
    process.terminate()
    assert process.wait(30) == 128 + signal.SIGTERM
    assert not both_run(data)


def test_killed_holder_leaves_servers_that_the_next_takes_over(data, holder):
    process = holder(data)
    process.kill()
    process.wait()
    assert both_run(data)
    server = postmaster(data)
    successor = holder(data)
    assert postmaster(data) == server
    end(successor)
    assert not both_run(data)


def test_end_of_a_forked_child_leaves_the_servers(data, holder):
    process = holder(data, then=FORK)
    assert both_run(data)
    end(process)
    assert not both_run(data)


def test_living_forked_child_does_not_hold(data, holder):
    process = holder(data, then=FORK_AND_LEAVE_CHILD)
    process.stdin.close()
    process.wait(30)
    assert not both_run(data)


def test_stop_ends_servers_that_are_held(data, holder):
    process = holder(data)
    embedded.stop(data)
    assert not both_run(data)
    end(process)


def test_started_servers_outlive_commands_until_stop(data, holder):
    embedded.start(data)
    end(holder(data))
    assert both_run(data)
    embedded.stop(data)
    assert not both_run(data)
    end(holder(data))
    assert not both_run(data)


def test_hold_of_one_server_leaves_the_other_alone(data):
    code = (
        "import sys, pathlib, embedded; from embedded import redis; "
        "data = pathlib.Path(sys.argv[1]); embedded.hold(data, [redis]); "
        "print(embedded.status(data))"
    )
    command = [sys.executable, "-c", code, str(data)]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert printed.stdout == "{'PostgreSQL': False, 'Redis': True}\n"
    assert not both_run(data)


def test_command_line_starts_tells_and_stops(data):
    def call(action):
        command = [sys.executable, "-m", "embedded", action]
        environment = os.environ | {"YULIU_DATA": str(data)}
        return subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )

    running, stopped = (
        "PostgreSQL: running\nRedis: running\n",
        "PostgreSQL: stopped\nRedis: stopped\n",
    )
    assert (call("status").returncode, call("status").stdout) == (1, stopped)
    assert (call("start").returncode, call("status").stdout) == (0, running)
    assert (call("stop").returncode, call("status").stdout) == (0, stopped)
