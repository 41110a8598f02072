"""How a confirmed filing makes a target, in SQL, once.

The target is the assigned amount if one is given, and nothing else; otherwise the canteen part
plus the union part. It is computed on reading from the policy of the unit's region and year,
never stored. ``e`` is the effective policy (its columns are NULL where there is none).
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from quotas.choices import Base, Canteen, NoCanteenRule
from quotas.models import EffectivePolicy, Filing

#: Yuan of one filing ``f`` in force.
OF_FILING = """
    coalesce(
        f.assigned_amount,
        CASE
            WHEN f.representative_id IS NULL AND f.canteen <> 'none' THEN f.reserved_amount
            WHEN f.canteen = 'none' AND e.no_canteen_rule = 'union_funds'
                THEN round(coalesce(f.union_funds, 0) * e.union_funds_ratio / 100, 2)
            ELSE 0
        END
        + CASE
            WHEN e.union_in_target THEN f.union_amount
            WHEN e.no_canteen_rule = 'union_demand'
                 AND (f.canteen = 'none' OR f.representative_id IS NOT NULL) THEN f.union_amount
            ELSE 0
        END
    )
"""

#: The same for the sums ``f`` of a region, without the union funds of :data:`UNION_FUNDS`.
OF_TOTALS = """
    f.assigned_amount + f.reserved_amount
    + CASE
        WHEN e.union_in_target THEN f.union_amount
        WHEN e.no_canteen_rule = 'union_demand' THEN f.zero_union_amount
        ELSE 0
    END
"""

#: Yuan by region that units without a canteen owe from their union funds; each unit's part is
#: rounded to the cent, so it cannot be computed from a sum.
UNION_FUNDS = """
    SELECT u.region_id,
           sum(round(coalesce(f.union_funds, 0) * e.union_funds_ratio / 100, 2)) AS target
    FROM quotas_filing f
    JOIN organizations_budgetunit u ON u.id = f.unit_id AND u.kind <> 'state_enterprise'
    JOIN quotas_effectivepolicy e ON e.region_id = u.region_id AND e.year = f.year
    WHERE f.year = %(year)s AND f.in_force AND f.canteen = 'none' AND f.assigned_amount IS NULL
      AND e.no_canteen_rule = 'union_funds' AND u.region_id = ANY(%(regions)s)
    GROUP BY u.region_id
"""


def parts(filing: Filing, policy: EffectivePolicy) -> list[str]:
    """In words: what :data:`OF_FILING` makes the target of this filing from."""
    if filing.assigned_amount is not None:
        return [_("the task that the bureau assigned, and nothing else")]
    return [*_canteen_part(filing, policy), *_union_part(filing, policy)] or [_("nothing")]


def _canteen_part(filing: Filing, policy: EffectivePolicy) -> Iterator[str]:
    if not filing.is_zero and policy.base == Base.CANTEEN_AND_UNION:
        yield _("(canteen ingredient total + union expected amount) × reserved ratio")
    elif not filing.is_zero:
        yield _("canteen ingredient total × reserved ratio")
    elif filing.canteen == Canteen.NONE and policy.no_canteen_rule == NoCanteenRule.UNION_FUNDS:
        yield _("the policy's ratio of the union funds")


def _union_part(filing: Filing, policy: EffectivePolicy) -> Iterator[str]:
    asked = policy.no_canteen_rule == NoCanteenRule.UNION_DEMAND
    if policy.union_in_target or (asked and filing.is_zero):
        yield _("the union's expected amount")
