import uuid
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from exchange.listing import wants_file, written
from organizations.models import BudgetUnit, Region
from organizations.permissions import may, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest, unit_in_scope
from quotas.progress import ANSWERS, Progress, by_unit, of_unit, write_progress
from quotas.queries.policies import policy_in_force
from reports import queries
from reports.dashboards.curves import rates_chart
from reports.forms import By, ProgressForm, TableForm
from reports.lines import Line, lines, ordered
from reports.views.asking import basis_of, question_of, regions_above

ROWS_A_PAGE = 100


@requires(Permission.READ)
def progress_home(request: SignedInRequest) -> HttpResponse:
    """The highest region or unit of the user's own."""
    region = Region.objects.where_may(request.user, Permission.READ).order_by("path").first()
    if region:
        return redirect("reports:progress", region.code)
    unit = BudgetUnit.objects.visible_to(request.user).order_by("path").first()
    if unit is None:
        raise Http404
    return redirect("reports:unit", unit.code)


@dataclass(frozen=True)
class Asked:
    """A region in the reader's scope with those above it, and what is asked of it."""

    place: Any
    above: list[Any]
    form: ProgressForm
    asked: SimpleNamespace

    @classmethod
    def fetch(cls, request: SignedInRequest, code: str) -> "Asked":
        form = ProgressForm(request.GET)
        asked = form.asked()
        regions = list(queries.regions_down_to(code, user=request.user, year=asked.year))
        if not regions or regions[-1].code != code:
            raise Http404
        return cls(regions[-1], regions[:-1], form, asked)


@requires(Permission.READ, fetch=Asked.fetch)
def progress(request: SignedInRequest, question: Asked) -> HttpResponse:
    """The progress of a region by region, department or unit."""
    region, above, form, asked = question.place, question.above, question.form, question.asked
    basis = basis_of(asked, region.policy_basis)
    by = asked.by or (By.REGION if region.has_children else By.UNIT)
    if by == By.UNIT and asked.own:
        above.append(region)
        answer = by_unit(region, asked.year, own_level=True, basis=basis, as_of=asked.as_of)
    else:
        answer = ANSWERS[by](region, asked.year, basis=basis, as_of=asked.as_of)
    if wants_file(request):
        return _as_file(request, answer, asked, by)
    return render(request, "reports/progress.html", {
        **question_of(form, asked, money="wan", by=by),
        **(table := _table(request, answer, asked, by)),
        "chart": rates_chart(table["lines"], basis.label) if by != By.UNIT else None,
        "region": region, "above": above,
        "workbook_token": uuid.uuid4() if may(request.user, Permission.READ_HISTORY, region)
        else None,
    })  # fmt: skip


@requires(Permission.READ, fetch=unit_in_scope)
def subordinates(request: SignedInRequest, unit: BudgetUnit) -> HttpResponse:
    """The progress of a unit and of every unit below it."""
    form = TableForm(request.GET)
    asked = form.asked()
    policy = policy_in_force(unit.region, asked.year)
    basis = basis_of(asked, policy.basis if policy else None)
    answer = of_unit(unit, asked.year, basis=basis, as_of=asked.as_of)
    if wants_file(request):
        return _as_file(request, answer, asked, By.UNIT)
    return render(request, "reports/subordinates.html", {
        **question_of(form, asked, money="wan"),
        **_table(request, answer, asked, By.UNIT),
        "unit": unit, "above": regions_above(request, unit),
    })  # fmt: skip


def _as_file(
    request: SignedInRequest, answer: Progress, asked: SimpleNamespace, by: str
) -> HttpResponse:
    """The rows as seen; the question stands in the file's name, for a csv has no other place."""
    seen = replace(answer, rows=ordered(answer.rows, asked.sort, answer.basis))
    until = answer.as_of.isoformat() if answer.as_of else ""
    parts = ("progress", answer.total.code, str(asked.year), by, str(answer.basis), until)
    name = "-".join(part for part in parts if part)
    return written(lambda path: write_progress(seen, path), f"{name}.{request.GET['file']}")


def _table(
    request: SignedInRequest, answer: Progress, asked: SimpleNamespace, by: str
) -> dict[str, Any]:
    rows = ordered(answer.rows, asked.sort, answer.basis)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "answer": answer,
        "by": by,
        "page": page,
        "lines": lines(page, by=by, region=answer.region, basis=answer.basis),
        "total": Line(answer.total, answer.basis),
        "next_sort": {
            "code": "-code" if asked.sort in (None, "code") else "code",
            "rate": "rate" if asked.sort == "-rate" else "-rate",
        },
    }
