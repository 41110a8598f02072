"""When the worker and the beat last showed themselves, kept in Redis, which both need anyway.

`python -m config.heartbeats beat` ends with status 1 when that one has been silent for too long.
"""

import os
import sys
import time
from contextlib import suppress
from functools import cache

from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

KEY = "yuliu:heartbeats"
#: A beat sends a sweep every 30 seconds, a worker shows itself every 10 even while it works.
SILENT_SECONDS = 120
SECONDS_BETWEEN_BEATS = 10
ANSWER_SECONDS = 2
_last: dict[str, float] = {}


@cache
def client() -> Redis:
    """Redis, which answers or fails within two seconds; Celery names a socket otherwise."""
    address = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://", 1)
    return Redis.from_url(
        address,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def show(name: str) -> None:
    """Say that ``name`` lives; a Redis that is away is said elsewhere."""
    if time.monotonic() - _last.get(name, -SECONDS_BETWEEN_BEATS) < SECONDS_BETWEEN_BEATS:
        return
    _last[name] = time.monotonic()
    with suppress(RedisError):
        client().hset(KEY, name, int(time.time()))


def silences() -> dict[str, float]:
    """Seconds since each last showed itself; who never did is missing. RedisError if it is away."""
    kept = client().hgetall(KEY)
    return {str(name): time.time() - int(when) for name, when in kept.items()}


def is_alive(name: str, found: dict[str, float]) -> bool:
    return found.get(name, SILENT_SECONDS) < SILENT_SECONDS


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        sys.exit(not is_alive(sys.argv[1], silences()))
    except RedisError as error:
        sys.exit(f"Redis does not answer: {type(error).__name__}")


if __name__ == "__main__":
    main()
