"""The directory of suppliers from the designated counties (供应商名录)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo import credit_codes
from demo.geography import DesignatedCounty
from demo.names import company_name
from demo.products import Product, products_of
from demo.shares import dealt

HEADINGS = (
    "供应商代码",
    "供应商名称",
    "类型",
    "所属县代码",
    "名录批次",
    "生效日期",
    "失效日期",
)

COMPANY = "企业"
COOPERATIVE = "合作社"
FAMILY_FARM = "家庭农场"
HOUSEHOLD = "农户"
KINDS = {COMPANY: 0.45, COOPERATIVE: 0.42, FAMILY_FARM: 0.10, HOUSEHOLD: 0.03}
REGISTERED_AS = {
    COMPANY: credit_codes.ENTERPRISE,
    COOPERATIVE: credit_codes.COOPERATIVE,
    FAMILY_FARM: credit_codes.SOLE_PROPRIETOR,
}
TRADES = {
    COMPANY: ("农业发展有限公司", "食品有限公司", "农产品开发有限公司"),
    COOPERATIVE: ("种植专业合作社", "种养专业合作社", "农产品专业合作社"),
    FAMILY_FARM: ("家庭农场",),
    HOUSEHOLD: ("农户",),
}

OWN_PROVINCE_SHARE = 0.45
STEADY, ENDED, RESUMED, NEW = "steady", "ended", "resumed", "new"
COURSES = {STEADY: 0.86, ENDED: 0.06, RESUMED: 0.04, NEW: 0.04}


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are valid days; no `last` means open."""

    first: date
    last: date | None = None

    @property
    def batch(self) -> str:
        return f"{self.first.year}年第{'一二三四'[(self.first.month - 1) // 3]}批"


@dataclass(slots=True, eq=False)
class Supplier:
    code: str
    name: str
    kind: str
    county: DesignatedCounty
    county_code: str
    periods: tuple[Period, ...]
    products: tuple[Product, ...]

    def valid_on(self, day: date) -> bool:
        return self.valid_throughout(day, day)

    def valid_throughout(self, first: date, last: date) -> bool:
        return any(
            period.first <= first and (period.last is None or last <= period.last)
            for period in self.periods
        )

    def rows(self) -> Iterator[tuple[object, ...]]:
        for period in self.periods:
            yield (
                self.code,
                self.name,
                self.kind,
                self.county_code,
                period.batch,
                period.first,
                period.last or "",
            )


def directory_size(units: int) -> int:
    """Return how many suppliers serve so many units."""
    return min(4_000, max(80, units // 2))


def build_suppliers(
    rng: Random, counties: list[DesignatedCounty], province: str, count: int, year: int
) -> list[Supplier]:
    """Return `count` suppliers, more from the own province where it has designated counties."""
    own = [county for county in counties if county.province == province]
    recoded = [county for county in counties if county.code != county.listed_code]
    courses = dealt(rng, count, COURSES)
    kinds = dealt(rng, count, KINDS)
    places = [
        rng.choice(own) if own and rng.random() < OWN_PROVINCE_SHARE else rng.choice(counties)
        for _ in range(count)
    ]
    places[: len(recoded)] = recoded
    return [
        make_supplier(rng, serial, place, kind, course_periods(rng, course, year))
        for serial, (place, kind, course) in enumerate(zip(places, kinds, courses, strict=True))
    ]


def make_supplier(
    rng: Random, serial: int, county: DesignatedCounty, kind: str, periods: tuple[Period, ...]
) -> Supplier:
    registered_as = REGISTERED_AS.get(kind)
    code = (
        credit_codes.credit_code(registered_as, county.code, serial)
        if registered_as
        else f"DEMO{county.code}{serial:05d}"
    )
    name = company_name(rng, county.name, rng.choice(TRADES[kind]))
    # Files of the platform still carry the codes of the list; the directory must resolve them.
    county_code = county.listed_code if serial % 2 else county.code
    products = tuple(rng.sample(products_of(county.province), 4))
    return Supplier(code, name, kind, county, county_code, periods, products)


def course_periods(rng: Random, course: str, year: int) -> tuple[Period, ...]:
    """Return the periods of validity that make a supplier steady, ended, resumed or new."""
    joined = date(rng.randint(year - 6, year - 2), rng.choice((1, 4, 7, 10)), 15)
    left = date(year - 1, 3, 1) + timedelta(days=rng.randint(0, 400))
    if course == STEADY:
        return (Period(joined),)
    if course == ENDED:
        return (Period(joined, left),)
    if course == RESUMED:
        return (Period(joined, left), Period(left + timedelta(days=rng.randint(60, 180))))
    return (Period(date(year - 1, rng.choice((4, 7, 10)), 15)),)
