"""The errors of a refused file, grouped for its sender."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ErrorCode(TextChoices):
    """The codes of the spreadsheet contract, in words for a heading."""

    UNREADABLE = "unreadable", _("file cannot be read")
    MISSING_COLUMN = "missing_column", _("column missing")
    EMPTY = "empty", _("no data rows")
    REQUIRED = "required", _("required cell is blank")
    BAD_CHOICE = "bad_choice", _("not one of the accepted words")
    BAD_NUMBER = "bad_number", _("no number, or too many decimals")
    BAD_DATE = "bad_date", _("no date")
    OUT_OF_RANGE = "out_of_range", _("outside the permitted range")
    UNKNOWN_CODE = "unknown_code", _("code unknown, or outside your scope")
    CHECK_DIGIT = "check_digit", _("check digit wrong")
    NUMERIC_KEY = "numeric_key", _("code that Excel turned into a number")
    FORMULA = "formula", _("formula in a code")
    DUPLICATE = "duplicate", _("row given twice")
    CONFLICT = "conflict", _("differs from what stands")
    CYCLE = "cycle", _("goes round in a circle")
    RULE = "rule", _("against a rule")


@dataclass(frozen=True)
class Flaws:
    """Errors of one column and code among those listed: how many, and the first rows."""

    column: str
    code: str
    word: str
    number: int
    rows: tuple[int, ...]


#: How many rows a group of errors names.
_NAMED_ROWS = 5


def grouped(errors: list[dict[str, Any]]) -> list[Flaws]:
    """The listed errors by column and code, the most frequent first."""
    counts = Counter((error["column"] or "", error["code"]) for error in errors)
    return [
        Flaws(column, code, ErrorCode(code).label, number, tuple(_rows(errors, column, code)))
        for (column, code), number in counts.most_common()
    ]


def _rows(errors: list[dict[str, Any]], column: str, code: str) -> Iterator[int]:
    found = (e["row"] for e in errors if (e["column"] or "", e["code"]) == (column, code))
    named = (row for row in found if row is not None)
    for row, _place in zip(named, range(_NAMED_ROWS), strict=False):
        yield row
