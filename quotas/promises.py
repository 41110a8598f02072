"""What a filing would promise if it were confirmed: its target and the parts of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from quotas.choices import Base, Canteen, NoCanteenRule, Part
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


def parts_of(content: Content, policy: EffectivePolicy) -> list[Part]:
    """What :data:`quotas.targets.OF_FILING` makes the target of this content from."""
    if content.assigned_amount is not None:
        return [Part.TASK]
    return list(_own_parts(content, policy))


def _own_parts(content: Content, policy: EffectivePolicy) -> Iterator[Part]:
    rule = policy.no_canteen_rule
    if content.represents:
        both = policy.base == Base.CANTEEN_AND_UNION
        yield Part.RESERVE_OF_BOTH if both else Part.RESERVE
    elif content.canteen == Canteen.NONE and rule == NoCanteenRule.UNION_FUNDS:
        yield Part.UNION_FUNDS
    is_zero = content.canteen == Canteen.NONE or content.is_member
    if policy.union_in_target or (rule == NoCanteenRule.UNION_DEMAND and is_zero):
        yield Part.UNION


@dataclass(frozen=True, slots=True)
class Promise:
    """Yuan: the canteen's part (or the union funds'), the union's, and an assigned task."""

    parts: list[Part]
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
    return Promise(parts_of(content, policy), canteen, union, content.assigned_amount)
