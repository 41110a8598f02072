"""The home page of a finance bureau or an auditor: a region in a year."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.models import JobState
from organizations.models import Region, User
from quotas.merging import Merged
from quotas.pace import Pace
from quotas.progress import Figures, Overview, Steps, by_month, by_unit, overview
from reports import queries
from reports.dashboards.curves import pace_chart, rates_chart, ratios_chart
from reports.dashboards.deadlines import deadlines
from reports.dashboards.funnel import stages
from reports.dashboards.lagging import laggards
from reports.dashboards.matters import Matter, address_of_page
from reports.dashboards.tiles import tiles
from reports.lines import Line, lines

#: For how long a refused file is worth a word.
JOB_DAYS = 30


def day_of(year: int) -> date:
    """The day up to which a year is looked at: today, or the year's last day."""
    return min(timezone.localdate(), date(year, 12, 31))


def bureau_home(user: User, region: Region, year: int, money: str) -> dict[str, Any]:
    """All that the page of a bureau shows."""
    merged = queries.policy_on_path(region, year)
    pace = Pace.of_policy(year, day_of(year), merged.values)
    seen = overview(region, year, basis=pace.basis)
    own = by_unit(region, year, own_level=True, basis=pace.basis)
    total = Line(seen.progress.total, pace.basis)
    months = by_month(region, (year, year - 1), basis=pace.basis)
    waiting = seen.steps[region.code]
    return {
        "answer": seen.progress,
        "line": total,
        "pace": pace,
        "min_ratio": merged.values.get("min_ratio"),
        "document": merged.sources.get("min_ratio"),
        "has_policy": bool(merged.values),
        **standing(pace, total),
        "deadlines": deadlines(merged, pace, total, timezone.localdate()),
        "matters": _matters(region, year, own.total.figures, waiting) + own_matters(user),
        "stages": stages(total.figures, seen.total),
        "pace_chart": pace_chart(months, total.figures.target, pace, money),
        "units_behind": laggards(pace, own.rows, "reports:unit"),
        **_below(seen, merged, pace),
    }


def standing(pace: Pace, total: Line) -> dict[str, Decimal]:
    """What should be reached by now, and how much of it is missing, in yuan."""
    should = pace.should(total.figures.target)
    return {"should": should, "gap": should - total.reached}


def _matters(region: Region, year: int, own: Figures, steps: Steps) -> list[Matter]:
    """What is open with the units of the region itself."""
    counted = [
        (_("Filings to confirm"), steps.submitted + steps.endorsed, "to_confirm"),
        (_("Filings that wait for endorsement"), steps.to_endorse, "to_endorse"),
        (_("Returned and not filed anew"), steps.returned, "returned"),
        (_("Units that have not filed"), own.not_filed - steps.returned_first, "not_filed"),
    ]
    return [
        Matter(label, number, _filings(region, year, state)) for label, number, state in counted
    ]


def _filings(region: Region, year: int, state: str) -> str:
    return address_of_page("quotas:filings", year=year, region=region.code, own=1, state=state)


def own_matters(user: User) -> list[Matter]:
    """Notices that wait to be opened, and the person's own files that came to nothing lately."""
    since: datetime = timezone.now() - timedelta(days=JOB_DAYS)
    waiting = queries.own_waiting(user, since)
    day = timezone.localtime(since).date()
    counted = [
        (_("Own files refused in 30 days"), JobState.REFUSED),
        (_("Own jobs failed in 30 days"), JobState.FAILED),
    ]
    return [
        Matter(_("Notices to open"), waiting["unopened"], address_of_page("reports:inbox")),
        *(
            Matter(
                label,
                waiting[state],
                address_of_page("reports:files", state=state, own="1", since=day),
            )
            for label, state in counted
        ),
    ]


def _below(seen: Overview, merged: Merged, pace: Pace) -> dict[str, Any]:
    """The regions below; nothing where there are none."""
    asked = seen.progress.region
    every = lines(seen.progress.rows, by="region", region=asked, basis=pace.basis)
    below: Sequence[Line] = [line for line in every if not line.own_level]
    if not below:
        return {}
    shown = [line for line in every if line.figures.units]
    return {
        "regions_behind": laggards(pace, [line.row for line in below], "reports:progress"),
        "tiles": tiles(below),
        "region_charts": [
            rates_chart(shown, pace.basis.label, pace.percent),
            ratios_chart(shown, seen, merged),
        ],
    }
