"""What an address names, fetched inside a person's scope; Http404 for whatever lies outside."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from organizations.models import BudgetUnit, Region, User


class SignedInRequest(HttpRequest):
    """What a guarded view is given."""

    user: User


def region_in_scope(request: SignedInRequest, code: str) -> Region:
    return get_object_or_404(Region.objects.visible_to(request.user), code=code)


def unit_in_scope(request: SignedInRequest, code: str) -> BudgetUnit:
    """A unit with its region, parent and successor."""
    visible = BudgetUnit.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("region", "parent", "successor"), code=code)
