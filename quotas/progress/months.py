"""What was reached by the end of each month, for the curve of a year.

What becomes known only after a year's end, such as a late refund, is in none of its months.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db import connection

from organizations.models import BudgetUnit, Region, UnitKind
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


# The same of a unit's subtree, from its records: their sums by day are not kept.
_MONTHS_OF_UNIT = f"""
    WITH answered AS MATERIALIZED (
        SELECT id AS unit_id FROM organizations_budgetunit
        WHERE path LIKE %(path)s AND kind <> '{UnitKind.STATE_ENTERPRISE}'
    ),
    member AS MATERIALIZED (
        SELECT unit_id, representative_id, year FROM quotas_canteenmembership
        WHERE year = ANY(%(years)s) AND unit_id <> representative_id
    ),
    asked AS MATERIALIZED (
        SELECT unit_id FROM answered
        UNION
        SELECT m.unit_id FROM member m JOIN answered a ON a.unit_id = m.representative_id
    )
    SELECT t.year, date_part('year', t.known_on)::int, date_part('month', t.known_on)::int,
           sum(t.{{basis}})
    FROM ({queries.by_unit_and_day("asked")}) t
    LEFT JOIN member m ON m.unit_id = t.unit_id AND m.year = t.year AND t.fund = '{Fund.CANTEEN}'
    JOIN answered a ON a.unit_id = coalesce(m.representative_id, t.unit_id)
    WHERE t.year = ANY(%(years)s)
    GROUP BY 1, 2, 3
"""

Months = dict[int, list[Decimal]]


def by_month(region: Region, years: Iterable[int], *, basis: Basis) -> Months:
    """By year: twelve amounts in yuan, each what ``by_region`` totals up to the month's end."""
    return _months(_MONTHS, region.path, list(years), basis)


def unit_by_month(unit: BudgetUnit, years: Iterable[int], *, basis: Basis) -> Months:
    """By year: twelve amounts in yuan, each what ``of_unit`` totals up to the month's end."""
    return _months(_MONTHS_OF_UNIT, unit.path, list(years), basis)


def _months(question: str, path: str, years: list[int], basis: Basis) -> Months:
    amounts = {year: [Decimal(0)] * 12 for year in years}
    parameters: dict[str, Any] = {
        "path": f"{path}%",
        "years": years,
        "first_day": date(min(years), 1, 1),
        "last_day": date(max(years), 12, 31),
    }
    with connection.cursor() as cursor:
        cursor.execute(question.format(basis=basis.value), parameters)
        for year, known_in, month, amount in cursor:
            # Left out here: as a condition it would be asked of every region and day.
            if known_in == year:
                amounts[year][month - 1] = amount
    return {year: list(accumulate(months)) for year, months in amounts.items()}
