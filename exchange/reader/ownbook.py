"""The sender's own workbook, marked: everything else in it stays."""

from pathlib import Path

import openpyxl
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from exchange.reader.marks import AUTHOR, FILL, PROBLEM_WIDTH, Marks, positions_of

_WRONG = PatternFill("solid", start_color=FILL, end_color=FILL)
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def write(source: Path, target: Path, sheet: str | None, marks: Marks) -> None:
    """``sheet`` is the one that was read; where none was, the first visible one is marked."""
    workbook = openpyxl.load_workbook(source)
    visible = (page.title for page in workbook.worksheets if page.sheet_state == "visible")
    worksheet = workbook[sheet or next(visible)]
    _clear_marks(worksheet)
    headings = [cell.value or "" for cell in worksheet[1]]
    positions = positions_of(headings)
    _write_problems(worksheet, positions, marks)
    for row in marks.rows:
        for position, message in marks.cells(row, positions):
            cell = worksheet.cell(row, position + 1)
            cell.fill = _WRONG
            cell.comment = Comment(message, AUTHOR)
    _write_notes(workbook, worksheet, marks)
    workbook.save(target)


def _clear_marks(worksheet: Worksheet) -> None:
    """Take off the marks of an earlier round, of cells that may be right by now."""
    for row in worksheet.iter_rows():
        for cell in row:
            if cell.comment and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def _write_problems(worksheet: Worksheet, positions: dict[str, int], marks: Marks) -> None:
    """The last column; the one of an earlier round is taken over, not joined by a second."""
    column = positions.get(marks.heading, _last_column(worksheet)) + 1
    for row in range(2, worksheet.max_row + 1):
        worksheet.cell(row, column).value = None
    _write_text(worksheet.cell(1, column), marks.heading)
    for row in marks.rows:
        _write_text(worksheet.cell(row, column), marks.message(row))
    worksheet.column_dimensions[get_column_letter(column)].width = PROBLEM_WIDTH


def _last_column(worksheet: Worksheet) -> int:
    """The last column that holds anything; formats alone reach further."""
    cells = (cell for row in worksheet.iter_rows() for cell in row)
    return max((cell.column for cell in cells if cell.value is not None), default=0)


def _write_notes(workbook: Workbook, worksheet: Worksheet, marks: Marks) -> None:
    """Messages of the file as a whole, behind the data: the data sheet stays the first."""
    if marks.title in workbook.sheetnames and workbook[marks.title] is not worksheet:
        del workbook[marks.title]
    if not marks.notes:
        return
    notes = workbook.create_sheet(marks.title, workbook.index(worksheet) + 1)
    notes.column_dimensions["A"].width = PROBLEM_WIDTH
    for row, message in enumerate(marks.notes, start=1):
        _write_text(notes.cell(row, 1), message)


def _write_text(cell: Cell, text: str) -> None:
    """Text, also where it begins like a formula."""
    cell.value = text
    cell.data_type = "s"
    cell.alignment = _WRAPPED
