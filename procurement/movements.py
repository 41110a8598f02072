"""The one text that turns purchases into movements, the atoms of every figure.

A movement is an amount in yuan that a record gives to one basis, in the year and month of that
basis's day, known from a day on. A refund is a negative movement in the year and month of what
it takes back, known on the later of both days; so a cut-off is ``known_on <= day``. A record
that does not count moves its order amount, once, under its reason.
"""

from procurement.choices import Verdict

KEYS = "unit_id, region_id, year, month, known_on, fund, verdict"
BASES = ("ordered", "paid", "accepted", "completed")


def movements(relation: str) -> str:
    """SQL for the movements of ``relation``: records with a ``sign`` of 1 or -1.

    Columns: unit_id, region_id, year, month, known_on, fund, verdict, ordered, paid, accepted,
    completed (sums of yuan). GREATEST ignores NULL, so days that need two others use CASE.
    """
    sums = ", ".join(
        f"coalesce(sum(part.amount) FILTER (WHERE step.basis = {number}), 0) AS {basis}"
        for number, basis in enumerate(BASES)
    )
    return f"""
        SELECT r.credited_unit_id AS unit_id, r.credited_region_id AS region_id,
               date_part('year', step.day)::smallint AS year,
               date_part('month', step.day)::smallint AS month,
               part.known_on, r.fund, r.verdict, {sums}
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
        ) AS step (basis, day, amount)
        CROSS JOIN LATERAL (
            SELECT step.day AS known_on, r.sign * step.amount AS amount
            UNION ALL
            SELECT greatest(step.day, coalesce(r.refunded_on, step.day)),
                   - r.sign * least(r.refunded, step.amount)
            WHERE r.refunded > 0 AND r.verdict = {Verdict.COUNTED:d}
        ) AS part
        WHERE step.day IS NOT NULL
          AND r.verdict <> {Verdict.OUTSIDE_SCOPE:d}
          AND (r.verdict = {Verdict.COUNTED:d} OR step.basis = 0)
        GROUP BY 1, 2, 3, 4, 5, 6, 7
    """
