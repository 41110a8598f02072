"""What the pages of people and of the unit ledger list."""

from types import SimpleNamespace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from organizations.models import BudgetUnit, Membership, PersonState, Region, User

#: A name in a filter may mean several regions or departments; of more it means the first.
_MEANT = 20
#: How Django marks a password with which nobody can sign in.
_UNUSABLE = "!"


def people(user: User, asked: SimpleNamespace) -> QuerySet[User]:
    """The people that the user manages, as asked, with their roles; by sign-in name."""
    found = User.objects.visible_to(user).with_posts()
    if asked.q:
        found = found.filter(
            Q(username__istartswith=asked.q) | Q(name__icontains=asked.q) | Q(phone=asked.q)
        )
    if asked.role or asked.region:
        found = found.filter(pk__in=_holders(user, asked).values("user"))
    return found.filter(_in_state(asked.state)).order_by("username")


def _holders(user: User, asked: SimpleNamespace) -> QuerySet[Membership]:
    posts = Membership.objects.all()
    if asked.role:
        posts = posts.filter(role=asked.role)
    if asked.region:
        below = region_named(user, asked.region, "region__path")
        posts = posts.filter(below | region_named(user, asked.region, "unit__region__path"))
    return posts


def _in_state(state: str | None) -> Q:
    invited = Q(password="") | Q(password__startswith=_UNUSABLE)
    return {
        PersonState.INVITED: Q(is_active=True) & invited,
        PersonState.ACTIVE: Q(is_active=True) & ~invited,
        PersonState.STOPPED: Q(is_active=False),
    }.get(state, Q())  # type: ignore[call-overload]


def units(user: User, asked: SimpleNamespace) -> QuerySet[BudgetUnit]:
    """The units of the ledger in the user's scope, as asked; by code."""
    found = BudgetUnit.objects.visible_to(user).select_related("region", "parent", "successor")
    if asked.q:
        found = found.filter(
            Q(code__startswith=asked.q)
            | Q(name__icontains=asked.q)
            | Q(responsible_person__icontains=asked.q)
        )
    if asked.region:
        found = found.filter(region_named(user, asked.region, "region__path"))
    if asked.department:
        found = found.filter(_department_named(user, asked.department))
    for name in ("kind", "level"):
        if getattr(asked, name):
            found = found.filter(**{name: getattr(asked, name)})
    return found.filter(_open(asked.open), _confirmed(asked.contact)).order_by("code")


def region_named(user: User, text: str, path: str) -> Q:
    """Whatever lies in a region of the user's scope with this code or name, or below one."""
    named = Region.objects.visible_to(user).filter(Q(code=text) | Q(name__icontains=text))
    return _below(named.order_by("path").values_list("path", flat=True)[:_MEANT], path)


def _department_named(user: User, text: str) -> Q:
    named = BudgetUnit.objects.visible_to(user).filter(Q(code=text) | Q(name__icontains=text))
    return _below(named.order_by("path").values_list("path", flat=True)[:_MEANT], "path")


def _below(paths: Any, path: str) -> Q:
    below = Q(pk__in=[])
    for above in paths:
        below |= Q(**{f"{path}__startswith": above})
    return below


def _open(asked: str | None) -> Q:
    """Open today, closed before today, or not open yet."""
    today = timezone.localdate()
    return {
        "open": Q(Q(opened_on=None) | Q(opened_on__lte=today))
        & Q(Q(closed_on=None) | Q(closed_on__gte=today)),
        "closed": Q(closed_on__lt=today),
        "later": Q(opened_on__gt=today),
    }.get(asked or "", Q())


def _confirmed(asked: str | None) -> Q:
    this_year = Q(contact_confirmed_on__year=timezone.localdate().year)
    return {"confirmed": this_year, "open": ~this_year}.get(asked or "", Q())
