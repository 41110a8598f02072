"""The tasks that a bureau has assigned to its units."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db.models import Q, QuerySet

from organizations.models import BudgetUnit, User
from organizations.querysets import open_in
from organizations.roles import Permission
from quotas.choices import Basis
from quotas.models import EffectivePolicy, Filing
from quotas.progress import units as unit_figures


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A unit with its task: yuan bought last year on ``basis``, and what its filing says now."""

    unit: BudgetUnit
    filing: Filing | None
    last_bought: Decimal
    basis: Basis


def own_units(user: User, asked: SimpleNamespace) -> QuerySet[BudgetUnit]:
    """The units of the user's own bureau that file in the year, as the filters ask."""
    units = BudgetUnit.objects.where_may(user, Permission.REVIEW).in_figures()
    units = units.filter(open_in(asked.year)).select_related("region").order_by("code")
    if asked.q:
        units = units.filter(Q(name__icontains=asked.q) | Q(code__startswith=asked.q))
    if asked.given:
        tasks = _standing(asked.year).exclude(assigned_amount=None).values("unit")
        units = units.filter(pk__in=tasks) if asked.given == "with" else units.exclude(pk__in=tasks)
    return units


def _standing(year: int) -> QuerySet[Filing]:
    """The filings whose task stands: the open one, else the one in force."""
    return Filing.objects.filter(year=year).current()


def task_lines(units: Iterable[Any], year: int) -> list[TaskLine]:
    """The lines of some units; a constant number of queries."""
    units = list(units)
    filings = {f.unit_id: f for f in _standing(year).filter(unit__in=units)}
    figures = unit_figures.of(year - 1, [unit.pk for unit in units]) if units else {}
    bases = _bases(units, year)
    return [
        TaskLine(
            unit,
            filings.get(unit.pk),
            getattr(figures[unit.pk], bases[unit.region_id]),
            bases[unit.region_id],
        )
        for unit in units
    ]


def _bases(units: Iterable[BudgetUnit], year: int) -> dict[int, Basis]:
    regions = {unit.region_id for unit in units}
    asked = EffectivePolicy.objects.filter(region__in=regions, year=year).exclude(basis="")
    found = dict(asked.values_list("region_id", "basis"))
    return {region: Basis(found.get(region, Basis.COMPLETED)) for region in regions}
