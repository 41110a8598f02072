from django.http import HttpResponse
from django.shortcuts import redirect, render

from organizations.permissions import signed_in
from organizations.scope import SignedInRequest


@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """What a person's first membership comes for; without any, whom to ask for one."""
    if not request.user.is_superuser and not request.user.posts():
        return render(request, "reports/no_scope.html")
    return redirect("reports:progress-home")
