from collections.abc import Iterable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from organizations.models import BudgetUnit
from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest, unit_in_scope
from procurement.choices import Fund
from quotas.progress import Row, of_unit
from quotas.queries.filing import shared_canteen
from quotas.queries.policies import policy_in_force, policy_values
from reports import queries
from reports.forms import UnitForm, last_day
from reports.lines import Line
from reports.views.asking import basis_of, question_of, regions_above


@requires(Permission.READ, fetch=unit_in_scope)
def unit_detail(request: SignedInRequest, unit: BudgetUnit) -> HttpResponse:
    """A unit: its place, filing, policy, progress, and each of its records."""
    form = UnitForm(request.GET)
    asked = form.asked()
    policy = policy_in_force(unit.region, asked.year)
    basis = basis_of(asked, policy.basis if policy else None)
    answer = of_unit(unit, asked.year, basis=basis, as_of=asked.as_of)
    own = next((row for row in answer.rows if row.code == unit.code), Row(unit.code, unit.name))
    context = {
        **question_of(form, asked, money="yuan"),
        **_promise(unit, asked.year),
        **_records(request, unit, asked),
        "unit": unit, "above": regions_above(request, unit),
        "answer": answer, "line": Line(own, basis),
        "subordinates": sum(row.code != unit.code for row in answer.rows),
        "policy": policy, "policy_values": policy_values(policy),
    }  # fmt: skip
    context["reachable"] = _reachable(request, _named(context))
    return render(request, "reports/unit.html", context)


def _promise(unit: BudgetUnit, year: int) -> dict[str, Any]:
    """What was filed, and who shares the canteen."""
    in_force, waiting = queries.filings_of(unit, year)
    representative, members = shared_canteen(unit, year)
    return {
        "filing": in_force or waiting,
        "waiting": waiting if in_force else None,
        "representative": representative,
        "members": members,
    }


def _named(context: dict[str, Any]) -> Iterator[BudgetUnit | None]:
    """The other units that the page of a unit names."""
    unit, filing = context["unit"], context["filing"]
    yield from (unit.parent, unit.successor, context["representative"], *context["members"])
    yield filing.representative if filing else None
    for record in context["page"]:
        yield from (record.unit, record.credited_unit)


def _reachable(request: SignedInRequest, units: Iterable[BudgetUnit | None]) -> set[int]:
    """Ids of those units that the user may open."""
    named = {unit.pk for unit in units if unit}
    visible = BudgetUnit.objects.visible_to(request.user).filter(pk__in=named)
    return set(visible.values_list("pk", flat=True))


def _records(request: SignedInRequest, unit: BudgetUnit, asked: SimpleNamespace) -> dict[str, Any]:
    """The unit's records of the year, and how many there are under each verdict."""
    records = queries.records_of(unit, date(asked.year, 1, 1), last_day(asked))
    if asked.fund:
        records = records.filter(fund=asked.fund)
    sums = queries.verdict_sums(records)
    if asked.verdict is not None:
        records = records.filter(verdict=asked.verdict)
    page = queries.page_of_records(records, request.GET.get("page"))
    return {
        "verdicts": sums,
        "funds": Fund.choices,
        "records_number": sum(row["number"] for row in sums),
        "page": page,
        "suppliers": queries.supplier_names(page),
    }
