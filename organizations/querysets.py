from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import BaseUserManager
from django.db import connection, models
from django.db.models import Q

from organizations.roles import BELOW_ONLY, OWN_REGION_ONLY, Permission

if TYPE_CHECKING:
    from organizations.models import Membership, Region, User


class RegionQuerySet(models.QuerySet):
    def within(self, region: "Region") -> Self:
        """The region and everything that answers to it in money matters."""
        return self.filter(path__startswith=region.path)

    def visible_to(self, user: "User | None") -> Self:
        """Regions in the user's scope; ``None`` is the system, which sees everything."""
        return self._reached(user, None)

    def where_may(self, user: "User | None", permission: Permission) -> Self:
        """Regions at which the user may do this."""
        return self._reached(user, permission)

    def _reached(self, user: "User | None", permission: Permission | None) -> Self:
        if user is None or user.is_superuser:
            return self
        scope = Q(pk__in=[])
        for post in user.posts(permission):
            if post.region and permission in OWN_REGION_ONLY:
                scope |= Q(pk=post.region_id)
            elif post.region:
                scope |= Q(path__startswith=post.region.path)
        return self.filter(scope)


def open_in(year: int) -> Q:
    """Units that are open on at least one day of the year."""
    return _open_between(date(year, 1, 1), date(year, 12, 31))


def _open_between(first: date, last: date) -> Q:
    opened = Q(opened_on__isnull=True) | Q(opened_on__lte=last)
    return opened & (Q(closed_on__isnull=True) | Q(closed_on__gte=first))


class BudgetUnitQuerySet(models.QuerySet):
    def in_region(self, region: "Region") -> Self:
        """Units of the region and of all regions below it."""
        return self.filter(region__path__startswith=region.path)

    def in_figures(self) -> Self:
        return self.exclude(kind="state_enterprise")

    def open_on(self, day: date) -> Self:
        """Both the opening and the closing day are open days."""
        return self.filter(_open_between(day, day))

    def visible_to(self, user: "User | None") -> Self:
        """Units in the user's scope: of a region's subtree, or of a unit's own subtree."""
        return self.where_may(user, Permission.READ)

    def where_may(self, user: "User | None", permission: Permission) -> Self:
        """Units with which the user may do this."""
        if user is None or user.is_superuser:
            return self
        scope = Q(pk__in=[])
        for post in user.posts(permission):
            scope |= _units_reached(post, permission)
        return self.filter(scope)

    def rebuild_paths(self) -> None:
        """Write every path that its parents have changed, in one statement."""
        with connection.cursor() as cursor:
            cursor.execute("""
                WITH RECURSIVE tree AS (
                    SELECT id, id || '/' AS path FROM organizations_budgetunit
                    WHERE parent_id IS NULL
                    UNION ALL
                    SELECT child.id, tree.path || child.id || '/'
                    FROM organizations_budgetunit child JOIN tree ON child.parent_id = tree.id
                )
                UPDATE organizations_budgetunit unit SET path = tree.path
                FROM tree WHERE tree.id = unit.id AND unit.path <> tree.path
            """)


def _units_reached(post: "Membership", permission: Permission) -> Q:
    if post.unit is not None:
        below = Q(path__startswith=post.unit.path)
        return below & ~Q(pk=post.unit_id) if permission in BELOW_ONLY else below
    if permission in OWN_REGION_ONLY:
        return Q(region=post.region_id)
    return Q(region__path__startswith=post.place.path)


def _memberships() -> models.QuerySet[Any]:
    """The model is made of these querysets, and so is found only when they are used."""
    return apps.get_model("organizations.Membership")._default_manager.all()


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: "User | None") -> Self:
        """The user, and everybody whose membership lies where the user manages people."""
        if user is None or user.is_superuser:
            return self
        scope = Q(pk__in=[])
        for post in user.posts(Permission.MANAGE_PEOPLE):
            scope |= Q(region__path__startswith=post.place.path)
            scope |= Q(unit__region__path__startswith=post.place.path)
        held = _memberships().filter(scope)
        return self.filter(Q(pk=user.pk) | Q(pk__in=held.values("user")))

    def with_posts(self) -> Self:
        """With what ``User.posts`` reads, in one query for all of them."""
        read = _memberships().select_related("region", "unit__region").order_by("pk")
        return self.prefetch_related(models.Prefetch("memberships", read, to_attr="_posts"))


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user
