"""How a staged purchase compares with the record that stands, in SQL.

The platform's export comes every month with the same orders further on. That is progress, not
conflict: an empty day or amount fills, days and refunds move on, an open order ends.
"""

from collections.abc import Iterable

from django.db import connection

from exchange.columns import Column
from exchange.staging import TABLE
from procurement.choices import OrderStatus

#: Columns whose records hold another name, or a code instead of an id.
_STORED = {"unit": "unit_id", "supplier": "supplier_code", "origin": "origin_code"}

#: For each staged row its unit and the record that stands under the same key, if they exist.
_MATCHES = "matched_rows"
_MATCH = f"""
    CREATE TEMPORARY TABLE {_MATCHES} ON COMMIT DROP AS
    SELECT s.row, coalesce(s.line_no, 1) AS line, u.id AS unit_id, p.id AS record_id
    FROM {TABLE} s
    LEFT JOIN organizations_budgetunit u ON u.code = s.unit
    LEFT JOIN procurement_purchaserecord p
        ON p.order_no = s.order_no AND p.line_no = coalesce(s.line_no, 1) AND p.id <= %s
"""

#: The staged rows with their matches.
MATCHED = f"""
    SELECT s.*, found.line, found.unit_id, found.record_id
    FROM {TABLE} s JOIN {_MATCHES} found ON found.row = s.row
"""


def match(newest: int) -> None:
    """Match the staged rows with the records up to id ``newest``: those that stood before.

    Once, into a table whose size the planner knows.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_MATCHES}")
        cursor.execute(_MATCH, [newest])
        cursor.execute(f"ANALYZE {_MATCHES}")


def stored(field: str) -> str:
    """The record's column of a field."""
    return _STORED.get(field, field)


def staged_value(column: Column) -> str:
    """SQL of the staged value as a record stores it: texts are never NULL, no refund is 0."""
    if column.field == "unit":
        return "m.unit_id"
    if column.field == "refunded":
        return "coalesce(m.refunded, 0)"
    if column.kind in ("text", "choice", "key") and not column.required:
        return f"coalesce(m.{column.field}, '')"
    return f"m.{column.field}"


def differs(column: Column) -> str:
    """SQL condition: the staged value is another one. Of times, only the day is compared."""
    if column.kind == "moment":
        day = f"(m.{column.field} AT TIME ZONE 'Asia/Shanghai')::date"
        return f"{day} IS DISTINCT FROM p.{column.field.removesuffix('_at')}_on"
    return f"{staged_value(column)} IS DISTINCT FROM p.{stored(column.field)}"


def refused(column: Column) -> str:
    """SQL condition: without being asked for an update, this difference is a conflict."""
    if column.change == "conflict":
        return differs(column)
    standing = f"p.{stored(column.field)}"
    if column.field == "status":
        return f"({differs(column)} AND {standing} <> '{OrderStatus.OPEN}')"
    filled = f"{standing} <> ''" if _is_text(column) else f"{standing} IS NOT NULL"
    if column.change == "fills":
        return f"({differs(column)} AND {filled})"
    value = staged_value(column)
    return f"({differs(column)} AND {filled} AND ({value} IS NULL OR {value} < {standing}))"


def any_of(conditions: Iterable[str]) -> str:
    return "(" + " OR ".join(conditions) + ")"


def _is_text(column: Column) -> bool:
    return column.kind in ("text", "choice", "key")
