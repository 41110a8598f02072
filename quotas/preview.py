"""What saving a policy would change, seen by saving it and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from exchange.staging import Outcome
from organizations.models import Region
from quotas.merging import FIELDS
from quotas.models import EffectivePolicy
from quotas.queries.policies import LABELS, units_bound, value_words

Values = tuple[Any, ...]
_NOTHING: Values = (None,) * len(FIELDS)


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value in force, in words, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``changes`` of the region itself; ``regions`` (it and those below) and ``units`` for whom
    any value in force would be another."""

    outcome: Outcome
    changes: tuple[ValueChange, ...]
    regions: int
    units: int


def preview(region: Region, year: int, save: Callable[[], Outcome | None]) -> Preview | None:
    """Run ``save``, look at the policies in force below the region, and undo it.

    None where ``save`` refused.
    """
    with transaction.atomic():
        before = _in_force(region, year)
        outcome = save()
        after = _in_force(region, year)
        transaction.set_rollback(True)
    return _compared(region, year, outcome, before, after) if outcome else None


def _in_force(region: Region, year: int) -> dict[int, Values]:
    policies = EffectivePolicy.objects.filter(year=year, region__path__startswith=region.path)
    return {row[0]: row[1:] for row in policies.values_list("region_id", *FIELDS)}


def _compared(
    region: Region, year: int, outcome: Outcome, before: dict[int, Values], after: dict[int, Values]
) -> Preview:
    changed = [pk for pk in before.keys() | after.keys() if _of(before, pk) != _of(after, pk)]
    own = zip(FIELDS, _of(before, region.pk), _of(after, region.pk), strict=True)
    return Preview(
        outcome,
        tuple(
            ValueChange(str(LABELS[name]), value_words(name, old), value_words(name, new))
            for name, old, new in own
            if old != new
        ),
        len(changed),
        units_bound(year).filter(region__in=changed).count(),
    )


def _of(values: dict[int, Values], pk: int) -> Values:
    """No row, and blanks of any sort, are nothing."""
    return tuple(None if value in ("", []) else value for value in values.get(pk, _NOTHING))
