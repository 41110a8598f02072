"""Questions that may take longer than a reader waits."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

Answer = TypeVar("Answer")


def within(seconds: float, read: Callable[[], Answer]) -> Answer | None:
    """What ``read`` gives; None where one of its statements takes longer than ``seconds``.

    For reading alone: whatever it writes is undone with the limit itself.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))]
                )
            answer = read()
            transaction.set_rollback(True)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
    return answer
