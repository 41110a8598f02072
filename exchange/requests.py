"""What is being served now, a web request or a job, and for whom: for history and log lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: A random id for a web request, ``job:<pk>`` for a job; empty for neither.
request_id: ContextVar[str] = ContextVar("request_id", default="")
#: Who asked for it, by primary key; None while nobody is known.
user_id: ContextVar[int | None] = ContextVar("user_id", default=None)


@contextmanager
def identified(name: str, *, by: int | None = None) -> Iterator[None]:
    """Serve what runs inside under this name, for this person."""
    served, asking = request_id.set(name), user_id.set(by)
    try:
        yield
    finally:
        request_id.reset(served)
        user_id.reset(asking)
