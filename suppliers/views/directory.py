"""The supplier directory, and the periods that a county's keeper adds, changes and ends."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.listing import as_file, listing, wants_file
from exchange.staging import Outcome
from organizations.forms.keys import key_of
from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from suppliers import queries
from suppliers.forms import (
    EditPeriodForm,
    EndPeriodForm,
    NewPeriodForm,
    NewSupplierForm,
    SuppliersForm,
)
from suppliers.models import DesignatedCounty, Supplier
from suppliers.resources import SupplierResource
from suppliers.views.counties import county_in_directory


@requires(Permission.READ_DIRECTORY)
def supplier_list(request: SignedInRequest) -> HttpResponse:
    """The whole directory, a row for each supplier; the file has one for each period found."""
    form = SuppliersForm(request.GET)
    found = queries.listings(request.user, form.asked())
    if wants_file(request):
        return as_file(request, SupplierResource(), found, "suppliers")
    context = listing(request, form, queries.latest_of(found))
    return render(request, "suppliers/suppliers.html", context | {"today": timezone.localdate()})


def latest_period(request: SignedInRequest, code: str) -> Supplier:
    """The last period of a supplier, which says whose it is."""
    periods = _periods(request).filter(code=code).order_by("-valid_from")[:1]
    return get_object_or_404(periods)


def period(request: SignedInRequest, code: str, pk: int) -> Supplier:
    return get_object_or_404(_periods(request), code=code, pk=pk)


def _periods(request: SignedInRequest) -> Any:
    return Supplier.objects.visible_to(request.user).select_related("county__region")


@requires(Permission.KEEP_SUPPLIERS, fetch=county_in_directory)
def supplier_new(request: SignedInRequest, county: DesignatedCounty) -> HttpResponse:
    form = NewSupplierForm(request.POST or None, county=county)
    return _saved(request, form, update=False) or _form(request, form, county)


@requires(Permission.KEEP_SUPPLIERS, fetch=latest_period)
def period_new(request: SignedInRequest, known: Supplier) -> HttpResponse:
    form = NewPeriodForm(request.POST or None, listing=known)
    return _saved(request, form, update=False) or _form(request, form, known.county, known)


@requires(Permission.KEEP_SUPPLIERS, fetch=period)
def period_edit(request: SignedInRequest, known: Supplier) -> HttpResponse:
    form = EditPeriodForm(request.POST or None, listing=known)
    return _saved(request, form) or _form(request, form, known.county, known, period=known)


@requires(Permission.KEEP_SUPPLIERS, fetch=period)
def period_end(request: SignedInRequest, known: Supplier) -> HttpResponse:
    """Records ordered after the last day no longer count; they are judged anew at once."""
    form = EndPeriodForm(request.POST or None, listing=known)
    saved = _saved(request, form, code=known.code)
    return saved or _form(request, form, known.county, known, period=known, ends=True)


@requires(Permission.READ_HISTORY, fetch=latest_period)
def supplier_history(request: SignedInRequest, latest: Supplier) -> HttpResponse:
    """Who changed what of a supplier, period by period, the last one first."""
    listings = _periods(request).filter(code=latest.code).order_by("-valid_from")
    return render(request, "suppliers/supplier_history.html", {
        "supplier": latest, "periods": queries.changes_by_period(listings),
    })  # fmt: skip


def _saved(
    request: SignedInRequest, form: Any, *, code: str = "", update: bool = True
) -> HttpResponse | None:
    """To the supplier's page once its period is saved."""
    if not form.is_valid():
        return None
    outcome = form.save(by=request.user, update=update)
    if outcome is None:
        return None
    messages.success(request, _said(outcome))
    return redirect("reports:supplier", code or key_of(form, "code"))


def _said(outcome: Outcome) -> str:
    """What was saved, and what became of the supplier's purchases."""
    if outcome.unchanged:
        return _("Nothing was changed.")
    saved = _("The supplier was saved.")
    judged = ngettext(
        "%(number)s purchase record has another verdict now.",
        "%(number)s purchase records have another verdict now.",
        outcome.rejudged,
    ) % {"number": outcome.rejudged}
    return f"{saved} {judged}"


def _form(
    request: SignedInRequest, form: Any, county: DesignatedCounty, known: Supplier | None = None,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    context = {"form": form, "county": county, "supplier": known} | more
    status = 409 if getattr(form, "is_stale", False) else 200
    return render(request, "suppliers/period_edit.html", context, status=status)
