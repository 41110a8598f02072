"""The pace of a year: what should be reached by a day, who lags behind it, and why.

Pages and notices read it from here, over the figures of ``quotas.progress``.
"""

from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from procurement.choices import Verdict
from quotas.checkpoints import Checkpoints
from quotas.choices import Basis, Lag
from quotas.progress import Figures, Row

CENT = Decimal("0.01")
ZERO = Decimal(0)
WHOLE = Decimal(100)

#: What an order still lacks between a step and the one before it.
_STEPS = (
    (Basis.ORDERED, Basis.PAID, Lag.NOT_PAID),
    (Basis.PAID, Basis.ACCEPTED, Lag.NOT_ACCEPTED),
    (Basis.ACCEPTED, Basis.COMPLETED, Lag.NOT_RATED),
)


def expected(on: date, year: int, checkpoints: Checkpoints) -> Decimal:
    """Percent of a year's target that should be reached at the end of a day, to two decimals.

    It rises evenly from one checkpoint to the next, from 0 before the year to 100 at its end;
    without checkpoints it is the share of the year that has passed.
    """
    if on.year != year:
        return ZERO if on.year < year else WHOLE
    start, reached = 0, ZERO
    for day, percent in _corners(year, checkpoints):
        if _number(on) <= day:
            share = Decimal(_number(on) - start) / (day - start)
            return (reached + (percent - reached) * share).quantize(CENT, ROUND_HALF_UP)
        start, reached = day, percent
    return WHOLE


def _corners(year: int, checkpoints: Checkpoints) -> Iterator[tuple[int, Decimal]]:
    """The numbers of the checkpoints' days in the year, with percents that never fall."""
    highest, last = ZERO, 0
    for text, percent in checkpoints:
        highest, last = max(highest, Decimal(percent)), _number(checkpoint_day(year, text))
        yield last, highest
    year_end = 366 if isleap(year) else 365
    if last < year_end:
        yield year_end, WHOLE


def _number(day: date) -> int:
    return day.timetuple().tm_yday


def checkpoint_day(year: int, text: str) -> date:
    """The day of a checkpoint, ``06-30``, in a year; 02-29 is the last of February."""
    month, day = map(int, text.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Behind:
    """A row that lags: by how many yuan and percent points, and the main reason.

    ``gap`` and ``points`` are None where nothing confirmed says what should be reached.
    ``amount`` is what the reason alone stands for, in yuan; ``verdict`` says why records do not
    count where that is the reason.
    """

    row: Row
    lag: Lag
    gap: Decimal | None = None
    points: Decimal | None = None
    amount: Decimal | None = None
    verdict: Verdict | None = None

    @property
    def reason(self) -> str:
        """The reason in words, with the verdict where records do not count."""
        if self.verdict is None:
            return str(self.lag.label)
        return _("%(reason)s: %(verdict)s") % {
            "reason": self.lag.label,
            "verdict": self.verdict.label,
        }


@dataclass(frozen=True)
class Pace:
    """What a region's policy asks for by a day of the year."""

    year: int
    on: date
    basis: Basis
    checkpoints: Checkpoints
    filing_due: date | None = None
    confirm_due: date | None = None

    @classmethod
    def of_policy(cls, year: int, on: date, values: Mapping[str, Any]) -> "Pace":
        """The pace of a year by a day, from the values in force (``merging.Merged.values``)."""
        return cls(
            year,
            on,
            Basis(values.get("basis") or Basis.COMPLETED),
            values.get("checkpoints") or [],
            values.get("filing_due"),
            values.get("confirm_due"),
        )

    @cached_property
    def percent(self) -> Decimal:
        """Percent of the target that should be reached by the day."""
        return expected(self.on, self.year, self.checkpoints)

    def should(self, target: Decimal) -> Decimal:
        """Yuan that should be reached by the day."""
        return (target * self.percent / 100).quantize(CENT, ROUND_HALF_UP)

    def behind(self, rows: Iterable[Row]) -> list[Behind]:
        """The rows that lag: the widest gaps in yuan first, then those without a target."""
        found = [lagging for row in rows if (lagging := self.lag_of(row))]
        return sorted(found, key=lambda one: (one.gap is None, -(one.gap or ZERO), one.row.code))

    def lag_of(self, row: Row) -> Behind | None:
        """How far a row lags and why; None where it keeps pace or nothing is due yet."""
        figures = row.figures
        if not figures.target:
            lag = self._without_target(figures)
            return Behind(row, lag) if lag else None
        gap = self.should(figures.target) - getattr(figures, self.basis)
        if gap <= 0:
            return None
        points = self.percent - (figures.rate(self.basis) or ZERO)
        return Behind(row, gap=gap, points=points, **self._main_reason(figures, gap))

    def _without_target(self, figures: Figures) -> Lag | None:
        if figures.not_filed and self._is_over(self.filing_due):
            return Lag.NOT_FILED
        if figures.filed > figures.confirmed and self._is_over(self.confirm_due or self.filing_due):
            return Lag.NOT_CONFIRMED
        # Zero filings owe nothing; whoever has a canteen owes something.
        return Lag.NO_TARGET if figures.confirmed > figures.zero_filed else None

    def _is_over(self, due: date | None) -> bool:
        return due is None or self.on > due

    def _main_reason(self, figures: Figures, gap: Decimal) -> dict[str, Any]:
        """The largest of the amounts that are missing; of equals, the earliest step."""
        verdict, refused = max(figures.excluded.items(), key=lambda pair: pair[1])
        if not figures.ordered and refused <= 0:
            return {"lag": Lag.NOTHING_BOUGHT, "amount": gap}
        missing = [*self._unfinished(figures), (Lag.EXCLUDED, refused)]
        if figures.ordered:
            missing.insert(0, (Lag.TOO_LITTLE, self.should(figures.target) - figures.ordered))
        lag, amount = max(missing, key=lambda pair: pair[1])
        found = {"lag": lag, "amount": amount}
        return found | {"verdict": verdict} if lag == Lag.EXCLUDED else found

    def _unfinished(self, figures: Figures) -> Iterator[tuple[Lag, Decimal]]:
        """What each step lacks of the one before, up to the step that counts."""
        for before, after, lag in _STEPS:
            if before == self.basis:
                return
            yield lag, getattr(figures, before) - getattr(figures, after)
