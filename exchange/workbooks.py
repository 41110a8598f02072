"""Writing of workbooks and csv, and of the workbook that shows a sender what is wrong."""

import csv
import logging
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.columns import Kind
from exchange.errors import CellError
from exchange.reader import child
from exchange.sheets import file_spec

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

logger = logging.getLogger(__name__)

#: The heading of the column of messages; constant, for the next round finds it by its name.
PROBLEM_HEADING = "问题"
NOTE_TITLE = "文件问题"

#: Text stays text: nothing in our data becomes a formula, a link or a number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
NUMBER_FORMATS: dict[Kind, str] = {
    "key": "@",
    "uscc": "@",
    "text": "@",
    "choice": "@",
    "amount": "#,##0.00",
    "integer": "0",
    "year": "0",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
}
WIDTHS: dict[Kind, int] = {
    "key": 22, "uscc": 22, "text": 26, "choice": 12, "amount": 18, "integer": 10,
    "decimal": 14, "percent": 14, "year": 8, "day": 12, "moment": 20,
}  # fmt: skip
#: Excel keeps so many digits of a number, the rest must be text.
EXCEL_DIGITS = 15

#: A text that Excel would run, or would turn into another number, on opening a csv.
_MISREAD = re.compile(r"[=+\-@]|0\d+$|\d{12,}$|\d+(\.\d+)?E\+?\d+$", re.IGNORECASE)


def write_workbook(
    path: Path,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    kinds: Sequence[Kind],
    sheet: str | None = None,
) -> None:
    """Write one sheet; ``kinds`` say how each column is written.

    Amounts are Decimal yuan, moments aware datetimes (written in the current time zone). Memory
    does not grow with the rows.
    """
    # Here and not above: every import of a file loads this module, and few write a workbook.
    from xlsxwriter import Workbook

    with Workbook(path, OPTIONS) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        formats = [_format(workbook, kind) for kind in kinds]
        _write_headings(workbook, worksheet, headings, kinds, formats)
        for number, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                write_cell(worksheet, number, position, value, formats[position])


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write UTF-8 with BOM, which Excel needs to see Chinese.

    A text that Excel would misread gets a tab before it: Excel then shows it as text, does not
    run it, and leaves the digits of a code alone; every reader of ours takes outer blanks off,
    so that the file comes back unchanged. An apostrophe would come back as part of the value.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_csv_text(heading) for heading in headings])
        writer.writerows([_csv_text(value) for value in row] for row in rows)


def error_workbook(
    source_path: Path,
    name: str,
    sheet: str | None,
    errors: Sequence[CellError],
    target_path: Path,
) -> None:
    """Write to ``target_path`` what the sender gets back: the file with its wrong cells marked.

    ``name`` and ``sheet`` as in the import. Works in a limited child, for the file may be
    hostile; where that fails, the workbook is the plain list of the errors.
    """
    marked = _marked(source_path, name, sheet, errors, target_path)
    if not marked:
        _write_list(target_path, errors)


def _marked(
    source: Path, name: str, sheet: str | None, errors: Sequence[CellError], target: Path
) -> bool:
    with TemporaryDirectory(prefix="yuliu-marks-") as name_of_folder:
        folder = Path(name_of_folder)
        task = {
            "sheet": sheet,
            "target": str(target.resolve()),
            "heading": PROBLEM_HEADING,
            "note_title": NOTE_TITLE,
            "errors": [error.as_json() for error in errors],
        }
        process = child.start("exchange.reader.marking", file_spec(source, name) | task, folder)
        try:
            process.wait()
        finally:
            child.stop(process)
        if child.result(folder) == {}:
            return True
        logger.warning("Not marked: %s", child.result(folder) or child.complaints(folder))
        return False


def _write_list(path: Path, errors: Sequence[CellError]) -> None:
    headings = [_("Sheet"), _("Row"), _("Column"), _("Value"), _("Code"), PROBLEM_HEADING]
    kinds: list[Kind] = ["text", "integer", "text", "text", "text", "text"]
    rows = ((e.sheet, e.row, e.column, e.value, e.code, e.message) for e in errors)
    write_workbook(path, headings, rows, kinds=kinds, sheet=NOTE_TITLE)


def _format(workbook: "Workbook", kind: Kind) -> "Format":
    return workbook.add_format({"num_format": NUMBER_FORMATS.get(kind, "General")})


def _write_headings(
    workbook: "Workbook",
    worksheet: "Worksheet",
    headings: Sequence[str],
    kinds: Sequence[Kind],
    formats: "Sequence[Format]",
) -> None:
    bold = workbook.add_format({"bold": True, "bottom": 1})
    for position, heading in enumerate(headings):
        width = max(WIDTHS[kinds[position]], 2 * len(heading) + 2)
        worksheet.set_column(position, position, width, formats[position])
        worksheet.write_string(0, position, heading, bold)
    worksheet.freeze_panes(1, 0)


def write_cell(worksheet: "Worksheet", row: int, column: int, value: Any, form: "Format") -> None:
    """Write a value as what it is; a text is never a formula, nothing leaves no cell."""
    if value is None or value == "":
        return
    if isinstance(value, (date, datetime)):
        worksheet.write_datetime(row, column, _local(value), form)
    elif _is_exact_number(value):
        worksheet.write_number(row, column, float(value), form)
    else:
        worksheet.write_string(row, column, str(value), form)


def _local(value: date | datetime) -> date | datetime:
    """Excel knows no time zones: the wall clock of the current one."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.make_naive(value)
    return value


def _is_exact_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return False
    return len(Decimal(value).normalize().as_tuple().digits) <= EXCEL_DIGITS


def _csv_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    return "\t" + text if isinstance(value, str) and _MISREAD.match(text) else text
