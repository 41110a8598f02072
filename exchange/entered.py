"""One row typed into a form, held to the services as the rows of a file are.

The cells are cleaned by the reader's own cleaner: ``1,234.50``, ``15%`` and ``2026年3月5日`` mean
in a form what they mean in a file, and the same service checks and writes them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.utils import timezone

from exchange.columns import Column
from exchange.messages import render
from exchange.reader.cells import NULL, cleaner
from exchange.reader.columns import ColumnSpec
from exchange.reader.flaws import Flaw
from exchange.resources import SheetResource
from exchange.sheets import SheetResult
from exchange.staging import Outcome, Staged

#: The only row of a form.
ROW = 1
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"t": "\t", "n": "\n", "r": "\r"}
_VALUES: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "year": int,
    "decimal": Decimal,
    "amount": Decimal,
    "percent": Decimal,
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one value: the contract's code, and the words for whoever typed it."""

    field: str
    code: str
    message: str
    value: Any = None


class Entered(Staged):
    """A form's row; ``present`` are the fields that the form has, whatever was typed."""

    def __init__(self, resource: SheetResource, cells: Mapping[str, str]) -> None:
        columns = {c.field: c for c in resource.columns() if not c.export_only}
        shown = frozenset(cells)
        super().__init__(columns, SheetResult(present=shown, rows=1))
        self.found: list[FieldError] = []
        cleaned = {field: self._clean(columns[field], cells[field]) for field in shown}
        self._draft = dict.fromkeys(columns) | cleaned

    @property
    def values(self) -> SimpleNamespace:
        """The row as an object with a value for each field, whether or not it has its key."""
        return SimpleNamespace(row=ROW, **self._draft)

    def drafts(self) -> Iterator[SimpleNamespace]:
        return iter([self.values] if self._has_key() else [])

    def strays(self) -> Iterator[SimpleNamespace]:
        return iter([] if self._has_key() else [self.values])

    def _has_key(self) -> bool:
        parts = (c.field for c in self.columns.values() if c.key and c.blank_means is None)
        return all(self._draft[part] is not None for part in parts)

    def report(
        self, row: int | None, field: str, code: Any, message: str, value: Any = None
    ) -> None:
        before = self.error_count
        super().report(row, field, code, message, value)
        if self.error_count > before:
            self.found.append(FieldError(field, code, message, value))

    @property
    def messages(self) -> dict[str, list[str]]:
        """The messages by field."""
        said: dict[str, list[str]] = {}
        for error in self.found:
            said.setdefault(error.field, []).append(error.message)
        return said

    def _clean(self, column: Column, cell: str) -> Any:
        value = cleaner(ColumnSpec.from_json(column.spec), timezone.localdate())(cell)
        if isinstance(value, Flaw):
            self.report(ROW, column.field, value.code, render(value.reason, value.params), cell)
            return None
        if value == NULL:
            return None
        return _VALUES.get(column.kind, _unescaped)(value)


def _unescaped(text: str) -> str:
    """COPY text as it was typed."""
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text)


class _Undo(Exception):
    """Ends the transaction of a refused row."""


def enter(
    resource: SheetResource, cells: Mapping[str, str], *, by: Any, update: bool = True
) -> tuple[Outcome | None, list[FieldError]]:
    """Save one row of ``cells`` (text by field) by the kind's service, or nothing of it.

    Returns what was done, or None and what is wrong.
    """
    entered = Entered(resource, cells)
    try:
        with transaction.atomic():
            outcome = resource.save(entered, by=by, update=update, job=None)
            if entered.error_count:
                raise _Undo
    except _Undo:
        return None, entered.found
    return outcome, []
