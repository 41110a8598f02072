"""What was bought, summed: SQL over the kept totals, for ``quotas.progress`` to join.

Every text takes the named parameters ``year`` and ``as_of`` and yields the columns of
``movements.AMOUNTS`` in yuan. Without a cut-off there is none: what is known today of the year
is in.
"""

from datetime import date

from procurement.movements import AMOUNTS, movements, summed

#: The same columns, summed once more by whoever joins them.
SUMS = ", ".join(f"sum({name}) AS {name}" for name in AMOUNTS)

_COLUMNS = ", ".join(AMOUNTS)

#: One of these is the day of each basis.
_STEP_DAYS = ("ordered_on", "paid_on", "accepted_on", "rated_on")

# A record's credited unit is nearly always its buyer; the few others have an index of their own.
_RECORDS = """
    (SELECT 1 AS sign, r.* FROM procurement_purchaserecord r
     JOIN {units} u ON u.unit_id = r.unit_id WHERE r.credited_unit_id = r.unit_id
     UNION ALL
     SELECT 1, r.* FROM procurement_purchaserecord r
     JOIN {units} u ON u.unit_id = r.credited_unit_id WHERE r.credited_unit_id <> r.unit_id)
"""

# Only these can move anything after a day: GREATEST knows no NULL, and so gives the last step.
_LATER = """
    (SELECT * FROM {records} r
     WHERE greatest(ordered_on, paid_on, accepted_on, rated_on, refunded_on) > %(as_of)s)
"""
# No other can give anything to a year between these days.
_IN_DAYS = (
    "(SELECT * FROM {records} every WHERE "
    + " OR ".join(f"{day} BETWEEN %(first_day)s AND %(last_day)s" for day in _STEP_DAYS)
    + ")"
)
_TAKEN = ", ".join(f"- {name} AS {name}" for name in AMOUNTS)


def by_region(as_of: date | None) -> str:
    """SQL for sums by ``region_id``, each region's own level only."""
    if as_of is None:
        return f"SELECT region_id, {_COLUMNS} FROM procurement_regiontotal WHERE year = %(year)s"
    return f"""
        SELECT region_id, {_COLUMNS} FROM procurement_regiondaytotal
        WHERE year = %(year)s AND known_on <= %(as_of)s
    """


def by_unit(units: str, as_of: date | None) -> str:
    """SQL for sums by ``unit_id, fund`` of the credited units in relation ``units``.

    With a cut-off, what became known later is taken from the kept totals again: of a recent day
    there is little (docs/decisions/0001).
    """
    kept = f"""
        SELECT t.unit_id, t.fund, {_COLUMNS}
        FROM procurement_unittotal t JOIN {units} u ON u.unit_id = t.unit_id
        WHERE t.year = %(year)s
    """
    if as_of is None:
        return kept
    moved = f"""
        (SELECT * FROM ({movements(_LATER.format(records=_RECORDS.format(units=units)))}) every
         WHERE year = %(year)s AND known_on > %(as_of)s) moved
    """
    return f"""
        SELECT unit_id, fund, {SUMS} FROM (
            {kept} UNION ALL
            SELECT unit_id, fund, {_TAKEN} FROM ({summed(moved, "unit_id, fund")}) later
        ) known GROUP BY unit_id, fund
    """


def by_record(units: str, as_of: date | None) -> str:
    """SQL for sums by ``id, unit_id, fund`` of the records of the units in ``units``.

    Only records that give something to the year, be it the order amount of one that is excluded.
    Takes ``first_day`` and ``last_day`` of the year as well: a record gives nothing to a year in
    which none of its steps lies.
    """
    records = _IN_DAYS.format(records=_RECORDS.format(units=units))
    until = "" if as_of is None else "AND known_on <= %(as_of)s"
    moved = f"""
        (SELECT * FROM ({movements(records, also="id")}) every
         WHERE year = %(year)s {until}) moved
    """
    return summed(moved, "id, unit_id, fund")


def by_region_and_day(regions: str) -> str:
    """SQL for sums by ``region_id, year, known_on`` of the regions in relation ``regions``.

    Takes ``years`` instead of ``year`` and ``as_of``.
    """
    return f"""
        SELECT t.region_id, t.year, t.known_on, {_COLUMNS}
        FROM procurement_regiondaytotal t JOIN {regions} r ON r.region_id = t.region_id
        WHERE t.year = ANY(%(years)s)
    """


def by_unit_and_day(units: str) -> str:
    """SQL for sums by ``unit_id, year, known_on, fund`` from the records of the units.

    Takes ``first_day`` and ``last_day`` of the years looked at.
    """
    records = _IN_DAYS.format(records=_RECORDS.format(units=units))
    return summed(f"({movements(records)}) moved", "unit_id, year, known_on, fund")
