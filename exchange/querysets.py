from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db import models


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The user's own jobs, and those of the people whom the user manages."""
        if user is None or user.is_superuser:
            return self
        return self.filter(created_by__in=get_user_model().objects.visible_to(user))
