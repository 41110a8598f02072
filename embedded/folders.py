"""Where the sockets of the embedded servers are, and the URLs that lead there."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

DATABASE = "yuliu"
SUPERUSER = "yuliu"
POSTGRESQL_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"
# sun_path of unix(7) holds 108 bytes, the closing NUL among them.
SOCKET_PATH_BYTES = 107


def socket_folder(data: Path) -> Path:
    """Return the folder of both sockets: below `data` unless that path is too long for a socket.

    The folder outside `data` is named by the user and by a hash of `data`, so that every command
    on the same data finds the same servers.
    """
    data = data.resolve()
    folder = data / "run"
    if len(os.fsencode(folder / POSTGRESQL_SOCKET)) < SOCKET_PATH_BYTES:
        return folder
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"yuliu-{os.getuid()}-{digest}"


def redis_socket(data: Path) -> Path:
    """Return the path of Redis's socket."""
    return socket_folder(data) / REDIS_SOCKET


def database_url(data: Path) -> str:
    """Return the URL of the database, as django-environ reads it.

    The folder stands in the path: django-environ neither decodes nor keeps the case of a
    percent-encoded host.
    """
    return f"postgres://{SUPERUSER}@/{quote(str(socket_folder(data)))}/{DATABASE}"


def redis_url(data: Path) -> str:
    """Return the URL of Redis, as Celery reads it."""
    return f"redis+socket://{quote(str(redis_socket(data)))}"
