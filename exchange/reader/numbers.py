"""Cells that hold a number. Decimal digits all the way: no float is ever rounded here."""

import re
from decimal import Decimal

from exchange.reader.columns import ColumnSpec
from exchange.reader.flaws import Flaw
from exchange.reader.values import Cell, as_text, normalised

PERCENT_PLACES = 4
FIRST_YEAR, LAST_YEAR = 2000, 2100

#: What a field can hold at all, whatever its column allows: amounts are numeric(18, 2).
_BOUNDS = {
    "amount": (Decimal(0), Decimal("9999999999999999.99")),
    "integer": (Decimal(-(2**31)), Decimal(2**31 - 1)),
    "decimal": (Decimal("-999999999999"), Decimal("999999999999")),
    "percent": (Decimal("-999999"), Decimal("999999")),
}
_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
_YEAR = re.compile(r"([0-9]{4})年?")

_BAD_NUMBER = Flaw("bad_number", "number")


def parse_amount(cell: Cell, column: ColumnSpec, shift: int) -> str | Flaw:
    """Yuan; ``shift`` is 4 where the column is in units of 10,000 yuan."""
    return _parse(normalised(as_text(cell)), column, column.places, shift)


def parse_decimal(cell: Cell, column: ColumnSpec, _shift: int) -> str | Flaw:
    return _parse(normalised(as_text(cell)), column, column.places)


def parse_integer(cell: Cell, column: ColumnSpec, _shift: int) -> str | Flaw:
    return _parse(normalised(as_text(cell)), column, 0)


def parse_percent(cell: Cell, column: ColumnSpec, _shift: int) -> str | Flaw:
    """The number before the percent sign, with or without it."""
    text = normalised(as_text(cell)).removesuffix("%").rstrip()
    return _parse(text, column, PERCENT_PLACES)


def parse_year(cell: Cell, _column: ColumnSpec, _shift: int) -> str | Flaw:
    match = _YEAR.fullmatch(normalised(as_text(cell)))
    if match is None:
        return Flaw("bad_number", "year")
    if not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return Flaw("out_of_range", "between", {"minimum": FIRST_YEAR, "maximum": LAST_YEAR})
    return match[1]


def _parse(text: str, column: ColumnSpec, places: int, shift: int = 0) -> str | Flaw:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return _BAD_NUMBER
    whole, decimals = match[2].replace(",", ""), (match[3] or "").rstrip("0")
    if len(decimals) > places + shift:
        return Flaw("bad_number", "places", {"places": places + shift})
    number = _shifted(match[1], whole, decimals, shift)
    return _outside(Decimal(number), column) or number


def _shifted(sign: str, whole: str, decimals: str, shift: int) -> str:
    """The digits with the point moved to the right, and no zero before or after them."""
    decimals = decimals.ljust(shift, "0")
    whole = (whole + decimals[:shift]).lstrip("0") or "0"
    number = whole + ("." + decimals[shift:] if decimals[shift:] else "")
    return "-" + number if sign == "-" and number != "0" else number


def _outside(number: Decimal, column: ColumnSpec) -> Flaw | None:
    lowest, highest = _BOUNDS[column.kind]
    minimum = lowest if column.minimum is None else max(lowest, column.minimum)
    maximum = highest if column.maximum is None else min(highest, column.maximum)
    if column.above and number <= minimum:
        return Flaw("out_of_range", "above", {"minimum": str(minimum)})
    if minimum <= number <= maximum:
        return None
    if column.maximum is None and number < minimum:
        return Flaw("out_of_range", "at_least", {"minimum": str(minimum)})
    return Flaw("out_of_range", "between", {"minimum": str(minimum), "maximum": str(maximum)})
