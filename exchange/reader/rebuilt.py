"""A new workbook of the same values, marked: written in constant memory, whatever the size."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exchange.reader.container import part_chunks
from exchange.reader.csvfile import read_records
from exchange.reader.marks import AUTHOR, FILL, PROBLEM_WIDTH, Marks, positions_of
from exchange.reader.sheetxml import MAX_COLUMNS, error_cells
from exchange.reader.table import Places
from exchange.reader.values import Cell, as_text, is_blank
from exchange.reader.workbook import (
    open_sheet,
    percent_places,
    sheet_parts,
    sheet_rows,
    with_errors,
)

#: Text stays text: nothing that a sender wrote becomes a formula, a link or a number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
#: Excel counts days from here.
FIRST_DAY = date(1900, 1, 1)
_NUMBER_FORMATS = {
    datetime: "yyyy-mm-dd hh:mm:ss",
    date: "yyyy-mm-dd",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}
PERCENT_FORMAT = "0.00%"


def write_csv(source: Path, target: Path, marks: Marks) -> None:
    _write(target, None, read_records(source), marks, {})


def write_workbook(source: Path, target: Path, sheet: str, marks: Marks) -> None:
    part = sheet_parts(source)[sheet]
    percents = percent_places(source, part, set(range(1, MAX_COLUMNS + 1)))
    rows = sheet_rows(open_sheet(source, sheet))
    rows = with_errors(rows, error_cells(part_chunks(source, part)))
    _write(target, sheet, rows, marks, percents)


def _write(
    target: Path,
    sheet: str | None,
    rows: Iterable[tuple[int, list[Cell]]],
    marks: Marks,
    percents: Places,
) -> None:
    with Workbook(target, OPTIONS) as workbook:
        page = _Page(workbook, workbook.add_worksheet(sheet), marks)
        for number, cells in rows:
            page.write_row(number, cells, percents.get(number, set()))
        _write_notes(workbook, marks)


def _write_notes(workbook: Workbook, marks: Marks) -> None:
    if not marks.notes:
        return
    notes = workbook.add_worksheet(marks.title)
    notes.set_column(0, 0, PROBLEM_WIDTH)
    for row, message in enumerate(marks.notes):
        notes.write_string(row, 0, message)


class _Page:
    """The data sheet while it is written, row by row."""

    def __init__(self, workbook: Workbook, worksheet: Worksheet, marks: Marks) -> None:
        self.workbook = workbook
        self.worksheet = worksheet
        self.marks = marks
        self.positions: dict[str, int] = {}
        self.problems = 0
        self.formats: dict[tuple[str, bool], Format] = {}
        worksheet.freeze_panes(1, 0)

    def write_row(self, number: int, cells: list[Cell], percents: set[int]) -> None:
        if number == 1:
            self._take_headings(cells)
        wrong = dict(self.marks.cells(number, self.positions))
        blanks: list[Cell] = [""] * (max(wrong, default=-1) + 1 - len(cells))
        for position, cell in enumerate(cells + blanks):
            if position != self.problems:
                form = self._format(cell, position in percents, position in wrong)
                self._write_cell(number - 1, position, cell, form)
        for position, message in wrong.items():
            self.worksheet.write_comment(number - 1, position, message, {"author": AUTHOR})
        text = self.marks.heading if number == 1 else self.marks.message(number)
        if text:
            self.worksheet.write_string(number - 1, self.problems, text)

    def _take_headings(self, cells: list[Cell]) -> None:
        self.positions = positions_of(cells)
        self.problems = self.positions.get(self.marks.heading, len(cells))
        self.worksheet.set_column(self.problems, self.problems, PROBLEM_WIDTH)

    def _format(self, cell: Cell, percent: bool, wrong: bool) -> Format | None:
        number_format = PERCENT_FORMAT if percent else _NUMBER_FORMATS.get(type(cell), "")
        if not number_format and not wrong:
            return None
        key = (number_format, wrong)
        if key not in self.formats:
            form = {"num_format": number_format} if number_format else {}
            fill = {"bg_color": f"#{FILL}"} if wrong else {}
            self.formats[key] = self.workbook.add_format(form | fill)
        return self.formats[key]

    def _write_cell(self, row: int, column: int, cell: Cell, form: Format | None) -> None:
        if is_blank(cell):
            self.worksheet.write_blank(row, column, None, form)
        elif isinstance(cell, bool):
            self.worksheet.write_boolean(row, column, cell, form)
        elif isinstance(cell, (int, float)):
            self.worksheet.write_number(row, column, cell, form)
        elif isinstance(cell, (time, timedelta)) or (
            isinstance(cell, date) and cell.timetuple()[:3] >= FIRST_DAY.timetuple()[:3]
        ):
            self.worksheet.write_datetime(row, column, cell, form)
        else:
            self.worksheet.write_string(row, column, as_text(cell), form)
