"""What was reached by the end of each month, for the curve of a year."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db import connection

from organizations.models import Region, UnitKind
from procurement import queries
from procurement.choices import Fund
from quotas.choices import Basis

# A member's canteen purchases count where its representative is; only those that cross the
# region's border are looked up by their records.
_MONTHS = f"""
    WITH place AS (
        SELECT id AS region_id FROM organizations_region WHERE path LIKE %(path)s
    ),
    crossing AS MATERIALIZED (
        SELECT m.unit_id, m.year, CASE WHEN theirs.region_id IS NULL THEN -1 ELSE 1 END AS sign
        FROM quotas_canteenmembership m
        JOIN organizations_budgetunit member ON member.id = m.unit_id
        JOIN organizations_budgetunit other ON other.id = m.representative_id
        LEFT JOIN place own ON own.region_id = member.region_id
        LEFT JOIN place theirs ON theirs.region_id = other.region_id
            AND other.kind <> '{UnitKind.STATE_ENTERPRISE}'
        WHERE m.year = ANY(%(years)s) AND m.unit_id <> m.representative_id
          AND (own.region_id IS NULL) <> (theirs.region_id IS NULL)
    ),
    known AS (
        SELECT year, known_on, {{basis}} AS amount
        FROM ({queries.by_region_and_day("place")}) t
        UNION ALL
        SELECT t.year, t.known_on, c.sign * t.{{basis}}
        FROM ({queries.by_unit_and_day("(SELECT DISTINCT unit_id FROM crossing)")}) t
        JOIN crossing c ON c.unit_id = t.unit_id AND c.year = t.year
        WHERE t.fund = '{Fund.CANTEEN}'
    )
    SELECT year, date_part('year', known_on)::int, date_part('month', known_on)::int, sum(amount)
    FROM (SELECT year, known_on, sum(amount) AS amount FROM known GROUP BY 1, 2) by_day
    GROUP BY 1, 2, 3
"""


def by_month(region: Region, years: Iterable[int], *, basis: Basis) -> dict[int, list[Decimal]]:
    """By year: twelve amounts in yuan, each what ``by_region`` totals up to the month's last day.

    What becomes known only after a year's end, such as a late refund, is in none of its months.
    """
    amounts = {year: [Decimal(0)] * 12 for year in years}
    parameters: dict[str, Any] = {"path": f"{region.path}%", "years": list(amounts)}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS.format(basis=basis.value), parameters)
        for year, known_in, month, amount in cursor:
            # Left out here: as a condition it would be asked of every region and day.
            if known_in == year:
                amounts[year][month - 1] = amount
    return {year: list(accumulate(months)) for year, months in amounts.items()}
