from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from organizations.models import Region
from organizations.permissions import may_anywhere
from organizations.roles import Permission

if TYPE_CHECKING:
    from organizations.models import User


class DirectoryQuerySet(models.QuerySet):
    """What stands in the directory: open to whoever may look it up, kept county by county."""

    #: the path to the region that the county answers to
    region = "county__region"

    def visible_to(self, user: "User | None") -> Self:
        """The whole directory, for whoever may look it up: units buy from every county."""
        return self if may_anywhere(user, Permission.READ_DIRECTORY) else self.none()

    def kept_by(self, user: "User | None") -> Self:
        """What belongs to the counties whose directory the user keeps."""
        kept = Region.objects.where_may(user, Permission.KEEP_SUPPLIERS)
        return self.filter(**{f"{self.region}__in": kept})


class CountyQuerySet(DirectoryQuerySet):
    region = "region"


def lasting_on(day: date, at: str = "") -> Q:
    """Valid on the day, as both days of a period are; ``at`` leads to the periods."""
    open_end = Q(**{f"{at}valid_to__isnull": True}) | Q(**{f"{at}valid_to__gte": day})
    return open_end & Q(**{f"{at}valid_from__lte": day})


class SupplierQuerySet(DirectoryQuerySet):
    def valid_on(self, day: date) -> Self:
        return self.filter(lasting_on(day))
