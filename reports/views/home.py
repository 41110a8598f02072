"""The start: what each of a person's memberships comes for."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from organizations.models import Membership
from organizations.permissions import signed_in
from organizations.roles import Role
from organizations.scope import SignedInRequest
from reports.dashboards.bureau import bureau_home
from reports.dashboards.department import department_home
from reports.forms import HomeForm, Money
from reports.views.asking import question_of

#: Roles whose work begins on another page.
_LEADS = {Role.UNIT_CLERK, Role.COUNTY_KEEPER, Role.SYSTEM_ADMINISTRATOR}


@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """The page of the first membership; without any, whom to ask for one.

    Who has several comes to the first that has a page of figures, where the others are named.
    """
    posts = request.user.posts()
    if not posts:
        if request.user.is_superuser:
            return redirect("reports:progress-home")
        return render(request, "reports/no_scope.html")
    if len(posts) == 1:
        return _page_of(request, posts[0])
    post = next((post for post in posts if post.role not in _LEADS), None)
    if post is None:
        return render(request, "reports/home/posts.html", {"posts": posts})
    return _page_of(request, post)


@signed_in
def membership_home(request: SignedInRequest, membership: int) -> HttpResponse:
    """The page of one of one's own memberships."""
    post = next((post for post in request.user.posts() if post.pk == membership), None)
    if post is None:
        raise Http404
    return _page_of(request, post)


def _page_of(request: SignedInRequest, post: Membership) -> HttpResponse:
    if post.role == Role.UNIT_CLERK:
        return redirect("reports:unit", post.place.code)
    if post.role == Role.COUNTY_KEEPER:
        return redirect("reports:county", post.place.code)
    if post.role == Role.SYSTEM_ADMINISTRATOR:
        return redirect("organizations:people")
    return _figures(request, post)


def _figures(request: SignedInRequest, post: Membership) -> HttpResponse:
    form = HomeForm(request.GET)
    asked = form.asked()
    money = asked.unit or Money.WAN.value
    if post.unit is None:
        template, shown = "bureau", bureau_home(request.user, post.place, asked.year, money)
    else:
        template, shown = "department", department_home(request.user, post.unit, asked.year, money)
    context: dict[str, Any] = {
        **question_of(form, asked, money=money), **shown,
        "post": post, "place": post.place, "posts": _posts(request),
    }  # fmt: skip
    return render(request, f"reports/home/{template}.html", context)


def _posts(request: SignedInRequest) -> list[Membership]:
    """The memberships to choose from; none where there is nothing to choose."""
    posts = request.user.posts()
    return posts if len(posts) > 1 else []
