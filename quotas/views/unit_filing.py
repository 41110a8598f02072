"""The filing form of a unit and year, its preview, and the search for a representative."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from exchange.listing import address_of
from organizations.locks import lock_promises
from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest, unit_in_scope
from quotas import contents
from quotas.choices import FilingState
from quotas.contents import FIELDS, Content
from quotas.forms.unit_filing import UnitFilingForm
from quotas.models import Filing
from quotas.previews import preview_of
from quotas.representatives import representatives, search
from quotas.review import discard_amendment
from quotas.unit_years import UnitYear

_YEARS = range(2019, 2101)
_HITS = 20


def unit_year_in_scope(request: SignedInRequest, code: str, year: int) -> UnitYear:
    if year not in _YEARS:
        raise Http404
    return UnitYear.of(unit_in_scope(request, code), year)


@requires(Permission.FILE, fetch=unit_year_in_scope)
def unit_filing(request: SignedInRequest, about: UnitYear) -> HttpResponse:
    """Fill in a filing, keep it as a draft, or hand it in."""
    if not about.files:
        return render(request, "quotas/unit_filing_none.html", {"about": about})
    if request.method == "POST":
        return _take(request, about)
    return _page(request, UnitFilingForm(about=about))


def _take(request: SignedInRequest, about: UnitYear) -> HttpResponse:
    keeps = "keep" in request.POST
    with transaction.atomic():
        lock_promises()
        about = UnitYear.of(about.unit, about.year)
        form = UnitFilingForm(request.POST, about=about)
        if not form.is_valid():
            return _page(request, form, status=422)
        if form.is_stale(keeps=keeps):
            return _stale_page(request, form)
        saved = form.keep(by=request.user) if keeps else form.hand_in(by=request.user)
    if saved is None:
        return _page(request, form, status=422)
    messages.success(request, _said(saved, about, keeps=keeps))
    return _back(about, saved=1)


def _said(saved: Any, about: UnitYear, *, keeps: bool) -> str:
    if keeps:
        return _("Your text is kept as a draft. It is not handed in yet and counts nowhere.")
    if about.latest and saved.unchanged and about.latest.state == FilingState.CONFIRMED:
        return _("Nothing differs from the confirmed version, so nothing was handed in.")
    return _("The filing is handed in. You can change it until it is confirmed.")


def _back(about: UnitYear, **more: Any) -> HttpResponse:
    address = address_of({"year": about.year, **more})
    return redirect(f"{reverse('reports:unit', args=[about.unit.code])}?{address.urlencode()}")


def _stale_page(request: SignedInRequest, form: UnitFilingForm) -> HttpResponse:
    """Both versions side by side; the typed one stays in the form, over what stands now."""
    form.data = form.data.copy()
    form.data["standing"] = form.about.fingerprint
    latest = form.about.latest
    return _page(request, form, status=409, stale={
        "filing": latest,
        "differing": list(_differing(latest, form.typed.content)) if latest else [],
    })  # fmt: skip


def _differing(standing: Filing, typed: Content) -> list[dict[str, Any]]:
    names = [name for name in typed.differing(standing) if name != "assigned_amount"]
    fields = {name: Filing._meta.get_field(contents.column_of(name)) for name in FIELDS}
    now = Filing(**typed.values)
    return [
        {
            "label": fields[name].verbose_name,
            "stands": _words(standing, name),
            "typed": _words(now, name),
        }
        for name in names
    ]


def _words(filing: Filing, name: str) -> Any:
    """A value as the comparison shows it."""
    if name == "canteen":
        return filing.get_canteen_display()
    if name == "representative_id":
        return filing.representative
    value = getattr(filing, name)
    if name == "ratio":
        return f"{value.normalize():f}%"
    return f"{value:,.2f}" if isinstance(value, Decimal) else value


def _page(request: SignedInRequest, form: UnitFilingForm, **more: Any) -> HttpResponse:
    about, status = form.about, more.pop("status", 200)
    return render(request, "quotas/unit_filing.html", {
        "form": form, "about": about, "unit": about.unit, "year": about.year,
        "filing": about.latest, "named": _named(form),
        "preview": preview_of(_typed(form)), **more,
    }, status=status)  # fmt: skip


def _typed(form: UnitFilingForm) -> UnitFilingForm:
    """The form as if it had been sent as it is shown."""
    return form if form.is_bound else UnitFilingForm(form.initial, about=form.about)


def _named(form: UnitFilingForm) -> Any:
    """The unit whose code stands in the form, for the search box to show by name."""
    code = form["representative"].value()
    latest = form.about.latest
    standing = latest.representative if latest else None
    if not code:
        return None
    if standing and standing.code == code:
        return standing
    return representatives(form.about.year).filter(code=code).first()


@requires(Permission.FILE, fetch=unit_year_in_scope)
@require_POST
def unit_filing_preview(request: SignedInRequest, about: UnitYear) -> HttpResponse:
    """What the typed filing would promise, and what it must explain; nothing is saved."""
    form = UnitFilingForm(request.POST, about=about)
    context = {"about": about, "preview": preview_of(form), "swaps": True}
    return render(request, "quotas/_filing_preview.html", context)


@requires(Permission.FILE, fetch=unit_year_in_scope)
@require_POST
def unit_filing_discard(request: SignedInRequest, about: UnitYear) -> HttpResponse:
    """Throw the draft of an amendment away."""
    if discard_amendment(about.unit, about.year, by=request.user):
        messages.success(request, _("The draft is gone; the confirmed version stands as before."))
    return _back(about, saved=1)


@requires(Permission.FILE)
@require_GET
def filing_representatives(request: SignedInRequest) -> HttpResponse:
    """At most twenty units that may file for a shared canteen, by name or the start of a code."""
    words, year = request.GET.get("q", "").strip(), request.GET.get("year", "")
    asked = int(year) if year.isdecimal() and int(year) in _YEARS else timezone.localdate().year
    found = search(words, asked)[:_HITS] if words else []
    return JsonResponse({"results": [
        {"code": unit.code, "name": unit.name, "region": unit.region.name} for unit in found
    ]})  # fmt: skip
