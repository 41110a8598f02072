"""The budget units of the province (预算单位台账)."""

from collections import Counter
from collections.abc import Iterable, Iterator
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
# Below one unit a division, the few divisions chosen get about this many each.
UNITS_OF_A_SMALL_PROVINCE = 4


@dataclass(slots=True, eq=False)
class Unit:
    """A row of the ledger; `parent` and `successor` are units."""

    code: str
    name: str
    uscc: str
    region: Division
    level: str
    kind: str
    headcount: int
    person: str
    phone: str
    parent: "Unit | None" = None
    opened_on: date | None = None
    closed_on: date | None = None
    successor: "Unit | None" = None

    @property
    def files(self) -> bool:
        return self.kind != establishments.ENTERPRISE

    @property
    def is_office(self) -> bool:
        """Whether its staff eat where the region's other offices do."""
        offices = (establishments.ORGAN, establishments.MASS)
        return self.kind in offices and self.level != "乡级" and not self.name.endswith("所")

    def open_on_some_day_of(self, year: int) -> bool:
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


def quotas(rng: Random, province: Division, count: int) -> Iterator[tuple[Division, int]]:
    """Yield each division that has units with their number; the numbers add up to `count`."""
    divisions = province.spread()
    if count < len(divisions):
        divisions = divisions[: max(1, count // UNITS_OF_A_SMALL_PROVINCE)]
    weights = [WEIGHTS[division.level] * rng.uniform(0.7, 1.3) for division in divisions]
    numbers = [1 + part for part in apportion(count - len(divisions), weights)]
    surplus = 0
    for index, division in enumerate(divisions):
        if division.level != "county":
            most = len(list(finite_establishments(division)))
            surplus += max(0, numbers[index] - most)
            numbers[index] = min(numbers[index], most)
    counties = [index for index, division in enumerate(divisions) if division.level == "county"]
    for index, part in zip(counties, apportion(surplus, [weights[i] for i in counties]), strict=True):
        numbers[index] += part
    yield from zip(divisions, numbers, strict=True)
