"""The workbook put together: every sheet of it, in one look at the database."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from exchange.longsheets import Formats, LongTable, long_workbook
from exchange.rowtext import Heading
from quotas.progress import by_region, by_unit
from reports.workbook import columns, method, sources
from reports.workbook.figures import unit_cells
from reports.workbook.method import Content
from reports.workbook.question import Question
from reports.workbook.summary import Summary

#: Told how many rows are written.
Progress = Callable[[int], None]


def write_workbook(
    question: Question, path: Path, *, progress: Progress = lambda rows: None
) -> int:
    """Write the workbook to ``path``, whole or not at all; the number of its records.

    All sheets show one moment of the database.
    """
    with long_workbook(path) as workbook, _one_moment():
        return _Book(workbook, question, progress).write()


@contextmanager
def _one_moment() -> Iterator[None]:
    """Whatever is read inside is of one moment, although others go on writing."""
    begins = not connection.in_atomic_block
    with transaction.atomic():
        if begins:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


class _Book:
    """The sheets in the order of their tabs; what a formula names is written before it."""

    def __init__(self, workbook: Workbook, question: Question, progress: Progress) -> None:
        self._workbook, self._question, self._progress = workbook, question, progress
        self._formats = Formats(workbook)
        self._contents: list[Content] = []
        self._done = 0

    def write(self) -> int:
        question, basis = self._question, self._question.basis
        numbers = sources.gather(question)
        first = self._workbook.add_worksheet(_("Summary"))
        units = self._table(
            _("Units of the region"),
            _("Every budget unit with its filing in force and its figures."),
            [*columns.units(), *columns.figures(basis)],
        )
        filings = self._table(
            _("Filing versions"),
            _("Every version of every filing, with who decided on it and when."),
            columns.filings(),
        )
        self._fill(filings, sources.FILINGS, f"{sources.UNIT_ORDER}, version")
        counted = self._table(
            _("Records that count"),
            _("Every record that counts, in whose row, and what it gives to each basis."),
            columns.counted(question.year),
        )
        self._fill(counted, sources.COUNTED, sources.RECORD_ORDER)
        excluded = self._table(
            _("Excluded records"),
            _("Every record that does not count, with the reason and its order amount."),
            columns.excluded(),
        )
        self._fill(excluded, sources.EXCLUDED, sources.RECORD_ORDER)
        self._fill_units(units, counted, excluded)
        self._write_summary(first, units, counted, excluded, numbers)
        self._write_words()
        return counted.rows + excluded.rows

    def _table(self, name: str, content: str, headings: Sequence[Heading]) -> LongTable:
        table = LongTable(
            self._workbook,
            self._formats,
            name=name,
            title=f"{self._question.terms}。{content}",
            headings=headings,
        )
        self._contents.append(Content(name, content, table))
        return table

    def _fill(self, table: LongTable, source: str, order: str, **options: Any) -> None:
        table.fill(
            source,
            self._question.parameters,
            order=order,
            cut=_(" … (cut)"),
            seen=self._see,
            **options,
        )

    def _see(self, rows: int) -> None:
        self._done += rows
        self._progress(self._done)

    def _fill_units(self, units: LongTable, counted: LongTable, excluded: LongTable) -> None:
        question = self._question
        answer = by_unit(question.region, question.year, basis=question.basis, as_of=question.as_of)
        ending = unit_cells(
            {row.code: row.figures for row in answer.rows},
            basis=question.basis,
            formats=self._formats,
            counted=counted,
            excluded=excluded,
        )
        self._fill(units, sources.UNITS, sources.UNIT_ORDER, ending=ending)

    def _write_summary(
        self,
        sheet: Any,
        units: LongTable,
        counted: LongTable,
        excluded: LongTable,
        numbers: dict[int, int],
    ) -> None:
        question = self._question
        answer = by_region(
            question.region, question.year, basis=question.basis, as_of=question.as_of
        )
        content = _("The rows of the region: sums of the units, and the proof from the records.")
        summary = Summary(sheet, self._formats, answer, units, counted, excluded, numbers)
        summary.write(f"{question.terms}。{content}")
        self._contents.insert(0, Content(str(sheet.name), content, fixed=len(answer.rows) + 1))

    def _write_words(self) -> None:
        sheet = self._workbook.add_worksheet(_("Policy documents"))
        content = _(
            "Every document that binds a unit of the region, with the values that it gives."
        )
        rows = method.write_policies(
            sheet, self._formats, self._question, f"{self._question.terms}。{content}"
        )
        self._contents.append(Content(str(sheet.name), content, fixed=rows))
        last = self._workbook.add_worksheet(_("Method"))
        method.write_method(last, self._formats, self._question, self._contents)
