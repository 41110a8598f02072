"""Cells that hold a number. Decimal digits all the way: no float is ever rounded here."""

import re
from collections.abc import Callable
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
NUMBER_KINDS = frozenset(_BOUNDS)

_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
_YEAR = re.compile(r"([0-9]{4})年?")
_BAD_NUMBER = Flaw("bad_number", "number")


def number_parser(column: ColumnSpec, shift: int) -> Callable[[Cell], str | Flaw]:
    """The parser of a column of amounts, integers, decimals or percentages.

    It moves the point ``shift`` places to the right and takes as many decimals more.
    """
    check = _bounds_check(column)
    places = {"integer": 0, "percent": PERCENT_PLACES}.get(column.kind, column.places) + shift
    is_percent = column.kind == "percent"

    def parse(cell: Cell) -> str | Flaw:
        text = normalised(as_text(cell))
        match = _NUMBER.fullmatch(text.removesuffix("%").rstrip() if is_percent else text)
        if match is None:
            return _BAD_NUMBER
        sign, whole, decimals = match.groups("")
        decimals = decimals.rstrip("0")
        if len(decimals) > places:
            return Flaw("bad_number", "places", {"places": places})
        number = _plain(sign, whole.replace(",", ""), decimals.ljust(shift, "0"), shift)
        return check(Decimal(number)) or number

    return parse


def parse_year(cell: Cell) -> str | Flaw:
    match = _YEAR.fullmatch(normalised(as_text(cell)))
    if match is None:
        return Flaw("bad_number", "year")
    if not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return Flaw("out_of_range", "between", {"minimum": FIRST_YEAR, "maximum": LAST_YEAR})
    return match[1]


def bounds_of(column: ColumnSpec) -> tuple[Decimal, Decimal]:
    """The smallest and the largest number that the column and its field allow."""
    minimum, maximum = _BOUNDS[column.kind]
    if column.minimum is not None:
        minimum = max(minimum, column.minimum)
    if column.maximum is not None:
        maximum = min(maximum, column.maximum)
    return minimum, maximum


def _plain(sign: str, whole: str, decimals: str, shift: int) -> str:
    """The digits with the point moved, and no zero before them."""
    whole = (whole + decimals[:shift]).lstrip("0") or "0"
    decimals = decimals[shift:]
    number = f"{whole}.{decimals}" if decimals else whole
    return "-" + number if sign == "-" and number != "0" else number


def _bounds_check(column: ColumnSpec) -> Callable[[Decimal], Flaw | None]:
    minimum, maximum = bounds_of(column)

    def check(number: Decimal) -> Flaw | None:
        if column.above and number <= minimum:
            return Flaw("out_of_range", "above", {"minimum": str(minimum)})
        if number < minimum:
            return Flaw("out_of_range", "at_least", {"minimum": str(minimum)})
        if number > maximum:
            return Flaw("out_of_range", "at_most", {"maximum": str(maximum)})
        return None

    return check
