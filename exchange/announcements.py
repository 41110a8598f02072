"""Word of a change, from a lower app to those above it, inside the same transaction.

A lower app may not import an upper one, yet a supplier's new dates must re-judge purchases
before anyone reads a figure. The lower app announces a topic; the upper app registered a
handler in its ``ready()``, which runs at once, in the announcer's transaction: if it fails,
the change fails with it.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Handler = Callable[..., Any]

_handlers: dict[str, list[Handler]] = defaultdict(list)


def listen(topic: str, handler: Handler) -> None:
    """Call ``handler`` with the payload of each announcement of ``topic``."""
    if handler not in _handlers[topic]:
        _handlers[topic].append(handler)


def announce(topic: str, **payload: Any) -> list[Any]:
    """Run the handlers of ``topic`` now, in the caller's transaction; what each returns."""
    return [handler(**payload) for handler in _handlers[topic]]
