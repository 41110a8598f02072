"""Canteen purchases of a shared canteen's members count for their representative.

Totals stay with the member; where the two are answered in different rows, or one of them in
none, the member's canteen figures move to the representative's row.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from procurement import queries
from procurement.choices import Fund
from procurement.movements import BASES, REASONS
from quotas.progress.figures import Figures
from quotas.progress.reading import add_purchases

# Excluded records stay with the buyer.
_MOVED = ", ".join([*(f"sum({basis})" for basis in BASES), *("0" for _reason in REASONS)])


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


def add_all(
    cursor: Any,
    rows: Sequence[Figures] | Mapping[int, Figures],
    bought: str,
    crossing: str,
    parameters: dict[str, Any],
    as_of: date | None,
) -> None:
    """Add to ``rows`` what was bought, each amount in the row where it counts, in one question.

    Relation ``bought`` says ``row`` and the sums of ``movements.AMOUNTS``; relation ``crossing``
    says ``unit_id, from_row, to_row``.
    """
    cursor.execute(
        f"""
        SELECT NULL AS from_row, bought.* FROM ({bought}) bought
        UNION ALL (
            WITH crossing AS MATERIALIZED ({crossing})
            SELECT c.from_row, c.to_row, {_MOVED}
            FROM ({queries.by_unit("(SELECT unit_id FROM crossing)", as_of)}) t
            JOIN crossing c ON c.unit_id = t.unit_id
            WHERE t.fund = '{Fund.CANTEEN}'
            GROUP BY c.from_row, c.to_row
        )
        """,
        parameters,
    )
    for from_row, to_row, *amounts in cursor:
        if from_row is not None:
            add_purchases(rows[from_row], amounts, sign=-1)
        if to_row is not None:
            add_purchases(rows[to_row], amounts)
