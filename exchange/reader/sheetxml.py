"""One streaming pass over the XML of a sheet: its extent, formulas, errors and percent cells.

calamine shows no formula, error or number format, and aborts on cells far apart. Rows are cut
out by ``<row``, cells are looked at only where something asks for them: 100,000 rows of 28
columns take about half a second. Rows and columns count from 1.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from exchange.reader.flaws import Refused

MAX_ROWS = 200_001
MAX_COLUMNS = 200
#: No row of 200 cells of 32,767 characters is longer, and no memory is lost on one that is.
MAX_ROW_BYTES = 32 * 1024**2

_ROOT = re.compile(rb"<(?:(\w+):)?worksheet[\s>]")
_ROW_NUMBER = re.compile(rb"[^>]*?\sr\s*=\s*[\"'](\d+)")
#: What nearly every program writes; whatever else is allowed is looked at with more patience.
#: Bounded, so that no forged row is gone through again and again.
_ORDINARY_START = re.compile(
    rb'[^>]{0,99}?\sr="([0-9]{1,7})"[^>]{0,999}>\s{0,99}<c r="([A-Z]{1,3})\1"'
)
_ORDINARY_CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
_CELL = re.compile(rb"<c((?:[\s/][^>]*)?)>(?:\s*<f([\s/][^>]*)?>)?")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)(\d+)[\"']")
_STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")
_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_ERROR_TEXT = re.compile(rb"<v[^>]*>([^<]*)")
_AREA = re.compile(rb"\sref\s*=\s*[\"']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)[\"']")

Cells = dict[int, set[int]]


class Extent(NamedTuple):
    """What the gate learns of a sheet on its one pass."""

    rows: int
    has_formulas: bool
    has_errors: bool


class Cell(NamedTuple):
    row: int
    column: int
    attributes: bytes
    #: Where its content begins in the row.
    start: int
    #: The attributes of its ``<f>``; None where the cell holds no formula.
    formula: bytes | None


def is_sheet(head: bytes) -> bool:
    return _ROOT.search(head[:4096]) is not None


def check_extent(head: bytes, chunks: Iterator[bytes]) -> Extent:
    """Refuse a sheet of too many rows or columns.

    Looks at the first and the last cell of each row: cells stand in order in every workbook
    that a program wrote. A forged order is caught by the memory limit of the child.
    """
    has_formulas = has_errors = False
    count = number = 0
    for text in _blocks(chain([head], chunks)):
        # One byte is found ten times as fast, and most sheets have no f at all.
        has_formulas = has_formulas or (b"f" in text and b"<f" in text)
        has_errors = has_errors or _may_hold_errors(text)
        rows = _split(text)
        count += len(rows)
        check_size(count, 0)
        for row in rows:
            number = _check_row(row, number)
    for _ in chunks:
        pass
    return Extent(count, has_formulas, has_errors)


def _may_hold_errors(text: bytes) -> bool:
    """Every error begins with a number sign, which few sheets hold at all."""
    return b"#" in text and (b't="e"' in text or b"t='e'" in text)


def check_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise Refused("extent", rows=MAX_ROWS - 1, columns=MAX_COLUMNS)


def _check_row(row: bytes, number_before: int) -> int:
    """Refuse a row that reaches too far; return its number."""
    first = _ORDINARY_START.match(row)
    last = _ORDINARY_CELL.match(row, row.rfind(b"<c "))
    if first and last and first[1] == last[2]:
        number = int(first[1])
        check_size(number, max(_column(first[2]), _column(last[1])))
        return number
    number = _number(row, number_before)
    for cell in _cells(number, row):
        check_size(cell.row, cell.column)
    return number


def formula_cells(chunks: Iterator[bytes], columns: Collection[int]) -> Cells:
    """The cells of ``columns`` whose value a formula gives, as columns by row."""
    found: Cells = {}
    for number, row in _rows(chunks):
        if b"<f" not in row:
            continue
        for cell in _cells(number, row):
            if cell.formula is not None:
                _add_area(found, cell, columns)
    return found


def error_cells(chunks: Iterator[bytes]) -> dict[int, dict[int, str]]:
    """The cells that hold an error, as the text that they show by column, by row."""
    found: dict[int, dict[int, str]] = {}
    for number, row in _rows(chunks):
        if not _may_hold_errors(row):
            continue
        for cell in _cells(number, row):
            if _ERROR.search(cell.attributes):
                shown = _ERROR_TEXT.search(row, cell.start)
                text = shown[1].decode(errors="replace") if shown else ""
                found.setdefault(cell.row, {})[cell.column] = text
    return found


def styled_cells(
    chunks: Iterator[bytes], styles: Collection[int], columns: Collection[int]
) -> Cells:
    """The cells of ``columns`` that have one of the cell formats ``styles``."""
    found: Cells = {}
    for number, row in _rows(chunks):
        for cell in _cells(number, row):
            style = _STYLE.search(cell.attributes)
            if cell.column in columns and style and int(style[1]) in styles:
                found.setdefault(cell.row, set()).add(cell.column)
    return found


def _add_area(found: Cells, cell: Cell, columns: Collection[int]) -> None:
    """An array formula stands in its first cell and fills its whole area."""
    formula = cell.formula or b""
    area = None if b"shared" in formula else _AREA.search(formula)
    first_row, last_row, first, last = cell.row, cell.row, cell.column, cell.column
    if area:
        last, last_row = _column(area[3]), min(int(area[4]), MAX_ROWS)
    wanted = {column for column in columns if first <= column <= last}
    if wanted:
        for row in range(first_row, last_row + 1):
            found.setdefault(row, set()).update(wanted)


def _rows(chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each row with its number: its attributes and cells, without the leading ``<row``."""
    number = 0
    for row in chain.from_iterable(map(_split, _blocks(chunks))):
        number = _number(row, number)
        yield number, row


def _number(row: bytes, number_before: int) -> int:
    given = _ROW_NUMBER.match(row)
    return int(given[1]) if given else number_before + 1


def _split(text: bytes) -> list[bytes]:
    return text.split(b"<row")[1:]


def _blocks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The text of the rows, in pieces that end between two of them."""
    tail = next(chunks, b"")
    prefix = _prefix(tail)
    for chunk in chain([b""], chunks):
        text, end, _rest = _plain(tail + chunk, prefix).partition(b"</sheetData")
        if end:
            yield text
            return
        start = max(text.rfind(b"<row"), 0)
        yield text[:start]
        tail = text[start:]
        if len(tail) > MAX_ROW_BYTES:
            raise Refused("damaged")


def _prefix(head: bytes) -> bytes:
    root = _ROOT.search(head[:4096])
    return root[1] or b"" if root else b""


def _plain(text: bytes, prefix: bytes) -> bytes:
    """The text without its namespace prefix, which some writers put before every tag."""
    if not prefix:
        return text
    return text.replace(b"<" + prefix + b":", b"<").replace(b"</" + prefix + b":", b"</")


def _cells(number: int, row: bytes) -> Iterator[Cell]:
    """The cells of a row; one without a reference stands right of the one before it."""
    column = 0
    for match in _CELL.finditer(row):
        cell = _cell(match, number, column + 1)
        column = cell.column
        yield cell


def _cell(match: re.Match[bytes], row: int, column: int) -> Cell:
    if reference := _REFERENCE.search(match[1]):
        row, column = int(reference[2]), _column(reference[1])
    has_formula = match[0].endswith(b">") and b"<f" in match[0]
    formula = (match[2] or b"") if has_formula else None
    return Cell(row, column, match[1], match.end(), formula)


@cache
def _column(letters: bytes) -> int:
    """``A`` is 1, ``AA`` is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
