"""Rows of a sheet as XML, made by the database: SQL for what a column's cells are.

Whatever a text holds stays text: it never becomes a formula, a link or a number.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise
from psycopg import sql
from xlsxwriter.utility import xl_col_to_name

from exchange.columns import Kind

#: Excel keeps 32,767 characters in a cell and counts an emoji as two.
CHARACTERS = 16_000
#: Stands for the number of the row; no text can hold it.
NUMBER = "\x01"
#: Kinds whose cells are numbers to Excel.
NUMBERS: tuple[Kind, ...] = ("amount", "integer", "decimal", "percent", "year", "day", "moment")

#: Characters that XML cannot hold; each is shown as a mark.
_UNSPEAKABLE = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
_MARK = "\ufffd"
#: What makes a text another one as XML; most rows have none of it and are taken as they are.
_SPECIAL = r"[&<>\u0001-\u001f\ufffe\uffff]|_x|^\s|\s$"
#: The same in all texts of a row, with a bar between them.
_SPECIAL_IN_ROW = r"[&<>\u0001-\u001f\ufffe\uffff]|_x|(^|[|])\s|\s([|]|$)"
#: Excel reads _x0041_ as a letter; a text that looks so is told apart as Excel does it.
_LOOKS_CODED = "_(x[0-9A-Fa-f]{4}_)"
_CODED = r"_x005F_\1"


@dataclass(frozen=True)
class Heading:
    """A column of a sheet: its heading, and how its cells are written."""

    text: str | Promise
    kind: Kind


@dataclass(frozen=True)
class Cells(Heading):
    """A column that the database fills from an expression; NULL and "" are blank cells.

    One that is ``always`` filled is made without asking first.
    """

    value: str
    always: bool = False


def row_statement(
    source: str, columns: Sequence[Cells], styles: Sequence[int], *, order: str, cut: str
) -> str:
    """SQL for each row of relation ``source`` by ``order``: its ``key``, and the XML of its cells.

    ``styles`` are the numbers of the columns' formats, ``cut`` is the word at the end of a text
    that is too long for a cell. The number of the row is left to the writer, as :data:`NUMBER`.
    """
    named = [(f"c{place}", column) for place, column in enumerate(columns)]
    values = ", ".join(f"{_value(column.kind, column.value)} AS {name}" for name, column in named)
    texts = [name for name, column in named if column.kind not in NUMBERS]
    plain, careful = (
        ", ".join(
            _cell(xl_col_to_name(place), style, column, name, text)
            for place, ((name, column), style) in enumerate(zip(named, styles, strict=True))
        )
        for text in (_plain, partial(_text, cut=cut))
    )
    return f"""
        SELECT key, CASE WHEN {_is_special(texts)} THEN concat({careful}) ELSE concat({plain}) END
        FROM (SELECT *, {values} FROM ({source}) source ORDER BY {order}) sorted
    """


def _is_special(texts: Sequence[str]) -> str:
    """SQL for whether any text of a row needs care; asked once, it takes a third of the time."""
    row = f"concat_ws('|', {', '.join(texts)})" if texts else "''"
    return f"octet_length({row}) > {CHARACTERS} OR {row} ~ {literal(_SPECIAL_IN_ROW)}"


def literal(text: object) -> str:
    """A text as SQL, in a statement that has parameters."""
    return sql.Literal(str(text)).as_string(None).replace("%", "%%")


def worded(column: str, choices: Iterable[tuple[object, object]]) -> str:
    """SQL for the word of a choice."""
    cases = " ".join(f"WHEN {literal(key)} THEN {literal(word)}" for key, word in choices)
    return f"CASE ({column})::text {cases} END"


def _value(kind: Kind, value: str) -> str:
    """SQL for a value as the cell says it: days and moments as Excel counts them."""
    if kind == "day":
        return f"({value}) - DATE '1899-12-30'"
    if kind == "moment":
        since = f"({value}) AT TIME ZONE 'Asia/Shanghai' - TIMESTAMP '1899-12-30'"
        return f"round(extract(epoch FROM {since}) / 86400, 9)"
    return value if kind in NUMBERS else f"nullif(({value})::text, '')"


def _cell(letter: str, style: int, column: Cells, value: str, text: Callable[[str], str]) -> str:
    """SQL for one cell, as arguments of ``concat``, which leaves out what is NULL."""
    is_number = column.kind in NUMBERS
    kind, end = ("><v>", "</v></c>") if is_number else (' t="inlineStr"><is>', "</is></c>")
    content = value if is_number else text(value)
    parts = f"""'<c r="{letter}{NUMBER}" s="{style}"{kind}', {content}, '{end}'"""
    return parts if column.always else f"CASE WHEN {value} IS NOT NULL THEN concat({parts}) END"


def _plain(value: str) -> str:
    return f"'<t>', {value}, '</t>'"


def _text(value: str, *, cut: str) -> str:
    return f"""
        CASE WHEN octet_length({value}) > {CHARACTERS} OR {value} ~ {literal(_SPECIAL)}
        THEN concat('<t xml:space="preserve">', {_escaped(value, cut)}, '</t>')
        ELSE concat({_plain(value)}) END
    """


def _escaped(value: str, cut: str) -> str:
    text = f"""
        CASE WHEN char_length({value}) > {CHARACTERS}
        THEN left({value}, {CHARACTERS}) || {literal(cut)} ELSE {value} END
    """
    text = f"translate({text}, {literal(_UNSPEAKABLE)}, {literal(_MARK * len(_UNSPEAKABLE))})"
    text = f"regexp_replace({text}, {literal(_LOOKS_CODED)}, {literal(_CODED)}, 'g')"
    # The ampersand first; a carriage return that is not coded would be read as a line's end.
    for plain, coded in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = f"replace({text}, {literal(plain)}, {literal(coded)})"
    return text
