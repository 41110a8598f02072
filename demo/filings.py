"""What the units promised: the year's filings of reserved shares (预留份额填报)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from demo import published
from demo.canteens import Canteen, members_of
from demo.establishments import APART
from demo.money import RATIO_SCALE, percent, share, yuan
from demo.policies import MINIMUM, Policies
from demo.shares import dealt
from demo.units import Unit

HEADINGS = (
    "年度",
    "单位编码",
    "食堂情况",
    "代表单位编码",
    "食堂承包单位",
    "食堂食材采购总额(元)",
    "预留比例(%)",
    "低于比例批准文号",
    "预留金额(元)",
    "工会预计采购金额(元)",
    "工会经费(元)",
    "下达任务金额(元)",
    "就餐人数",
    "联系人",
    "联系电话",
    "备注",
    "情况说明",
    "状态",
)

SUBMITTED = "已提交"
CONFIRMED = "已确认"

# Yuan a head and year, lowest and highest.
INSTITUTION_FOOD = (3_000, 9_000)
OFFICE_FOOD = (2_400, 6_000)
UNION_NORM = (200, 800)
UNION_FUNDS = (900, 1_800)

# Percent above the policy's minimum, the commonest more often.
ABOVE_MINIMUM = (0, 0, 0, 0, 2, 2, 2.5, 3.25, 5, 5, 8, 10)
LOWEST_ABOVE_ZERO = 6
APPROVED_BELOW_MINIMUM = 0.006
ASSIGNED = 0.02
WITHOUT_UNION_DEMAND = 0.2
TO_THE_CENT = 0.2

EXPLANATIONS = (
    "就餐人数减少,食材采购总额相应下降",
    "食堂改造停业两个月",
    "按过紧日子要求压减公用经费",
    "部分科室迁出,就餐人数减少",
    "上年一次性接待任务较多,本年恢复正常",
)


@dataclass(frozen=True)
class Season:
    """How filing went in one year: shares of the units."""

    filed: float
    confirmed: float


@dataclass(slots=True)
class Filing:
    """Amounts are cents, `ratio` is ten-thousandths of a percent; `written` puts it in the file."""

    year: int
    unit: Unit
    canteen: Canteen
    base: int = 0
    ratio: int = 0
    union: int = 0
    union_funds: int = 0
    assigned: int = 0
    diners: int = 0
    approval: str = ""
    explanation: str = ""
    written: bool = True
    status: str = CONFIRMED

    @property
    def reserved(self) -> int:
        return share(self.base + (self.union if self.union_in_base else 0), self.ratio)

    @property
    def union_in_base(self) -> bool:
        return published.union_in_base(self.year, self.unit.region)

    @property
    def remark(self) -> str:
        if self.canteen.representative:
            return f"共用食堂,由{self.canteen.representative.name}填报"
        return "" if self.canteen.has_figures else "无食堂"

    def figures(self) -> tuple[str, str, str, str]:
        """Return base, ratio, approval and reserved amount as the file writes them.

        Where a published row sets the base the reserved amount stays empty, to be computed.
        """
        if not self.canteen.has_figures:
            return ("", "", "", "") if self.canteen.is_member else ("0", "0", "", "0.00")
        reserved = "" if self.union_in_base else yuan(self.reserved)
        return yuan(self.base), percent(self.ratio), self.approval, reserved

    def row(self) -> tuple[object, ...]:
        representative = self.canteen.representative
        return (
            self.year,
            self.unit.code,
            self.canteen.situation,
            representative.code if representative else "",
            self.canteen.executor,
            *self.figures(),
            yuan(self.union),
            yuan(self.union_funds) if self.union_funds else "",
            yuan(self.assigned) if self.assigned else "",
            self.diners or "",
            self.unit.person,
            self.unit.phone,
            self.remark,
            self.explanation,
            self.status,
        )


def build_filings(
    rng: Random,
    year: int,
    canteens: Mapping[Unit, Canteen],
    policies: Policies,
    season: Season,
    previous: Mapping[Unit, Filing],
) -> dict[Unit, Filing]:
    """Return a filing of every unit open in the year; some are not `written`.

    The unwritten ones are what those units would have filed: their purchases follow it.
    """
    members = members_of(canteens)
    filings = {}
    for unit, canteen in canteens.items():
        if unit.open_in(year):
            eaters = unit.headcount + sum(member.headcount for member in members.get(unit, ()))
            filing = Filing(year, unit, canteen)
            fill_union(rng, filing)
            if canteen.has_figures:
                fill_canteen(rng, filing, eaters, policies, previous.get(unit))
            filings[unit] = filing
    decide_fates(rng, season, [f for f in filings.values() if f.unit not in members], filings)
    explain_falls(rng, filings, previous)
    return filings


def fill_union(rng: Random, filing: Filing) -> None:
    heads = filing.unit.headcount
    if rng.random() >= WITHOUT_UNION_DEMAND:
        filing.union = heads * rng.randint(*UNION_NORM) * 100
    if not filing.canteen.has_figures and not filing.canteen.is_member:
        filing.union_funds = heads * rng.randint(*UNION_FUNDS) * 100


def fill_canteen(
    rng: Random, filing: Filing, eaters: int, policies: Policies, previous: Filing | None
) -> None:
    minimum = policies.minimum(filing.year, filing.unit.region)
    filing.diners = round(eaters * rng.uniform(0.75, 1.0))
    filing.base = food_total(rng, filing.unit, eaters, previous)
    filing.ratio = next_ratio(rng, minimum, previous)
    if rng.random() < APPROVED_BELOW_MINIMUM:
        filing.ratio = rng.randint(LOWEST_ABOVE_ZERO, MINIMUM - 1) * RATIO_SCALE
        filing.approval = f"演示财审〔{filing.year}〕{filing.unit.code[-4:].lstrip('0')}号"
    if rng.random() < ASSIGNED:
        filing.assigned = max(1, round(filing.reserved * rng.uniform(0.9, 1.4) / 1e5)) * 100_000


def food_total(rng: Random, unit: Unit, eaters: int, previous: Filing | None) -> int:
    """Return the year's food in cents, mostly in whole hundreds of yuan as people estimate it."""
    if previous and previous.base:
        cents = previous.base * rng.uniform(0.97, 1.12)
    else:
        low, high = INSTITUTION_FOOD if unit.place == APART else OFFICE_FOOD
        cents = eaters * rng.uniform(low, high) * 100
    step = 1 if rng.random() < TO_THE_CENT else 10_000
    return max(1, round(cents / step)) * step


def next_ratio(rng: Random, minimum: int, previous: Filing | None) -> int:
    """Return last year's ratio mostly, raised where the minimum asks for it."""
    if previous and previous.ratio and rng.random() < 0.7:
        return max(previous.ratio, minimum * RATIO_SCALE)
    return round((minimum + rng.choice(ABOVE_MINIMUM)) * RATIO_SCALE)


def decide_fates(
    rng: Random, season: Season, free: list[Filing], filings: Mapping[Unit, Filing]
) -> None:
    """Leave some filings out and some unconfirmed.

    A representative's filing is always there: its members' confirmation asks for it.
    """
    fates = dealt(rng, len(free), {True: season.filed, False: 1 - season.filed})
    for filing, written in zip(free, fates, strict=True):
        filing.written = written
    states = {CONFIRMED: season.confirmed, SUBMITTED: 1 - season.confirmed}
    for filing, status in zip(filings.values(), dealt(rng, len(filings), states), strict=True):
        filing.status = status


def explain_falls(
    rng: Random, filings: Mapping[Unit, Filing], previous: Mapping[Unit, Filing]
) -> None:
    """Give a reason wherever ratio or amount is below last year's filing."""
    for unit, filing in filings.items():
        before = previous.get(unit)
        fell = before and (filing.ratio < before.ratio or filing.reserved < before.reserved)
        if fell:
            filing.explanation = rng.choice(EXPLANATIONS)


def filing_rows(filings: Mapping[Unit, Filing]) -> Iterator[tuple[object, ...]]:
    """Yield the written filings, representatives before their members."""
    written = [filing for filing in filings.values() if filing.written]
    for filing in sorted(written, key=lambda filing: filing.canteen.is_member):
        yield filing.row()
