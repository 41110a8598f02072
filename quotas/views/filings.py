"""The list of filings."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from exchange.listing import as_file, listing, wants_file
from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from quotas.choices import Standing
from quotas.forms.filings import FilingsForm, StateFilter
from quotas.queries import units as listed
from quotas.resources import FilingResource
from quotas.views.filing import acts_on


@requires(Permission.READ)
def filing_list(request: SignedInRequest) -> HttpResponse:
    """Every unit in the reader's scope with its filing of a year."""
    form = FilingsForm(request.GET)
    asked = form.asked()
    units = listed.units_and_filings(request.user, asked.year)
    units = listed.narrowed(units, request.user, asked).select_related("region")
    chosen = (units.filter(listed.STATES[asked.state]) if asked.state else units).order_by("code")
    if wants_file(request):
        # Sent back unchanged, the list changes nothing; only who asks for those that have not
        # filed gets rows to fill in.
        to_fill_in = asked.state in (Standing.NOT_FILED, Standing.NOT_DUE)
        taken = chosen if to_fill_in else chosen.filter(shown_id__isnull=False)
        rows: Any = listed.FilingsOf(taken, asked.year)
        return as_file(request, FilingResource(), rows, f"filings-{asked.year}")
    counts = listed.state_counts(units)
    shown = listing(request, form, chosen, number=counts[asked.state or "all"])
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
