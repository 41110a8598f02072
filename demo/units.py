"""The budget units of the province (预算单位台账)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from random import Random

from demo import credit_codes, establishments
from demo.establishments import Establishment
from demo.geography import MUNICIPALITIES, Division
from demo.names import TOWNS, person, telephone
from demo.shares import apportion

HEADINGS = (
    "单位编码",
    "单位名称",
    "统一社会信用代码",
    "行政区划代码",
    "预算级次",
    "上级单位编码",
    "单位类型",
    "启用日期",
    "停用日期",
    "承接单位编码",
    "职工人数",
    "责任人",
    "联系电话",
)

LEVELS = {"province": "省级", "prefecture": "市级", "county": "县级"}
WEIGHTS = {"province": 12.0, "prefecture": 5.0, "county": 1.0}
REGISTERED_AS = {
    establishments.ORGAN: credit_codes.STATE_ORGAN,
    establishments.MASS: credit_codes.MASS_ORGANIZATION,
    establishments.ENTERPRISE: credit_codes.ENTERPRISE,
}
# With fewer units than divisions, a few divisions get about this many each and the others none.
UNITS_OF_A_CHOSEN_DIVISION = 4


@dataclass(slots=True, eq=False)
class Unit:
    """A row of the ledger; `place` is where its people eat (see Establishment)."""

    code: str
    name: str
    uscc: str
    region: Division
    level: str
    parent: "Unit | None"
    kind: str
    headcount: int
    person: str
    phone: str
    place: str
    opened_on: date | None = None
    closed_on: date | None = None
    successor: "Unit | None" = None

    @property
    def must_file(self) -> bool:
        return self.kind != establishments.ENTERPRISE

    def open_in(self, year: int) -> bool:
        """Whether it is open on some day of the year."""
        opened, closed = self.opened_on, self.closed_on
        return not (opened and opened.year > year) and not (closed and closed.year < year)

    def row(self) -> tuple[object, ...]:
        return (
            self.code,
            self.name,
            self.uscc,
            self.region.code,
            self.level,
            self.parent.code if self.parent else "",
            self.kind,
            self.opened_on or "",
            self.closed_on or "",
            self.successor.code if self.successor else "",
            self.headcount,
            self.person,
            self.phone,
        )


def build_units(rng: Random, province: Division, count: int) -> list[Unit]:
    """Return `count` units of the province, its prefectures and its counties, parents first."""
    units: list[Unit] = []
    chains: dict[tuple[str, str], Unit] = {}
    for division, number in sorted(quotas(rng, province, count), key=lambda pair: pair[0].code):
        units += division_units(rng, division, number, chains)
    return units


def quotas(rng: Random, province: Division, count: int) -> list[tuple[Division, int]]:
    """Return the divisions that have units with their numbers, which add up to `count`."""
    divisions = province.spread()
    if count < len(divisions):
        divisions = divisions[: count // UNITS_OF_A_CHOSEN_DIVISION]
    weights = [WEIGHTS[division.level] * rng.uniform(0.7, 1.3) for division in divisions]
    numbers = [1 + part for part in apportion(count - len(divisions), weights)]
    return list(zip(divisions, hand_down(divisions, numbers), strict=True))


def hand_down(divisions: list[Division], numbers: list[int]) -> list[int]:
    """Return the numbers with what province and prefectures cannot hold moved to the counties."""
    counties = [division.level == "county" for division in divisions]
    held = [
        number if county else min(number, len(list(finite_establishments(division))))
        for division, number, county in zip(divisions, numbers, counties, strict=True)
    ]
    handed_down = iter(apportion(sum(numbers) - sum(held), [1.0] * sum(counties)))
    return [
        number + (next(handed_down) if county else 0)
        for number, county in zip(held, counties, strict=True)
    ]


def finite_establishments(division: Division) -> Iterator[Establishment]:
    """Yield what a province or a prefecture has."""
    if division.level == "prefecture":
        return chain(establishments.PREFECTURE, establishments.colleges("教育局"))
    provincial = chain(establishments.PROVINCE, establishments.colleges("教育厅"))
    if division.code in MUNICIPALITIES:
        return map(establishments.municipal, provincial)
    return provincial


def all_establishments(rng: Random, division: Division) -> Iterator[Establishment]:
    """Yield what a division has; a county's towns come in an order of its own."""
    if division.level != "county":
        return finite_establishments(division)
    return chain(establishments.COUNTY, establishments.towns(rng.sample(TOWNS, len(TOWNS))))


def division_units(
    rng: Random, division: Division, number: int, chains: dict[tuple[str, str], Unit]
) -> list[Unit]:
    """Return the first `number` units of a division; `chains` holds those that others answer to."""
    named: dict[str, Unit] = {}
    for establishment in islice(all_establishments(rng, division), number):
        parent = named.get(establishment.parent) or superior(division, establishment.chain, chains)
        unit = make_unit(rng, division, establishment, len(named) + 1, parent)
        named[establishment.name] = unit
        if establishment.chain:
            chains[division.code, establishment.chain] = unit
    return list(named.values())


def superior(
    division: Division, chain_name: str, chains: dict[tuple[str, str], Unit]
) -> Unit | None:
    """Return the nearest unit of the chain in the divisions above."""
    above = (chains.get((upper.code, chain_name)) for upper in division.path())
    return next((unit for unit in above if unit), None)


def make_unit(
    rng: Random,
    division: Division,
    establishment: Establishment,
    serial: int,
    parent: Unit | None,
) -> Unit:
    registered_as = REGISTERED_AS.get(establishment.kind, credit_codes.PUBLIC_INSTITUTION)
    return Unit(
        code=f"{division.code}{serial:04d}",
        name=establishment.title(division.title),
        uscc=credit_codes.credit_code(registered_as, division.code, serial),
        region=division,
        level="乡级" if establishment.township else LEVELS[division.level],
        parent=parent,
        kind=establishment.kind,
        headcount=rng.randint(*establishment.headcount),
        person=person(rng),
        phone=telephone(rng),
        place=establishment.place,
    )
