"""The nightly proof of what is kept beside the filings."""

from collections.abc import Iterator

from django.db import connection

from procurement import proof as procurement_proof
from procurement.proof import SHOWN
from quotas import totals

_SUMS = f"""
    WITH anew AS ({totals.sums(totals.ALL_ROWS)})
    SELECT region_id, year, {{kept}}::text, {{anew}}::text
    FROM quotas_filingtotal kept FULL JOIN anew USING (region_id, year)
    WHERE {{kept}} <> {{anew}} LIMIT {SHOWN}
"""

# A unit's membership is that of its version in force, else of the first one that waits. A returned
# one keeps its effect while its text may be typed over, so the text proves nothing.
_MEMBERSHIPS = f"""
    WITH acting AS (
        SELECT DISTINCT ON (unit_id, year) unit_id, year, representative_id, canteen
        FROM quotas_filing
        WHERE in_force OR (version = 1 AND state IN ('submitted', 'endorsed'))
        ORDER BY unit_id, year, in_force DESC
    )
    SELECT a.unit_id, a.year, m.representative_id, coalesce(a.representative_id, a.unit_id)
    FROM acting a
    LEFT JOIN quotas_canteenmembership m ON m.unit_id = a.unit_id AND m.year = a.year
    WHERE m.representative_id IS DISTINCT FROM
          CASE WHEN a.canteen <> 'none' THEN coalesce(a.representative_id, a.unit_id) END
    LIMIT {SHOWN}
"""


def differences() -> Iterator[str]:
    """A line for everything kept that is not what the records and filings say."""
    yield from procurement_proof.differences()
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS.format(
                kept=_row("kept"),
                anew=_row("anew"),
            )
        )
        for region, year, kept, anew in cursor.fetchall():
            yield f"filings of region {region}, {year}: kept {kept}, should be {anew}"
        cursor.execute(_MEMBERSHIPS)
        for unit, year, kept, anew in cursor.fetchall():
            yield f"canteen membership of unit {unit}, {year}: kept {kept}, should be {anew}"


def _row(relation: str) -> str:
    return f"ROW({', '.join(f'coalesce({relation}.{name}, 0)' for name in totals.NAMES)})"
