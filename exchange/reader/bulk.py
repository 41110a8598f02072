"""Cleaning of many cells of one column at once.

Most columns of a clean file hold text that is stored as it stands. One look at the joined cells
shows that for a whole batch; only a batch that does not pass is cleaned cell by cell
(exchange.reader.cells). Both ways give the same values.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from exchange.reader.cells import NULL, Cleaner, cleaner
from exchange.reader.columns import ColumnSpec
from exchange.reader.flaws import Flaw
from exchange.reader.numbers import bounds_of
from exchange.reader.values import EXCEL_DIGITS, Cell

#: Of a key, what stands for itself when stored: nothing to normalise, to take off or to escape,
#: and no plus sign, for that may be a power of ten.
_PLAIN_KEY = r"[!-*,-\[\]-~]"
#: What a text may not hold to be stored as it stands.
_ESCAPED = "\\\t\n\r\0"
#: The look of a moment; whether there is such a day and time is asked of datetime, whose newer
#: versions know an hour 24.
_MOMENT = r"[0-9-]{10} (?!24)[0-9:]{8}"

#: How each type of cell becomes text, where it then can be plain.
Readers = dict[type, Callable[[Any], str]]
_KEYS: Readers = {str: str.strip}
_NUMBERS: Readers = {str: str.strip, float: repr}
_MOMENTS: Readers = {str: str.strip, datetime: lambda moment: moment.isoformat(" ")}

BatchCleaner = Callable[[Sequence[Cell]], Sequence[str | Flaw]]
#: The values of a batch, or None where it must be cleaned cell by cell.
PlainReader = Callable[[Sequence[Cell]], Sequence[str] | None]


def batch_cleaner(column: ColumnSpec, today: date, shift: int = 0) -> BatchCleaner:
    """The function that cleans a batch of one column's cells; the same rules as ``cleaner``."""
    clean = cleaner(column, today, shift)
    read_plain = None if shift else plain_reader(column, today)
    if read_plain is None:
        return lambda cells: _each_value_once(clean, cells)

    def clean_batch(cells: Sequence[Cell]) -> Sequence[str | Flaw]:
        values = read_plain(cells)
        return list(map(clean, cells)) if values is None else values

    return clean_batch


def _each_value_once(clean: Cleaner, cells: Sequence[Cell]) -> list[str | Flaw]:
    if set(map(type, cells)) != {str}:
        # 1.0 and TRUE are equal in Python and not in a spreadsheet.
        return list(map(clean, cells))
    values = {cell: clean(cell) for cell in set(cells)}
    return [values[cell] for cell in cells]


def plain_reader(column: ColumnSpec, today: date) -> PlainReader | None:
    """The reader of batches that need no cleaning.

    None for the kinds whose values repeat so much that the memo of each cell is as fast.
    """
    if column.kind == "text":
        return _plain_texts(column)
    if column.kind == "key":
        return _matching(f"{_PLAIN_KEY}{{1,{column.max_length}}}", column, _KEYS)
    if column.kind in ("amount", "decimal", "integer"):
        return _plain_numbers(column)
    if column.kind == "moment":
        return _plain_moments(column, today)
    return None


def _plain_texts(column: ColumnSpec) -> PlainReader:
    """Without an expression: what one would have to try at each character, Python finds faster."""

    def read(cells: Sequence[Any]) -> list[str] | None:
        try:
            texts = list(map(str.strip, cells))
        except TypeError:  # a cell that is no text
            return None
        joined = "".join(texts)
        if any(character in joined for character in _ESCAPED):
            return None
        if (column.required and "" in texts) or max(map(len, texts)) > column.max_length:
            return None
        return texts

    return read


def _plain_numbers(column: ColumnSpec) -> PlainReader | None:
    pattern = _number_pattern(column)
    if pattern is None:
        return None
    read_matching = _matching(pattern, column, _NUMBERS)

    def read(cells: Sequence[Cell]) -> list[str] | None:
        texts = read_matching(cells)
        if texts is None:
            return None
        return [text.rstrip("0").rstrip(".") if "." in text else text for text in texts]

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
    read_matching = _matching(_MOMENT, column, _MOMENTS)
    last = (today if column.not_after_today else date.max).isoformat()

    def read(cells: Sequence[Cell]) -> list[str] | None:
        texts = read_matching(cells)
        if texts is None or max(texts)[:10] > last or not _are_moments(texts):
            return None
        return [f"{text}+08" if text else NULL for text in texts]

    return read


def _are_moments(texts: Sequence[str]) -> bool:
    try:
        # Not kept: all that counts is that each can be made.
        deque(map(datetime.fromisoformat, filter(None, texts)), maxlen=0)
    except ValueError:
        return False
    return True


def _matching(pattern: str, column: ColumnSpec, readers: Readers) -> PlainReader:
    """The reader of batches whose cells match ``pattern``: as they stand, or once read as text.

    A cell may be empty where the column may be blank.
    """
    optional = "" if column.required else "?"
    lines = re.compile(rf"(?:(?:{pattern}){optional}\n)*")

    def all_match(texts: Sequence[str]) -> bool:
        joined = "\n".join([*texts, ""])
        return joined.count("\n") == len(texts) and lines.fullmatch(joined) is not None

    def read(cells: Sequence[Any]) -> Sequence[str] | None:
        types = set(map(type, cells))
        if types == {str} and all_match(cells):
            return cells
        if not types <= readers.keys():
            return None
        texts = [readers[type(cell)](cell) for cell in cells]
        return texts if all_match(texts) else None

    return read
