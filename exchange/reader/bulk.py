"""Cleaning of many cells of one column at once.

Most columns of a clean file hold text that is stored as it stands. One regular expression over
the joined cells shows that for a whole batch; only a batch that it does not match is cleaned
cell by cell (exchange.reader.cells). Both ways give the same values.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from exchange.reader.cells import NULL, cleaner
from exchange.reader.columns import ColumnSpec
from exchange.reader.days import PLATFORM_MOMENT, parse_day
from exchange.reader.flaws import Flaw
from exchange.reader.numbers import bounds_of
from exchange.reader.values import EXCEL_DIGITS, Cell

#: What stands for itself when stored: nothing to normalise, to take off or to escape. A key has
#: no plus sign either, for that may be a power of ten.
_PLAIN_CHARACTER = {"key": r"[!-*,-\[\]-~]", "text": r"[^\s\\\0]"}

#: How each type of cell becomes text, where it then can be plain.
Readers = dict[type, Callable[[Any], str]]
_TEXTS: Readers = {str: str.strip}
_NUMBERS: Readers = {str: str.strip, float: repr}
_MOMENTS: Readers = {str: str.strip, datetime: lambda moment: moment.isoformat(" ")}

BatchCleaner = Callable[[Sequence[Cell]], Sequence[str | Flaw]]
#: The values of a batch, or None where it must be cleaned cell by cell.
PlainReader = Callable[[Sequence[Cell]], list[str] | None]


def batch_cleaner(column: ColumnSpec, today: date, shift: int = 0) -> BatchCleaner:
    """The function that cleans a batch of one column's cells; the same rules as ``cleaner``."""
    clean = cleaner(column, today, shift)
    read_plain = None if shift else plain_reader(column, today)
    if read_plain is None:
        return lambda cells: list(map(clean, cells))

    def clean_batch(cells: Sequence[Cell]) -> Sequence[str | Flaw]:
        values = read_plain(cells)
        return list(map(clean, cells)) if values is None else values

    return clean_batch


def plain_reader(column: ColumnSpec, today: date) -> PlainReader | None:
    """The reader of batches that need no cleaning.

    None for the kinds whose values repeat so much that the memo of each cell is as fast.
    """
    if column.kind in _PLAIN_CHARACTER:
        return _plain_texts(column)
    if column.kind in ("amount", "decimal", "integer"):
        return _plain_numbers(column)
    if column.kind == "moment":
        return _plain_moments(column, today)
    return None


def _plain_texts(column: ColumnSpec) -> PlainReader:
    all_match = _matcher(f"{_PLAIN_CHARACTER[column.kind]}{{1,{column.max_length}}}", column)

    def read(cells: Sequence[Cell]) -> list[str] | None:
        texts = _texts(cells, _TEXTS)
        if texts is None or not all_match(texts):
            return None
        return [text or NULL for text in texts] if "" in texts else texts

    return read


def _plain_numbers(column: ColumnSpec) -> PlainReader | None:
    pattern = _number_pattern(column)
    if pattern is None:
        return None
    all_match = _matcher(pattern, column)

    def read(cells: Sequence[Cell]) -> list[str] | None:
        texts = _texts(cells, _NUMBERS)
        if texts is None or not all_match(texts):
            return None
        return [text.rstrip("0").rstrip(".") if "." in text else text or NULL for text in texts]

    return read


def _number_pattern(column: ColumnSpec) -> str | None:
    """Digits without a sign: so few that no number is too large, nor more exact than Excel's.

    Up to 15 digits ``repr`` of a float gives the digits that were typed, as Excel shows them.
    """
    low, high = bounds_of(column)
    places = 0 if column.kind == "integer" else column.places
    digits = min(high.adjusted(), EXCEL_DIGITS - places)
    if low > 0 or digits < 1:
        return None
    zero = r"(?!0(?:\.0*)?\n)" if column.above and low == 0 else ""
    decimals = rf"(?:\.[0-9]{{1,{places}}})?" if places else ""
    return rf"{zero}(?:0|[1-9][0-9]{{0,{digits - 1}}}){decimals}"


def _plain_moments(column: ColumnSpec, today: date) -> PlainReader:
    all_match = _matcher(PLATFORM_MOMENT, column)
    last = (today if column.not_after_today else date.max).isoformat()

    def read(cells: Sequence[Cell]) -> list[str] | None:
        texts = _texts(cells, _MOMENTS)
        if texts is None or not all_match(texts):
            return None
        days = {text[:10] for text in texts} - {""}
        if not all(map(parse_day, days)) or max(days, default="") > last:
            return None
        return [f"{text}+08" if text else NULL for text in texts]

    return read


def _texts(cells: Sequence[Any], readers: Readers) -> list[str] | None:
    """The cells as text without outer blanks; None where one is of a type without a reader."""
    types = set(map(type, cells))
    if not types <= readers.keys():
        return None
    if types == {str}:
        return list(map(str.strip, cells))
    return [readers[type(cell)](cell) for cell in cells]


def _matcher(pattern: str, column: ColumnSpec) -> Callable[[Sequence[str]], bool]:
    """Whether each text matches ``pattern``, or is empty where the column may be blank."""
    optional = "" if column.required else "?"
    lines = re.compile(rf"(?:(?:{pattern}){optional}\n)*")

    def all_match(texts: Sequence[str]) -> bool:
        joined = "\n".join([*texts, ""])
        return joined.count("\n") == len(texts) and lines.fullmatch(joined) is not None

    return all_match
