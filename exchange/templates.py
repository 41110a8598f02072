"""The workbook that a sender fills in: the headings of a kind, and a sheet that explains them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exchange.columns import Column
from exchange.resources import SheetResource
from exchange.workbooks import NUMBER_FORMATS, OPTIONS, WIDTHS, write_cell

#: How far down the words of a choice are offered.
_OFFERED_ROWS = 5000

_HOW: dict[str, Promise | str] = {
    "key": gettext_lazy("a code, as text"),
    "uscc": gettext_lazy("unified social credit code of 18 characters, as text"),
    "text": gettext_lazy("text"),
    "integer": gettext_lazy("a whole number"),
    "decimal": gettext_lazy("a number"),
    "amount": gettext_lazy("yuan with at most two decimals; a heading in 万元 is taken too"),
    "percent": gettext_lazy("percent: 15 or 15%"),
    "day": gettext_lazy("a day, like 2026-03-05"),
    "moment": gettext_lazy("a day with or without time, like 2026-03-05 14:30"),
    "year": gettext_lazy("a year, like 2026"),
}


def write_template(
    resource: SheetResource,
    example: Mapping[str, str],
    path: Path,
    *,
    known: Iterable[Any] = (),
) -> None:
    """Write the template of a kind as .xlsx: a sheet to fill in, its explanation and an example.

    The first sheet has headings and the instances that are ``known``, so that a template sent
    back untouched changes nothing and no example row is ever taken for a real one: the other
    sheets are not read. ``example`` holds a row that would be accepted, as text by field.
    """
    columns = [column for column in resource.columns() if not column.export_only]
    with Workbook(path, OPTIONS) as workbook:
        sheet = workbook.add_worksheet(_("To fill in"))
        formats = _write_headings(workbook, sheet, columns)
        _write_known(sheet, resource, known, formats)
        _write_explanation(workbook, columns)
        sheet = workbook.add_worksheet(_("Example (not read)"))
        _write_headings(workbook, sheet, columns)
        for place, column in enumerate(columns):
            sheet.write_string(1, place, example.get(column.field, ""))


def _write_headings(
    workbook: Workbook, sheet: Worksheet, columns: list[Column]
) -> dict[str, Format]:
    """The headings, and by field how the cells below them are written."""
    formats = {}
    needed = workbook.add_format({"bold": True, "bottom": 1, "font_color": "#A8231C"})
    other = workbook.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(columns):
        form = workbook.add_format({"num_format": NUMBER_FORMATS.get(column.kind, "General")})
        width = max(WIDTHS[column.kind], 2 * len(column.heading) + 2)
        sheet.set_column(place, place, width, form)
        formats[column.field] = form
        sheet.write_string(0, place, column.heading, needed if _is_needed(column) else other)
        if column.choices:
            offered = {"validate": "list", "source": _words(column), "error_type": "warning"}
            sheet.data_validation(1, place, _OFFERED_ROWS, place, offered)
    sheet.freeze_panes(1, 0)
    return formats


def _write_known(
    sheet: Worksheet,
    resource: SheetResource,
    known: Iterable[Any],
    formats: Mapping[str, Format],
) -> None:
    """Every instance in the columns that have a format; the others are not taken in."""
    places = [place for place, one in enumerate(resource.columns()) if one.field in formats]
    for number, cells in enumerate(resource.export_rows(known), start=1):
        for position, (place, form) in enumerate(zip(places, formats.values(), strict=True)):
            write_cell(sheet, number, position, cells[place], form)


def _write_explanation(workbook: Workbook, columns: list[Column]) -> None:
    sheet = workbook.add_worksheet(_("Explanation"))
    bold = workbook.add_format({"bold": True, "bottom": 1})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for place, (heading, width) in enumerate(
        ((_("Column"), 24), (_("Needed"), 10), (_("What to write"), 70))
    ):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, bold)
    for row, cells in enumerate(explained(columns), start=1):
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, cell, wrapped)
    sheet.freeze_panes(1, 0)


def explained(columns: list[Column]) -> Iterator[tuple[str, str, str]]:
    """Each column's heading, whether it must be filled in, and what is written there."""
    for column in columns:
        yield column.heading, _("yes") if _is_needed(column) else "", how_to_fill(column)


def how_to_fill(column: Column) -> str:
    """What is written into the cells of a column, in the words of its sender."""
    if column.choices:
        return " / ".join(_words(column))
    words = str(_HOW[column.kind])
    if column.not_after_today:
        words += _("; not after today")
    if column.minimum is not None:
        words += _bounds(column)
    return words


def _words(column: Column) -> list[str]:
    """The full spellings, in the order of their declaration."""
    return list(column.spellings.values())[::-1]


def _bounds(column: Column) -> str:
    if column.kind == "percent":
        bounds = {"lowest": column.minimum, "highest": column.maximum}
        return _("; from %(lowest)s to %(highest)s") % bounds
    said = _("; more than %(minimum)s") if column.above else _("; at least %(minimum)s")
    return said % {"minimum": column.minimum}


def _is_needed(column: Column) -> bool:
    return column.required or (column.key and column.blank_means is None)
