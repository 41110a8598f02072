"""The list of units with what each filed for a year."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, FilteredRelation, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from organizations.models import BudgetUnit, Region, User
from organizations.querysets import open_in
from quotas.choices import (
    HANDED_IN_STATES,
    OPEN_STATES,
    PENDING_STATES,
    Canteen,
    FilingState,
    Standing,
)
from quotas.models import Filing
from quotas.targets import OF_FILING

#: How many regions or departments a typed name may stand for.
_NAMESAKES = 50


def units_and_filings(user: User | None, year: int) -> QuerySet[Any]:
    """Units in the user's scope that file in the year, or should, with ``standing``.

    Of each unit ``handed`` is the version handed in and not confirmed, ``force`` the one in
    force; the first of the two is the one shown (``shown_*``). State enterprises are left out.
    """
    handed = Q(filings__year=year, filings__state__in=HANDED_IN_STATES)
    units = BudgetUnit.objects.visible_to(user).in_figures()
    units = units.annotate(
        handed=FilteredRelation("filings", condition=handed),
        force=FilteredRelation("filings", condition=Q(filings__year=year, filings__in_force=True)),
        first=FilteredRelation("filings", condition=Q(filings__year=year, filings__version=1)),
        last=FilteredRelation(
            "filings", condition=Q(filings__year=year - 1, filings__in_force=True)
        ),
        policy=FilteredRelation(
            "region__effectivepolicy", condition=Q(region__effectivepolicy__year=year)
        ),
    )
    units = units.filter(open_in(year) | Q(handed__isnull=False) | Q(force__isnull=False))
    return units.annotate(
        standing=_STANDING,
        shown_id=Coalesce("handed__id", "force__id"),
        shown_canteen=_shown("canteen"),
        shown_representative=_shown("representative_id"),
    )


def _shown(name: str) -> Case:
    return Case(When(handed__isnull=False, then=F(f"handed__{name}")), default=F(f"force__{name}"))


_STANDING = Case(
    When(handed__state=FilingState.RETURNED, then=Value(Standing.RETURNED)),
    When(
        handed__state=FilingState.SUBMITTED, parent__isnull=False, then=Value(Standing.TO_ENDORSE)
    ),
    When(handed__isnull=False, then=Value(Standing.TO_CONFIRM)),
    When(force__isnull=False, then=Value(Standing.CONFIRMED)),
    When(
        Q(opened_on__gt=F("policy__filing_due")) | Q(closed_on__lt=F("policy__filing_due")),
        then=Value(Standing.NOT_DUE),
    ),
    default=Value(Standing.NOT_FILED),
)

_FILED = Q(force__isnull=False) | Q(handed__state__in=PENDING_STATES)
_IS_ZERO = Q(shown_canteen=Canteen.NONE) | Q(shown_representative__isnull=False)

#: What the chips of the list stand for; the words of ``Standing`` exclude each other.
STATES: dict[str, Q] = {
    Standing.NOT_FILED: Q(standing=Standing.NOT_FILED),
    Standing.NOT_DUE: Q(standing=Standing.NOT_DUE),
    "filed": _FILED,
    "zero": _FILED & _IS_ZERO,
    "late": Q(shown_id__isnull=False, first__late=True),
    Standing.RETURNED: Q(standing=Standing.RETURNED),
    Standing.TO_ENDORSE: Q(standing=Standing.TO_ENDORSE),
    Standing.TO_CONFIRM: Q(standing=Standing.TO_CONFIRM),
    Standing.CONFIRMED: Q(standing=Standing.CONFIRMED),
}

_FALLS = Q(shown_ratio__lt=F("last__ratio")) | Q(shown_reserved__lt=F("last__reserved_amount"))
#: What is worth a second look, each a filter of the list.
MARKS: dict[str, Q] = {
    "below_minimum": Q(shown_ratio__lt=F("policy__min_ratio"), shown_representative__isnull=True)
    & ~Q(shown_canteen=Canteen.NONE),
    "explained": Q(shown_id__isnull=False) & (~Q(shown_explanation="") | _FALLS),
    "taken_over": Q(shown_taken_over=True),
    "amendment": Q(shown_version__gt=1),
}
_MARKED_BY = {
    "shown_ratio": "ratio",
    "shown_reserved": "reserved_amount",
    "shown_explanation": "explanation",
    "shown_taken_over": "taken_over",
    "shown_version": "version",
}


def narrowed(units: QuerySet[Any], user: User | None, asked: SimpleNamespace) -> QuerySet[Any]:
    """The units that the filters of the list ask for, in every state."""
    if asked.q:
        units = units.filter(Q(name__icontains=asked.q) | Q(code__startswith=asked.q))
    if asked.canteen:
        units = units.filter(shown_canteen=asked.canteen)
    if asked.mark:
        units = units.annotate(**{name: _shown(field) for name, field in _MARKED_BY.items()})
        units = units.filter(MARKS[asked.mark])
    if asked.own:
        units = units.filter(region__in=_own_regions(user, asked.region))
    elif asked.region:
        units = units.filter(_below("region__path", _regions(user, asked.region)))
    if asked.department:
        units = units.filter(_below("path", _departments(user, asked.department)))
    return units


def _regions(user: User | None, text: str) -> QuerySet[Region]:
    return Region.objects.visible_to(user).filter(Q(code=text) | Q(name__icontains=text))


def _own_regions(user: User | None, text: str | None) -> QuerySet[Region]:
    """The regions named, else those of the reader's memberships, without what lies below them."""
    if text or user is None or user.is_superuser:
        return _regions(user, text or "")
    return Region.objects.filter(membership__user=user)


def _departments(user: User | None, text: str) -> QuerySet[Any]:
    departments = BudgetUnit.objects.visible_to(user).filter(subordinates__isnull=False)
    return departments.filter(Q(code=text) | Q(name__icontains=text)).distinct()


def _below(path: str, places: QuerySet[Any]) -> Q:
    below = Q(pk__in=[])
    for start in places.order_by("path").values_list("path", flat=True)[:_NAMESAKES]:
        below |= Q(**{f"{path}__startswith": start})
    return below


def state_counts(units: QuerySet[Any]) -> Counter[str]:
    """How many units each of ``STATES`` stands for, and ``all``; one statement.

    Grouped and not counted one by one: each word is worked out once for a unit.
    """
    beside = {word: STATES[word] for word in ("filed", "zero", "late")}
    groups = (
        units.annotate(
            **{word: Case(When(q, then=True), default=False) for word, q in beside.items()}
        )
        .order_by()
        .values("standing", *beside)
        .annotate(number=Count("pk"))
    )
    counts: Counter[str] = Counter()
    for group in groups:
        for word in ("all", group["standing"], *(word for word in beside if group[word])):
            counts[word] += group["number"]
    return counts


@dataclass(frozen=True, slots=True)
class Line:
    """A unit of the list with what it filed; amounts in yuan, ``minimum`` in percent.

    ``filing`` is None where nothing was handed in, then ``draft`` is what has been begun.
    """

    unit: BudgetUnit
    standing: Standing
    department: BudgetUnit | None
    filing: Filing | None
    draft: Filing | None
    last_reserved: Decimal | None
    target: Decimal | None
    minimum: Decimal | None
    late: bool

    @property
    def is_below_minimum(self) -> bool:
        return (
            self.filing is not None
            and not self.filing.is_zero
            and self.minimum is not None
            and self.filing.ratio < self.minimum
        )


def lines(units: Iterable[Any], year: int) -> list[Line]:
    """The lines of some units of :func:`units_and_filings`, in three queries."""
    units = list(units)
    filings = _filings_around(units, year)
    departments = departments_of(units)
    targets = targets_of([unit.shown_id for unit in units if unit.shown_id])
    return [_line(unit, year, filings, departments, targets) for unit in units]


def _line(
    unit: Any,
    year: int,
    filings: dict[int, list[Filing]],
    departments: dict[int, BudgetUnit],
    targets: dict[int, tuple[Decimal, Decimal | None]],
) -> Line:
    own = filings.get(unit.pk, [])
    this_year = [filing for filing in own if filing.year == year]
    last = next((f.reserved_amount for f in own if f.year < year and f.in_force), None)
    target, minimum = targets.get(unit.shown_id, (None, None))
    return Line(
        unit=unit,
        standing=Standing(unit.standing),
        department=departments.get(unit.pk),
        filing=next((f for f in this_year if f.pk == unit.shown_id), None),
        draft=next((f for f in this_year if f.state == FilingState.DRAFT), None),
        last_reserved=last,
        target=target,
        minimum=minimum,
        late=any(filing.late for filing in this_year),
    )


def _filings_around(units: list[BudgetUnit], year: int) -> dict[int, list[Filing]]:
    """By unit id: what stands of this year and last, and the first version."""
    matter = Q(in_force=True) | Q(state__in=OPEN_STATES) | Q(version=1)
    found: dict[int, list[Filing]] = {}
    for filing in Filing.objects.filter(matter, unit__in=units, year__in=(year - 1, year)):
        found.setdefault(filing.unit_id, []).append(filing)
    return found


def departments_of(units: Iterable[BudgetUnit]) -> dict[int, BudgetUnit]:
    """By unit id: the highest unit above each, none for a unit without a superior."""
    tops = {unit.pk: int(unit.path.split("/", 1)[0]) for unit in units if unit.parent_id}
    found = BudgetUnit.objects.in_bulk(set(tops.values()))
    return {pk: found[top] for pk, top in tops.items()}


def targets_of(filings: list[int]) -> dict[int, tuple[Decimal, Decimal | None]]:
    """By filing id: the target in yuan that it makes once confirmed, and the minimum ratio."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT f.id, {OF_FILING}, e.min_ratio
            FROM quotas_filing f
            JOIN organizations_budgetunit u ON u.id = f.unit_id
            LEFT JOIN quotas_effectivepolicy e ON e.region_id = u.region_id AND e.year = f.year
            WHERE f.id = ANY(%s)
            """,
            [filings],
        )
        return {pk: (target, minimum) for pk, target, minimum in cursor.fetchall()}


@dataclass(frozen=True)
class FilingsOf:
    """The list as a file: what each unit filed; of a unit that has not, a row to fill in."""

    units: QuerySet[Any]
    year: int

    def count(self) -> int:
        return self.units.count()

    def iterator(self, chunk_size: int) -> Iterator[Filing]:
        chunk: list[Any] = []
        for unit in self.units.iterator(chunk_size=chunk_size):
            chunk.append(unit)
            if len(chunk) == chunk_size:
                yield from self._filings(chunk)
                chunk = []
        yield from self._filings(chunk)

    def _filings(self, units: list[Any]) -> Iterator[Filing]:
        shown = Filing.objects.select_related("unit", "representative")
        found = shown.in_bulk([unit.shown_id for unit in units if unit.shown_id])
        silent = [unit for unit in units if unit.shown_id is None]
        begun = Filing.objects.filter(unit__in=silent, year=self.year, state=FilingState.DRAFT)
        tasks = dict(begun.values_list("unit_id", "assigned_amount")) if silent else {}
        for unit in units:
            yield found.get(unit.shown_id) or _blank(unit, self.year, tasks.get(unit.pk))


def _blank(unit: BudgetUnit, year: int, task: Decimal | None) -> Filing:
    """What a unit that has not filed is sent to fill in, with its task: a blank would clear it."""
    nothing = dict.fromkeys(("base_amount", "ratio", "reserved_amount", "union_amount"))
    return Filing(unit=unit, year=year, state="", assigned_amount=task, **nothing)
