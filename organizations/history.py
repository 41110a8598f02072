"""Who changed what: the context that the history triggers write beside every event.

The triggers of django-pghistory read two settings of the transaction. Its own context manager
rewrites each statement and misses COPY and SELECT-led ones, so they are set here once, at the
start of a service's transaction.
"""

import json
import uuid
from typing import TYPE_CHECKING

from django.db import connection

from exchange.requests import request_id

if TYPE_CHECKING:
    from organizations.models import User


def record_actor(by: "User | None", *, service: str) -> None:
    """Name the actor of this transaction's changes; ``None`` is the system.

    Must run inside a transaction, before the first change.
    """
    metadata = {
        "user": by.pk if by else None,
        "username": by.username if by else "",
        "service": service,
        "request": request_id.get(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true),"
            " set_config('pghistory.context_metadata', %s, true)",
            [str(uuid.uuid4()), json.dumps(metadata, ensure_ascii=False)],
        )
