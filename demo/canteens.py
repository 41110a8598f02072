"""Who eats where: own, shared, outsourced and no canteens (食堂情况)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from demo.establishments import APART, HOST
from demo.names import company_name
from demo.shares import dealt
from demo.units import Unit

OWN = "自有食堂"
SHARED = "共用食堂"
OUTSOURCED = "食堂外包"
NONE = "无食堂"

OF_REPRESENTATIVES = {SHARED: 0.75, OWN: 0.15, OUTSOURCED: 0.10}
OF_GUESTS = {SHARED: 0.85, NONE: 0.10, OWN: 0.05}
OF_LONE_OFFICES = {NONE: 0.5, OWN: 0.3, OUTSOURCED: 0.2}
OF_INSTITUTIONS = {OWN: 0.78, OUTSOURCED: 0.17, NONE: 0.05}
SHARING_REGIONS = {True: 0.8, False: 0.2}
NEWLY_OUTSOURCED = 0.04


@dataclass(slots=True, frozen=True)
class Canteen:
    situation: str
    representative: Unit | None = None
    executor: str = ""

    @property
    def is_member(self) -> bool:
        """Whether another unit files for this one."""
        return self.representative is not None

    @property
    def has_figures(self) -> bool:
        return self.situation != NONE and not self.is_member


def assign_canteens(rng: Random, units: Iterable[Unit]) -> dict[Unit, Canteen]:
    """Return the canteen of every unit that must file."""
    filers = [unit for unit in units if unit.must_file]
    groups, lone = sharing_groups(rng, [unit for unit in filers if unit.place != APART])
    canteens: dict[Unit, Canteen] = {}
    settle(rng, canteens, [unit for unit in filers if unit.place == APART], OF_INSTITUTIONS)
    settle(rng, canteens, lone, OF_LONE_OFFICES)
    settle(rng, canteens, [representative for representative, _ in groups], OF_REPRESENTATIVES)
    guests = {guest: representative for representative, members in groups for guest in members}
    for guest, situation in zip(guests, dealt(rng, len(guests), OF_GUESTS), strict=True):
        representative = guests[guest] if situation == SHARED else None
        canteens[guest] = Canteen(situation, representative)
    return canteens


def sharing_groups(
    rng: Random, offices: list[Unit]
) -> tuple[list[tuple[Unit, list[Unit]]], list[Unit]]:
    """Return the groups, each a representative with its guests, and the offices in none."""
    by_region: dict[str, list[Unit]] = defaultdict(list)
    for office in offices:
        by_region[office.region.code].append(office)
    several = [group for group in by_region.values() if len(group) > 1]
    groups, lone = [], [group[0] for group in by_region.values() if len(group) == 1]
    for group, shares in zip(several, dealt(rng, len(several), SHARING_REGIONS), strict=True):
        if shares:
            representative = next((unit for unit in group if unit.place == HOST), group[0])
            groups.append((representative, [unit for unit in group if unit is not representative]))
        else:
            lone += group
    return groups, lone


def settle(
    rng: Random, canteens: dict[Unit, Canteen], units: list[Unit], weights: dict[str, float]
) -> None:
    for unit, situation in zip(units, dealt(rng, len(units), weights), strict=True):
        executor = contractor(rng, unit) if situation == OUTSOURCED else ""
        canteens[unit] = Canteen(situation, None, executor)


def contractor(rng: Random, unit: Unit) -> str:
    return company_name(rng, unit.region.name, "餐饮管理有限公司")


def a_year_later(rng: Random, canteens: Mapping[Unit, Canteen]) -> dict[Unit, Canteen]:
    """Return the canteens with some of the own ones given to a contractor."""
    return {
        unit: Canteen(OUTSOURCED, None, contractor(rng, unit))
        if canteen.situation == OWN and rng.random() < NEWLY_OUTSOURCED
        else canteen
        for unit, canteen in canteens.items()
    }


def members_of(canteens: Mapping[Unit, Canteen]) -> dict[Unit, list[Unit]]:
    """Return each representative's members."""
    members: dict[Unit, list[Unit]] = defaultdict(list)
    for unit, canteen in canteens.items():
        if canteen.representative:
            members[canteen.representative].append(unit)
    return dict(members)
