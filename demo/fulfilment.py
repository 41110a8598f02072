"""What becomes of an order: paid, accepted, rated, cancelled, refunded. Days are ordinals."""

from random import Random
from typing import NamedTuple

PREPAID = "先款后货"
POSTPAID = "先货后款"
OPEN = "进行中"
COMPLETED = "已完结"
CANCELLED = "已取消"

POSTPAID_SHARE = 0.15
CANCELLED_SHARE = 0.015
# Where an order of last year still stands still: each bound includes the one before.
NEVER_PAID = 0.02
NEVER_ACCEPTED = 0.035
NEVER_RATED = 0.09

REFUNDED = 0.015
WHOLLY_REFUNDED = 0.0015


class Fulfilment(NamedTuple):
    """0 stands for a day that has not come."""

    paid: int
    accepted: int
    rated: int
    status: str
    settlement: str


def fulfil(rng: Random, ordered: int, today: int) -> Fulfilment:
    """Return how far an order has come by today."""
    random = rng.random
    settlement = POSTPAID if random() < POSTPAID_SHARE else PREPAID
    fate = random()
    if random() < CANCELLED_SHARE:
        return Fulfilment(0, 0, 0, CANCELLED, settlement)
    delivered = ordered + 2 + int(random() * 12)
    # Goods before money are paid on acceptance, money before goods within the platform's 30 days.
    wait = int(30 * random() ** 2)
    paid = delivered if settlement == POSTPAID else ordered + wait
    accepted = delivered if settlement == POSTPAID else delivered + wait
    rated = accepted + int(20 * random() ** 2)
    if fate < NEVER_PAID or paid > today:
        return Fulfilment(0, 0, 0, OPEN, settlement)
    if fate < NEVER_ACCEPTED or accepted > today:
        return Fulfilment(paid, 0, 0, OPEN, settlement)
    if fate < NEVER_RATED or rated > today:
        return Fulfilment(paid, accepted, 0, OPEN, settlement)
    return Fulfilment(paid, accepted, rated, COMPLETED, settlement)


def refund(rng: Random, amount: int, fulfilment: Fulfilment, today: int) -> tuple[int, int]:
    """Return what was refunded of an amount in cents, and the day; (0, 0) where nothing was."""
    chance = rng.random()
    if chance >= REFUNDED or not fulfilment.paid:
        return 0, 0
    day = max(fulfilment.paid, fulfilment.accepted) + 1 + int(rng.random() * 10)
    part = 1.0 if chance < WHOLLY_REFUNDED else 0.05 + 0.3 * rng.random()
    return (max(1, int(amount * part)), day) if day <= today else (0, 0)
