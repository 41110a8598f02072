"""The home page of a department in charge: itself and the units below it in a year."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.patience import within
from organizations.models import BudgetUnit, User
from organizations.permissions import may_anywhere
from organizations.roles import Permission
from quotas.choices import FilingState
from quotas.pace import Pace
from quotas.progress import Figures, of_unit, unit_by_month
from quotas.progress.steps import of_rows
from reports import queries
from reports.dashboards.bureau import day_of, own_matters, standing
from reports.dashboards.curves import pace_chart
from reports.dashboards.deadlines import deadlines
from reports.dashboards.funnel import stages
from reports.dashboards.lagging import laggards
from reports.dashboards.matters import Matter, address_of_page
from reports.lines import Line

#: The curve is read from the records of the whole subtree: the page does not wait for ever.
CURVE_SECONDS = 1


def department_home(user: User, unit: BudgetUnit, year: int, money: str) -> dict[str, Any]:
    """All that the page of a department shows; the figures of its whole subtree."""
    merged = queries.policy_on_path(unit.region, year)
    pace = Pace.of_policy(year, day_of(year), merged.values)
    answer = of_unit(unit, year, basis=pace.basis)
    total = Line(answer.total, pace.basis)
    figures = total.figures
    months = within(CURVE_SECONDS, lambda: unit_by_month(unit, (year, year - 1), basis=pace.basis))
    return {
        "answer": answer,
        "line": total,
        "pace": pace,
        "min_ratio": merged.values.get("min_ratio"),
        "document": merged.sources.get("min_ratio"),
        "has_policy": bool(merged.values),
        **standing(pace, total),
        "deadlines": deadlines(merged, pace, total, timezone.localdate()),
        "matters": _matters(user, unit, year, figures) + own_matters(user),
        "pace_chart": months and pace_chart(months, figures.target, pace, money),
        "stages": stages(figures, of_rows(answer.rows, pace.basis)),
        "units_behind": laggards(pace, answer.rows, "reports:unit"),
    }  # fmt: skip


def _matters(user: User, unit: BudgetUnit, year: int, figures: Figures) -> list[Matter]:
    waiting = queries.open_filings_below(unit, year)
    mine = may_anywhere(user, Permission.ENDORSE)
    to_endorse = _("Filings to endorse") if mine else _("Filings that wait for endorsement")
    counted = [
        (to_endorse, waiting[FilingState.SUBMITTED], "to_endorse"),
        (_("Endorsed, not confirmed yet"), waiting[FilingState.ENDORSED], "to_confirm"),
        (_("Returned and not filed anew"), waiting[FilingState.RETURNED], "returned"),
        (
            _("Units that have not filed"),
            figures.not_filed - waiting["returned_first"],
            "not_filed",
        ),
    ]
    return [Matter(label, number, _filings(unit, year, state)) for label, number, state in counted]


def _filings(unit: BudgetUnit, year: int, state: str) -> str:
    return address_of_page("quotas:filings", year=year, department=unit.code, state=state)
