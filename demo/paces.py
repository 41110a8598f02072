"""How eagerly each unit buys, and how many lines of the purchase file that makes."""

from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import sqrt
from random import Random

from demo import seasons
from demo.establishments import SCHOOL
from demo.filings import Filing
from demo.seasons import Calendar, Tempo
from demo.shares import apportion, dealt
from demo.units import Unit


@dataclass(frozen=True)
class Pace:
    """Orders of a whole year over what was promised, lowest and highest, and when they come."""

    low: float
    high: float
    tempo: Tempo


IDLE = Pace(0, 0, seasons.steady)
LAGGARD = Pace(0.15, 0.55, seasons.late)
ON_TRACK = Pace(0.95, 1.35, seasons.steady)
EARLY = Pace(1.15, 1.6, seasons.early)
FAR_OVER = Pace(2.6, 3.3, seasons.early)
PACES = {IDLE: 0.06, LAGGARD: 0.20, ON_TRACK: 0.46, EARLY: 0.20, FAR_OVER: 0.08}

ENTERPRISE_CENTS_A_HEAD = 20_000

# Upper bounds of a draw from 0 to 1 for 食堂 and 工会; the rest is 个人.
CANTEEN_BUYER = (0.82, 0.96)
MEMBER_BUYER = (0.30, 0.92)
OTHER_BUYER = (0.0, 0.85)
CANTEEN, UNION, INDIVIDUAL = FUNDS = ("食堂", "工会", "个人")
# A unit that opens or closes in the year places this part of its orders outside its days.
OUTSIDE_ITS_DAYS = 0.2


@dataclass(slots=True)
class Buyer:
    """`cents` is what the unit orders from the year's first day to its last or today.

    Days are ordinals: `days` are the first and last on which the unit is open, `other_days` those
    before or after them in the same stretch, if there are any.
    """

    unit: Unit
    cents: int
    funds: tuple[float, float]
    calendar: Calendar
    days: tuple[int, int]
    other_days: tuple[int, int] | None
    lines: int = 0

    def fund(self, chance: float) -> str:
        return FUNDS[bisect(self.funds, chance)]

    def draw_day(self, rng: Random) -> int:
        if self.other_days and rng.random() < OUTSIDE_ITS_DAYS:
            return self.calendar.draw(rng.random(), *self.other_days)
        return self.calendar.draw(rng.random(), *self.days)


def calendars(year: int) -> dict[tuple[Tempo, bool], Calendar]:
    tempos = {pace.tempo for pace in PACES}
    kinds = product(tempos, (True, False))
    return {(tempo, school): Calendar(year, school, tempo) for tempo, school in kinds}


def plan_buyers(
    rng: Random, year: int, units: Iterable[Unit], filings: Mapping[Unit, Filing], today: date
) -> list[Buyer]:
    """Return the units that buy in the year, each with its amount and its days."""
    active = [unit for unit in units if unit.open_in(year)]
    kept = calendars(year)
    last = min(today, date(year, 12, 31)).toordinal()
    buyers = []
    for unit, pace in zip(active, dealt(rng, len(active), PACES), strict=True):
        calendar = kept[pace.tempo, unit.kind == SCHOOL]
        part = calendar.elapsed(last)
        cents = promised(unit, filings.get(unit)) * rng.uniform(pace.low, pace.high) * part
        funds = habitual_funds(filings.get(unit))
        if cents >= 1:
            days = unit_days(unit, calendar.first, last)
            buyers.append(Buyer(unit, round(cents), funds, calendar, *days))
    return buyers


def unit_days(unit: Unit, first: int, last: int) -> tuple[tuple[int, int], tuple[int, int] | None]:
    """Return the days from `first` to `last` on which the unit is open, and the others."""
    opened = unit.opened_on.toordinal() if unit.opened_on else first
    closed = unit.closed_on.toordinal() if unit.closed_on else last
    if opened > first:
        return (opened, last), (first, opened - 1)
    if closed < last:
        return (first, closed), (closed + 1, last)
    return (first, last), None


def promised(unit: Unit, filing: Filing | None) -> int:
    """Return cents: the reserved amount, or the union's demand of who reserves nothing."""
    if filing is None:
        return unit.headcount * ENTERPRISE_CENTS_A_HEAD
    return filing.reserved if filing.canteen.has_figures else filing.union


def habitual_funds(filing: Filing | None) -> tuple[float, float]:
    if filing is None:
        return OTHER_BUYER
    if filing.canteen.has_figures:
        return CANTEEN_BUYER
    return MEMBER_BUYER if filing.canteen.is_member else OTHER_BUYER


def year_lines(years: list[list[Buyer]], lines: int) -> list[int]:
    """Split the lines between the years; every year has one at least."""
    weights = [sum(sqrt(buyer.cents) for buyer in buyers) for buyers in years]
    return [1 + part for part in apportion(lines - len(years), weights)]


def deal_lines(buyers: list[Buyer], lines: int) -> None:
    """Share a year's lines out: four times the amount makes twice the lines."""
    weights = [sqrt(buyer.cents) for buyer in buyers]
    for buyer, part in zip(buyers, apportion(lines, weights), strict=True):
        buyer.lines = part
