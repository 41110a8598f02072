"""A real Celery worker on the test database, to be killed and paused."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import connection

import embedded

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
SECONDS_BETWEEN_LOOKS = 0.01


class Worker:
    """A worker with one process, in a process group of its own, that writes a log."""

    def __init__(self, data: Path) -> None:
        self.log = data / f"worker-{time.monotonic_ns()}.log"
        command = [sys.executable, "-m", "celery", "-A", "config", "worker"]
        command += ["-c", "1", "--prefetch-multiplier=1", "--loglevel", "INFO"]
        command += ["--include", "tests.exchange.worker_tasks"]
        command += ["-Q", settings.CELERY_TASK_DEFAULT_QUEUE, "-n", f"{self.log.stem}@%h"]
        command += ["--without-gossip", "--without-mingle"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment(data), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    @property
    def words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self) -> "Worker":
        wait_until(lambda: " ready." in self.words)
        return self

    def kill_child(self) -> None:
        """Kill the process of the pool, and leave the one that watches over it."""
        [child] = psutil.Process(self.process.pid).children()
        child.kill()

    def signal_all(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.signal_all(signal.SIGKILL)
        self.process.wait()


def wait_until(happens: Callable[[], Any], *, pause: float = SECONDS_BETWEEN_LOOKS) -> None:
    """Return as soon as it happens, looked for every ``pause`` seconds; fail when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(pause)


def sessions_running(statement: str) -> int:
    """How many other sessions of the test database run a statement that begins so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state = 'active' AND ltrim(query, E' \\n') LIKE %s",
            [f"{statement}%"],
        )
        return cursor.fetchone()[0]


def environment(data: Path) -> dict[str, str]:
    """The settings of this process, save for the short lease and files of its own."""
    named = os.environ.get("DATABASE_URL") or embedded.database_url(settings.DATA_DIR)
    database = named.rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
    return os.environ | {
        "DATABASE_URL": database,
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "YULIU_DATA": str(data),
        "JOB_LEASE_SECONDS": str(settings.JOB_LEASE_SECONDS),
    }
