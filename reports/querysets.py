from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from organizations.models import Region
from organizations.roles import Permission

if TYPE_CHECKING:
    from organizations.models import User


class NoticeQuerySet(models.QuerySet):
    """Of notices and of schedules: what belongs to a region."""

    def visible_to(self, user: "User | None") -> Self:
        """Those of the regions whose bureau or auditor the user is."""
        if user is None or user.is_superuser:
            return self
        return self.filter(region__in=Region.objects.where_may(user, Permission.READ_HISTORY))


class RecipientQuerySet(models.QuerySet):
    def visible_to(self, user: "User | None") -> Self:
        """What was addressed to a region or unit at which the user answers."""
        if user is None or user.is_superuser:
            return self
        posts = user.posts(Permission.ANSWER_NOTICES)
        regions: list[Any] = [post.region_id for post in posts if post.region_id]
        units: list[Any] = [post.unit_id for post in posts if post.unit_id]
        return self.filter(Q(region__in=regions) | Q(unit__in=units))
