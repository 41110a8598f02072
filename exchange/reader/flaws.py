"""What is wrong with a cell, and what is wrong with a file as a whole.

A ``reason`` is finer than its contract code: it chooses the message (exchange.messages), and
``params`` are what that message names.
"""

from typing import Any, NamedTuple


class Flaw(NamedTuple):
    """What is wrong with one cell; returned in place of its value."""

    code: str
    reason: str
    params: dict[str, Any] = {}


class Refused(Exception):
    """The file is refused as a whole."""

    def __init__(
        self, reason: str, *, code: str = "unreadable", row: int | None = None, **params: Any
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.row = row
        self.params = params

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "reason": self.reason, "row": self.row, "params": self.params}
