"""The charts of the home pages."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quotas.merging import Merged
from quotas.pace import Pace
from quotas.progress import Overview
from reports.charts import Chart, Series
from reports.forms import Money
from reports.lines import Line
from reports.templatetags.figures import ratio


def pace_chart(months: dict[int, list[Decimal]], target: Decimal, pace: Pace, money: str) -> Chart:
    """The year month by month beside its target, the pace and the year before."""
    year, days = pace.year, _days(pace)
    seen = sum(day <= pace.on for day in days)
    should = [replace(pace, on=day).should(target) for day in days]
    reached = [*months[year][:seen], *[None] * (12 - seen)]
    words = {"year": year, "before": year - 1, "basis": pace.basis.label}
    return Chart(
        "pace", "lines", _("Pace of the year"), _("Up to"), [_month(day) for day in days],
        [
            Series(_("%(year)s, %(basis)s") % words, "reached", reached),
            Series(_("should be reached"), "pace", should),
            Series(_("target"), "target", [target] * 12),
            Series(_("%(before)s, %(basis)s") % words, "before", months[year - 1]),
        ],
        str(Money(money).label), money,
    )  # fmt: skip


def _days(pace: Pace) -> list[date]:
    """The last day of each month; of the running month, the day up to which is looked."""
    ends = [date(pace.year, month, monthrange(pace.year, month)[1]) for month in range(1, 13)]
    return [
        pace.on if (end.year, end.month) == (pace.on.year, pace.on.month) else end for end in ends
    ]


def _month(day: date) -> str:
    if day.day == monthrange(day.year, day.month)[1]:
        return formats.date_format(day, pgettext("date format of a month", "M"))
    return formats.date_format(day, pgettext("date format of a day", "M j"))


def rates_chart(lines: Sequence[Line], basis: str, should: Decimal | None = None) -> Chart:
    """Completion rates side by side, with the percent that should be reached by now.

    Where none is given, with the target itself.
    """
    bound = (
        Series(_("target"), "target", [Decimal(100)] * len(lines))
        if should is None
        else Series(_("should be reached"), "pace", [should] * len(lines))
    )
    series = [Series(_("completion rate"), "reached", [line.rate for line in lines]), bound]
    return Chart(
        "rates", "bars", _("Completion rate"), _("Name"),
        [line.row.name for line in lines], series, "%",
        note=_("counted when %(basis)s") % {"basis": basis},
    )  # fmt: skip


def ratios_chart(lines: Sequence[Line], overview: Overview, merged: Merged) -> Chart:
    """Overall reserved ratios of the regions, with the floor that the policy sets."""
    ratios = [overview.steps[line.row.code].ratio for line in lines]
    series = [Series(_("overall reserved ratio"), "reached", ratios)]
    floor = merged.values.get("min_ratio")
    if floor is not None:
        words = _("minimum ratio %(ratio)s") % {"ratio": ratio(floor)}
        series.append(Series(words, "floor", [floor] * len(lines)))
    return Chart(
        "ratios", "bars", _("Overall reserved ratio"), _("Name"),
        [line.row.name for line in lines], series, "%",
        note=_("sum of the reserves over sum of the canteen totals"),
    )  # fmt: skip
