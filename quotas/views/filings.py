"""The list of filings, and one filing with all that a reviewer holds it against."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from exchange.listing import as_file, listing, wants_file
from organizations.changes import changes_of
from organizations.models import BudgetUnit
from organizations.permissions import may, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from quotas import contents
from quotas.choices import PENDING_STATES, Basis, FilingState
from quotas.forms.filings import FilingsForm, ReasonForm, StateFilter
from quotas.models import EffectivePolicy, Filing, Policy
from quotas.progress import units as unit_figures
from quotas.queries import filing as surroundings
from quotas.queries import units as listed
from quotas.resources import FilingResource
from quotas.screens import Evidence, screens
from quotas.targets import parts


@requires(Permission.READ)
def filing_list(request: SignedInRequest) -> HttpResponse:
    """Every unit in the reader's scope with its filing of a year."""
    form = FilingsForm(request.GET)
    asked = form.asked()
    units = listed.units_and_filings(request.user, asked.year)
    units = listed.narrowed(units, request.user, asked).select_related("region")
    chosen = (units.filter(listed.STATES[asked.state]) if asked.state else units).order_by("code")
    if wants_file(request):
        rows: Any = listed.FilingsOf(chosen, asked.year)
        return as_file(request, FilingResource(), rows, f"filings-{asked.year}")
    shown, counts = listing(request, form, chosen), listed.state_counts(units)
    rows = [
        (line, line.filing is not None and any(acts_on(request, line.filing, line.unit).values()))
        for line in listed.lines(shown["page"], asked.year)
    ]
    return render(request, "quotas/filings.html", {
        **shown,
        "year": str(asked.year),
        "state": asked.state,
        "chips": _chips(counts),
        "counted": counts["all"],
        "rows": rows,
        "decides": any(decidable for _line, decidable in rows),
    })  # fmt: skip


def _chips(counts: dict[str, int]) -> list[dict[str, Any]]:
    """All, and each word that stands for some unit."""
    return [
        {"state": state.value, "label": state.label, "number": counts[state.value]}
        for state in StateFilter
        if counts[state.value]
    ]


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
    """Any version, with its unit, its unit's region and superior, and who did what with it."""
    visible = Filing.objects.visible_to(request.user).select_related(
        "unit__region", "unit__parent", "representative", "submitted_by", "endorsed_by",
        "decided_by",
    )  # fmt: skip
    return get_object_or_404(visible, pk=pk)


@requires(Permission.READ, fetch=filing_in_scope)
def filing_detail(request: SignedInRequest, filing: Filing) -> HttpResponse:
    """One version of a filing, and what it is held against."""
    unit = filing.unit
    versions, last = surroundings.versions_of(filing)
    policy, documents = surroundings.policy_of(filing)
    representative, members = surroundings.shared_canteen(unit, filing.year)
    targets = listed.targets_of([version.pk for version in (filing, last) if version])
    evidence = _evidence(filing, policy, last, targets[filing.pk][0])
    before, after = surroundings.waiting_beside(filing, request.user)
    reads_history = may(request.user, Permission.READ_HISTORY, unit)
    return render(request, "quotas/filing.html", {
        "filing": filing, "unit": unit, "year": str(filing.year),
        "versions": versions, "last": last, "lines": list(_beside(filing, last)),
        "policy": policy, "documents": _sources(policy, documents),
        "made_of": parts(filing, policy),
        "last_target": targets[last.pk][0] if last else None,
        "evidence": evidence, "screens": screens(evidence),
        "representative": representative, "members": members,
        "before": before, "after": after,
        "reason_form": ReasonForm(),
        "reads_history": reads_history, "changes": changes_of(filing) if reads_history else [],
        **acts_on(request, filing, unit),
    })  # fmt: skip


def _evidence(
    filing: Filing, policy: EffectivePolicy | None, last: Filing | None, target: Decimal
) -> Evidence:
    figures = unit_figures.of(filing.year, [filing.unit_id])[filing.unit_id]
    basis = Basis((policy and policy.basis) or Basis.COMPLETED)
    return Evidence(
        filing=filing,
        policy=policy,
        last=last,
        basis=basis,
        bought=getattr(figures, basis),
        target=target,
        median_per_head=surroundings.median_per_head(filing),
    )


def _sources(policy: EffectivePolicy | None, documents: dict[int, Policy]) -> dict[str, Policy]:
    """The document behind each value of the policy."""
    sources = policy.sources if policy else {}
    return {name: documents[pk] for name, pk in sources.items() if pk in documents}


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
