from typing import TYPE_CHECKING, Self

from django.db import models

from organizations.models import Region
from organizations.permissions import may_anywhere
from organizations.roles import Permission

if TYPE_CHECKING:
    from organizations.models import User


class SupplierQuerySet(models.QuerySet):
    def visible_to(self, user: "User | None") -> Self:
        """The whole directory, for whoever may look it up: units buy from every county."""
        return self if may_anywhere(user, Permission.READ_DIRECTORY) else self.none()

    def kept_by(self, user: "User | None") -> Self:
        """Suppliers of the counties whose directory the user keeps."""
        kept = Region.objects.where_may(user, Permission.KEEP_SUPPLIERS)
        return self.filter(county__region__in=kept)
