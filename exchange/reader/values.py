"""The text of a cell: what a person who looks at it would call its content."""

import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

#: A csv cell is text; calamine gives the rest. A blank cell is the empty text.
Cell = str | float | int | bool | datetime | date | time | timedelta

#: Excel keeps so many digits of a number.
EXCEL_DIGITS = 15


def normalised(text: str) -> str:
    """NFKC, outer blanks off; the non-breaking space is a blank."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def plain_number(value: float) -> str:
    """The number at Excel's own precision of 15 digits, never in powers of ten."""
    return format(Decimal(format(value, f".{EXCEL_DIGITS}g")), "f")


def as_text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return plain_number(cell)
    return str(cell).removesuffix(" 00:00:00")


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()
