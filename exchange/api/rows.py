"""Rows of a kind of file as JSON: read by the columns, cleaned and saved as the file's are."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from exchange.api.errors import Problem, Refused, row_refused
from exchange.columns import Column
from exchange.entered import Entered, enter
from exchange.resources import SheetResource, resource_of
from exchange.staging import Outcome

NUMBERS = frozenset({"integer", "year", "decimal", "amount", "percent"})
_FLAG = {"true": True, "false": False}


class CellField(serializers.Field):
    """One column of a kind of file: stored values out, whatever a cell may hold in."""

    def __init__(self, column: Column, resource: SheetResource, name: str, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, **kwargs)
        self.column = column
        # A text that the resource writes otherwise than it is stored.
        self._write = None if column.choices else getattr(resource, f"dehydrate_{name}", None)

    @property
    def is_flag(self) -> bool:
        return set(self.column.choices.values()) == set(_FLAG)

    def get_attribute(self, instance: Any) -> Any:
        if self._write:
            return self._write(instance)
        return self.column.get_value(instance)

    def to_representation(self, value: Any) -> Any:
        if self.column.choices:
            return value if isinstance(value, bool) else str(value) or None
        if isinstance(value, Decimal):
            is_amount = self.column.kind == "amount"
            return f"{value:.2f}" if is_amount else f"{value.normalize():f}"
        if isinstance(value, datetime):
            return timezone.localtime(value).isoformat()
        return value.isoformat() if isinstance(value, date) else value


class RowSerializer(serializers.Serializer):
    """The columns of the kind ``kind``, and whatever fields a subclass adds after them.

    Bodies are not read by it: it describes them, and :func:`cells_of` reads them.
    """

    kind: ClassVar[str]
    #: columns that this address has no use for
    without: ClassVar[frozenset[str]] = frozenset()

    def get_fields(self) -> dict[str, serializers.Field]:
        resource = resource_of(self.kind)
        columns = {
            column.field: CellField(column, resource, name)
            for name, column in resource.fields.items()
            if isinstance(column, Column) and not column.export_only
            and column.field not in self.without
        }  # fmt: skip
        return columns | super().get_fields()


def columns_of(kind: str) -> dict[str, Column]:
    return {c.field: c for c in resource_of(kind).columns() if not c.export_only}


def cells_of(
    data: Any, kind: str, *, without: Iterable[str] = (), beside: Iterable[str] = ()
) -> dict[str, str]:
    """The values that a body gives, as the text of cells; ``null`` is a blank one.

    ``without`` are columns that may not be given here, ``beside`` texts that are no columns.
    Refused for names that are no columns, and for values that no cell could hold.
    """
    if not isinstance(data, Mapping):
        raise Refused([Problem("malformed", _("The body must be one JSON object."))])
    columns = {name: c for name, c in columns_of(kind).items() if name not in set(without)}
    problems = []
    cells = {}
    for name, value in data.items():
        if name in columns or name in beside:
            column = columns.get(name)
            if is_cell(value, column):
                cells[name] = text_of(value, column)
                continue
            problem = ("malformed", _("This value has another type than the description says."))
        else:
            problem = ("unknown_field", _("There is no such field here."))
        column = columns.get(name)
        problems.append(Problem(*problem, str(name), column and column.heading))
    if problems:
        raise Refused(problems)
    return cells


def is_cell(value: Any, column: Column | None) -> bool:
    if isinstance(value, bool):
        return column is not None and "true" in column.choices.values()
    if isinstance(value, int | float):
        return column is not None and column.kind in NUMBERS
    # Half of a pair of surrogates is a character of JSON, and of no database.
    is_text = isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)
    return value is None or is_text


def text_of(value: Any, column: Column | None) -> str:
    """The text of a cell: a stored choice in its full spelling."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return column.spellings.get(text, text) if column else text


def save_row(
    kind: str, cells: Mapping[str, str], *, by: Any, update: bool, over: Any = None
) -> Outcome:
    """Save the row by the service of its kind; Refused with what is wrong, field by field.

    A required column that was not sent holds what stands ``over`` there, else it is a blank
    cell, as the service of files then says.
    """
    resource, columns = resource_of(kind), columns_of(kind)
    needed = [column for column in columns.values() if column.required]
    whole = {column.field: _standing(column, over) for column in needed} | dict(cells)
    outcome, errors = enter(resource, whole, by=by, update=update)
    if outcome is None:
        raise row_refused(errors, columns)
    return outcome


def _standing(column: Column, instance: Any) -> str:
    value = None if instance is None else column.export(instance)
    return "" if value is None else str(value)


def value_in(kind: str, cells: Mapping[str, str], field: str) -> Any:
    """One value of a row, as the reader of files understands its cell; None for a bad one."""
    entered = Entered(resource_of(kind), {field: cells.get(field, "")})
    return getattr(entered.values, field)
