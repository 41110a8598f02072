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
    amount; ``also`` names one more column of the relation to keep. GREATEST ignores NULL, so days
    that need two others use CASE.
    """
    kept = f" r.{also}," if also else ""
    return f"""
        SELECT r.credited_unit_id AS unit_id, r.credited_region_id AS region_id, r.fund,{kept}
               date_part('year', step.day)::smallint AS year, part.known_on,
               CASE WHEN r.verdict = {Verdict.COUNTED:d} THEN step.slot
                    ELSE r.verdict + {_REASON_SLOT} END AS slot,
               part.amount
        FROM {relation} r
        CROSS JOIN LATERAL (VALUES
            (0, r.ordered_on, r.amount),
            (1, r.paid_on, coalesce(r.paid_amount, r.amount)),
            (2,
             CASE WHEN r.paid_on IS NOT NULL AND r.accepted_on IS NOT NULL
                  THEN greatest(r.paid_on, r.accepted_on) END,
             coalesce(r.paid_amount, r.amount)),
            (3,
             CASE WHEN r.paid_on IS NOT NULL AND r.accepted_on IS NOT NULL
                       AND r.rated_on IS NOT NULL
                  THEN greatest(r.paid_on, r.accepted_on, r.rated_on) END,
             coalesce(r.paid_amount, r.amount))
        ) AS step (slot, day, amount)
        CROSS JOIN LATERAL (
            SELECT step.day AS known_on, r.sign * step.amount AS amount
            UNION ALL
            SELECT greatest(step.day, coalesce(r.refunded_on, step.day)),
                   - r.sign * least(r.refunded, step.amount)
            WHERE r.refunded > 0 AND r.verdict = {Verdict.COUNTED:d}
        ) AS part
        WHERE step.day IS NOT NULL
          AND r.verdict <> {Verdict.OUTSIDE_SCOPE:d}
          AND (r.verdict = {Verdict.COUNTED:d} OR step.slot = 0)
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
