"""The system under fault: its processes, and what happens to them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import psutil
from django.conf import settings

from embedded import redis
from embedded.folders import redis_socket

PROJECT = Path(__file__).resolve().parents[2]
_CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
_WORKER = [*_CELERY, "worker", "--concurrency", "1", "--loglevel", "WARNING",
           "--without-gossip", "--without-mingle", "--hostname"]  # fmt: skip
#: Two, so that what a paused one holds is taken over by the other.
WORKERS = ("worker 1", "worker 2")
COMMANDS = {
    **{name: [*_WORKER, f"{name[-1]}@%h"] for name in WORKERS},
    "beat": [*_CELERY, "beat", "--loglevel", "WARNING", "--pidfile", ""],
}  # fmt: skip


class System:
    """Workers and a beat that are started again as soon as they end; Redis beside them."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = (data / "faults.log").open("ab")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.paused, self.paused_until = "", 0.0
        self.revive()

    def revive(self) -> None:
        """What a supervisor does: start what has ended, and let go on what was paused."""
        if not redis.is_running(self.data):
            redis.start(self.data)
        for name, command in COMMANDS.items():
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                self.processes[name] = subprocess.Popen(
                    command, cwd=PROJECT, stdout=self.log, stderr=self.log, start_new_session=True
                )
        if self.paused and time.monotonic() > self.paused_until:
            self._signal(self.paused, signal.SIGCONT)
            self.paused = ""

    def _signal(self, name: str, number: signal.Signals) -> None:
        os.killpg(self.processes[name].pid, number)

    def kill_worker_child(self, random: Random) -> None:
        children = psutil.Process(self.processes[random.choice(WORKERS)].pid).children()
        if children:
            random.choice(children).kill()

    def kill_worker(self, random: Random) -> None:
        name = random.choice(WORKERS)
        self._signal(name, signal.SIGKILL)
        self.processes[name].wait()

    def kill_beat(self, random: Random) -> None:
        self._signal("beat", signal.SIGKILL)
        self.processes["beat"].wait()

    def kill_redis(self, random: Random) -> None:
        path = str(redis_socket(self.data))
        for process in psutil.process_iter(["cmdline"]):
            if any(path in word for word in process.info["cmdline"] or ()):
                process.kill()
                process.wait()

    def pause_worker(self, random: Random) -> None:
        """For longer than its lease: the other takes its job, and it must not write any more."""
        self.paused = random.choice(WORKERS)
        self._signal(self.paused, signal.SIGSTOP)
        self.paused_until = time.monotonic() + settings.JOB_LEASE_SECONDS + 1

    def stop(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is None:
                self._signal(name, signal.SIGKILL)
                process.wait()
        self.log.close()


FAULTS: dict[str, Callable[[System, Random], None]] = {
    "worker child killed": System.kill_worker_child,
    "worker killed": System.kill_worker,
    "beat killed": System.kill_beat,
    "Redis killed": System.kill_redis,
    "worker paused beyond its lease": System.pause_worker,
}
