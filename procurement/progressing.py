"""How a staged purchase compares with the record that stands, in SQL.

The platform's export comes every month with the same orders further on. That is progress, not
conflict: an empty day or amount fills, days and refunds move on, an open order ends.
"""

from collections.abc import Iterable

from exchange.columns import Column
from exchange.staging import TABLE
from procurement.choices import OrderStatus

#: Columns whose records hold another name, or a code instead of an id.
_STORED = {"unit": "unit_id", "supplier": "supplier_code", "origin": "origin_code"}

#: The staged rows once each with their unit, and the record that stands under the same key.
MATCHED = f"""
    SELECT s.*, coalesce(s.line_no, 1) AS line, buyer.id AS unit_id, p.id AS record_id
    FROM {TABLE} s
    JOIN organizations_budgetunit buyer ON buyer.code = s.unit
    LEFT JOIN procurement_purchaserecord p
        ON p.order_no = s.order_no AND p.line_no = coalesce(s.line_no, 1)
"""


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
