"""Canteen purchases of a shared canteen's members count for their representative.

Totals stay with the member; where the two are answered in different rows, or one of them in
none, the member's canteen figures move to the representative's row.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from procurement import queries
from procurement.choices import Fund, Verdict
from quotas.progress.figures import Figures
from quotas.progress.reading import add_purchases


def apply(
    cursor: Any,
    rows: Sequence[Figures] | Mapping[int, Figures],
    answered: str,
    parameters: dict[str, Any],
    as_of: date | None,
) -> None:
    """Move figures between ``rows``; relation ``answered`` says ``unit_id, row``."""
    cursor.execute(
        f"""
        WITH answered AS ({answered}),
        crossing AS MATERIALIZED (
            SELECT m.unit_id, member.row AS from_row, representative.row AS to_row
            FROM quotas_canteenmembership m
            LEFT JOIN answered member ON member.unit_id = m.unit_id
            LEFT JOIN answered representative ON representative.unit_id = m.representative_id
            WHERE m.year = %(year)s AND m.unit_id <> m.representative_id
              AND member.row IS DISTINCT FROM representative.row
        )
        SELECT c.from_row, c.to_row, {queries.SUMS}
        FROM ({queries.by_unit("(SELECT unit_id FROM crossing)", as_of)}) t
        JOIN crossing c ON c.unit_id = t.unit_id
        WHERE t.fund = '{Fund.CANTEEN}' AND t.verdict = {Verdict.COUNTED:d}
        GROUP BY c.from_row, c.to_row
        """,
        parameters,
    )
    for from_row, to_row, *amounts in cursor.fetchall():
        if from_row is not None:
            add_purchases(rows[from_row], Verdict.COUNTED, amounts, sign=-1)
        if to_row is not None:
            add_purchases(rows[to_row], Verdict.COUNTED, amounts)
