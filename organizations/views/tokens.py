"""The access tokens of whoever is signed in: made, shown once, revoked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from organizations.forms.tokens import TokenForm
from organizations.models import AccessToken
from organizations.permissions import signed_in
from organizations.scope import SignedInRequest
from organizations.tokens import revoke_token


@signed_in
@never_cache
def tokens(request: SignedInRequest) -> HttpResponse:
    """One's own tokens; the answer to a new one is the only place where its key ever stands."""
    form = TokenForm(request.POST or None)
    made = form.save(by=request.user) if form.is_valid() else None
    return render(request, "organizations/tokens.html", {
        "form": TokenForm() if made else form, "made": made,
        "tokens": AccessToken.objects.filter(user=request.user).order_by("-pk"),
    })  # fmt: skip


@signed_in
@require_POST
def token_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(AccessToken, user=request.user, pk=pk)
    revoke_token(token, by=request.user)
    messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return redirect("organizations:tokens")
