"""Reading of xlsx with calamine, and what calamine does not show, from the XML itself."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from exchange.reader.columns import ColumnSpec
from exchange.reader.container import check_workbook, part_chunks
from exchange.reader.flaws import Refused
from exchange.reader.sheetxml import check_size, error_cells, formula_cells, styled_cells
from exchange.reader.table import Headings, Places, Table, match_headings
from exchange.reader.values import Cell

BUILTIN_PERCENT_FORMATS = {9, 10}
MAX_SETTINGS_BYTES = 20 * 1024**2
#: What a number format shows as it stands: "quoted" or \escaped.
_LITERAL = re.compile(r'"[^"]*"|\\.')


def open_workbook(path: Path, columns: Sequence[ColumnSpec]) -> Table:
    """The first visible sheet whose headings match; else the first that holds anything."""
    extents = check_workbook(path)
    sheets = _visible_sheets(path)
    sheet, headings = _choose(sheets, columns)
    table = Table(sheet.name, headings, sheet_rows(sheet))
    next(table.rows)
    codes = _positions(headings, [c for c in columns if c.refuses_formulas])
    percents = _positions(headings, [c for c in columns if c.kind == "percent"])
    part = sheet_parts(path).get(sheet.name, "")
    if part in extents and extents[part].has_errors:
        table.rows = with_errors(table.rows, error_cells(part_chunks(path, part)))
    if codes and part in extents and extents[part].has_formulas:
        table.formulas = _from_zero(formula_cells(part_chunks(path, part), codes))
    if percents:
        table.percents = percent_places(path, part, percents)
    return table


def _choose(
    sheets: Iterator[CalamineSheet], columns: Sequence[ColumnSpec]
) -> tuple[CalamineSheet, Headings]:
    first = None
    for sheet in sheets:
        if sheet.end is None:
            continue
        _number, heading = next(sheet_rows(sheet))
        headings = match_headings(heading, columns)
        if not headings.missing:
            return sheet, headings
        first = first or (sheet, headings)
    if first is None:
        raise Refused("empty", code="empty")
    return first


def _visible_sheets(path: Path) -> Iterator[CalamineSheet]:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for sheet in workbook.sheets_metadata:
            if (sheet.typ, sheet.visible) == (
                SheetTypeEnum.WorkSheet,
                SheetVisibleEnum.Visible,
            ):
                yield _load(workbook, sheet.name)
    except (CalamineError, OSError, ValueError):
        raise Refused("damaged") from None


def _load(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.end is not None:
        last_row, last_column = sheet.end
        check_size(last_row + 1, last_column + 1)
    return sheet


def open_sheet(path: Path, name: str) -> CalamineSheet:
    """One sheet by its name, as it was read before."""
    return _load(CalamineWorkbook.from_path(str(path)), name)


def sheet_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    """Each row with its number from 1, its cells from column A on."""
    _first_row, first_column = sheet.start or (0, 0)
    blanks: list[Cell] = [""] * first_column
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, blanks + cells


def with_errors(
    rows: Iterator[tuple[int, list[Cell]]], errors: dict[int, dict[int, str]]
) -> Iterator[tuple[int, list[Cell]]]:
    """The rows with the text that each error shows, as a csv of the same sheet holds it.

    calamine leaves these cells blank, and a blank cell means that there is no value.
    """
    for number, cells in rows:
        for column, text in errors.get(number, {}).items():
            # The range that calamine gives holds them all, but for forged references.
            cells[column - 1 : column] = [text]
        yield number, cells


def sheet_parts(path: Path) -> dict[str, str]:
    """The name of the part that holds each sheet, by the sheet's name."""
    relations = _xml(path, "xl/_rels/workbook.xml.rels")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = _xml(path, "xl/workbook.xml").iterfind(".//{*}sheets/{*}sheet")
    return {
        sheet.get("name", ""): posixpath.join("/xl", targets.get(_relation(sheet), ""))[1:]
        for sheet in sheets
    }


def _relation(sheet: Element) -> str | None:
    """The relation's id, in the transitional or the strict namespace."""
    return next((value for key, value in sheet.items() if key.endswith("}id")), None)


def percent_places(path: Path, part: str, columns: set[int]) -> Places:
    """The cells of ``columns`` (from 1) that Excel shows as a percentage."""
    styles = _percent_styles(path)
    return _from_zero(styled_cells(part_chunks(path, part), styles, columns)) if styles else {}


def _percent_styles(path: Path) -> set[int]:
    """The cell formats (positions in cellXfs) whose number format is a percentage."""
    styles = _xml(path, "xl/styles.xml")
    formats = BUILTIN_PERCENT_FORMATS | {
        int(form.get("numFmtId", 0))
        for form in styles.iterfind("{*}numFmts/{*}numFmt")
        if "%" in _LITERAL.sub("", form.get("formatCode", ""))
    }
    return {
        position
        for position, form in enumerate(styles.iterfind("{*}cellXfs/{*}xf"))
        if int(form.get("numFmtId", 0)) in formats
    }


def _xml(path: Path, part: str) -> Element:
    text = b""
    for chunk in part_chunks(path, part):
        text += chunk
        if len(text) > MAX_SETTINGS_BYTES:
            raise Refused("damaged")
    try:
        return fromstring(text)
    except (ParseError, ValueError):
        raise Refused("damaged") from None


def _positions(headings: Headings, columns: Sequence[ColumnSpec]) -> set[int]:
    """Columns of the sheet, from 1."""
    return {
        headings.positions[column.field] + 1
        for column in columns
        if column.field in headings.positions
    }


def _from_zero(cells: Places) -> Places:
    return {row: {column - 1 for column in columns} for row, columns in cells.items()}
