"""Guards: whoever asks for something outside their scope finds nothing, inside it a refusal.

``requires`` fetches and authorises in one step and leaves the permission's word on the view, so
that a test can walk every address. A place is a region or a unit; whatever else is guarded has
an attribute ``place`` that names its own.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from organizations.roles import BELOW_ONLY, OWN_REGION_ONLY, ROLES, Permission

if TYPE_CHECKING:
    from organizations.models import BudgetUnit, Membership, Region, User

View = Callable[..., HttpResponse]


def may_anywhere(user: "User | None", permission: Permission) -> bool:
    """Whether any membership of the user includes the permission; ``None`` is the system."""
    return user is None or user.is_superuser or bool(user.posts(permission))


def may(user: "User | None", permission: Permission, place: "Region | BudgetUnit") -> bool:
    """Whether the user may do this at the place, a region or a unit (with its region loaded)."""
    if user is None or user.is_superuser:
        return True
    return any(_reaches(post, permission, place) for post in user.posts(permission))


def _reaches(post: "Membership", permission: Permission, place: "Region | BudgetUnit") -> bool:
    region, unit = (place.region, place) if hasattr(place, "region") else (place, None)
    if post.unit is None:
        if permission in OWN_REGION_ONLY:
            return region.pk == post.region_id
        return region.path.startswith(post.place.path)
    if unit is None or (permission in BELOW_ONLY and unit.pk == post.unit_id):
        return False
    return unit.path.startswith(post.unit.path)


def requires(
    permission: Permission, *, fetch: Callable[..., Any] | None = None
) -> Callable[[View], View]:
    """Guard a page by a permission.

    Who is not signed in gets the sign-in page, who has no membership 404. With ``fetch``, which
    takes the request and the address's parts and raises Http404 outside the user's scope, the
    view is given what it returned; inside the scope and without the permission there it is 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if fetch is None:
                admit(request.user, permission)
                return view(request, **parts)
            return view(request, admit(request.user, permission, lambda: fetch(request, **parts)))

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def admit(user: "User", permission: Permission, find: Callable[[], Any] | None = None) -> Any:
    """What ``find`` gives, for a signed-in user who may do this at its place.

    Http404 for who has no membership, and from ``find`` outside the scope; PermissionDenied
    inside it without the permission. Pages and the API are guarded by this alone.
    """
    if not user.is_superuser and not user.posts():
        raise Http404
    if find is None:
        if not may_anywhere(user, permission):
            raise PermissionDenied
        return None
    thing = find()
    if not may(user, permission, getattr(thing, "place", thing)):
        raise PermissionDenied
    return thing


def signed_in(view: View) -> View:
    """Guard a page that any signed-in person may open, whatever their memberships."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, **parts)

    guarded.permission = "signed_in"  # type: ignore[attr-defined]
    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the sign-in, which leads back to the page, or to the form that was sent from it."""
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    messages.warning(
        request, _("Your session had ended, so nothing was saved. Sign in and send it again.")
    )
    sent_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(sent_from, {request.get_host()})
    return redirect_to_login(urlsplit(sent_from).path if is_ours else reverse("reports:home"))


def terms_of(user: "User") -> frozenset[Permission]:
    """Every permission that some membership of the user includes."""
    if user.is_superuser:
        return frozenset(Permission)
    return frozenset().union(*(ROLES[post.role].permissions for post in user.posts()))
