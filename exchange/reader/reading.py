"""One pass over a file: clean each cell, write each row as COPY text, keep what is wrong."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
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
BATCH = 1000
_FORMULA = Flaw("formula", "formula")
_MISSING = Flaw("missing_column", "missing_column")


@dataclass
class Report:
    """What the parent is told besides the rows."""

    rows: int = 0
    error_count: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: int, column: ColumnSpec, flaw: Flaw, cell: Cell | None) -> None:
        self.error_count += 1
        if len(self.errors) < MAX_ERRORS:
            value = None if cell is None else as_text(cell)[:MAX_SHOWN]
            place = {"row": row, "heading": column.heading, "field": column.field}
            self.errors.append(place | {"value": value} | flaw._asdict())


def read(spec: dict[str, Any], out: BinaryIO) -> dict[str, Any]:
    """Read the file that ``spec`` names; rows go to ``out``, the rest is returned as JSON.

    Refused: where the file cannot be read as a whole; rows written before that mean nothing.
    """
    path = Path(spec["path"])
    columns = [ColumnSpec.from_json(column) for column in spec["columns"]]
    kind = kind_of(path, spec["name"], spec["max_bytes"])
    table = open_csv(path, columns) if kind == "csv" else open_workbook(path, columns)
    report = Report()
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
    """The loop over the rows; what it needs for each row is looked up once, before it."""

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
        # An absent column takes the blank that is put after the last cell of each row.
        self.positions = [table.headings.positions.get(c.field, -1) for c in columns]
        self.width = max(self.positions) + 1

    def run(self, out: BinaryIO, max_rows: int | None) -> None:
        rows = self._filled_rows()
        while batch := list(islice(rows, BATCH)):
            self.report.rows += len(batch)
            if max_rows is not None and self.report.rows > max_rows:
                raise Refused("too_many_rows", limit=max_rows)
            self._write(batch, out)
        if not self.report.rows:
            raise Refused("empty", code="empty")

    def _filled_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        percents = self.table.percents
        for number, row in self.table.rows:
            if len(row) < self.width:
                row += [""] * (self.width - len(row))
            row.append("")
            cells = [row[position] for position in self.positions]
            if all(map(is_blank, cells)):
                continue
            if number in percents:
                self._unscale_percents(cells, percents[number])
            yield number, cells

    def _write(self, batch: list[tuple[int, list[Cell]]], out: BinaryIO) -> None:
        numbers, rows = zip(*batch, strict=True)
        columns = zip(self.cleaners, zip(*rows, strict=True), strict=True)
        cleaned = [clean(cells) for clean, cells in columns]
        values: Iterable[Sequence[Any]] = zip(*cleaned, strict=True)
        if self.table.formulas or any(Flaw in map(type, column) for column in cleaned):
            values = map(self._without_flaws, numbers, rows, values)
        lines = [
            "\t".join((str(number), *row)) for number, row in zip(numbers, values, strict=True)
        ]
        out.write(("\n".join(lines) + "\n").encode())

    def _unscale_percents(self, cells: list[Cell], positions: set[int]) -> None:
        """0.15 in a cell that shows 15% is the text 15."""
        for index, position in enumerate(self.positions):
            cell = cells[index]
            if position in positions and isinstance(cell, (int, float)):
                cells[index] = format(Decimal(plain_number(cell)) * 100, "f")

    def _refuse_formulas(self, values: list[str | Flaw], positions: set[int]) -> None:
        for index, position in enumerate(self.positions):
            if position in positions and self.columns[index].refuses_formulas:
                values[index] = _FORMULA

    def _without_flaws(
        self, number: int, cells: list[Cell], cleaned: Sequence[str | Flaw]
    ) -> list[str]:
        values = list(cleaned)
        if number in self.table.formulas:
            self._refuse_formulas(values, self.table.formulas[number])
        for index, value in enumerate(values):
            if isinstance(value, Flaw):
                self.report.add(number, self.columns[index], value, cells[index])
        return [NULL if isinstance(value, Flaw) else value for value in values]


def _as_json(table: Table, report: Report) -> dict[str, Any]:
    return {
        "sheet": table.sheet,
        "present": sorted(table.headings.positions),
        "extra": table.headings.extra,
        "scaled": sorted(table.headings.scaled.values()),
        "rows": report.rows,
        "error_count": report.error_count,
        "errors": report.errors,
    }
