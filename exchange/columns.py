"""A spreadsheet column, declared once: for import, export, templates and documentation."""

from dataclasses import dataclass, field as dataclass_field
from decimal import Decimal
from typing import Any, Literal

from import_export.fields import Field

#: How a cell is read. ``key`` and ``uscc`` are codes: text that Excel must not turn into a
#: number or a formula. ``moment`` is a day with its time, ``amount`` yuan with two places,
#: ``percent`` the number before the percent sign.
Kind = Literal[
    "key", "uscc", "text", "integer", "decimal", "amount", "percent", "day", "moment", "year", "choice"
]

#: What it means when the same key comes again with another value in this column:
#: ``conflict`` refuses, ``fills`` takes a value where there was none, ``grows`` also takes a
#: larger one (docs/decisions). An update asked for by the sender takes anything.
Change = Literal["conflict", "fills", "grows"]


class Column(Field):
    """One column of a kind of file; an import-export field that knows its cells.

    ``choices`` maps every accepted spelling to the stored value; the first spelling of a value
    is the one written. ``minimum`` and ``maximum`` bound numbers (inclusive; with ``above`` the
    minimum itself is refused). ``not_after_today`` bounds days. ``key`` marks the parts of the
    row's key; ``export_only`` columns are written, and ignored when read.
    """

    def __init__(
        self,
        heading: str,
        kind: Kind,
        *,
        field: str,
        required: bool = False,
        key: bool = False,
        choices: dict[str, Any] | None = None,
        change: Change = "conflict",
        minimum: Decimal | int | None = None,
        maximum: Decimal | int | None = None,
        above: bool = False,
        places: int = 2,
        max_length: int | None = None,
        not_after_today: bool = False,
        export_only: bool = False,
        help: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(attribute=field, column_name=heading, **kwargs)
        self.field = field
        self.heading = heading
        self.kind = kind
        self.required = required
        self.key = key
        self.choices = choices or {}
        self.change = change
        self.minimum = minimum
        self.maximum = maximum
        self.above = above
        self.places = places
        self.max_length = max_length or (64 if kind in ("key", "uscc") else 2000)
        self.not_after_today = not_after_today
        self.export_only = export_only
        self.help = help

    @property
    def spec(self) -> dict[str, Any]:
        """The column as plain JSON, for the reader that runs without Django."""
        return {
            "field": self.field,
            "heading": self.heading,
            "kind": self.kind,
            "required": self.required,
            "key": self.key,
            "choices": self.choices,
            "minimum": None if self.minimum is None else str(self.minimum),
            "maximum": None if self.maximum is None else str(self.maximum),
            "above": self.above,
            "places": self.places,
            "max_length": self.max_length,
            "not_after_today": self.not_after_today,
        }
