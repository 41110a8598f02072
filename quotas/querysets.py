from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from organizations.models import BudgetUnit, Region
from quotas.choices import OPEN_STATES

if TYPE_CHECKING:
    from organizations.models import User


class FilingQuerySet(models.QuerySet):
    def visible_to(self, user: "User | None") -> Self:
        """Filings of the units in the user's scope."""
        if user is None or user.is_superuser:
            return self
        return self.filter(unit__in=BudgetUnit.objects.visible_to(user))

    def current(self) -> Self:
        """One version of each unit and year: the open one, else the one in force."""
        open_one = self.model._default_manager.filter(
            unit=models.OuterRef("unit"), year=models.OuterRef("year"), state__in=OPEN_STATES
        )
        in_force = Q(in_force=True) & ~models.Exists(open_one)
        return self.filter(Q(state__in=OPEN_STATES) | in_force)


class PolicyQuerySet(models.QuerySet):
    def visible_to(self, user: "User | None") -> Self:
        """Policies of the regions in the user's scope, and those above that bind them."""
        if user is None or user.is_superuser:
            return self
        codes = {code for post in user.posts() for code in _path_of(post.place).split("/") if code}
        below = Q(region__in=Region.objects.visible_to(user))
        return self.filter(below | Q(region__code__in=codes))


def _path_of(place: BudgetUnit | Region) -> str:
    return place.region.path if isinstance(place, BudgetUnit) else place.path
