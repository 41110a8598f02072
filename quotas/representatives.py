"""Units that may file for a shared canteen, anywhere in the country."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from organizations.models import BudgetUnit
from organizations.querysets import open_in
from quotas.choices import PENDING_STATES, Canteen, FilingState
from quotas.models import CanteenMembership, Filing


def representatives(year: int) -> QuerySet[BudgetUnit]:
    """Units that may represent others in a year, with their regions.

    They are open in it, no state-owned enterprise, and have not filed without a canteen of their
    own; whoever has not filed yet may still become one.
    """
    standing = Q(in_force=True) | Q(state__in=(*PENDING_STATES, FilingState.RETURNED))
    handed_in = Filing.objects.filter(standing, unit=OuterRef("pk"), year=year)
    without = handed_in.filter(Q(canteen=Canteen.NONE) | Q(representative__isnull=False))
    return (
        BudgetUnit.objects.in_figures()
        .filter(open_in(year), ~Exists(without))
        .select_related("region")
        .order_by("code")
    )


def search(words: str, year: int) -> QuerySet[BudgetUnit]:
    """Those whose code begins with the words or whose name holds them."""
    return representatives(year).filter(Q(code__startswith=words) | Q(name__icontains=words))


def representatives_of(unit: int, years: Collection[int]) -> dict[int, BudgetUnit]:
    """By year: another unit in whose row the canteen purchases of this one (its id) count."""
    links = CanteenMembership.objects.filter(unit=unit, year__in=years)
    others = links.exclude(representative=F("unit")).select_related("representative")
    return {link.year: link.representative for link in others}
