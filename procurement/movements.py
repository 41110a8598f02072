"""The one text that turns purchases into movements, the atoms of every figure.

A movement is an amount in yuan that a record gives to one basis, in the year of that basis's
day, known from a day on. A refund is a negative movement in the year of what it takes back,
known on the later of both days; so a cut-off is ``known_on <= day``. A record that does not
count moves its order amount, once, under its reason.
"""

from procurement.choices import EXCLUDED_VERDICTS, Verdict

BASES = ("ordered", "paid", "accepted", "completed")
#: The reasons, as columns of order amounts that were not counted.
REASONS = tuple(verdict.name.lower() for verdict in EXCLUDED_VERDICTS)
#: Every column of sums.
AMOUNTS = (*BASES, *REASONS)

# Reason 1 follows the last basis.
_REASON_SLOT = len(BASES) - 1


def movements(relation: str, *, also: str = "") -> str:
    """SQL for the movements of ``relation``: records with a ``sign`` of 1 or -1.

    Columns: unit_id, region_id, fund, year, known_on, slot (the place in :data:`AMOUNTS`) and
    amount; ``also`` names one more column of the relation to keep. GREATEST ignores NULL, so
    days that need two others use CASE. The records are narrowed down first, for each is read
    once for every basis.
    """
    kept = f", {also}" if also else ""
    counted = f"verdict = {Verdict.COUNTED:d}"
    return f"""
        WITH narrow AS MATERIALIZED (
            SELECT sign{kept}, credited_unit_id AS unit_id, credited_region_id AS region_id, fund,
                   verdict, amount, coalesce(paid_amount, amount) AS paid_amount,
                   refunded, refunded_on, ordered_on, paid_on,
                   CASE WHEN paid_on IS NOT NULL AND accepted_on IS NOT NULL
                        THEN greatest(paid_on, accepted_on) END AS accepted_on,
                   CASE WHEN paid_on IS NOT NULL AND accepted_on IS NOT NULL
                             AND rated_on IS NOT NULL
                        THEN greatest(paid_on, accepted_on, rated_on) END AS completed_on
            FROM {relation} r
            WHERE verdict <> {Verdict.OUTSIDE_SCOPE:d}
        ),
        steps AS NOT MATERIALIZED (
            SELECT *, CASE WHEN verdict = {Verdict.COUNTED:d} THEN 0
                           ELSE verdict + {_REASON_SLOT} END AS slot,
                   ordered_on AS day, amount AS gives
            FROM narrow
            UNION ALL
            SELECT *, 1, paid_on, paid_amount FROM narrow WHERE {counted} AND paid_on IS NOT NULL
            UNION ALL
            SELECT *, 2, accepted_on, paid_amount
            FROM narrow WHERE {counted} AND accepted_on IS NOT NULL
            UNION ALL
            SELECT *, 3, completed_on, paid_amount
            FROM narrow WHERE {counted} AND completed_on IS NOT NULL
        )
        SELECT unit_id, region_id, fund{kept}, date_part('year', day)::smallint AS year,
               day AS known_on, slot, CASE WHEN sign > 0 THEN gives ELSE - gives END AS amount
        FROM steps
        UNION ALL
        SELECT unit_id, region_id, fund{kept}, date_part('year', day)::smallint,
               greatest(day, coalesce(refunded_on, day)), slot,
               - sign * least(refunded, gives)
        FROM steps WHERE {counted} AND refunded > 0
    """


def summed(source: str, keys: str) -> str:
    """SQL that sums the movements of ``source`` by ``keys``, one column for each amount.

    In the order of the keys, so that two imports lock shared rows in the same order.
    """
    places = ", ".join(str(place + 1) for place in range(keys.count(",") + 1))
    sums = ", ".join(
        f"coalesce(sum(amount) FILTER (WHERE slot = {slot}), 0) AS {name}"
        for slot, name in enumerate(AMOUNTS)
    )
    return f"SELECT {keys}, {sums} FROM {source} GROUP BY {places} ORDER BY {places}"
