"""`/health/` and `/ready/`: what a load balancer and a watch ask for, without signing in.

Words alone, no versions, addresses or errors. Health is the process; readiness is all that it
needs: 503 with the word that is wrong.
"""

import shutil
from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

from config import heartbeats

OK, AWAY, UNKNOWN = "ok", "away", "unknown"
MEGABYTE = 1024**2


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """The process answers: no database, no Redis."""
    return JsonResponse({"status": OK})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Each check with its word; 200 when all of them are ok."""
    checks = _database() | _redis() | {"disk": _disk()}
    is_ready = set(checks.values()) == {OK}
    body = {"status": "ready" if is_ready else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if is_ready else 503)


def _database() -> dict[str, str]:
    """ok or away; of the migrations ok, pending (some are not applied) or unknown."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except Error:
        return {"database": AWAY, "migrations": UNKNOWN}
    return {"database": OK, "migrations": OK if _migrations() <= applied else "pending"}


@cache
def _migrations() -> set[tuple[str, str]]:
    """What this process's code knows; it changes only with another process."""
    return set(MigrationLoader(None).disk_migrations)


def _redis() -> dict[str, str]:
    """ok or away; of the worker and the beat ok, silent or unknown."""
    try:
        silences = heartbeats.silences()
    except RedisError:
        return {"redis": AWAY, "worker": UNKNOWN, "beat": UNKNOWN}
    alive = {name: heartbeats.is_alive(name, silences) for name in ("worker", "beat")}
    return {"redis": OK} | {name: OK if lives else "silent" for name, lives in alive.items()}


def _disk() -> str:
    """ok or low: room for uploads below the data folder."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    return OK if free >= settings.READY_DISK_MB * MEGABYTE else "low"
