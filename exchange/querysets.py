from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The user's own jobs, those of the people whom the user manages, and for whoever watches
        the system its own runs; files that an operator sends by command are nobody's."""
        if user is None or user.is_superuser:
            return self
        seen = Q(created_by__in=get_user_model().objects.visible_to(user))
        if user.watches_jobs:
            seen |= Q(created_by=None, kind="")
        return self.filter(seen)
