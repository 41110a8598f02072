"""The records behind a region's figures, each with the unit in whose row it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from procurement import queries
from procurement.choices import Channel, Fund, OrderStatus, Verdict
from procurement.movements import BASES, REASONS

_FETCHED = 2000

# A member's canteen purchases count for its representative, excluded ones stay with the buyer.
_GATHER = f"""
    CREATE TEMPORARY TABLE workbook_records ON COMMIT DROP AS
    WITH answered AS MATERIALIZED (
        SELECT * FROM unnest(%(units)s::bigint[], %(numbers)s::int[]) AS a (unit_id, number)
    ),
    member AS MATERIALIZED (
        SELECT unit_id, representative_id FROM quotas_canteenmembership
        WHERE year = %(year)s AND unit_id <> representative_id
    ),
    looked_at AS MATERIALIZED (
        SELECT unit_id FROM answered
        UNION
        SELECT m.unit_id FROM member m JOIN answered a ON a.unit_id = m.representative_id
    ),
    given AS (
        SELECT t.*, {" + ".join(REASONS)} AS excluded FROM ({{by_record}}) t
    )
    SELECT g.id, a.number, r.verdict, {", ".join(f"g.{name}" for name in BASES)}, g.excluded
    FROM given g
    JOIN procurement_purchaserecord r ON r.id = g.id
    LEFT JOIN member m ON m.unit_id = g.unit_id AND g.fund = '{Fund.CANTEEN}'
                      AND r.verdict = {Verdict.COUNTED:d}
    JOIN answered a ON a.unit_id = coalesce(m.representative_id, g.unit_id)
"""


@dataclass(frozen=True)
class Span:
    """Where the records of a unit stand among all of their kind, counted from 0."""

    start: int
    end: int


def gather(units: list[int], year: int, as_of: date | None) -> None:
    """Look the records up, once; ``units`` in the order of their rows. Inside a transaction."""
    by_record = queries.by_record("looked_at", as_of)
    parameters = {"units": units, "numbers": list(range(1, len(units) + 1))}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS workbook_records")
        cursor.execute(
            _GATHER.format(by_record=by_record), parameters | {"year": year, "as_of": as_of}
        )
        cursor.execute("ANALYZE workbook_records")


def spans(counted: bool) -> dict[int, Span]:
    """By number of the unit: its records, counted or excluded, in the order of ``rows``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, count(*) FROM workbook_records WHERE (verdict = 0) = %s"
            " GROUP BY number ORDER BY number",
            [counted],
        )
        found, start = {}, 0
        for number, records in cursor.fetchall():
            found[number] = Span(start, start + records)
            start += records
        return found


def _words(column: str, choices: Any) -> str:
    cases = " ".join(
        f"WHEN '{choice.value}' THEN {_quoted(str(choice.label))}" for choice in choices
    )
    return f"CASE {column}::text {cases} END"


def _quoted(text: str) -> str:
    """A text of ours inside SQL that takes parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _serial(instant: str) -> str:
    """The moment as Excel counts it: days since 1899-12-30, by the clock of Shanghai."""
    local = f"({instant} AT TIME ZONE 'Asia/Shanghai')"
    return f"(extract(epoch FROM {local})::float8 / 86400 + 25569)::text"


def rows(counted: bool) -> Iterator[tuple]:
    """Rows by number of the unit in whose row they count; numbers come as their text."""
    amounts = [f"w.{name}::text" for name in BASES] if counted else ["w.excluded::text"]
    reason = [] if counted else [_words("r.verdict", Verdict)]
    columns = [
        "w.number", "b.code", "b.name", "r.order_no", "r.line_no", "r.supplier_code", "s.name",
        "r.product", _words("r.fund", Fund), _words("r.channel", Channel),
        _words("r.status", OrderStatus),
        *map(_serial, ("r.ordered_at", "r.paid_at", "r.accepted_at", "r.rated_at")),
        "r.amount::text", "r.paid_amount::text", "nullif(r.refunded, 0)::text",
        _serial("r.refunded_at"), *reason, *amounts,
    ]  # fmt: skip
    text = f"""
        WITH named AS MATERIALIZED (
            SELECT DISTINCT ON (code) code, name FROM suppliers_supplier
            ORDER BY code, valid_from DESC
        )
        SELECT {", ".join(columns)}
        FROM workbook_records w
        JOIN procurement_purchaserecord r ON r.id = w.id
        JOIN organizations_budgetunit b ON b.id = r.unit_id
        LEFT JOIN named s ON s.code = r.supplier_code
        WHERE (w.verdict = 0) = %s
        ORDER BY w.number, r.ordered_on, w.id
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(text, [counted])
        while found := cursor.fetchmany(_FETCHED):
            yield from found
