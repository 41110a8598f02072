"""Who uses the embedded servers, and when they may stop.

Two files lock. `embedded.lock` is shared by every process that uses the servers; the kernel lets
go of it when a process ends, however it ends. `embedded.gate` is held by one process at a time
around each start and each decision to stop, so that commands that start or end at once take turns.

A command that ends and finds itself alone stops the servers. A command that was killed leaves them
running, and the next one takes them over. `start` keeps them until `stop`.
"""

import atexit
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType

from embedded import postgresql, redis

SERVERS: tuple[ModuleType, ...] = (postgresql, redis)

_held: dict[Path, int] = {}


def hold(data: Path, servers: Sequence[ModuleType] = SERVERS) -> list[str]:
    """Start those of `servers` that do not run, and keep them until this process ends.

    Returns the names of those that did not run. Raises ServerError. A process without a handler
    for SIGTERM gets one that ends it in order.
    """
    data = data.resolve()
    with _gate(data):
        started = [server.NAME for server in servers if server.start(data)]
        if data not in _held:
            _held[data] = _open(data / "embedded.lock")
            fcntl.flock(_held[data], fcntl.LOCK_SH)
    _end_in_order_on_sigterm()
    return started


def start(data: Path) -> None:
    """Start what does not run and let it run until `stop`. Raises ServerError."""
    with _gate(data):
        for server in SERVERS:
            server.start(data)
        _keep_mark(data).touch()


def stop(data: Path) -> None:
    """Stop both servers, whoever uses them."""
    with _gate(data):
        _keep_mark(data).unlink(missing_ok=True)
        for server in SERVERS:
            server.stop(data)


def status(data: Path) -> dict[str, bool]:
    """Return the name of each server and whether it accepts connections."""
    return {server.NAME: server.is_running(data) for server in SERVERS}


def release() -> None:
    """Let go of all that this process holds, and stop the servers that nobody else holds."""
    while _held:
        data, lock = _held.popitem()
        with _gate(data):
            if _is_last(lock) and not _keep_mark(data).exists():
                for server in SERVERS:
                    server.stop(data)
            os.close(lock)


def _keep_mark(data: Path) -> Path:
    return data / "embedded.keep"


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def _gate(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True)
    descriptor = _open(data / "embedded.gate")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_last(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_in_order_on_sigterm() -> None:
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _exit)


def _exit(signum: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signum)


def _forget_in_child() -> None:
    """A forked child does not hold: neither its life nor its end may concern the servers."""
    for lock in _held.values():
        os.close(lock)
    _held.clear()


atexit.register(release)
os.register_at_fork(after_in_child=_forget_in_child)
