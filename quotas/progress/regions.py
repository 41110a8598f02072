"""Figures by region, from the kept totals alone: no unit, filing or record is touched but the
few whose dates, union funds or canteen membership no total can hold."""

from datetime import date
from typing import Any

from procurement import queries
from quotas.progress import moves
from quotas.progress.figures import Figures
from quotas.targets import OF_TOTALS, UNION_FUNDS
from quotas.totals import COUNTS

_UNITS = """
    SELECT region_id, count(*) AS units FROM organizations_budgetunit
    WHERE region_id = ANY(%(regions)s) AND kind <> 'state_enterprise'
      AND (opened_on IS NULL OR opened_on <= %(last_day)s)
      AND (closed_on IS NULL OR closed_on >= %(first_day)s)
    GROUP BY region_id
"""

_FILINGS = f"""
    SELECT f.region_id, f.filed, f.zero_filed, f.confirmed, f.base_amount, {OF_TOTALS} AS target
    FROM quotas_filingtotal f
    LEFT JOIN quotas_effectivepolicy e ON e.region_id = f.region_id AND e.year = f.year
    WHERE f.year = %(year)s AND f.region_id = ANY(%(regions)s)
"""

# Units with dates are few: those not open on the day filings are due, and those that filed
# but are not open in the year at all.
_DATED = f"""
    SELECT u.region_id,
           count(*) FILTER (WHERE NOT seen.filed AND seen.open AND e.filing_due IS NOT NULL
               AND NOT (e.filing_due BETWEEN coalesce(u.opened_on, '-infinity')
                                         AND coalesce(u.closed_on, 'infinity'))) AS not_due,
           count(*) FILTER (WHERE seen.filed AND NOT seen.open) AS filed_not_open
    FROM organizations_budgetunit u
    LEFT JOIN quotas_effectivepolicy e ON e.region_id = u.region_id AND e.year = %(year)s
    CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM quotas_filing f
                       WHERE f.unit_id = u.id AND f.year = %(year)s AND {COUNTS}) AS filed,
               (u.opened_on IS NULL OR u.opened_on <= %(last_day)s)
               AND (u.closed_on IS NULL OR u.closed_on >= %(first_day)s) AS open
    ) seen
    WHERE u.region_id = ANY(%(regions)s) AND u.kind <> 'state_enterprise'
      AND (u.opened_on IS NOT NULL OR u.closed_on IS NOT NULL)
    GROUP BY u.region_id
"""

# One question instead of four: a page asks several, and each costs its way there and back.
_OF_FILINGS = f"""
    SELECT place.row, coalesce(sum(units), 0)::int, coalesce(sum(filed), 0)::int,
           coalesce(sum(zero_filed), 0)::int, coalesce(sum(confirmed), 0)::int,
           coalesce(sum(base_amount), 0),
           coalesce(sum(filings.target), 0) + coalesce(sum(union_funds.target), 0),
           coalesce(sum(not_due), 0)::int, coalesce(sum(filed_not_open), 0)::int
    FROM unnest(%(regions)s::bigint[], %(rows)s::int[]) AS place (region_id, row)
    LEFT JOIN ({_UNITS}) units USING (region_id)
    LEFT JOIN ({_FILINGS}) filings USING (region_id)
    LEFT JOIN ({_DATED}) dated USING (region_id)
    LEFT JOIN ({UNION_FUNDS}) union_funds USING (region_id)
    GROUP BY place.row
"""

# Only the few members whose representative answers to another bureau can cross a row's border.
_CROSSING = """
    WITH place AS (
        SELECT * FROM unnest(%(regions)s::bigint[], %(rows)s::int[]) AS place (region_id, row)
    )
    SELECT m.unit_id, member_place.row AS from_row, other_place.row AS to_row
    FROM quotas_canteenmembership m
    JOIN organizations_budgetunit member ON member.id = m.unit_id
    JOIN organizations_budgetunit other ON other.id = m.representative_id
    LEFT JOIN place member_place ON member_place.region_id = member.region_id
    LEFT JOIN place other_place
        ON other_place.region_id = other.region_id AND other.kind <> 'state_enterprise'
    WHERE m.year = %(year)s AND m.unit_id <> m.representative_id
      AND (member.region_id <> other.region_id OR other.kind = 'state_enterprise')
      AND member_place.row IS DISTINCT FROM other_place.row
"""


def fill(
    cursor: Any, rows: list[Figures], places: dict[int, int], year: int, as_of: date | None
) -> None:
    """Fill ``rows``; ``places`` says for each region id in which row it is answered."""
    parameters = {
        "year": year,
        "as_of": as_of,
        "regions": list(places),
        "rows": list(places.values()),
        "first_day": date(year, 1, 1),
        "last_day": date(year, 12, 31),
    }
    _fill_filings(cursor, rows, parameters)
    bought = f"""
        SELECT place.row, {queries.SUMS} FROM ({queries.by_region(as_of)}) t
        JOIN unnest(%(regions)s::bigint[], %(rows)s::int[]) AS place (region_id, row)
            USING (region_id)
        GROUP BY place.row
    """
    moves.add_all(cursor, rows, bought, _CROSSING, parameters, as_of)


def _fill_filings(cursor: Any, rows: list[Figures], parameters: dict[str, Any]) -> None:
    cursor.execute(_OF_FILINGS, parameters)
    for place, units, filed, zero_filed, confirmed, base_amount, target, *dated in cursor:
        not_due, filed_not_open = dated
        row = rows[place]
        row.units = units
        row.filed = filed
        row.zero_filed = zero_filed
        row.not_due = not_due
        row.not_filed = units - filed - not_due + filed_not_open
        row.confirmed = confirmed
        row.base_amount = base_amount
        row.target = target
