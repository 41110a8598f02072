"""Long sheets: whole rows streamed into the file that XlsxWriter keeps of a sheet's rows.

XlsxWriter makes an object of each cell; of a million rows that is most of the time. A long sheet
has one form a column, so each row is rendered as text at once. In ``constant_memory`` mode the
rows of a sheet lie in a temporary file of its own, and that is where these go.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

#: What Excel keeps in a cell, in UTF-16 units.
CELL_LENGTH = 32_767
#: Rows of a sheet, with those of headings.
SHEET_ROWS = 1_048_576

_BLOCK = 500
# What XML cannot hold becomes the sign of a lost character: readers differ on escapes of it.
_SPECIAL = re.compile(r"\r\n|[&<>\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_NAMED = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "\t", "\n": "\n", "\r": "\n", "\r\n": "\n",
}  # fmt: skip


def write_rows(
    worksheet: Worksheet,
    first: int,
    rows: Iterable[Sequence[Any]],
    *,
    forms: Sequence[Format],
    numbers: Sequence[bool],
) -> int:
    """Write rows from row ``first`` (counted from 0) on; how many they were.

    Nothing may be written to the sheet below ``first`` before. A value in a column of ``numbers``
    is a number or its text; any other is text and never a formula; None and "" leave no cell.
    """
    columns = [_Column(place, *each) for place, each in enumerate(zip(forms, numbers, strict=True))]
    # The last row that was written cell by cell still waits in memory.
    worksheet._write_single_row(first)
    number, block = first, []
    for row in rows:
        number += 1
        block.append(_row(columns, number, row))
        if len(block) == _BLOCK:
            worksheet.row_data_fh.write("".join(block))
            block.clear()
    worksheet.row_data_fh.write("".join(block))
    worksheet._check_dimensions(max(number - 1, first), len(columns) - 1)
    worksheet.previous_row = number
    return number - first


class _Column:
    """The text around each value of a column: ``head``, its row, ``middle``, value, ``tail``."""

    __slots__ = ("head", "is_number", "middle", "tail")

    def __init__(self, place: int, form: Format, is_number: bool) -> None:
        style = form._get_xf_index()
        self.is_number = is_number
        self.head = f'<c r="{xl_col_to_name(place)}'
        self.middle = f'" s="{style}"><v>' if is_number else _TEXT % style
        self.tail = "</v></c>" if is_number else "</t></is></c>"


_TEXT = '" s="%s" t="inlineStr"><is><t xml:space="preserve">'


def _row(columns: list[_Column], number: int, row: Sequence[Any]) -> str:
    cells = [
        f"{c.head}{number}{c.middle}{value if c.is_number else escaped(value)}{c.tail}"
        for c, value in zip(columns, row, strict=True)
        if value is not None and value != ""
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def escaped(text: str) -> str:
    """A text as XML; cut with a word where Excel would not hold it."""
    if len(text) > CELL_LENGTH // 2:
        text = _fitting(text)
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    # A whole escape of Excel's is written so that Excel shows it as it is.
    return f"_x005F{text}" if len(text) > 2 else _NAMED.get(text, "\ufffd")


def _fitting(text: str) -> str:
    if _length(text) <= CELL_LENGTH:
        return text
    word = _(" … (cut)")
    cut = text[: CELL_LENGTH - len(word)]
    while _length(cut) + len(word) > CELL_LENGTH:
        cut = cut[: len(cut) - (_length(cut) + len(word) - CELL_LENGTH + 1) // 2]
    return cut + word


def _length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
