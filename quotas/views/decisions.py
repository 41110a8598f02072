"""Deciding on filings: confirm, endorse, send back; one at a time or those ticked in the list."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organizations.permissions import may, may_anywhere, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from quotas import review
from quotas.forms.filings import ReasonForm
from quotas.models import Filing
from quotas.queries.filing import waiting_beside
from quotas.review import Decision
from quotas.views.filing import filing_in_scope

#: Who sends back: the bureau what waits, a department what waits for its endorsement.
SENDS_BACK = (Permission.REVIEW, Permission.ENDORSE)
#: More than a page of the list can tick.
AT_ONCE = 200


@requires(Permission.REVIEW)
@require_POST
def confirm_many(request: SignedInRequest) -> HttpResponse:
    return _many(request, lambda ticked: review.confirm(ticked, by=request.user))


@requires(Permission.ENDORSE)
@require_POST
def endorse_many(request: SignedInRequest) -> HttpResponse:
    return _many(request, lambda ticked: review.endorse(ticked, by=request.user))


@requires(Permission.READ)
@require_POST
def return_many(request: SignedInRequest) -> HttpResponse:
    if not any(may_anywhere(request.user, permission) for permission in SENDS_BACK):
        raise PermissionDenied
    reason = _reason(request)
    if not reason:
        return redirect(_list_address(request))
    return _many(
        request,
        lambda ticked: review.return_for_correction(ticked, reason=reason, by=request.user),
    )


@requires(Permission.REVIEW, fetch=filing_in_scope)
@require_POST
def confirm_one(request: SignedInRequest, filing: Filing) -> HttpResponse:
    return _one(request, filing, review.confirm([filing.pk], by=request.user))


@requires(Permission.ENDORSE, fetch=filing_in_scope)
@require_POST
def endorse_one(request: SignedInRequest, filing: Filing) -> HttpResponse:
    return _one(request, filing, review.endorse([filing.pk], by=request.user))


@requires(Permission.READ, fetch=filing_in_scope)
@require_POST
def return_one(request: SignedInRequest, filing: Filing) -> HttpResponse:
    if not any(may(request.user, permission, filing.unit) for permission in SENDS_BACK):
        raise PermissionDenied
    reason = _reason(request)
    if not reason:
        return redirect("quotas:filing", filing.pk)
    decided = review.return_for_correction([filing.pk], reason=reason, by=request.user)
    return _one(request, filing, decided)


def _reason(request: SignedInRequest) -> str:
    """The reason that was given; without one, a message says what is missing."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        return form.cleaned_data["reason"]
    messages.error(request, _("Nothing was sent back: say why, so that the unit can mend it."))
    return ""


def _many(
    request: SignedInRequest, decide: Callable[[list[int]], Sequence[Decision]]
) -> HttpResponse:
    """Decide on the ticked filings that the user can see, and answer row by row."""
    ticked = [int(pk) for pk in request.POST.getlist("filing")[:AT_ONCE] if _is_id(pk)]
    seen = Filing.objects.visible_to(request.user).filter(pk__in=ticked)
    chosen = list(seen.values_list("pk", flat=True))
    if not chosen:
        messages.warning(request, _("No filing was ticked, so nothing was done."))
        return redirect(_list_address(request))
    decisions = decide(chosen)
    now = Filing.objects.in_bulk([decision.filing.pk for decision in decisions])
    return render(request, "quotas/decisions.html", {
        "rows": [(decision, now[decision.filing.pk]) for decision in decisions],
        "done": sum(not decision.refused for decision in decisions),
        "refused": sum(bool(decision.refused) for decision in decisions),
        "back": _list_address(request),
    })  # fmt: skip


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _list_address(request: SignedInRequest) -> str:
    """The list with the filters that it was sent with."""
    filters = QueryDict(request.POST.get("back", "")).urlencode()
    return f"{reverse('quotas:filings')}?{filters}" if filters else reverse("quotas:filings")


def _one(request: SignedInRequest, filing: Filing, decisions: Sequence[Decision]) -> HttpResponse:
    """Say what became of the filing, and lead to the next that waits, if that was asked for."""
    refused = decisions[0].refused
    if refused:
        messages.error(request, _("%(unit)s: %(why)s") % {"unit": filing.unit, "why": refused})
        return redirect("quotas:filing", filing.pk)
    now = Filing.objects.get(pk=filing.pk).get_state_display()
    messages.success(request, _("%(unit)s: %(state)s.") % {"unit": filing.unit, "state": now})
    following = waiting_beside(filing, request.user)[1]
    if request.POST.get("then") == "next" and following:
        return redirect("quotas:filing", following.pk)
    return redirect("quotas:filing", filing.pk)
