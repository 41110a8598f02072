from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from exchange.listing import address_of
from organizations.models import BudgetUnit, Region
from organizations.permissions import requires, signed_in
from organizations.roles import Permission
from organizations.scope import SignedInRequest, unit_in_scope
from procurement.choices import Fund
from quotas.choices import Basis
from quotas.progress import ANSWERS, Progress, Row, by_unit, of_unit
from reports import queries
from reports.forms import By, FiguresForm, ProgressForm, TableForm, UnitForm, last_day
from reports.lines import Line, lines, ordered
from reports.policies import policy_in_force, policy_values

ROWS_A_PAGE = 100
#: What a link to another region or unit takes along.
CARRIED = ("year", "basis", "as_of", "unit")


@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """What a person's first membership comes for; without any, whom to ask for one."""
    if not request.user.is_superuser and not request.user.posts():
        return render(request, "reports/no_scope.html")
    return redirect("reports:progress-home")


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
    basis = _basis(asked, region.policy_basis)
    by = asked.by or (By.REGION if region.has_children else By.UNIT)
    if by == By.UNIT and asked.own:
        above.append(region)
        answer = by_unit(region, asked.year, own_level=True, basis=basis, as_of=asked.as_of)
    else:
        answer = ANSWERS[by](region, asked.year, basis=basis, as_of=asked.as_of)
    return render(request, "reports/progress.html", {
        **_question(form, asked, money="wan", by=by),
        **_table(request, answer, asked, by),
        "region": region, "above": above,
    })  # fmt: skip


@requires(Permission.READ, fetch=unit_in_scope)
def subordinates(request: SignedInRequest, unit: BudgetUnit) -> HttpResponse:
    """The progress of a unit and of every unit below it."""
    form = TableForm(request.GET)
    asked = form.asked()
    policy = policy_in_force(unit.region, asked.year)
    basis = _basis(asked, policy.basis if policy else None)
    answer = of_unit(unit, asked.year, basis=basis, as_of=asked.as_of)
    return render(request, "reports/subordinates.html", {
        **_question(form, asked, money="wan"),
        **_table(request, answer, asked, By.UNIT),
        "unit": unit, "above": _above(request, unit),
    })  # fmt: skip


@requires(Permission.READ, fetch=unit_in_scope)
def unit_detail(request: SignedInRequest, unit: BudgetUnit) -> HttpResponse:
    """A unit: its place, filing, policy, progress, and each of its records."""
    form = UnitForm(request.GET)
    asked = form.asked()
    policy = policy_in_force(unit.region, asked.year)
    basis = _basis(asked, policy.basis if policy else None)
    answer = of_unit(unit, asked.year, basis=basis, as_of=asked.as_of)
    own = next((row for row in answer.rows if row.code == unit.code), Row(unit.code, unit.name))
    context = {
        **_question(form, asked, money="yuan"),
        **_promise(unit, asked.year),
        **_records(request, unit, asked),
        "unit": unit, "above": _above(request, unit),
        "answer": answer, "line": Line(own, basis),
        "subordinates": sum(row.code != unit.code for row in answer.rows),
        "policy": policy, "policy_values": policy_values(policy),
    }  # fmt: skip
    context["reachable"] = _reachable(request, _named(context))
    return render(request, "reports/unit.html", context)


def _above(request: SignedInRequest, unit: BudgetUnit) -> Any:
    """The regions in the user's scope that the unit belongs to, from the highest."""
    codes = unit.region.path.strip("/").split("/")
    return Region.objects.visible_to(request.user).filter(code__in=codes).order_by("path")


def _basis(asked: SimpleNamespace, of_policy: str | None) -> Basis:
    return Basis(asked.basis or of_policy or Basis.COMPLETED)


def _promise(unit: BudgetUnit, year: int) -> dict[str, Any]:
    """What was filed, and who shares the canteen."""
    in_force, waiting = queries.filings_of(unit, year)
    representative, members = queries.shared_canteen(unit, year)
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


def _question(
    form: FiguresForm, asked: SimpleNamespace, *, money: str, **shown: Any
) -> dict[str, Any]:
    """What every page of figures says back: the question, its flaws, and its address."""
    given = form.given()
    return {
        "form": form.shown(**shown),
        "flaws": form.flaws(),
        "address": address_of(given),
        "carried": address_of({name: given[name] for name in CARRIED if name in given}),
        "asked": asked,
        "year": str(asked.year),
        "money": asked.unit or money,
    }


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
