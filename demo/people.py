"""The people who sign in to look around: every role at a place where there is something to do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from demo.filings import CONFIRMED, Filing
from demo.geography import DesignatedCounty, Division
from demo.names import person, telephone
from demo.units import Unit

HEADINGS = ("登录名", "姓名", "手机", "角色", "行政区划代码", "单位编码")

ADMINISTRATOR = "财政管理员"
REVIEWER = "财政审核员"
DEPARTMENT = "主管部门"
CLERK = "单位填报员"
KEEPER = "脱贫县名录员"
AUDITOR = "审计"
SYSTEM = "系统管理员"
#: A sign-in name says what its person is, and where.
PREFIX = {
    ADMINISTRATOR: "guanli", REVIEWER: "shenhe", DEPARTMENT: "bumen", CLERK: "danwei",
    KEEPER: "minglu", AUDITOR: "shenji", SYSTEM: "xitong",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A row of the file: held at a region or at a unit."""

    name: str
    phone: str
    role: str
    region: str = ""
    unit: str = ""

    def row(self) -> tuple[str, ...]:
        username = f"{PREFIX[self.role]}{self.region or self.unit}"
        return (username, self.name, self.phone, self.role, self.region, self.unit)


def build_people(
    rng: Random,
    province: Division,
    counties: Iterable[DesignatedCounty],
    filings: Mapping[Unit, Filing],
    today: date,
) -> Iterator[Person]:
    """Yield the people of a province and of its first city; ``filings`` are the year's."""
    city = first_city(province)
    held = [
        *((role, {"region": province.code}) for role in (ADMINISTRATOR, REVIEWER)),
        *((role, {"region": city.code}) for role in (ADMINISTRATOR, REVIEWER)),
        *((role, {"unit": unit.code}) for role, unit in people_of_units(city, filings, today)),
        (KEEPER, {"region": county_of(province, counties).division}),
        (AUDITOR, {"region": province.code}),
        (SYSTEM, {"region": province.code}),
    ]
    for role, place in held:
        yield Person(person(rng), telephone(rng), role, **place)


def first_city(province: Division) -> Division:
    """The first prefecture; of a municipality its first district."""
    prefectures = (child for child in province.children if child.level == "prefecture")
    return next(prefectures, province.children[0])


def county_of(province: Division, counties: Iterable[DesignatedCounty]) -> DesignatedCounty:
    """The first designated county of the province, or of the list where it has none."""
    counties = list(counties)
    own = (county for county in counties if county.province == province.code)
    return next(own, counties[0])


def people_of_units(
    city: Division, filings: Mapping[Unit, Filing], today: date
) -> Iterator[tuple[str, Unit]]:
    """Yield a department, a unit that has not filed, and one whose filing is confirmed.

    Units of the city come first, so that its bureau meets them.
    """
    standing = [unit for unit in filings if unit.must_file and is_open(unit, today)]
    standing.sort(key=lambda unit: city not in unit.region.path())
    departments = {unit.parent for unit in standing}
    yield DEPARTMENT, next((unit for unit in standing if unit in departments), standing[0])
    waiting = (unit for unit in standing if not filings[unit].written)
    yield CLERK, next(waiting, standing[-1])
    confirmed = (unit for unit in standing if is_confirmed(filings[unit]))
    yield CLERK, next(confirmed, standing[0])


def is_open(unit: Unit, today: date) -> bool:
    return not (unit.opened_on and unit.opened_on > today) and not unit.closed_on


def is_confirmed(filing: Filing) -> bool:
    return filing.written and filing.status == CONFIRMED and filing.canteen.has_figures
