"""What a filing would promise if it were confirmed: its target and the parts of it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from quotas.contents import Content
from quotas.models import EffectivePolicy
from quotas.targets import CANTEEN_PART, UNION_PART

_PARTS = f"""
    SELECT {CANTEEN_PART}, {UNION_PART}
    FROM (SELECT %s AS canteen, %s::bigint AS representative_id, %s::numeric AS reserved_amount,
                 %s::numeric AS union_amount, %s::numeric AS union_funds) f
    CROSS JOIN (SELECT %s AS no_canteen_rule, %s::numeric AS union_funds_ratio,
                       %s::boolean AS union_in_target) e
"""


@dataclass(frozen=True, slots=True)
class Promise:
    """Yuan: the canteen's part (or the union funds'), the union's, and an assigned task."""

    canteen: Decimal
    union: Decimal
    assigned: Decimal | None = None

    @property
    def target(self) -> Decimal:
        """An assigned task alone makes the target; else the two parts."""
        return self.canteen + self.union if self.assigned is None else self.assigned


def promise_of(content: Content, policy: EffectivePolicy) -> Promise:
    """The target that a content would make under a policy, by the one definition of targets."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PARTS,
            [
                content.canteen or "", content.representative_id, content.reserved_amount,
                content.union_amount, content.union_funds, policy.no_canteen_rule or "",
                policy.union_funds_ratio, policy.union_in_target,
            ],
        )  # fmt: skip
        canteen, union = cursor.fetchone()
    return Promise(canteen, union, content.assigned_amount)
