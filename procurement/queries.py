"""What was bought, summed: SQL over the kept totals, for ``quotas.progress`` to join.

Every text takes the named parameters ``year``, ``as_of`` and ``month`` (the first day of the
month of ``as_of``) and yields ``ordered, paid, accepted, completed`` in yuan. Without a cut-off
there is none: what is known today of the year is in.
"""

import calendar
from datetime import date
from typing import Any

from procurement.movements import BASES, movements

SUMS = ", ".join(f"sum({basis}) AS {basis}" for basis in BASES)

# A record's credited unit is nearly always its buyer; the few others have an index of their own.
_RECORDS = """
    (SELECT 1 AS sign, r.* FROM procurement_purchaserecord r
     JOIN {units} u ON u.unit_id = r.unit_id WHERE r.credited_unit_id = r.unit_id
     UNION ALL
     SELECT 1, r.* FROM procurement_purchaserecord r
     JOIN {units} u ON u.unit_id = r.credited_unit_id WHERE r.credited_unit_id <> r.unit_id)
"""


def parameters(year: int, as_of: date | None) -> dict[str, Any]:
    return {"year": year, "as_of": as_of, "month": as_of and as_of.replace(day=1)}


def by_region(as_of: date | None) -> str:
    """SQL for sums by ``region_id, verdict``, each region's own level only."""
    if as_of is None:
        table, until = "procurement_regionmonthtotal", ""
    else:
        table, until = "procurement_regiondaytotal", "AND known_on <= %(as_of)s"
    return (
        f"SELECT region_id, verdict, {', '.join(BASES)} FROM {table} WHERE year = %(year)s {until}"
    )


def by_unit(units: str, as_of: date | None) -> str:
    """SQL for sums by ``unit_id, fund, verdict`` of the credited units in relation ``units``.

    A cut-off inside a month reads the whole months before it from the totals and the rest from
    the records themselves.
    """
    kept = f"""
        SELECT t.unit_id, t.fund, t.verdict, {", ".join(f"t.{basis}" for basis in BASES)}
        FROM procurement_unitmonthtotal t JOIN {units} u ON u.unit_id = t.unit_id
        WHERE t.year = %(year)s
    """
    if as_of is None:
        return kept
    if as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]:
        return f"{kept} AND t.known_month <= %(month)s"
    return f"""
        {kept} AND t.known_month < %(month)s
        UNION ALL
        SELECT unit_id, fund, verdict, {", ".join(BASES)}
        FROM ({movements(_RECORDS.format(units=units))}) moved
        WHERE year = %(year)s AND known_on BETWEEN %(month)s AND %(as_of)s
    """
