"""The name of what is being served now, a web request or a job, for the history to carry."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: A random id for a web request, ``job:<pk>`` for a job; empty for neither.
request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def identified(name: str) -> Iterator[None]:
    """Serve what runs inside under this name."""
    token = request_id.set(name)
    try:
        yield
    finally:
        request_id.reset(token)
