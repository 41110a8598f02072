"""A spreadsheet column, declared once: for import, export, templates and documentation."""

from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from import_export.fields import Field

#: How a cell is read. ``key`` and ``uscc`` are codes: text that Excel must not turn into a
#: number or a formula. ``moment`` is a day with its time, ``amount`` yuan with two places,
#: ``percent`` the number before the percent sign.
Kind = Literal[
    "key",
    "uscc",
    "text",
    "integer",
    "decimal",
    "amount",
    "percent",
    "day",
    "moment",
    "year",
    "choice",
]

#: What it means when the same key comes again with another value in this column:
#: ``conflict`` refuses, ``fills`` takes a value where there was none, ``grows`` also takes a
#: larger one (docs/decisions/0005). An update asked for by the sender takes anything.
Change = Literal["conflict", "fills", "grows"]

#: What fits the database's columns; a number beyond it is out of range, not an accident.
_LARGEST: dict[Kind, int] = {"amount": 10**15, "decimal": 10**13, "integer": 2_000_000_000}


class Column(Field):
    """One column of a kind of file; an import-export field that knows its cells.

    ``field`` names the value everywhere in code; ``path`` is where an instance holds it, when
    that is another model's (``region__code``).

    ``choices`` maps every accepted spelling to the stored value (``"true"`` and ``"false"`` for
    a yes or no); the first spelling of a value is the one written. ``minimum`` and ``maximum``
    bound numbers (inclusive; with ``above`` the minimum itself is refused). ``not_after_today``
    bounds days. ``key`` marks the parts of the row's key, ``blank_means`` the value of a blank
    key part; ``export_only`` columns are written, and ignored when read.
    """

    def __init__(
        self,
        heading: str,
        kind: Kind,
        *,
        field: str,
        path: str | None = None,
        required: bool = False,
        key: bool = False,
        choices: dict[str, str] | None = None,
        change: Change = "conflict",
        minimum: Decimal | int | None = None,
        maximum: Decimal | int | None = None,
        above: bool = False,
        places: int = 2,
        max_length: int | None = None,
        not_after_today: bool = False,
        blank_means: int | None = None,
        export_only: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(attribute=path or field, column_name=heading, **kwargs)
        self.field = field
        self.heading = heading
        self.kind = kind
        self.required = required
        self.key = key
        self.choices = choices or {}
        self.change = change
        self.minimum = minimum
        self.maximum = maximum if maximum is not None else _LARGEST.get(kind)
        self.above = above
        self.places = places
        self.max_length = max_length or (64 if kind in ("key", "uscc") else 2000)
        self.not_after_today = not_after_today
        self.blank_means = blank_means
        self.export_only = export_only

    def clean(self, row: Any, **kwargs: Any) -> Any:
        """Cells are cleaned by the reader, before import-export could see a row."""
        raise NotImplementedError

    def export(self, instance: Any, **kwargs: Any) -> Any:
        """The value as it is written: a choice in its full spelling, blank for none."""
        value = self.get_value(instance)
        if value is None or not self.choices:
            return value
        return self.spellings.get(value if isinstance(value, str) else str(value).lower(), "")

    @cached_property
    def spellings(self) -> dict[str, str]:
        """The full spelling of each stored value: the first one declared."""
        return {value: text for text, value in reversed(self.choices.items())}

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
