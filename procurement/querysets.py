from typing import TYPE_CHECKING, Self

from django.db import models

from organizations.models import BudgetUnit

if TYPE_CHECKING:
    from organizations.models import User


class PurchaseQuerySet(models.QuerySet):
    def visible_to(self, user: "User | None") -> Self:
        """What the units in the user's scope bought."""
        if user is None or user.is_superuser:
            return self
        return self.filter(unit__in=BudgetUnit.objects.visible_to(user))
