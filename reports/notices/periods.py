"""Periods of a rhythm: months, quarters, half-years and years."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.choices import Rhythm

_MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.HALF_YEARLY: 6, Rhythm.YEARLY: 12}
_CODES: dict[str, str] = {
    Rhythm.MONTHLY: "{year}-{number:02}",
    Rhythm.QUARTERLY: "{year}-Q{number}",
    Rhythm.HALF_YEARLY: "{year}-H{number}",
    Rhythm.YEARLY: "{year}",
}
_HALVES: dict[int, Promise | str] = {1: _("first half"), 2: _("second half")}


@dataclass(frozen=True, slots=True)
class Period:
    """The ``number``th period of a year, counted from 1."""

    rhythm: Rhythm
    year: int
    number: int

    @property
    def code(self) -> str:
        """``2026-06``, ``2026-Q2``, ``2026-H1`` or ``2026``."""
        return _CODES[self.rhythm].format(year=self.year, number=self.number)

    @property
    def first_day(self) -> date:
        return date(self.year, (self.number - 1) * _MONTHS[self.rhythm] + 1, 1)

    @property
    def last_day(self) -> date:
        month = self.number * _MONTHS[self.rhythm]
        return date(self.year, month, monthrange(self.year, month)[1])

    def __str__(self) -> str:
        words = {
            Rhythm.MONTHLY: _("%(number)s/%(year)s"),
            Rhythm.QUARTERLY: _("quarter %(number)s of %(year)s"),
            Rhythm.HALF_YEARLY: _("%(half)s of %(year)s"),
            Rhythm.YEARLY: _("the year %(year)s"),
        }
        half = _HALVES.get(self.number, "")
        return str(words[self.rhythm]) % {"year": self.year, "number": self.number, "half": half}

    def next(self) -> "Period":
        """The period that follows."""
        return period_of(self.rhythm, self.last_day + timedelta(days=1))


def period_of(rhythm: Rhythm, day: date) -> Period:
    """The period that holds a day."""
    return Period(rhythm, day.year, (day.month - 1) // _MONTHS[rhythm] + 1)


def period_named(code: str) -> Period:
    """The period with this code; ValueError where there is none."""
    year, _dash, rest = code.partition("-")
    rhythm = {"": Rhythm.YEARLY, "Q": Rhythm.QUARTERLY, "H": Rhythm.HALF_YEARLY}.get(
        rest[:1], Rhythm.MONTHLY
    )
    period = Period(rhythm, int(year), int(rest.lstrip("QH") or 1))
    if period.code != code or not 1 <= period.number <= 12 // _MONTHS[rhythm]:
        raise ValueError(code)
    return period


def ended(rhythm: Rhythm, *, since: date, until: date) -> Iterator[Period]:
    """The periods whose last day lies between two days, both included, the first one first."""
    period = period_of(rhythm, since)
    while period.last_day <= until:
        yield period
        period = period.next()
