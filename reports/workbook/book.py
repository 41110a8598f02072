"""The workbook as a whole: its sheets in order, and formulas that lead from one to the next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exchange import longsheets
from exchange.workbooks import NUMBER_FORMATS, OPTIONS, WIDTHS, write_cell
from organizations.models import Region
from quotas.choices import Basis
from quotas.progress.answers import basis_of
from reports.workbook import method, records
from reports.workbook.columns import (
    Formula,
    Heading,
    filings_sheet,
    records_sheet,
    summary_sheet,
    units_sheet,
)
from reports.workbook.contents import Contents, contents_of, filings_of

#: Rows above the first one of a list: what is asked, and the headings.
HEAD = 2
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Question:
    """A region and year on a basis, up to a cut-off; ``asker`` is named in the workbook."""

    region: Region
    year: int
    basis: Basis | None = None
    as_of: date | None = None
    asker: str = ""

    @property
    def counted_on(self) -> Basis:
        return self.basis or basis_of(self.region, self.year)

    @property
    def words(self) -> str:
        """What every sheet says above its headings."""
        until = self.as_of.isoformat() if self.as_of else _("no cut-off")
        return _("%(region)s, %(year)s, counted when %(basis)s, cut-off: %(until)s, in yuan") % {
            "region": self.region.name, "year": self.year,
            "basis": self.counted_on.label, "until": until,
        }  # fmt: skip


def write_workbook(
    question: Question, path: Path, *, progress: Progress = lambda rows: None
) -> int:
    """Write the workbook to ``path``, whole or not at all; the number of its records.

    ``progress`` is told how many records are written. All sheets show one moment of the database.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with transaction.atomic():
            _freeze()
            with Workbook(part, OPTIONS) as workbook:
                written = _Book(workbook, question, progress).write()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return written


def _freeze() -> None:
    """Read everything as of now, whatever others commit; inside another's work, as that sees it."""
    if len(connection.savepoint_ids) == 0 and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


class _Book:
    """A workbook being written."""

    def __init__(self, workbook: Workbook, question: Question, progress: Progress) -> None:
        self.workbook, self.question, self.progress = workbook, question, progress
        self.forms: dict[str, Format] = {
            kind: workbook.add_format({"num_format": form}) for kind, form in NUMBER_FORMATS.items()
        }
        self.forms["percent"] = self.forms["decimal"] = workbook.add_format({"num_format": "0.00"})
        self.bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.title = workbook.add_format({"italic": True})
        self.counts: list[tuple[str, int]] = []
        self.done = 0

    def write(self) -> int:
        asked = self.question
        contents = contents_of(asked)
        units = [unit.pk for unit in contents.units]
        records.gather(units, asked.year, asked.as_of)
        counted, excluded = records.spans(counted=True), records.spans(counted=False)
        names = {
            True: self._names(_("Records"), counted),
            False: self._names(_("Not counted"), excluded),
        }
        self._short(_("Summary"), *summary_sheet(contents, _("Units"), HEAD))
        self._short(
            _("Units"),
            *units_sheet(contents, (counted, names[True]), (excluded, names[False]), HEAD),
        )
        self._short(_("Filings"), *filings_sheet(filings_of(asked)))
        for is_counted in (True, False):
            self._long(names[is_counted], records_sheet(is_counted), records.rows(is_counted))
        self._method(contents)
        return self.done

    def _names(self, name: str, spans: dict[int, records.Span]) -> list[str]:
        number = max((span.end for span in spans.values()), default=0)
        sheets = max(1, -(-number // (longsheets.SHEET_ROWS - HEAD)))
        return [name, *(f"{name}({place})" for place in range(2, sheets + 1))]

    def _sheet(self, name: str, headings: Sequence[Heading]) -> Worksheet:
        sheet = self.workbook.add_worksheet(name)
        for place, heading in enumerate(headings):
            width = max(WIDTHS[heading.kind], 2 * len(heading.words) + 2)
            sheet.set_column(place, place, min(width, 30), self.forms.get(heading.kind))
        sheet.write_string(0, 0, self.question.words, self.title)
        for place, heading in enumerate(headings):
            sheet.write_string(1, place, heading.words, self.bold)
        sheet.freeze_panes(HEAD, 2)
        return sheet

    def _short(self, name: str, headings: Sequence[Heading], rows: Sequence[Sequence[Any]]) -> None:
        sheet = self._sheet(name, headings)
        for number, row in enumerate(rows, start=HEAD):
            for place, (heading, value) in enumerate(zip(headings, row, strict=True)):
                _write(sheet, number, place, value, self.forms[heading.kind])
        self.counts.append((name, len(rows)))

    def _long(
        self, names: Sequence[str], headings: Sequence[Heading], rows: Iterator[tuple]
    ) -> None:
        forms = [self.forms[heading.kind] for heading in headings]
        numbers = [heading.is_number for heading in headings]
        for name in names:
            sheet = self._sheet(name, headings)
            some = self._shown(islice(rows, longsheets.SHEET_ROWS - HEAD))
            number = longsheets.write_rows(sheet, HEAD, some, forms=forms, numbers=numbers)
            self.counts.append((name, number))
            sheet.autofilter(1, 0, max(HEAD, HEAD + number - 1), len(headings) - 1)

    def _shown(self, rows: Iterator[tuple]) -> Iterator[tuple]:
        for row in rows:
            self.done += 1
            if self.done % 1000 == 0:
                self.progress(self.done)
            yield row

    def _method(self, contents: Contents) -> None:
        sheet = self.workbook.add_worksheet(_("Method"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 110)
        wrapped = self.workbook.add_format({"text_wrap": True, "valign": "top"})
        for number, (name, text) in enumerate(method.lines(self.question, contents, self.counts)):
            sheet.write_string(number, 0, name, self.bold if not text else wrapped)
            sheet.write_string(number, 1, text, wrapped)


def _write(sheet: Worksheet, row: int, column: int, value: Any, form: Format) -> None:
    if isinstance(value, Formula):
        shown = "—" if value.value is None else value.value
        shown = float(shown) if not isinstance(shown, str) else shown
        sheet.write_formula(row, column, value.text, form, shown)
    else:
        write_cell(sheet, row, column, value, form)
