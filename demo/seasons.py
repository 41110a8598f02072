"""When canteens and unions buy: the weight of every day of a year."""

from bisect import bisect
from collections.abc import Callable
from datetime import date, timedelta
from itertools import accumulate

# First day of the lunar year.
SPRING_FESTIVALS = {
    day.year: day
    for day in (
        date(2019, 2, 5),
        date(2020, 1, 25),
        date(2021, 2, 12),
        date(2022, 2, 1),
        date(2023, 1, 22),
        date(2024, 2, 10),
        date(2025, 1, 29),
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2029, 2, 13),
        date(2030, 2, 3),
        date(2031, 1, 23),
        date(2032, 2, 11),
        date(2033, 1, 31),
        date(2034, 2, 19),
        date(2035, 2, 8),
    )
}

WEEKEND = 0.3
BEFORE_SPRING_FESTIVAL = 2.6
DURING_SPRING_FESTIVAL = 0.1
SUMMER = 0.7
SCHOOL_HOLIDAYS = 0.25
AUTUMN = 1.35
DECEMBER = 2.2

Tempo = Callable[[date], float]


def steady(day: date) -> float:
    return 1.0


def early(day: date) -> float:
    return 1.6 if day.month <= 6 else 0.7


def late(day: date) -> float:
    return 0.4 if day.month <= 8 else 2.0


def demand(day: date, school: bool) -> float:
    """Return how much is bought on a day, 1 being an ordinary working day."""
    weight = WEEKEND if day.weekday() >= 5 else 1.0
    days_to_festival = (SPRING_FESTIVALS[day.year] - day).days
    if 0 < days_to_festival <= 28:
        weight *= BEFORE_SPRING_FESTIVAL
    elif -8 < days_to_festival <= 0:
        weight *= DURING_SPRING_FESTIVAL
    if day.month in (7, 8):
        weight *= SCHOOL_HOLIDAYS if school else SUMMER
    elif day.month in (9, 10):
        weight *= AUTUMN
    elif day.month == 12:
        weight *= DECEMBER
    return weight


class Calendar:
    """The days of one year, to be drawn by their weights. Days are proleptic ordinals."""

    def __init__(self, year: int, school: bool, tempo: Tempo) -> None:
        self.first = date(year, 1, 1).toordinal()
        length = date(year + 1, 1, 1).toordinal() - self.first
        days = (date(year, 1, 1) + timedelta(days=offset) for offset in range(length))
        self.reached = [0.0, *accumulate(demand(day, school) * tempo(day) for day in days)]

    def elapsed(self, today: int) -> float:
        """Return the part of the year's weight that has passed at the end of a day."""
        offset = min(max(today - self.first + 1, 0), len(self.reached) - 1)
        return self.reached[offset] / self.reached[-1]

    def draw(self, chance: float, first: int, last: int) -> int:
        """Return a day from `first` to `last`, both days of the year; `chance` is 0 up to 1."""
        low = self.reached[first - self.first]
        high = self.reached[last - self.first + 1]
        offset = bisect(self.reached, low + chance * (high - low)) - 1
        return self.first + min(offset, last - self.first)
