"""Where a unit stands in a year: what is to be done now, by whom, and how far it has come."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from quotas.choices import Basis, FilingState
from quotas.pace import Behind, Pace, checkpoint_day
from quotas.progress import Row
from quotas.unit_years import UnitYear
from reports.lines import Line


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The next day on which a share of the target should be reached."""

    day: date
    percent: Decimal
    days_left: int
    #: yuan still to be bought until then, never below 0
    missing: Decimal


@dataclass(frozen=True, slots=True)
class Situation:
    """``word`` is what is shown on top: idle, not_filed, draft, returned, waiting or confirmed."""

    word: str
    about: UnitYear
    #: percent of the target that should be reached by the day asked for
    should: Decimal
    behind: Behind | None
    checkpoint: Checkpoint | None

    @property
    def waits_for_department(self) -> bool:
        waiting = self.about.open
        parent = self.about.unit.parent_id
        return waiting is not None and waiting.state == FilingState.SUBMITTED and parent is not None


def situation_of(about: UnitYear, line: Line, as_of: date | None) -> Situation:
    """Where the unit stands on a day; without one, today."""
    policy, on = about.policy, as_of or timezone.localdate()
    pace = Pace(
        about.year, on, Basis(line.basis), policy.checkpoints, policy.filing_due, policy.confirm_due
    )
    return Situation(
        _word(about), about, pace.percent, _behind(pace, line), _next_checkpoint(pace, line)
    )


def _word(about: UnitYear) -> str:
    if not about.files:
        return "idle"
    if about.open is None:
        return "confirmed" if about.in_force else "not_filed"
    states = {FilingState.DRAFT: "draft", FilingState.RETURNED: "returned"}
    return states.get(FilingState(about.open.state), "waiting")


def _behind(pace: Pace, line: Line) -> Behind | None:
    row: Row = line.row
    return next((found for found in pace.behind([row]) if found.gap is not None), None)


def _next_checkpoint(pace: Pace, line: Line) -> Checkpoint | None:
    for text, percent in pace.checkpoints:
        day = checkpoint_day(pace.year, text)
        if day >= pace.on and line.figures.target:
            due = line.figures.target * Decimal(percent) / 100
            missing = max(due - line.reached, Decimal(0))
            return Checkpoint(day, Decimal(percent), (day - pace.on).days, missing)
    return None
