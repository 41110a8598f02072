from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from organizations.models import BudgetUnit
from organizations.permissions import may, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from procurement.choices import Fund
from procurement.records import verdict_sums
from quotas.progress import Row
from quotas.queries.filing import shared_canteen
from quotas.queries.policies import policy_values
from quotas.unit_years import UnitYear
from reports import queries
from reports.advice import reasons_with_advice
from reports.forms import UnitForm, last_day
from reports.lines import Line
from reports.situation import situation_of
from reports.views.asking import basis_of, question_of


def unit_with_trail(request: SignedInRequest, code: str) -> BudgetUnit:
    return get_object_or_404(queries.units_with_trails(request.user), code=code)


@dataclass(frozen=True)
class Asked:
    """What is answered: the figures on one basis, up to a day or with all that is known."""

    basis: str
    as_of: date | None


@requires(Permission.READ, fetch=unit_with_trail)
def unit_detail(request: SignedInRequest, unit: BudgetUnit) -> HttpResponse:
    """A unit: what is to be done now, its progress, filing, policy, and each of its records."""
    form = UnitForm(request.GET)
    asked = form.asked()
    about = UnitYear.of(unit, asked.year)
    basis = basis_of(asked, about.policy.basis)
    line = Line(Row(unit.code, unit.name, about.figures(asked.as_of)), basis)
    context = {
        **question_of(form, asked, money="yuan"),
        **_promise(about),
        **_records(request, unit, asked),
        "unit": unit, "about": about, "above": unit.trail or [], "subordinates": unit.number_below,
        "answer": Asked(basis, asked.as_of), "line": line,
        "situation": situation_of(about, line, asked.as_of),
        "policy_values": policy_values(about.policy, sources=about.merged.sources),
        "files": may(request.user, Permission.FILE, unit),
        "answers_notices": may(request.user, Permission.ANSWER_NOTICES, unit),
        "confirms_contact": may(request.user, Permission.CONFIRM_CONTACT, unit),
        "keeps_unit": may(request.user, Permission.KEEP_UNITS, unit),
        "reads_history": may(request.user, Permission.READ_HISTORY, unit),
        "saved": request.GET.get("saved") == "1",
    }  # fmt: skip
    context["reachable"] = _reachable(request, _named(context))
    return render(request, "reports/unit.html", context)


def _promise(about: UnitYear) -> dict[str, Any]:
    """What was filed, and who shares the canteen."""
    in_force, waiting = about.in_force, about.open
    representative, members = shared_canteen(about.unit, about.year)
    return {
        "filing": in_force or waiting,
        "waiting": waiting if in_force else None,
        "representative": representative,
        "members": members,
    }


def _named(context: dict[str, Any]) -> Iterator[BudgetUnit | None]:
    """The other units that the page of a unit names, each with its region."""
    unit, filing = context["unit"], context["filing"]
    yield from (unit.parent, unit.successor, context["representative"], *context["members"])
    yield filing.representative if filing else None
    for record in context["page"]:
        yield from (record.unit, record.credited_unit)


def _reachable(request: SignedInRequest, units: Iterable[BudgetUnit | None]) -> set[int]:
    """Ids of those units that the user may open."""
    return {unit.pk for unit in units if unit and may(request.user, Permission.READ, unit)}


def _records(request: SignedInRequest, unit: BudgetUnit, asked: SimpleNamespace) -> dict[str, Any]:
    """The unit's records of the year, and how many there are under each verdict."""
    records = queries.records_of(unit, date(asked.year, 1, 1), last_day(asked))
    if asked.fund:
        records = records.filter(fund=asked.fund)
    sums = verdict_sums(records)
    if asked.verdict is not None:
        records = records.filter(verdict=asked.verdict)
    shown = [row["number"] for row in sums if asked.verdict in (None, row["verdict"])]
    return {
        "verdicts": sums,
        "reasons": reasons_with_advice(sums),
        "funds": Fund.choices,
        "records_number": sum(row["number"] for row in sums),
        "page": queries.page_of_records(records, request.GET.get("page"), count=sum(shown)),
    }
