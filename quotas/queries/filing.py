"""What surrounds one filing: its pile, its versions, its policy, its canteen and its like."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value

from organizations.models import BudgetUnit, User
from organizations.roles import Permission
from quotas.choices import PENDING_STATES, FilingState
from quotas.merging import Merged, merge_paths
from quotas.models import CanteenMembership, Filing, Policy

#: Who did what with a filing.
_ACTORS = ("submitted_by", "endorsed_by", "decided_by")


def waiting_for(user: User, year: int) -> QuerySet[Filing]:
    """The filings of the year that wait for this user: to be confirmed, or to be endorsed."""
    reviewed = BudgetUnit.objects.where_may(user, Permission.REVIEW)
    below = BudgetUnit.objects.where_may(user, Permission.ENDORSE)
    return Filing.objects.filter(
        Q(state__in=PENDING_STATES, unit__in=reviewed)
        | Q(state=FilingState.SUBMITTED, unit__in=below),
        year=year,
    )


def waiting_beside(filing: Filing, user: User) -> tuple[Filing | None, Filing | None]:
    """The filings before and after this one in the pile that waits for the user, by code."""
    pile = waiting_for(user, filing.year).annotate(code=F("unit__code")).exclude(pk=filing.pk)
    before = pile.filter(code__lt=filing.unit.code).order_by("-code")[:1]
    after = pile.filter(code__gt=filing.unit.code).order_by("code")[:1]
    sides: Any = before.annotate(side=Value(0)).union(after.annotate(side=Value(1)), all=True)
    found = {other.side: other for other in sides}
    return found.get(0), found.get(1)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One version of a filing between the others: ``versions`` of its year, newest first, and
    ``last``, the version in force of the year before."""

    filing: Filing
    versions: list[Filing]
    last: Filing | None

    @property
    def place(self) -> BudgetUnit:
        return self.filing.unit


def surroundings(pk: int, *, user: User) -> Surroundings | None:
    """The version ``pk`` and those around it; None where the user cannot see it. One query."""
    matter = Q(year=F("unit__filings__year")) | Q(year=F("unit__filings__year") - 1, in_force=True)
    found = (
        Filing.objects.visible_to(user)
        .filter(matter, unit__filings=pk)
        .select_related("unit__region", "unit__parent", "representative", *_ACTORS)
        .order_by("-version")
    )
    filing = next((other for other in found if other.pk == pk), None)
    if filing is None:
        return None
    versions = [other for other in found if other.year == filing.year]
    return Surroundings(filing, versions, next((o for o in found if o.year < filing.year), None))


def shared_canteen(unit: BudgetUnit, year: int) -> tuple[BudgetUnit | None, list[BudgetUnit]]:
    """Who represents the unit in the year, if another does; and whom it represents."""
    links = (
        CanteenMembership.objects.filter(Q(unit=unit) | Q(representative=unit), year=year)
        .exclude(unit=F("representative"))
        .select_related("unit", "representative")
        .order_by("unit__code")
    )
    above = next((link.representative for link in links if link.unit_id == unit.pk), None)
    return above, [link.unit for link in links if link.representative_id == unit.pk]


def policy_of(filing: Filing) -> Merged:
    """What binds the filing, each value with the document behind it; one query."""
    path = filing.unit.region.path
    codes = path.strip("/").split("/")
    policies = Policy.objects.filter(year=filing.year, region__code__in=codes)
    return merge_paths(policies.select_related("region"), [path])[path]


#: Fewer units than this say nothing of their kind.
_ENOUGH = 5


def median_per_head(filing: Filing) -> Decimal | None:
    """Yuan of canteen ingredients per head, the median of units of the kind in the region."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY f.base_amount / u.headcount)
            FROM quotas_filing f JOIN organizations_budgetunit u ON u.id = f.unit_id
            WHERE u.region_id = %s AND u.kind = %s AND u.headcount > 0 AND f.unit_id <> %s
              AND f.year = %s AND f.in_force AND f.base_amount > 0
            """,
            [filing.unit.region_id, filing.unit.kind, filing.unit_id, filing.year],
        )
        number, median = cursor.fetchone()
    return Decimal(str(median)) if number >= _ENOUGH else None
