from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.listing import as_file, listing, wants_file
from exchange.resources import resource_of
from organizations import queries
from organizations.changes import changes_of
from organizations.forms.keys import key_of
from organizations.forms.units import ContactForm, EditUnitForm, NewUnitForm, UnitsForm
from organizations.models import BudgetUnit
from organizations.permissions import may, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest, unit_in_scope
from organizations.services import confirm_contact


@requires(Permission.READ)
def unit_list(request: SignedInRequest) -> HttpResponse:
    """The ledger in the reader's scope, to be filtered and taken away."""
    form = UnitsForm(request.GET)
    rows = queries.units(request.user, form.asked())
    if wants_file(request):
        return as_file(request, resource_of("units"), rows, _("unit ledger"))
    context = listing(request, form, rows)
    for unit in context["page"]:
        unit.may_edit = may(request.user, Permission.KEEP_UNITS, unit)
        unit.may_confirm = may(request.user, Permission.CONFIRM_CONTACT, unit)
    context["today"] = timezone.localdate()
    return render(request, "organizations/units.html", context)


@requires(Permission.KEEP_UNITS)
def unit_new(request: SignedInRequest) -> HttpResponse:
    form = NewUnitForm(request.POST or None)
    if form.is_valid():
        outcome = form.save(by=request.user, update=False)
        if outcome:
            said = _("The unit was saved.") if outcome.created else _("This unit stood already.")
            messages.success(request, said)
            return redirect("reports:unit", key_of(form, "code"))
    return render(request, "organizations/unit_new.html", {"form": form})


@requires(Permission.KEEP_UNITS, fetch=unit_in_scope)
def unit_edit(request: SignedInRequest, unit: BudgetUnit) -> HttpResponse:
    form = EditUnitForm(request.POST or None, unit=unit)
    if form.is_valid():
        outcome = form.save(by=request.user)
        if outcome:
            said = _("The unit was saved.") if outcome.updated else _("Nothing was changed.")
            messages.success(request, said)
            return redirect("reports:unit", unit.code)
    context = {"form": form, "unit": unit}
    status = 409 if form.is_stale else 200
    return render(request, "organizations/unit_edit.html", context, status=status)


@requires(Permission.CONFIRM_CONTACT, fetch=unit_in_scope)
def unit_contact(request: SignedInRequest, unit: BudgetUnit) -> HttpResponse:
    """The unit says who answers for its purchases, as it stands or anew."""
    standing = {"responsible_person": unit.responsible_person, "phone": unit.phone}
    form = ContactForm(request.POST or None, initial=standing)
    if form.is_valid():
        confirm_contact(unit, **form.cleaned_data, by=request.user)
        messages.success(request, _("Responsible person and phone are confirmed."))
        return redirect("reports:unit", unit.code)
    return render(request, "organizations/unit_contact.html", {"form": form, "unit": unit})


@requires(Permission.READ_HISTORY, fetch=unit_in_scope)
def unit_history(request: SignedInRequest, unit: BudgetUnit) -> HttpResponse:
    changes = changes_of(unit)
    return render(request, "organizations/unit_history.html", {"changes": changes, "unit": unit})
