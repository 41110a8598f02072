"""Canteen purchases of a shared canteen's members count for their representative.

Totals stay with the member; where the two are answered in different rows, or one of them in
none, the member's canteen figures move to the representative's row.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from procurement import queries
from procurement.choices import Fund
from procurement.movements import BASES
from quotas.progress.figures import Figures

# Excluded records stay with the buyer.
_COUNTED = ", ".join(f"sum({basis}) AS {basis}" for basis in BASES)


#: Members whose representative is answered in another row, by relation ``answered`` of all
#: units that are: ``unit_id, from_row, to_row``.
CROSSING_UNITS = """
    SELECT m.unit_id, member.row AS from_row, representative.row AS to_row
    FROM quotas_canteenmembership m
    LEFT JOIN ({answered}) member ON member.unit_id = m.unit_id
    LEFT JOIN ({answered}) representative ON representative.unit_id = m.representative_id
    WHERE m.year = %(year)s AND m.unit_id <> m.representative_id
      AND member.row IS DISTINCT FROM representative.row
"""


def apply(
    cursor: Any,
    rows: Sequence[Figures] | Mapping[int, Figures],
    crossing: str,
    parameters: dict[str, Any],
    as_of: date | None,
) -> None:
    """Move figures between ``rows``; relation ``crossing`` says ``unit_id, from_row, to_row``."""
    cursor.execute(
        f"""
        WITH crossing AS MATERIALIZED ({crossing})
        SELECT c.from_row, c.to_row, {_COUNTED}
        FROM ({queries.by_unit("(SELECT unit_id FROM crossing)", as_of)}) t
        JOIN crossing c ON c.unit_id = t.unit_id
        WHERE t.fund = '{Fund.CANTEEN}'
        GROUP BY c.from_row, c.to_row
        """,
        parameters,
    )
    for from_row, to_row, *amounts in cursor.fetchall():
        if from_row is not None:
            _add(rows[from_row], amounts, sign=-1)
        if to_row is not None:
            _add(rows[to_row], amounts, sign=1)


def _add(figures: Figures, amounts: Sequence[Decimal], *, sign: int) -> None:
    for basis, amount in zip(BASES, amounts, strict=True):
        setattr(figures, basis, getattr(figures, basis) + sign * amount)
