"""Sheets of a million rows: the database makes each row as XML, and it is streamed through.

A cell at a time, a writer in Python takes twelve times as long as the fastest one there is, and
the fastest one writes no formulas that carry their values. XlsxWriter keeps the rows of a sheet of
constant memory as text in a file; whatever makes that text may append to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from psycopg import sql
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from exchange.columns import Kind
from exchange.workbooks import NUMBER_FORMATS, WIDTHS

#: Excel's limit.
ROWS_A_SHEET = 1_048_576
#: Excel keeps 32,767 characters in a cell and counts an emoji as two.
CHARACTERS = 16_000
#: Rows above the data: what the sheet is, and the headings.
ROWS_ABOVE = 2

_AMOUNTS_AND_NUMBERS = ("amount", "integer", "decimal", "percent", "year")
#: Characters that XML cannot hold; they are shown as a mark.
_UNSPEAKABLE = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
_MARK = "\ufffd"
#: What makes a text another one as XML: most have none of it, and are taken as they are.
_SPECIAL = r"[&<>\u0001-\u001f\ufffe\uffff]|_x|^\s|\s$"


@dataclass(frozen=True)
class Heading:
    """A column of a sheet: its heading and how its cells are written."""

    text: str | Promise
    kind: Kind


@dataclass(frozen=True)
class Cells(Heading):
    """A column whose cells the database makes from an expression; NULL and "" are blank."""

    value: str


class LongSheet(Worksheet):
    """A sheet of constant memory that takes whole rows as text, below its headings."""

    def begin(self, title: str, headings: Sequence[Heading], formats: "Formats") -> None:
        """Write what the sheet is and its headings, which stay in sight."""
        self.write_string(0, 0, title, formats.title)
        for place, heading in enumerate(headings):
            text = str(heading.text)
            width = max(WIDTHS[heading.kind], 2 * len(text) + 2)
            self.set_column(place, place, width)
            self.write_string(1, place, text, formats.heading)
        self.freeze_panes(ROWS_ABOVE, 0)
        self._last_column = len(headings) - 1
        self._write_single_row(ROWS_ABOVE)

    def append(self, rows: str) -> None:
        """Append rows that are XML already, in their order."""
        self.row_data_fh.write(rows)

    def finish(self, last_row: int) -> None:
        """Say how far the appended rows reach; ``last_row`` as Excel counts."""
        self._check_dimensions(last_row - 1, self._last_column)
        self.autofilter(ROWS_ABOVE - 1, 0, max(last_row, ROWS_ABOVE) - 1, self._last_column)


class Formats:
    """The formats of a workbook, by kind of column."""

    def __init__(self, workbook: Workbook) -> None:
        self.title = workbook.add_format({"font_color": "#44546A"})
        self.heading = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F7"})
        self.bold = workbook.add_format({"bold": True})
        self._workbook = workbook
        self._made: dict[tuple[Kind, bool], Format] = {}

    def of(self, kind: Kind, *, bold: bool = False) -> Format:
        if (kind, bold) not in self._made:
            look = {"num_format": NUMBER_FORMATS.get(kind, "0.00"), "bold": bold}
            self._made[kind, bold] = self._workbook.add_format(look)
        return self._made[kind, bold]

    def index(self, kind: Kind) -> int:
        """The number by which the XML of a cell names its format."""
        return self.of(kind)._get_xf_index()


def literal(text: object) -> str:
    """A text as SQL, in a statement that has parameters."""
    return sql.Literal(str(text)).as_string(None).replace("%", "%%")


def worded(column: str, choices: Iterable[tuple[object, object]]) -> str:
    """SQL for the word of a choice."""
    cases = " ".join(f"WHEN {literal(key)} THEN {literal(word)}" for key, word in choices)
    return f"CASE {column}::text {cases} END"


def row_start(columns: Sequence[Cells], formats: Formats, *, cut: str) -> str:
    """SQL for a row's XML without its end, from a relation that says its number ``n``, as text.

    The relation has the columns ``c0``, ``c1``, …: see :func:`values`. ``cut`` is the word at the
    end of a text that is too long for a cell.
    """
    cells = [
        _cell(xl_col_to_name(place), formats.index(column.kind), column.kind, f"c{place}", cut)
        for place, column in enumerate(columns)
    ]
    return f"""concat('<row r="', n, '">', {", ".join(cells)})"""


def values(columns: Sequence[Cells]) -> str:
    """SQL for the values of the columns, as :func:`row_start` wants them."""
    return ", ".join(f"{_plain(c.kind, c.value)} AS c{place}" for place, c in enumerate(columns))


def _plain(kind: Kind, value: str) -> str:
    """SQL for a value as text: days and moments as Excel counts them."""
    if kind == "day":
        return f"({value}) - DATE '1899-12-30'"
    if kind == "moment":
        local = f"({value}) AT TIME ZONE 'Asia/Shanghai' - TIMESTAMP '1899-12-30'"
        return f"round((extract(epoch FROM {local}) / 86400)::numeric, 9)"
    if kind in _AMOUNTS_AND_NUMBERS:
        return f"({value})"
    return f"nullif(({value})::text, '')"


def _cell(letter: str, style: int, kind: Kind, value: str, cut: str) -> str:
    start = f"""'<c r="{letter}' || n || '" s="{style}"""
    if kind in (*_AMOUNTS_AND_NUMBERS, "day", "moment"):
        return f"""{start}"><v>' || {value} || '</v></c>'"""
    return f"""{start}" t="inlineStr"><is>' || {_text(value, cut)} || '</is></c>'"""


def _text(value: str, cut: str) -> str:
    """SQL for the element of a text, in which whatever it holds stays text."""
    long = f"octet_length({value}) > {CHARACTERS}"
    return f"""
        CASE WHEN {long} OR {value} ~ {literal(_SPECIAL)}
        THEN '<t xml:space="preserve">' || {_escaped(value, cut)} || '</t>'
        ELSE '<t>' || {value} || '</t>' END
    """


def _escaped(value: str, cut: str) -> str:
    shown = f"""
        CASE WHEN char_length({value}) > {CHARACTERS}
        THEN left({value}, {CHARACTERS}) || {literal(cut)} ELSE {value} END
    """
    marked = f"translate({shown}, {literal(_UNSPEAKABLE)}, {literal(_MARK * len(_UNSPEAKABLE))})"
    # Excel takes _x0041_ for a letter; what looks like one is told apart as Excel itself does.
    apart = f"regexp_replace({marked}, '_(x[0-9A-Fa-f]{{{{4}}}}_)', '_x005F_\\1', 'g')"
    apart = apart.replace("{{", "{").replace("}}", "}")
    ends = f"replace({apart}, chr(13), '&#13;')"
    for plain, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        if plain == "&":
            ends = f"replace({apart}, '&', '&amp;')"
            continue
        ends = f"replace({ends}, {literal(plain)}, {literal(written)})"
    return f"replace({ends}, chr(13), '&#13;')"


def number_cell(letter: str, row: int, style: int, value: object) -> str:
    """The XML of a number."""
    return f'<c r="{letter}{row}" s="{style}"><v>{value}</v></c>'


def formula_cell(letter: str, row: int, style: int, formula: str, value: object) -> str:
    """The XML of a formula of ours with the value that it has; a text is marked as one."""
    kind = ' t="str"' if isinstance(value, str) else ""
    return f'<c r="{letter}{row}" s="{style}"{kind}><f>{formula}</f><v>{value}</v></c>'


def quoted(sheet: str) -> str:
    """The name of a sheet as formulas say it."""
    return "'" + sheet.replace("'", "''") + "'"


def gathered(texts: Iterable[str], size: int = 500) -> Iterator[str]:
    """The texts, some hundred at a time: fewer and larger writes."""
    some: list[str] = []
    for text in texts:
        some.append(text)
        if len(some) == size:
            yield "".join(some)
            some.clear()
    yield "".join(some)
