"""The desk of a year's policies: who is bound by what, and the policy of one's own region."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.listing import as_file, listing, wants_file
from organizations.changes import changes_of
from organizations.models import BudgetUnit, Region
from organizations.permissions import may, may_anywhere, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest, region_in_scope
from quotas.forms.policies import PoliciesForm, PolicyForm, from_last_year
from quotas.forms.years import plan_years
from quotas.models import EffectivePolicy, Policy
from quotas.pace import checkpoint_day
from quotas.preview import preview
from quotas.queries.policies import (
    Cell,
    Level,
    PolicyValue,
    cells_of,
    days_word,
    levels_above,
    place_of_reading,
    policy_in_force,
    policy_values,
    regions_asked,
    units_bound,
)
from quotas.resources import PolicyResource


@dataclass(frozen=True)
class RegionYear:
    """A region in a plan year, and the place at which the reader's rights to it are held."""

    region: Region
    year: int
    place: Region | BudgetUnit


def policy_in_scope(request: SignedInRequest, year: int, code: str) -> RegionYear:
    """A region of the reader's scope, or one above it whose policy binds them."""
    region = get_object_or_404(Region, code=code)
    place = place_of_reading(request.user, region)
    if place is None or not _is_plan_year(year):
        raise Http404
    return RegionYear(region, year, place)


def region_year(request: SignedInRequest, year: int, code: str) -> RegionYear:
    """A region of the reader's scope alone."""
    region = region_in_scope(request, code)
    if not _is_plan_year(year):
        raise Http404
    return RegionYear(region, year, region)


def _is_plan_year(year: int) -> bool:
    return year in dict(plan_years())


@requires(Permission.READ)
def policy_list(request: SignedInRequest) -> HttpResponse:
    """Policies that bind the reader's places or those below, down the path."""
    form = PoliciesForm(request.GET)
    asked = form.asked()
    regions = regions_asked(request.user, asked)
    policies = Policy.objects.filter(year=asked.year, region__in=regions).select_related("region")
    if wants_file(request):
        rows = _taken_away(request, policies).order_by("region__path")
        return as_file(request, PolicyResource(), rows, f"policies-{asked.year}")
    context = listing(request, form, regions.order_by("path"))
    shown = list(context["page"])
    by_region = {policy.region_id: policy for policy in policies.filter(region__in=shown)}
    context["rows"] = [(region, by_region.get(region.pk)) for region in shown]
    context["year"] = str(asked.year)
    context["places"] = [
        post.place for post in request.user.posts(Permission.SET_POLICY) if post.region
    ]
    return render(request, "quotas/policies.html", context)


def _taken_away(request: SignedInRequest, policies: QuerySet[Policy]) -> QuerySet[Policy]:
    """Who sets policies takes away those that they may send back; others what they see."""
    if not may_anywhere(request.user, Permission.SET_POLICY):
        return policies
    return policies.filter(region__in=Region.objects.where_may(request.user, Permission.SET_POLICY))


@requires(Permission.READ, fetch=policy_in_scope)
def policy_detail(request: SignedInRequest, asked: RegionYear) -> HttpResponse:
    """What holds in a region and year, value by value, and which document gives it."""
    region, year = asked.region, asked.year
    policy = policy_in_force(region, year)
    levels = levels_above(region, year)
    own = levels[-1].policy
    inside = asked.place == region
    return render(request, "quotas/policy.html", {
        "region": region, "year": str(year), "own": own, "levels": levels,
        "values": _rows(policy_values(policy, with_defaults=True), levels, year),
        "checkpoints": list(_checkpoints(policy, year)),
        "binds": _binds(region, year) if inside else None,
        "years": [str(other) for other, _label in plan_years()],
        "may_set": inside and may(request.user, Permission.SET_POLICY, region),
        "reads_history": own and inside and may(request.user, Permission.READ_HISTORY, region),
    })  # fmt: skip


def _rows(
    values: list[PolicyValue], levels: list[Level], year: int
) -> list[tuple[PolicyValue, str, list[Cell]]]:
    """Each value with how far its day lies from today, while the year is near, and what each
    level says of it."""
    today = timezone.localdate()
    return [
        (
            value,
            days_word((value.day - today).days) if value.day and year >= today.year else "",
            cells_of(levels, value),
        )
        for value in values
    ]


def _checkpoints(policy: EffectivePolicy | None, year: int) -> Any:
    """Day, percent, and how far the day lies from today."""
    today = timezone.localdate()
    for text, percent in policy.checkpoints if policy else []:
        day: date = checkpoint_day(year, text)
        yield day, percent, days_word((day - today).days), day < today


def _binds(region: Region, year: int) -> dict[str, int]:
    """How many units and regions below the policy binds."""
    units = units_bound(year).in_region(region)
    own = Count("pk", filter=Q(region=region))
    below = Region.objects.within(region).count() - 1
    return units.aggregate(units=Count("pk"), own_level=own) | {"regions": below}


@requires(Permission.SET_POLICY, fetch=region_year)
def policy_edit(request: SignedInRequest, asked: RegionYear) -> HttpResponse:
    """The own policy of a region: filled in, looked at in its effect, saved."""
    region, year = asked.region, asked.year
    last = from_last_year(region, year)
    start = last if request.GET.get("from") == "last" else None
    form = PolicyForm(request.POST or None, region=region, year=year, start=start)
    context = {"region": region, "year": str(year), "form": form, "last": last}
    if form.is_valid():
        step = request.POST.get("step")
        if step == "save" and (outcome := form.save(by=request.user)):
            done = _("Nothing was changed.") if outcome.unchanged else _("The policy was saved.")
            messages.success(request, done)
            return redirect("quotas:policy", year, region.code)
        if step == "preview":
            effect = preview(region, year, lambda: form.save(by=request.user))
            if effect:
                return render(request, "quotas/policy_preview.html", context | {"effect": effect})
    return render(request, "quotas/policy_edit.html", context, status=409 if form.is_stale else 200)


@requires(Permission.READ_HISTORY, fetch=region_year)
def policy_history(request: SignedInRequest, asked: RegionYear) -> HttpResponse:
    policy = get_object_or_404(Policy, region=asked.region, year=asked.year)
    return render(request, "quotas/policy_history.html", {
        "region": asked.region, "year": str(asked.year), "changes": changes_of(policy),
    })  # fmt: skip
