"""Figures by unit or department, from each unit's filing and kept totals."""

from datetime import date
from typing import Any

from django.db import connection

from procurement import queries
from quotas.progress import moves
from quotas.progress.figures import Figures, Row
from quotas.targets import OF_FILING

# ``f`` is the filing in force, ``p`` the first version while it waits.
_FILINGS = f"""
    WITH answered AS ({{answered}})
    SELECT a.row, named.code, named.name, count(*) FILTER (WHERE seen.open) AS units,
           count(*) FILTER (WHERE seen.filed) AS filed,
           count(*) FILTER (WHERE seen.filed AND (
               coalesce(f.canteen, p.canteen) = 'none'
               OR CASE WHEN f.id IS NULL THEN p.representative_id ELSE f.representative_id END
                  IS NOT NULL)) AS zero_filed,
           count(*) FILTER (WHERE seen.open AND NOT seen.filed AND NOT seen.not_due) AS not_filed,
           count(*) FILTER (WHERE seen.open AND NOT seen.filed AND seen.not_due) AS not_due,
           count(f.id) AS confirmed,
           coalesce(sum(f.base_amount), 0) AS base_amount,
           coalesce(sum({OF_FILING}) FILTER (WHERE f.id IS NOT NULL), 0) AS target
    FROM answered a
    JOIN organizations_budgetunit u ON u.id = a.unit_id
    JOIN organizations_budgetunit named ON named.id = a.row
    LEFT JOIN quotas_filing f ON f.unit_id = u.id AND f.year = %(year)s AND f.in_force
    LEFT JOIN quotas_filing p ON p.unit_id = u.id AND p.year = %(year)s AND p.version = 1
        AND p.state IN ('submitted', 'endorsed')
    LEFT JOIN quotas_effectivepolicy e ON e.region_id = u.region_id AND e.year = %(year)s
    CROSS JOIN LATERAL (
        SELECT (u.opened_on IS NULL OR u.opened_on <= %(last_day)s)
               AND (u.closed_on IS NULL OR u.closed_on >= %(first_day)s) AS open,
               coalesce(f.id, p.id) IS NOT NULL AS filed,
               coalesce(NOT (e.filing_due BETWEEN coalesce(u.opened_on, '-infinity')
                                              AND coalesce(u.closed_on, 'infinity')), false)
                   AS not_due
    ) seen
    GROUP BY a.row, named.id
"""


def rows(
    cursor: Any, answered: str, parameters: dict[str, Any], year: int, as_of: date | None
) -> dict[int, Row]:
    """Rows by id; relation ``answered`` (SQL with ``parameters``) says ``unit_id, row``."""
    parameters = {
        **parameters,
        "year": year,
        "as_of": as_of,
        "first_day": date(year, 1, 1),
        "last_day": date(year, 12, 31),
    }
    cursor.execute(_FILINGS.format(answered=answered), parameters)
    found = {row: Row(code, name, Figures(*rest)) for row, code, name, *rest in cursor}
    bought = f"""
        WITH answered AS ({answered})
        SELECT a.row, {queries.SUMS} FROM ({queries.by_unit("answered", as_of)}) t
        JOIN answered a ON a.unit_id = t.unit_id GROUP BY a.row
    """
    crossing = moves.CROSSING_UNITS.format(answered=answered)
    figures = {row: one.figures for row, one in found.items()}
    moves.add_all(cursor, figures, bought, crossing, parameters, as_of)
    return found


def fill(
    cursor: Any, answered: str, parameters: dict[str, Any], year: int, as_of: date | None
) -> dict[int, Figures]:
    """The figures alone of :func:`rows`."""
    found = rows(cursor, answered, parameters, year, as_of)
    return {row: one.figures for row, one in found.items()}


_CHOSEN = "SELECT id AS unit_id, id AS row FROM organizations_budgetunit WHERE id = ANY(%(chosen)s)"


def of(year: int, chosen: list[int], as_of: date | None = None) -> dict[int, Figures]:
    """Figures of single units by their ids, as each one's own row would show them."""
    with connection.cursor() as cursor:
        return fill(cursor, _CHOSEN, {"chosen": chosen}, year, as_of)
