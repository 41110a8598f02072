"""From a cell to the value that is stored, as COPY text, or to what is wrong with it."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from exchange.reader.columns import ColumnSpec
from exchange.reader.days import BAD_DATE, parse_moment
from exchange.reader.flaws import Flaw
from exchange.reader.numbers import NUMBER_KINDS, number_parser, parse_year
from exchange.reader.values import EXCEL_DIGITS, Cell, as_text, is_blank, normalised

#: What COPY is told to take as NULL: no value is empty, and a blank cell need not be changed.
NULL = ""
#: Values repeat within a column; so many of each are kept, so that memory stays constant.
MEMO_SIZE = 8192

_POWER_OF_TEN = re.compile(r"[+-]?\d+(\.\d+)?E\+\d+", re.IGNORECASE)
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_REQUIRED = Flaw("required", "required")

Cleaner = Callable[[Cell], str | Flaw]


def cleaner(column: ColumnSpec, today: date, shift: int = 0) -> Cleaner:
    """The function that cleans the cells of one column.

    It returns COPY text, NULL for a blank cell, or a Flaw. ``shift`` is the number of places by
    which the point of an amount moves to the right (4 for a column in 万元).
    """
    parse = _parser(column, today, shift)

    # typed, for 1.0 and TRUE are equal in Python and not in a spreadsheet.
    @lru_cache(maxsize=MEMO_SIZE, typed=True)
    def clean(cell: Cell) -> str | Flaw:
        if is_blank(cell):
            return _REQUIRED if column.required else NULL
        return parse(cell)

    return clean


def _parser(column: ColumnSpec, today: date, shift: int) -> Cleaner:
    if column.kind in NUMBER_KINDS:
        return number_parser(column, shift)
    if column.kind == "year":
        return parse_year
    if column.kind in ("day", "moment"):
        return lambda cell: _clean_day(cell, column, today)
    if column.kind == "choice":
        choices = {normalised(text): value for text, value in column.choices.items()}
        return lambda cell: _clean_choice(cell, choices, column)
    parse = _TEXTS[column.kind]
    return lambda cell: _clean_text(parse(cell), column)


def _clean_text(text: str | Flaw, column: ColumnSpec) -> str | Flaw:
    if isinstance(text, Flaw):
        return text
    if len(text) > column.max_length:
        return Flaw("out_of_range", "length", {"length": len(text), "limit": column.max_length})
    # PostgreSQL stores no NUL, and a workbook can spell one.
    if "\0" in text:
        return Flaw("out_of_range", "nul")
    return text.translate(_ESCAPES)


def _parse_text(cell: Cell) -> str:
    return as_text(cell).strip()


def _parse_key(cell: Cell) -> str | Flaw:
    """A code. Excel keeps 15 digits of a number: of a longer one the end is already lost."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if abs(cell) >= 10**EXCEL_DIGITS:
            return Flaw("numeric_key", "numeric_key")
    elif not isinstance(cell, str):
        return Flaw("numeric_key", "converted_key")
    text = normalised(as_text(cell))
    return Flaw("numeric_key", "numeric_key") if _POWER_OF_TEN.fullmatch(text) else text


def _parse_uscc(cell: Cell) -> str | Flaw:
    text = _parse_key(cell)
    if isinstance(text, Flaw):
        return text
    # Imported here, for it loads the network modules of Python and few files hold such codes.
    from exchange.reader.creditcode import parse_credit_code

    return parse_credit_code(text) or Flaw("check_digit", "check_digit")


def _clean_day(cell: Cell, column: ColumnSpec, today: date) -> str | Flaw:
    moment = parse_moment(cell)
    if moment is None:
        return BAD_DATE
    if column.not_after_today and moment.day > today:
        return Flaw("out_of_range", "after_today", {"today": today.isoformat()})
    return moment.day.isoformat() if column.kind == "day" else f"{moment.day} {moment.clock}+08"


def _clean_choice(cell: Cell, choices: dict[str, Any], column: ColumnSpec) -> str | Flaw:
    text = normalised(as_text(cell))
    if text not in choices:
        return Flaw("bad_choice", "choice", {"choices": _spellings(column.choices)})
    value = choices[text]
    return str(value).lower() if isinstance(value, bool) else str(value).translate(_ESCAPES)


def _spellings(choices: dict[str, Any]) -> str:
    """The first spelling of each value: the one that is also written."""
    first: dict[Any, str] = {}
    for text, value in choices.items():
        first.setdefault(value, text)
    return " / ".join(first.values())


_TEXTS = {"text": _parse_text, "key": _parse_key, "uscc": _parse_uscc}
