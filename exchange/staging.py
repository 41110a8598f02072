"""A file's rows in a temporary table, with what is wrong with them so far."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from exchange.columns import Column
from exchange.errors import CellError, Code
from exchange.reader.table import TEN_THOUSAND_SHIFT
from exchange.reader.values import as_text
from exchange.sheets import SheetResult, open_sheet

TABLE = "staged_rows"
#: How many errors an answer lists; the rest are counted.
LISTED = 1000

_TYPES = {
    "key": "text",
    "uscc": "text",
    "text": "text",
    "choice": "text",
    "integer": "bigint",
    "year": "integer",
    "decimal": "numeric",
    "amount": "numeric",
    "percent": "numeric",
    "day": "date",
    "moment": "timestamptz",
}
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What saving a file's rows did, in rows; ``rejudged`` purchases have another verdict now."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejudged: int = 0


@dataclass
class Staged:
    """The rows of one file in the temporary table ``staged_rows``.

    It has a column ``row`` (as the spreadsheet shows it) and one for each field, NULL where the
    file has no such column, a blank cell or a wrong one. ``present`` are the fields whose column
    the file has. ``rows`` counts data rows.
    """

    columns: dict[str, Column]
    sheet: SheetResult
    errors: list[CellError] = field(default_factory=list)
    error_count: int = 0
    seen: set[tuple[int | None, str]] = field(default_factory=set)

    @property
    def present(self) -> frozenset[str]:
        return self.sheet.present

    @property
    def rows(self) -> int:
        return self.sheet.rows

    @property
    def readable(self) -> bool:
        """Whether the rows are worth checking against the database."""
        return bool(self.sheet.present) and self.sheet.error_count <= LISTED

    def report(
        self, row: int | None, field: str, code: Code, message: str, value: Any = None
    ) -> None:
        """Note an error in a cell; a cell's first error stands for all of its errors."""
        if (row, field) in self.seen:
            return
        self.seen.add((row, field))
        self.error_count += 1
        if len(self.errors) < LISTED * 10:
            shown = None if value is None else self._shown(field, value)
            heading = self.heading(field)
            self.errors.append(CellError(code, message, row, heading, shown, self.sheet.sheet))

    def heading(self, field: str) -> str:
        """The heading as it stands in the file; of an absent column, that of its template."""
        return self.sheet.headings.get(field, self.columns[field].heading)

    def _shown(self, field: str, value: Any) -> str:
        """The value as a cell of the file holds it: in words, in Shanghai's time, in 万元."""
        if isinstance(value, datetime):
            value = timezone.make_naive(value)
        if isinstance(value, Decimal):
            if field in self.sheet.scaled:
                value = value.scaleb(-TEN_THOUSAND_SHIFT).normalize()
            value = format(value, "f")
        if isinstance(value, bool):
            value = str(value).lower()
        text = as_text(value)
        return self.columns[field].spellings.get(text, text)

    def is_wrong(self, row: int | None, *fields: str) -> bool:
        """Whether any of these cells is wrong already: what depends on it is not judged."""
        return any((row, field) in self.seen for field in fields)

    def report_found(self, query: str, field: str, code: Code, message: str, **params: Any) -> None:
        """Note an error for each ``row, value, **names`` that the query finds in the table.

        ``message`` may name the query's columns, as in ``%(value)s``.
        """
        with connection.cursor() as cursor:
            cursor.execute(query, params or None)
            names = [column.name for column in cursor.description]
            for found in cursor:
                values = dict(zip(names, found, strict=True))
                self.report(values["row"], field, code, message % values, values["value"])

    def listed(self) -> list[CellError]:
        """The errors in the order of the sheet, the first thousand of them."""
        order = {self.heading(field): place for place, field in enumerate(self.columns)}
        return sorted(
            self.errors, key=lambda error: (error.row or 0, order.get(error.column or "", -1))
        )[:LISTED]

    def drafts(self) -> Iterator[SimpleNamespace]:
        """The rows as objects with ``row`` and a value for each field, first of a key only."""
        return self._rows("time = 1 AND has_key")

    def strays(self) -> Iterator[SimpleNamespace]:
        """The other rows: without a whole key, or with one that came before.

        They are refused already; what they hold beside the key can be wrong all the same.
        """
        return self._rows("NOT (time = 1 AND has_key)") if self.error_count else iter(())

    def _rows(self, condition: str) -> Iterator[SimpleNamespace]:
        parts = [column for column in self.columns.values() if column.key]
        names = ["row", *self.columns]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(names)} FROM (SELECT *, {_known(parts)} AS has_key,"
                f" row_number() OVER (PARTITION BY {_keys(parts)} ORDER BY row) AS time"
                f" FROM {TABLE}) numbered WHERE {condition} ORDER BY row"
            )
            for values in cursor:
                yield SimpleNamespace(**dict(zip(names, values, strict=True)))


def _keys(parts: Iterable[Column]) -> str:
    return ", ".join(map(key_sql, parts))


def _known(parts: Iterable[Column]) -> str:
    """SQL condition: the row has a whole key."""
    return " AND ".join(f"{key_sql(column)} IS NOT NULL" for column in parts)


def key_sql(column: Column) -> str:
    """SQL of a key part; an optional one has a default."""
    if column.blank_means is None:
        return column.field
    return f"coalesce({column.field}, {column.blank_means})"


def stage(
    path: Path,
    name: str,
    columns: Sequence[Column],
    *,
    today: date,
    max_rows: int | None,
    progress: Callable[[int], None] | None = None,
) -> Staged:
    """Read the file into the temporary table; must run inside a transaction.

    Cells that break their column's rules and keys that come twice are noted already.
    ``progress`` is told of each bunch of rows as it arrives: how many they are.
    """
    read = [column for column in columns if not column.export_only]
    _create_table(read)
    with open_sheet(path, name, read, today=today, max_rows=max_rows) as sheet:
        _copy(sheet.stream, progress)
        result = sheet.result
    staged = Staged({column.field: column for column in read}, result, list(result.errors))
    staged.error_count = result.error_count
    staged.seen.update(result.bad_cells)
    if staged.readable:
        with connection.cursor() as cursor:
            # A sample of some thousand rows is enough to plan joins, and takes a tenth of the time.
            cursor.execute("SET LOCAL default_statistics_target = 10")
            cursor.execute(f"ANALYZE {TABLE}")
        _void_keys(staged)
        _report_duplicates(staged)
    return staged


def _create_table(columns: Iterable[Column]) -> None:
    fields = ", ".join(f"{column.field} {_TYPES[column.kind]}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} (row integer, {fields}) ON COMMIT DROP")


def _copy(stream: Any, progress: Callable[[int], None] | None) -> None:
    statement = sql.SQL("COPY {} FROM STDIN (NULL '')").format(sql.Identifier(TABLE))
    with connection.cursor() as wrapper, wrapper.cursor.copy(statement) as copy:
        while chunk := stream.read(_CHUNK):
            copy.write(chunk)
            if progress:
                progress(chunk.count(b"\n"))


def _void_keys(staged: Staged) -> None:
    """Take the key from rows in which a part of it is wrong: no default may stand in for that."""
    parts = [column for column in staged.columns.values() if column.key]
    defaulted = {column.field for column in parts if column.blank_means is not None}
    wrong = [row for row, field in staged.sheet.bad_cells if field in defaulted]
    if wrong:
        first = next(column.field for column in parts if column.blank_means is None)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {TABLE} SET {first} = NULL WHERE row = ANY(%s)", [wrong])


def _report_duplicates(staged: Staged) -> None:
    """Find the keys that come twice, then number the rows of those alone: mostly there are none."""
    parts = [column for column in staged.columns.values() if column.key]
    keys = _keys(parts)
    named = next(column.field for column in parts if column.kind == "key")
    staged.report_found(
        f"""
        SELECT row, value, key, first FROM (
            SELECT row, {named} AS value, concat_ws(' ', {keys}) AS key,
                   row_number() OVER same AS time, first_value(row) OVER same AS first
            FROM {TABLE}
            WHERE ({keys}) IN (
                SELECT {keys} FROM {TABLE} WHERE {_known(parts)} GROUP BY {keys} HAVING count(*) > 1
            )
            WINDOW same AS (PARTITION BY {keys} ORDER BY row)
        ) keyed WHERE time > 1 ORDER BY row
        """,
        named,
        "duplicate",
        _("%(key)s stands in row %(first)s already; keep one of the two rows."),
    )
