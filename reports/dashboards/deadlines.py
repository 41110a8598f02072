"""The dates that a region's policy sets, with the days left and what is still open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from quotas.merging import Merged
from quotas.pace import Pace, checkpoint_day
from quotas.queries.policies import days_word
from reports.lines import Line
from reports.templatetags.figures import percent, ratio

SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, the document that set it, and in words what is open on it."""

    label: str
    day: date
    document: str
    #: days from today, negative when it has passed
    days: int
    note: str = ""
    #: whether something is open that the day asks for
    is_open: bool = False

    @property
    def word(self) -> str:
        return days_word(self.days)

    @property
    def tone(self) -> str:
        """The class that colours the word."""
        if self.days < 0:
            return "idle" if self.is_open else "none"
        return "idle" if self.days <= SOON_DAYS else "going"


def deadlines(merged: Merged, pace: Pace, total: Line, today: date) -> list[Deadline]:
    """The days of the policy in their order, then the checkpoints around today.

    ``total`` says what is still open.
    """
    not_filed, waiting = total.figures.not_filed, total.figures.filed - total.figures.confirmed
    filing = _("%(number)s not filed") % {"number": not_filed} if not_filed else ""
    confirming = _("%(number)s not confirmed") % {"number": waiting} if waiting else ""
    dated = [
        ("filing_opens", _("Filing opens"), ""),
        ("filing_due", _("Filing due"), filing),
        ("confirm_due", _("Confirmation due"), confirming),
    ]
    found = [
        Deadline(label, day, _document(merged, name), (day - today).days, note, bool(note))
        for name, label, note in dated
        if (day := merged.values.get(name))
    ]
    return [*found, *_checkpoints(merged, pace, today, total.rate)]


def _checkpoints(
    merged: Merged, pace: Pace, today: date, rate: Decimal | None
) -> Iterator[Deadline]:
    """The last checkpoint that has passed and the next one."""
    asked = {checkpoint_day(pace.year, day): share for day, share in pace.checkpoints}
    days = {date(pace.year, 12, 31): "100"} | asked
    passed = [day for day in sorted(days) if day < today][-1:]
    coming = [day for day in sorted(days) if day >= today][:1]
    for day in passed + coming:
        share = Decimal(days[day])
        note = _("should reach %(share)s, now %(rate)s") % {
            "share": ratio(share),
            "rate": percent(rate),
        }
        yield Deadline(
            _("Checkpoint") if day in asked else _("End of the year"),
            day,
            _document(merged, "checkpoints") if day in asked else "",
            (day - today).days,
            note,
            day < today and rate is not None and rate < share,
        )


def _document(merged: Merged, name: str) -> str:
    policy = merged.sources.get(name)
    return policy.document_number if policy else ""
