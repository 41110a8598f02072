"""Sheets of a million rows: the database makes each row as XML, and it is streamed through.

A cell at a time, a writer in Python takes twelve times as long as the fastest one there is, and
that one writes no formulas beside their values. XlsxWriter keeps the rows of a sheet of constant
memory as text in a file, to which whatever makes the same text may append.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.db import connection
from xlsxwriter import Workbook
from xlsxwriter import workbook as packing
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exchange.columns import Kind
from exchange.rowtext import NUMBER, Cells, Heading, row_statement
from exchange.workbooks import NUMBER_FORMATS, OPTIONS, WIDTHS

# Packing took a third of the time; at this level it takes half of that, for a fifth more bytes.
# The library has no option for it.
packing.ZipFile = partial(ZipFile, compresslevel=3)  # type: ignore[misc,assignment]

#: Excel's limit.
ROWS_A_SHEET = 1_048_576
#: Rows above the data: what the sheet is, and the headings.
ROWS_ABOVE = 2
#: Rows that the database hands over at a time.
BATCH = 1_000


class Formats:
    """The formats of a workbook, one for each kind of column."""

    def __init__(self, workbook: Workbook) -> None:
        self.title = workbook.add_format({"font_color": "#44546A"})
        self.heading = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F7"})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
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


@contextmanager
def long_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook of constant memory, which is at ``path`` only once it is whole.

    What it needs meanwhile lies in a folder beside it, which goes in any case.
    """
    with tempfile.TemporaryDirectory(prefix=".yuliu-", dir=path.parent) as folder:
        made = Path(folder) / "made.xlsx"
        workbook = Workbook(made, OPTIONS | {"tmpdir": folder, "use_zip64": True})
        try:
            yield workbook
            workbook.close()
        finally:
            for sheet in workbook.worksheets():
                sheet.row_data_fh.close()
        made.replace(path)


class LongSheet(Worksheet):
    """A sheet of constant memory that takes whole rows as text, below its headings."""

    def begin(self, title: str, headings: Sequence[Heading], formats: Formats) -> None:
        """Write what the sheet is and its headings, which stay in sight."""
        self.write_string(0, 0, title, formats.title)
        for place, heading in enumerate(headings):
            text = str(heading.text)
            self.set_column(place, place, max(WIDTHS[heading.kind], 2 * len(text) + 2))
            self.write_string(1, place, text, formats.heading)
        self.freeze_panes(ROWS_ABOVE, 0)
        self._write_single_row(ROWS_ABOVE)

    def append(self, rows: str) -> None:
        """Append rows that are XML already, in their order."""
        self.row_data_fh.write(rows)

    def finish(self, last: int) -> None:
        """Say how far the rows reach; ``last`` as Excel counts."""
        self.dim_rowmax = last - 1
        self.autofilter(ROWS_ABOVE - 1, 0, last - 1, self.dim_colmax)


@dataclass(frozen=True)
class Extent:
    """Rows of one sheet, as Excel counts them."""

    sheet: str
    first: int
    last: int

    def cells(self, letter: str) -> str:
        """Their cells of one column, as a formula names them."""
        name = self.sheet.replace("'", "''")
        return f"'{name}'!${letter}${self.first}:${letter}${self.last}"


#: XML of the cells that a row ends with, by the row's key and number.
Ending = Callable[[Any, int], str]


class LongTable:
    """Rows under the same headings, on as many sheets as they need.

    ``extents`` are those of all rows; ``groups`` those of each key, whose rows stand together.
    """

    def __init__(
        self,
        workbook: Workbook,
        formats: Formats,
        *,
        name: str,
        title: str,
        headings: Sequence[Heading],
    ) -> None:
        self.rows = 0
        self.extents: list[Extent] = []
        self.groups: dict[Any, list[Extent]] = {}
        self._workbook, self._formats = workbook, formats
        self._name, self._title, self._headings = name, title, headings
        self._key: Any = None
        self._open_sheet(name)

    def fill(
        self,
        source: str,
        parameters: dict[str, Any],
        *,
        order: str,
        cut: str,
        ending: Ending = lambda key, row: "",
        seen: Callable[[int], None] = lambda rows: None,
    ) -> None:
        """Write the rows of relation ``source``, which says ``key`` and what the columns name.

        By the ``order`` the rows of a key come one after another. ``cut`` is the word at the end
        of a text that is too long for a cell; ``seen`` is told of every few rows written.
        """
        columns = [heading for heading in self._headings if isinstance(heading, Cells)]
        styles = [self._formats.index(column.kind) for column in columns]
        statement = row_statement(source, columns, styles, order=order, cut=cut)
        for batch in _batches(statement, parameters):
            for key, row in batch:
                self._take(key, row, ending)
            seen(len(batch))
        self._end_group()
        self._end_sheet()

    def _open_sheet(self, name: str) -> None:
        self._sheet: Any = self._workbook.add_worksheet(name, worksheet_class=LongSheet)
        self._sheet.begin(self._title, self._headings, self._formats)
        self._row, self._first = ROWS_ABOVE, ROWS_ABOVE + 1

    def _take(self, key: Any, row: str, ending: Ending) -> None:
        full = self._row == ROWS_A_SHEET
        if full or key != self._key:
            self._end_group()
            self._key = key
        if full:
            self._end_sheet()
            self._open_sheet(f"{self._name}({len(self.extents) + 1})")
        self._row += 1
        self.rows += 1
        number = str(self._row)
        cells = row.replace(NUMBER, number)
        self._sheet.append(f'<row r="{number}">{cells}{ending(key, self._row)}</row>')

    def _end_group(self) -> None:
        if self._row >= self._first:
            extent = Extent(self._sheet.name, self._first, self._row)
            self.groups.setdefault(self._key, []).append(extent)
        self._first = self._row + 1

    def _end_sheet(self) -> None:
        self.extents.append(
            Extent(self._sheet.name, ROWS_ABOVE + 1, max(self._row, ROWS_ABOVE + 1))
        )
        self._sheet.finish(max(self._row, ROWS_ABOVE + 1))


def _batches(statement: str, parameters: dict[str, Any]) -> Iterator[list[tuple[Any, str]]]:
    """The rows as they come: the database makes the next ones while these are written."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        rows = cursor.stream(statement, parameters, size=BATCH)
        while batch := list(islice(rows, BATCH)):
            yield batch
