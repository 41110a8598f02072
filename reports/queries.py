"""What the pages read: regions, policies, filings, records. Every reader is inside its scope."""

from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, JSONObject

from exchange.models import Job, JobState
from organizations.models import BudgetUnit, Region, User
from procurement.models import PurchaseRecord
from quotas.choices import OPEN_STATES, FilingState
from quotas.merging import Merged, merge_paths
from quotas.models import EffectivePolicy, Filing, Policy
from reports.choices import NoticeState
from reports.kinds import KINDS
from reports.models import NoticeRecipient
from suppliers.models import Supplier

RECORDS_A_PAGE = 50


def files_seen(user: User) -> QuerySet[Job]:
    """Files sent that the user sees, and whatever else has failed in the background."""
    listed = Q(kind__in=KINDS) | Q(state=JobState.FAILED)
    return Job.objects.visible_to(user).filter(listed).select_related("created_by")


def jobs_asked(jobs: QuerySet[Job], user: User, asked: SimpleNamespace) -> QuerySet[Job]:
    """The jobs that the filters of the list of files ask for."""
    if asked.kind:
        jobs = jobs.filter(kind=asked.kind)
    if asked.state:
        jobs = jobs.filter(state=asked.state)
    if asked.own:
        jobs = jobs.filter(created_by=user)
    if asked.since:
        jobs = jobs.filter(ended_at__date__gte=asked.since)
    return jobs


def regions_down_to(code: str, *, user: User, year: int) -> QuerySet[Any]:
    """The region and those above it, as far as the user's scope reaches; the region comes last.

    Each is a ``Region`` that says whether it ``has_children`` and what its policy of the year
    asks: ``min_ratio`` (percent), ``policy_basis`` and the number of the ``document``. One query,
    because every page of figures begins with it.
    """
    policy = EffectivePolicy.objects.filter(region=OuterRef("pk"), year=year)
    giver = Cast(Coalesce(KT("sources__min_ratio"), KT("sources__basis")), BigIntegerField())
    document = Policy.objects.filter(pk=OuterRef("giver")).values("document_number")
    return (
        Region.objects.visible_to(user)
        .filter(Exists(Region.objects.filter(code=code, path__startswith=OuterRef("path"))))
        .annotate(
            has_children=Exists(Region.objects.filter(finance_parent=OuterRef("pk"))),
            min_ratio=Subquery(policy.values("min_ratio")),
            policy_basis=Subquery(policy.values("basis")),
            document=Subquery(
                policy.annotate(giver=giver).annotate(number=Subquery(document)).values("number")
            ),
        )
        .order_by("path")
    )


def records_of(unit: BudgetUnit, first: date, last: date) -> QuerySet[PurchaseRecord]:
    """What the unit bought or is credited with, with any step of the order between two days."""
    steps = Q()
    for day in ("ordered_on", "paid_on", "accepted_on", "rated_on"):
        steps |= Q(**{f"{day}__range": (first, last)})
    # The second condition is written as its partial index is.
    credited = Q(credited_unit=unit) & ~Q(credited_unit=F("unit"))
    return PurchaseRecord.objects.filter(Q(unit=unit) | credited).filter(steps)


@dataclass(frozen=True)
class _Slices:
    """Records for a paginator, of which it knows the number: a slice is one query.

    The rows are chosen by a narrow query first: a unit may have fifty thousand of them.
    """

    records: QuerySet[PurchaseRecord]
    number: int

    def count(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> QuerySet[PurchaseRecord]:
        listed = Supplier.objects.filter(code=OuterRef("supplier_code")).order_by("-valid_from")
        return (
            PurchaseRecord.objects.filter(pk__in=self.records.values("pk")[part])
            .annotate(supplier_name=Subquery(listed.values("name")[:1]))
            .select_related("unit__region", "credited_unit__region", "origin_county")
        )


def page_of_records(
    records: QuerySet[PurchaseRecord], number: str | None, *, count: int
) -> Page[Any]:
    """A page of the ``count`` records, with their units, judged origins and ``supplier_name``.

    The name is the latest that the directory gives; None where it knows no such supplier.
    """
    chosen: Any = _Slices(records, count)
    return Paginator(chosen, RECORDS_A_PAGE).get_page(number)


#: The units below one, by the index of paths alone: "0" is the character after "/".
_BELOW = """
    SELECT count(*) FROM organizations_budgetunit below
    WHERE below.path ~>~ organizations_budgetunit.path
      AND below.path ~<~ (left(organizations_budgetunit.path, -1) || '0')
      AND below.kind <> 'state_enterprise'
"""


def units_with_trails(user: User) -> QuerySet[BudgetUnit]:
    """Units that the user sees, each with those beside it that its page names.

    ``trail`` are the regions above in the user's scope, from the highest, as ``{code, name}``;
    ``number_below`` is the number of units below, ``unopened`` that of notices it has not opened.
    """
    above = (
        Region.objects.visible_to(user)
        .annotate(below=ExpressionWrapper(OuterRef("region__path"), TextField()))
        .filter(below__startswith=F("path"))
        .order_by("path")
    )
    return (
        BudgetUnit.objects.visible_to(user)
        .select_related("region", "parent__region", "successor__region")
        .annotate(
            trail=ArraySubquery(above.values(json=JSONObject(code="code", name="name"))),
            number_below=RawSQL(_BELOW, [], BigIntegerField()),
            unopened=Subquery(_unopened().filter(unit=OuterRef("pk")).values("number")),
        )
    )


def _unopened() -> QuerySet[Any]:
    """The number of issued notices that a recipient has not opened; none where there is none."""
    return _waiting_recipients().values("unit").annotate(number=Count("pk"))


def _waiting_recipients() -> Any:
    issued = {"opened_at": None, "notice__state": NoticeState.ISSUED}
    return NoticeRecipient.objects.filter(**issued).order_by()


def policy_on_path(region: Region, year: int) -> Merged:
    """What the documents of a region's path ask for in a year, merged; one query."""
    codes = region.path.strip("/").split("/")
    policies = Policy.objects.filter(year=year, region__code__in=codes).select_related("region")
    return merge_paths(policies, [region.path])[region.path]


def own_waiting(user: User, since: datetime) -> dict[str, int]:
    """What waits for the person: ``unopened`` notices of the own regions and units, and the own
    jobs ``refused`` or ``failed`` since a time. One query, for every home page asks it."""
    unopened = _waiting_recipients().visible_to(user).annotate(every=Value(1)).values("every")
    ended = Job.objects.filter(created_by=user, ended_at__gte=since).values("created_by")
    counted = {
        "unopened": unopened,
        **{state.value: ended.filter(state=state) for state in (JobState.REFUSED, JobState.FAILED)},
    }
    numbers = {
        name: Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)
        for name, rows in counted.items()
    }
    return User.objects.filter(pk=user.pk).annotate(**numbers).values(*numbers).get()


def open_filings_below(unit: BudgetUnit, year: int) -> dict[str, int]:
    """Numbers of filings by open state of the units below a department, itself not among them.

    ``returned_first`` are those returned in their first version: nothing of theirs counts yet.
    """
    below = Filing.objects.filter(year=year, unit__path__startswith=unit.path).exclude(unit=unit)
    states = {str(state): Count("pk", filter=Q(state=state)) for state in OPEN_STATES}
    first = Count("pk", filter=Q(state=FilingState.RETURNED, version=1))
    return below.filter(state__in=OPEN_STATES).aggregate(**states, returned_first=first)
