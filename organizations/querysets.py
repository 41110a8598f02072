from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import BaseUserManager
from django.db import connection, models
from django.db.models import Q

if TYPE_CHECKING:
    from organizations.models import Region, User


class RegionQuerySet(models.QuerySet):
    def within(self, region: "Region") -> Self:
        """The region and everything that answers to it in money matters."""
        return self.filter(path__startswith=region.path)

    def visible_to(self, user: "User | None") -> Self:
        """Regions in the user's scope; ``None`` is the system, which sees everything."""
        if user is None or user.is_superuser:
            return self
        scope = Q(pk__in=[])
        for path in user.memberships.filter(region__isnull=False).values_list(
            "region__path", flat=True
        ):
            scope |= Q(path__startswith=path)
        return self.filter(scope)


class BudgetUnitQuerySet(models.QuerySet):
    def in_region(self, region: "Region") -> Self:
        """Units of the region and of all regions below it."""
        return self.filter(region__path__startswith=region.path)

    def in_figures(self) -> Self:
        return self.exclude(kind="state_enterprise")

    def open_on(self, day: date) -> Self:
        """Both the opening and the closing day are open days."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day),
            Q(closed_on__isnull=True) | Q(closed_on__gte=day),
        )

    def visible_to(self, user: "User | None") -> Self:
        """Units in the user's scope: of a region's subtree, or of a unit's own subtree."""
        if user is None or user.is_superuser:
            return self
        scope = Q(pk__in=[])
        for region_path, unit_path in user.memberships.values_list("region__path", "unit__path"):
            scope |= (
                Q(region__path__startswith=region_path)
                if region_path
                else Q(path__startswith=unit_path)
            )
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


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user
