"""One pass over a file: clean each cell, write each row as COPY text, keep what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import compress, islice
from pathlib import Path
from typing import Any, BinaryIO

from exchange.reader.bulk import BatchCleaner, batch_cleaner
from exchange.reader.cells import NULL
from exchange.reader.columns import ColumnSpec
from exchange.reader.container import kind_of
from exchange.reader.csvfile import open_csv
from exchange.reader.flaws import Flaw, Refused
from exchange.reader.table import TEN_THOUSAND_SHIFT, Table
from exchange.reader.values import Cell, as_text, is_blank, plain_number
from exchange.reader.workbook import open_workbook

MAX_ERRORS = 1000
MAX_SHOWN = 200
BATCH = 500
_FORMULA = Flaw("formula", "formula")
_MISSING = Flaw("missing_column", "missing_column")

#: Row numbers of a batch, and its cells by wanted column.
Numbers = Sequence[int]
Columns = Sequence[Sequence[Cell]]
Cleaned = Sequence[Sequence[str | Flaw]]


@dataclass
class Report:
    """What the parent is told besides the rows; ``headings`` are those of the file, by field."""

    headings: dict[str, str]
    rows: int = 0
    error_count: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: int, column: ColumnSpec, flaw: Flaw, cell: Cell | None) -> None:
        self.error_count += 1
        if len(self.errors) < MAX_ERRORS:
            value = None if cell is None else as_text(cell)[:MAX_SHOWN]
            heading = self.headings.get(column.field, column.heading)
            place = {"row": row, "heading": heading, "field": column.field}
            self.errors.append(place | {"value": value} | flaw._asdict())


def read(spec: dict[str, Any], out: BinaryIO) -> dict[str, Any]:
    """Read the file that ``spec`` names; rows go to ``out``, the rest is returned as JSON.

    Refused: where the file cannot be read as a whole; rows written before that mean nothing.
    """
    path = Path(spec["path"])
    columns = [ColumnSpec.from_json(column) for column in spec["columns"]]
    kind = kind_of(path, spec["name"], spec["max_bytes"])
    table = open_csv(path, columns) if kind == "csv" else open_workbook(path, columns)
    report = Report(table.headings.shown)
    for column in table.headings.missing:
        report.add(1, column, _MISSING, None)
    if not table.headings.missing:
        cleaners = _cleaners(table, columns, date.fromisoformat(spec["today"]))
        _Pass(table, columns, cleaners, report).run(out, spec["max_rows"])
    return _as_json(table, report)


def _cleaners(table: Table, columns: Sequence[ColumnSpec], today: date) -> list[BatchCleaner]:
    scaled = table.headings.scaled
    return [
        batch_cleaner(column, today, TEN_THOUSAND_SHIFT if column.field in scaled else 0)
        for column in columns
    ]


class _Pass:
    """The loop over the rows, a batch of them at a time, column by column."""

    def __init__(
        self,
        table: Table,
        columns: Sequence[ColumnSpec],
        cleaners: Sequence[BatchCleaner],
        report: Report,
    ) -> None:
        self.table = table
        self.columns = columns
        self.cleaners = cleaners
        self.report = report
        # An absent column takes the blanks that are put after the last column of the batch.
        self.positions = [table.headings.positions.get(c.field, -1) for c in columns]
        self.width = max(self.positions) + 1
        # Where a required cell is not blank, neither is its row.
        self.fullest = next((i for i, c in enumerate(columns) if c.required), 0)

    def run(self, out: BinaryIO, max_rows: int | None) -> None:
        while batch := list(islice(self.table.rows, BATCH)):
            numbers, columns = self._filled(*self._columns(batch))
            self.report.rows += len(numbers)
            if max_rows is not None and self.report.rows > max_rows:
                raise Refused("too_many_rows", limit=max_rows)
            if numbers:
                self._write(numbers, columns, out)
        if not self.report.rows:
            raise Refused("empty", code="empty")

    def _columns(self, batch: list[tuple[int, list[Cell]]]) -> tuple[Numbers, Columns]:
        """The numbers of the rows, and their cells by wanted column."""
        numbers, rows = zip(*batch, strict=True)
        width = self.width
        cut = [row[:width] for row in rows]
        if len(min(cut, key=len)) < width:
            cut = [row + [""] * (width - len(row)) for row in cut]
        found = [*zip(*cut, strict=True), ("",) * len(cut)]
        columns: Columns = [found[position] for position in self.positions]
        if self.table.percents:
            columns = self._without_percents(numbers, columns)
        return numbers, columns

    def _filled(self, numbers: Numbers, columns: Columns) -> tuple[Numbers, Columns]:
        """Without the rows that are blank in every wanted column."""
        if not any(map(is_blank, columns[self.fullest])):
            return numbers, columns
        filled = [not all(map(is_blank, cells)) for cells in zip(*columns, strict=True)]
        return tuple(compress(numbers, filled)), [tuple(compress(c, filled)) for c in columns]

    def _write(self, numbers: Numbers, columns: Columns, out: BinaryIO) -> None:
        cleaned = [clean(cells) for clean, cells in zip(self.cleaners, columns, strict=True)]
        if self.table.formulas:
            cleaned = self._without_flaws(numbers, columns, cleaned)
        try:
            text = _copy_text(numbers, cleaned)
        except TypeError:  # a flaw among the texts
            text = _copy_text(numbers, self._without_flaws(numbers, columns, cleaned))
        out.write(text)

    def _without_percents(self, numbers: Numbers, columns: Columns) -> Columns:
        """0.15 in a cell that shows 15% is the text 15."""
        percents = self.table.percents
        shown = [percents.get(number, set()) for number in numbers]
        return [
            [
                _percent(cell) if position in places else cell
                for cell, places in zip(cells, shown, strict=True)
            ]
            for position, cells in zip(self.positions, columns, strict=True)
        ]

    def _refuse_formulas(self, values: list[str | Flaw], positions: set[int]) -> None:
        for index, position in enumerate(self.positions):
            if position in positions and self.columns[index].refuses_formulas:
                values[index] = _FORMULA

    def _without_flaws(self, numbers: Numbers, columns: Columns, cleaned: Cleaned) -> Cleaned:
        """The columns with NULL in the place of flaws, which are reported row by row."""
        rows = zip(numbers, zip(*columns, strict=True), zip(*cleaned, strict=True), strict=True)
        return list(zip(*(self._sound(*row) for row in rows), strict=True))

    def _sound(
        self, number: int, cells: Sequence[Cell], cleaned: Sequence[str | Flaw]
    ) -> list[str]:
        values = list(cleaned)
        if number in self.table.formulas:
            self._refuse_formulas(values, self.table.formulas[number])
        for index, value in enumerate(values):
            if isinstance(value, Flaw):
                self.report.add(number, self.columns[index], value, cells[index])
        return [NULL if isinstance(value, Flaw) else value for value in values]


def _copy_text(numbers: Numbers, cleaned: Any) -> bytes:
    lines = map("\t".join, zip(map(str, numbers), *cleaned, strict=True))
    return ("\n".join(lines) + "\n").encode()


def _percent(cell: Cell) -> Cell:
    if not isinstance(cell, (int, float)):
        return cell
    return format(Decimal(plain_number(cell)) * 100, "f")


def _as_json(table: Table, report: Report) -> dict[str, Any]:
    return {
        "sheet": table.sheet,
        "headings": table.headings.shown,
        "extra": table.headings.extra,
        "scaled": sorted(table.headings.scaled),
        "rows": report.rows,
        "error_count": report.error_count,
        "errors": report.errors,
    }
