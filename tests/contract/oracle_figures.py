"""What a purchase record counts for: section 3 of the contract, as known now."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .oracle_purchases import CANCELLED
from .oracle_records import Purchase, Unit, World
from .oracle_suppliers import periods_of

BASES = ("ordered", "paid", "accepted", "completed")
OUTSIDE_SCOPE = "outside_scope"
REASONS = (
    "cancelled",
    "off_platform",
    "third_party",
    "origin_not_designated",
    "supplier_unknown",
    "supplier_not_eligible",
    "unit_not_active",
)


@dataclass(frozen=True)
class Movement:
    """Yuan that one record gives a unit on one basis, in the year of its day.

    `known_on` is the first cut-off day that takes it in; what a refund takes off is negative.
    """

    unit: str
    basis: str
    day: date
    known_on: date
    amount: Decimal


def verdict(world: World, purchase: Purchase) -> str | None:
    """The first reason why a record does not count, or None where it does."""
    if not world.units[purchase.unit].in_scope:
        return OUTSIDE_SCOPE
    held_against = objections(world, purchase)
    return next((reason for reason in REASONS if held_against[reason]), None)


def objections(world: World, purchase: Purchase) -> dict[str, bool]:
    """Of each reason, whether it applies to the record."""
    day = purchase.ordered_at
    periods = periods_of(world, purchase.supplier)
    origin = judged_origin(world, purchase)
    return {
        "cancelled": purchase.status == CANCELLED or purchase.refunded == purchase.amount,
        "off_platform": purchase.channel in ("线下", "其他平台"),
        "third_party": purchase.channel == "第三方代采",
        "origin_not_designated": origin is not None and origin not in world.counties,
        "supplier_unknown": not periods,
        "supplier_not_eligible": not any(period.holds(day) for period in periods),
        "unit_not_active": credited_unit(world, purchase) is None,
    }


def judged_origin(world: World, purchase: Purchase) -> str | None:
    """The origin given, else the county of the supplier's period nearest to the order."""
    if purchase.origin:
        return purchase.origin
    periods = periods_of(world, purchase.supplier)
    begun = [period for period in periods if period.valid_from <= purchase.ordered_at]
    if begun:
        return begun[-1].county
    return periods[0].county if periods else None


def credited_unit(world: World, purchase: Purchase) -> Unit | None:
    """The buyer, or the first unit along its successors that is open on the order's day."""
    unit = world.units[purchase.unit]
    while not unit.is_open(purchase.ordered_at):
        if unit.successor is None:
            return None
        unit = world.units[unit.successor]
    return unit


def movements(world: World, purchase: Purchase) -> list[Movement]:
    """All that a record gives, on each basis; nothing where it is not counted."""
    if verdict(world, purchase) is not None:
        return []
    buyer = credited_unit(world, purchase)
    found = []
    for basis, day in basis_days(purchase).items():
        unit = beneficiary(world, buyer, purchase.fund, day)
        gross = purchase.amount if basis == "ordered" else paid_amount(purchase)
        found.append(Movement(unit, basis, day, day, gross))
        refund_known = max(day, purchase.refunded_at or day)
        found.append(Movement(unit, basis, day, refund_known, -min(gross, purchase.refunded)))
    return found


def paid_amount(purchase: Purchase) -> Decimal:
    return purchase.amount if purchase.paid_amount is None else purchase.paid_amount


def basis_days(purchase: Purchase) -> dict[str, date]:
    """The day of each basis that the record has reached."""
    steps = {
        "ordered": [purchase.ordered_at],
        "paid": [purchase.paid_at],
        "accepted": [purchase.paid_at, purchase.accepted_at],
        "completed": [purchase.paid_at, purchase.accepted_at, purchase.rated_at],
    }
    return {basis: max(days) for basis, days in steps.items() if None not in days}


def beneficiary(world: World, buyer: Unit, fund: str, day: date) -> str:
    """Canteen purchases of a member count towards its representative of that day's year."""
    filed = world.filings.get((day.year, buyer.code))
    if fund == "食堂" and filed and filed.in_force.is_member:
        return filed.in_force.representative
    return buyer.code


def purchased(world: World, unit: str, year: int, basis: str) -> Decimal:
    """What counts for a unit in a year on one basis, all refunds known now taken off."""
    given = (m for purchase in world.purchases.values() for m in movements(world, purchase))
    return sum(
        (m.amount for m in given if (m.unit, m.basis, m.day.year) == (unit, basis, year)),
        Decimal(0),
    )
