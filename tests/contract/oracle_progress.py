"""Progress (执行进度): section 4 of the contract."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .oracle_cells import cents
from .oracle_figures import BASES, REASONS, Movement, movements, verdict
from .oracle_filings import target
from .oracle_policies import merged_policy
from .oracle_records import FiledVersions, Purchase, Unit, World
from .reference import ROOT

COUNTS = ("units", "filed", "zero_filed", "not_filed", "not_due", "confirmed")


class UsageError(Exception):
    """A question that cannot be asked: an unknown code, a day outside the year (exit status 2)."""


@dataclass
class Figures:
    """The figures of one row or of the total; amounts in yuan."""

    code: str
    name: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    base_amount: Decimal = Decimal(0)
    target: Decimal = Decimal(0)
    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BASES, Decimal(0)))
    excluded: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(REASONS, Decimal(0)))

    def as_json(self, basis: str) -> dict:
        return {
            "code": self.code,
            "name": self.name,
            **self.counts,
            "base_amount": yuan(self.base_amount),
            "target": yuan(self.target),
            **{name: yuan(amount) for name, amount in self.amounts.items()},
            "rate": rate(self.amounts[basis], self.target),
            "excluded": {reason: yuan(amount) for reason, amount in self.excluded.items()},
        }


def yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"


def rate(done: Decimal, promised: Decimal) -> str | None:
    if promised == 0:
        return None
    return str((100 * done / promised).quantize(Decimal("0.01"), ROUND_HALF_UP))


@dataclass(frozen=True)
class Question:
    """What is asked for; a unit's answer has one row for each unit of its subtree."""

    year: int
    region: str | None
    unit: str | None
    by: str
    basis: str
    as_of: date | None

    def takes_in(self, day: date) -> bool:
        return day.year == self.year and self.is_known(day)

    def is_known(self, day: date) -> bool:
        return self.as_of is None or day <= self.as_of


def progress(
    world: World,
    year: int,
    region: str | None = None,
    unit: str | None = None,
    by: str = "region",
    basis: str | None = None,
    as_of: date | None = None,
) -> dict:
    """Every record is gone through for the rows and, apart from them, for the total."""
    question = checked_question(world, year, region, unit, by, basis, as_of)
    rows = empty_rows(world, question)
    total = Figures(*name_of_total(world, question))
    for member in asked_units(world, question):
        for figures in (rows[row_of(world, question, member)], total):
            add_filing(world, figures, member, year)
    for purchase in world.purchases.values():
        add_purchase(world, question, rows, total, purchase)
    return {
        "year": year,
        "region": question.region,
        "basis": question.basis,
        "as_of": as_of.isoformat() if as_of else None,
        "rows": [rows[code].as_json(question.basis) for code in sorted(rows)],
        "total": total.as_json(question.basis),
    }


def checked_question(
    world: World,
    year: int,
    region: str | None,
    unit: str | None,
    by: str,
    basis: str | None,
    as_of: date | None,
) -> Question:
    if unit is None:
        region = region or ROOT
    if (unit and unit not in world.units) or (region and region not in world.regions):
        raise UsageError("unknown code")
    if as_of and as_of.year != year:
        raise UsageError("day outside the year")
    home = world.units[unit].region if unit else region
    basis = basis or merged_policy(world, year, home).basis
    return Question(year, region, unit, "unit" if unit else by, basis, as_of)


def asked_units(world: World, question: Question) -> list[Unit]:
    """The budget units of what is asked for, also those not open in the year."""
    return [u for u in world.units.values() if u.in_scope and is_asked(world, question, u)]


def is_asked(world: World, question: Question, unit: Unit) -> bool:
    if question.unit:
        return question.unit in [ancestor.code for ancestor in ancestry(world, unit)]
    return world.is_within(unit.region, question.region)


def ancestry(world: World, unit: Unit) -> list[Unit]:
    """The unit and everything above it, the unit first."""
    line = [unit]
    while line[-1].parent:
        line.append(world.units[line[-1].parent])
    return line


def name_of_total(world: World, question: Question) -> tuple[str, str]:
    if question.unit:
        return question.unit, world.units[question.unit].name
    return question.region, world.regions[question.region].name


def empty_rows(world: World, question: Question) -> dict[str, Figures]:
    if question.by == "region":
        places = [r for r in world.regions.values() if r.parent == question.region]
        own_code, own_name = name_of_total(world, question)
        rows = {own_code: Figures(own_code, f"{own_name}本级")}
        return rows | {place.code: Figures(place.code, place.name) for place in places}
    codes = {row_of(world, question, unit) for unit in asked_units(world, question)}
    return {code: Figures(code, world.units[code].name) for code in codes}


def row_of(world: World, question: Question, unit: Unit) -> str:
    """The code of the row that a unit's figures stand in."""
    if question.by == "unit":
        return unit.code
    if question.by == "department":
        inside = [u for u in ancestry(world, unit) if world.is_within(u.region, question.region)]
        return inside[-1].code
    path = world.region_path(unit.region)
    position = path.index(question.region)
    return path[max(position - 1, 0)]


def add_filing(world: World, figures: Figures, unit: Unit, year: int) -> None:
    counts = figures.counts
    versions = world.filings.get((year, unit.code))
    is_open = unit.is_open_in(year)
    counts["units"] += is_open
    if versions:
        add_filed(world, figures, versions)
    elif is_open:
        due = merged_policy(world, year, unit.region).filing_due
        counts["not_due" if due and not unit.is_open(due) else "not_filed"] += 1


def add_filed(world: World, figures: Figures, versions: FiledVersions) -> None:
    figures.counts["filed"] += 1
    figures.counts["zero_filed"] += not versions.in_force.has_canteen
    if versions.confirmed:
        figures.counts["confirmed"] += 1
        figures.base_amount += versions.confirmed.base_amount
        figures.target += cents(target(world, versions.confirmed))


def add_purchase(
    world: World,
    question: Question,
    rows: dict[str, Figures],
    total: Figures,
    purchase: Purchase,
) -> None:
    for movement in movements(world, purchase):
        if question.takes_in(movement.day) and question.is_known(movement.known_on):
            add_movement(world, question, rows, total, movement)
    reason = verdict(world, purchase)
    buyer = world.units[purchase.unit]
    if reason not in REASONS or not question.takes_in(purchase.ordered_at):
        return
    if is_asked(world, question, buyer):
        for figures in (rows[row_of(world, question, buyer)], total):
            figures.excluded[reason] += purchase.amount


def add_movement(
    world: World,
    question: Question,
    rows: dict[str, Figures],
    total: Figures,
    movement: Movement,
) -> None:
    unit = world.units[movement.unit]
    if unit.in_scope and is_asked(world, question, unit):
        for figures in (rows[row_of(world, question, unit)], total):
            figures.amounts[movement.basis] += movement.amount
