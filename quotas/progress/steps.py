"""How far the units of a region have come, counted by row: from filing to reaching the target.

The same per unit as ``by_unit`` answers, without making a row of each.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from organizations.models import UnitKind
from procurement import queries
from procurement.choices import Fund
from quotas.choices import Basis
from quotas.progress.figures import Row
from quotas.targets import OF_FILING

ZERO = Decimal(0)
CENT = Decimal("0.01")


@dataclass(slots=True)
class Steps:
    """Numbers of units at each step, and of filings in each open state; amounts in yuan.

    ``returned_first`` are those whose first version was returned: nothing of theirs counts yet.

    ``reserved_amount`` and ``base_amount`` are of the filings in force: their ratio is the
    overall reserved ratio.
    """

    promised: int = 0
    bought: int = 0
    reached: int = 0
    submitted: int = 0
    to_endorse: int = 0
    endorsed: int = 0
    returned: int = 0
    returned_first: int = 0
    reserved_amount: Decimal = ZERO
    base_amount: Decimal = ZERO

    def add(self, other: "Steps") -> None:
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def ratio(self) -> Decimal | None:
        """Overall reserved ratio in percent: the sums divided, never a mean of ratios."""
        if not self.base_amount:
            return None
        return (100 * self.reserved_amount / self.base_amount).quantize(CENT, ROUND_HALF_UP)


NAMES = tuple(field.name for field in fields(Steps))

_COUNTED = {
    "promised": "count(*) FILTER (WHERE target > 0)",
    "bought": "count(*) FILTER (WHERE target > 0 AND amount > 0)",
    # A rate of 99.995 rounds to 100; multiplied, for a division of each unit is slow.
    "reached": "count(*) FILTER (WHERE target > 0 AND 20000 * amount >= 19999 * target)",
    "submitted": "count(*) FILTER (WHERE state = 'submitted' AND parent_id IS NULL)",
    "to_endorse": "count(*) FILTER (WHERE state = 'submitted' AND parent_id IS NOT NULL)",
    "endorsed": "count(*) FILTER (WHERE state = 'endorsed')",
    "returned": "count(*) FILTER (WHERE state = 'returned')",
    "returned_first": "count(*) FILTER (WHERE state = 'returned' AND version = 1)",
    "reserved_amount": "coalesce(sum(reserved_amount), 0)",
    "base_amount": "coalesce(sum(base_amount), 0)",
}

# What counts for a unit: its own purchases, but a member's canteen ones for its representative.
_STEPS = f"""
    WITH place AS (
        SELECT * FROM unnest(%(regions)s::bigint[], %(rows)s::int[]) AS place (region_id, row)
    ),
    answered AS MATERIALIZED (
        SELECT u.id AS unit_id, u.region_id, u.parent_id, place.row
        FROM organizations_budgetunit u JOIN place ON place.region_id = u.region_id
        WHERE u.kind <> '{UnitKind.STATE_ENTERPRISE}'
    ),
    member AS MATERIALIZED (
        SELECT unit_id, representative_id FROM quotas_canteenmembership
        WHERE year = %(year)s AND unit_id <> representative_id
    ),
    represented AS (
        SELECT m.* FROM member m JOIN answered a ON a.unit_id = m.representative_id
    ),
    bought AS (
        SELECT unit_id, sum(amount) AS amount FROM (
            SELECT t.unit_id, t.{{basis}} AS amount FROM ({{of_answered}}) t
            LEFT JOIN member m ON m.unit_id = t.unit_id AND t.fund = '{Fund.CANTEEN}'
            WHERE m.unit_id IS NULL
            UNION ALL
            SELECT m.representative_id, t.{{basis}} FROM ({{of_represented}}) t
            JOIN represented m ON m.unit_id = t.unit_id WHERE t.fund = '{Fund.CANTEEN}'
        ) credited GROUP BY unit_id
    ),
    unit AS (
        SELECT a.row, a.parent_id, o.state, o.version, coalesce(b.amount, 0) AS amount,
               f.reserved_amount, f.base_amount,
               CASE WHEN f.id IS NOT NULL THEN {OF_FILING} ELSE 0 END AS target
        FROM answered a
        LEFT JOIN quotas_filing f ON f.unit_id = a.unit_id AND f.year = %(year)s AND f.in_force
        LEFT JOIN quotas_filing o ON o.unit_id = a.unit_id AND o.year = %(year)s
            AND o.state IN ('draft', 'submitted', 'endorsed', 'returned')
        LEFT JOIN quotas_effectivepolicy e ON e.region_id = a.region_id AND e.year = %(year)s
        LEFT JOIN bought b ON b.unit_id = a.unit_id
        WHERE f.id IS NOT NULL OR o.id IS NOT NULL
    )
    SELECT row, {", ".join(_COUNTED[name] for name in NAMES)} FROM unit GROUP BY row
"""


def count(cursor: Any, places: dict[int, int], year: int, basis: Basis) -> dict[int, Steps]:
    """Steps by row; ``places`` says for each region id in which row it is answered."""
    text = _STEPS.format(
        basis=basis.value,
        of_answered=queries.by_unit("answered", None),
        of_represented=queries.by_unit("represented", None),
    )
    cursor.execute(text, {"year": year, "regions": list(places), "rows": list(places.values())})
    return {row: Steps(*values) for row, *values in cursor.fetchall()}


def of_rows(rows: Iterable[Row], basis: Basis) -> Steps:
    """The steps from target to target reached, counted over rows of single units."""
    promised = [row.figures for row in rows if row.figures.target > 0]
    return Steps(
        promised=len(promised),
        bought=sum(getattr(figures, basis) > 0 for figures in promised),
        reached=sum((figures.rate(basis) or 0) >= 100 for figures in promised),
    )
