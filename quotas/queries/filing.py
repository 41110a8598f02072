"""What surrounds one filing: its pile, its versions, its policy, its canteen and its like."""

from decimal import Decimal

from django.db import connection
from django.db.models import F, Q, QuerySet

from organizations.models import BudgetUnit, User
from organizations.roles import Permission
from quotas.choices import PENDING_STATES, FilingState
from quotas.models import CanteenMembership, EffectivePolicy, Filing, Policy


def waiting_for(user: User, year: int) -> QuerySet[Filing]:
    """The filings of the year that wait for this user: to be confirmed, or to be endorsed."""
    reviewed = BudgetUnit.objects.where_may(user, Permission.REVIEW)
    below = BudgetUnit.objects.where_may(user, Permission.ENDORSE)
    return Filing.objects.filter(
        Q(state__in=PENDING_STATES, unit__in=reviewed)
        | Q(state=FilingState.SUBMITTED, unit__in=below),
        year=year,
    )


def waiting_beside(filing: Filing, user: User) -> list[Filing | None]:
    """The filings before and after this one in the pile that waits for the user, by code."""
    pile = waiting_for(user, filing.year).annotate(code=F("unit__code")).exclude(pk=filing.pk)
    before = pile.filter(code__lt=filing.unit.code).order_by("-code")[:1]
    after = pile.filter(code__gt=filing.unit.code).order_by("code")[:1]
    found = list(before.union(after, all=True))
    return [
        next((other for other in found if other.code < filing.unit.code), None),
        next((other for other in found if other.code > filing.unit.code), None),
    ]


def versions_of(filing: Filing) -> tuple[list[Filing], Filing | None]:
    """The versions of the unit and year, newest first, and last year's filing in force."""
    found = Filing.objects.filter(
        Q(year=filing.year) | Q(year=filing.year - 1, in_force=True), unit=filing.unit_id
    ).order_by("-version")
    last = next((other for other in found if other.year < filing.year), None)
    return [other for other in found if other.year == filing.year], last


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


def policy_of(filing: Filing) -> tuple[EffectivePolicy | None, dict[int, Policy]]:
    """What binds the filing, and the documents behind its values, by the ids in ``sources``."""
    found = EffectivePolicy.objects.filter(region=filing.unit.region_id, year=filing.year)
    policy = found.first()
    sources = set(policy.sources.values()) if policy else set()
    return policy, Policy.objects.select_related("region").in_bulk(sources)


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
