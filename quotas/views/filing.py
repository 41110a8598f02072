"""One filing with all that a reviewer holds it against, and its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from organizations.changes import changes_of
from organizations.models import BudgetUnit
from organizations.permissions import may, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from quotas import contents
from quotas.choices import PENDING_STATES, Basis, FilingState
from quotas.forms.filings import ReasonForm
from quotas.models import EffectivePolicy, Filing
from quotas.progress import units as unit_figures
from quotas.promises import parts_of
from quotas.queries import filing as queries
from quotas.queries.filing import Surroundings
from quotas.queries.units import targets_of
from quotas.screens import Evidence, screens


def acts_on(request: SignedInRequest, filing: Filing, unit: BudgetUnit) -> dict[str, bool]:
    """Which acts the reader has on a filing as it stands; the services decide."""
    reviews = filing.state in PENDING_STATES and may(request.user, Permission.REVIEW, unit)
    endorses = (
        filing.state == FilingState.SUBMITTED
        and unit.parent_id is not None
        and may(request.user, Permission.ENDORSE, unit)
    )
    return {"confirms": reviews, "endorses": endorses, "returns": reviews or endorses}


def filing_in_scope(request: SignedInRequest, pk: int) -> Filing:
    """Any version, with its unit and its unit's region."""
    visible = Filing.objects.visible_to(request.user).select_related("unit__region")
    return get_object_or_404(visible, pk=pk)


def _in_scope(request: SignedInRequest, pk: int) -> Surroundings:
    found = queries.surroundings(pk, user=request.user)
    if found is None:
        raise Http404
    return found


@requires(Permission.READ, fetch=_in_scope)
def filing_detail(request: SignedInRequest, around: Surroundings) -> HttpResponse:
    """One version of a filing, and what it is held against."""
    filing, last, unit = around.filing, around.last, around.place
    merged = queries.policy_of(filing)
    policy = EffectivePolicy(region=unit.region, year=filing.year, **merged.values)
    targets = targets_of([version.pk for version in (filing, last) if version])
    evidence = _evidence(around, policy, targets[filing.pk][0])
    representative, members = queries.shared_canteen(unit, filing.year)
    before, after = queries.waiting_beside(filing, request.user)
    return render(request, "quotas/filing.html", {
        "filing": filing, "unit": unit, "year": str(filing.year),
        "versions": around.versions, "last": last, "lines": list(_beside(filing, last)),
        "policy": policy if merged.values else None, "documents": merged.sources,
        "made_of": [part.label for part in parts_of(contents.content_of(filing), policy)],
        "last_target": targets[last.pk][0] if last else None,
        "evidence": evidence, "screens": screens(evidence),
        "representative": representative, "members": members,
        "before": before, "after": after,
        "reason_form": ReasonForm(),
        "reads_history": may(request.user, Permission.READ_HISTORY, unit),
        **acts_on(request, filing, unit),
    })  # fmt: skip


@requires(Permission.READ_HISTORY, fetch=filing_in_scope)
def filing_history(request: SignedInRequest, filing: Filing) -> HttpResponse:
    """Who changed what of one version, and when."""
    return render(request, "quotas/filing_history.html", {
        "filing": filing, "unit": filing.unit, "year": str(filing.year),
        "changes": changes_of(filing),
    })  # fmt: skip


def _evidence(around: Surroundings, policy: EffectivePolicy, target: Decimal) -> Evidence:
    filing = around.filing
    figures = unit_figures.of(filing.year, [filing.unit_id])[filing.unit_id]
    basis = Basis(policy.basis or Basis.COMPLETED)
    return Evidence(
        filing=filing,
        policy=policy,
        last=around.last,
        basis=basis,
        bought=getattr(figures, basis),
        target=target,
        median_per_head=queries.median_per_head(filing),
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """One value of a filing beside last year's; ``difference`` of numbers alone."""

    label: str
    kind: str
    now: Any
    last: Any
    difference: Decimal | int | None

    @property
    def is_changed(self) -> bool:
        return self.now != self.last


_KINDS = {
    "ratio": "ratio",
    "diners": "count",
    **dict.fromkeys(
        ("base_amount", "reserved_amount", "union_amount", "union_funds", "assigned_amount"),
        "amount",
    ),
}


def _beside(filing: Filing, last: Filing | None) -> Iterator[Beside]:
    """The values that a unit files, but those that neither year has."""
    for name in map(contents.column_of, contents.FIELDS):
        now = _value(filing, name)
        before = _value(last, name) if last else None
        if now in (None, "") and before in (None, ""):
            continue
        kind = _KINDS.get(name, "text")
        difference = None
        if kind != "text" and now is not None and before is not None:
            difference = now - before
        label = str(Filing._meta.get_field(name).verbose_name)
        yield Beside(label, kind, now, before, difference)


def _value(filing: Filing, name: str) -> Any:
    return filing.get_canteen_display() if name == "canteen" else getattr(filing, name)
