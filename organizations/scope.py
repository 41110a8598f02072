"""What an address names, fetched inside a person's scope; Http404 for whatever lies outside."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from organizations.models import BudgetUnit, Region, User
from organizations.people import obstacle
from organizations.permissions import may
from organizations.roles import Permission


class SignedInRequest(HttpRequest):
    """What a guarded view is given."""

    user: User


def region_in_scope(request: SignedInRequest, code: str) -> Region:
    return get_object_or_404(Region.objects.visible_to(request.user), code=code)


def unit_in_scope(request: SignedInRequest, code: str) -> BudgetUnit:
    """A unit with its region, parent and successor."""
    visible = BudgetUnit.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("region", "parent", "successor"), code=code)


@dataclass(frozen=True)
class PersonInScope:
    """A person, and one of their places at which the reader manages people.

    ``obstacle`` says why the reader may not change them, "" where they may.
    """

    person: User
    place: Region | BudgetUnit | None
    obstacle: str


def person_in_scope(request: SignedInRequest, pk: int) -> PersonInScope:
    """A person with their roles, where the reader manages people, or the reader."""
    reader = request.user
    person = get_object_or_404(User.objects.visible_to(reader).with_posts(), pk=pk)
    places = [post.place for post in person.posts()]
    managed = (place for place in places if may(reader, Permission.MANAGE_PEOPLE, place))
    place = next(managed, next(iter(places), None))
    return PersonInScope(person, place, obstacle(reader, person))


def person_to_change(request: SignedInRequest, pk: int, **parts: int) -> PersonInScope:
    """The same; PermissionDenied for whom the reader may only look at."""
    found = person_in_scope(request, pk)
    if found.obstacle:
        raise PermissionDenied(found.obstacle)
    return found
