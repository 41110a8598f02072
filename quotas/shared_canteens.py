"""Who files for whose canteen: checked before writing, and kept by the database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from organizations.models import BudgetUnit
from quotas.choices import OPEN_STATES, Canteen, FilingState
from quotas.contents import Content, Problem, content_of
from quotas.models import CanteenMembership, Filing

Key = tuple[int, int]  # unit id, year


@dataclass
class Canteens:
    """Contents asked for now, over those that stand, by (unit id, year)."""

    wanted: dict[Key, Content]
    standing: dict[Key, list[Content]] = field(default_factory=lambda: defaultdict(list))
    members: dict[Key, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def around(cls, wanted: dict[Key, Content]) -> "Canteens":
        """Load what stands of the units in ``wanted`` and of those that they point to."""
        canteens = cls(wanted)
        units = {unit for unit, _year in wanted}
        units |= {c.representative_id for c in wanted.values() if c.representative_id}
        years = {year for _unit, year in wanted}
        handed_in = Q(in_force=True) | (Q(state__in=OPEN_STATES) & Q(submitted_at__isnull=False))
        filings = list(Filing.objects.filter(handed_in, unit__in=units, year__in=years))
        effects = _effects_of_returned(filings)
        for filing in filings:
            content = effects.get(filing.pk) or content_of(filing)
            canteens.standing[filing.unit_id, filing.year].append(content)
        members = CanteenMembership.objects.filter(year__in=years, representative__in=units)
        for unit, year, representative in members.values_list(
            "unit_id", "year", "representative_id"
        ):
            if unit != representative:
                canteens.members[representative, year].add(unit)
        return canteens

    def contents(self, key: Key) -> list[Content]:
        """What a unit files: what it asks for now, else all that stands of it."""
        return [self.wanted[key]] if key in self.wanted else self.standing[key]

    def handed_in(self, key: Key) -> bool:
        return bool(self.contents(key))

    def members_outside(self, key: Key) -> list[int]:
        """Units that this one represents and that ask for nothing else now."""
        _unit, year = key
        return [unit for unit in self.members[key] if (unit, year) not in self.wanted]


def _effects_of_returned(filings: Iterable[Filing]) -> dict[int, Content]:
    """What returned filings still say about the canteen, by their ids.

    Their text may be typed over until it is handed in again; their memberships stand till then.
    """
    returned = {(f.unit_id, f.year): f for f in filings if f.state == FilingState.RETURNED}
    if not returned:
        return {}
    standing = CanteenMembership.objects.filter(
        unit__in={unit for unit, _year in returned}, year__in={year for _unit, year in returned}
    )
    links = {(link.unit_id, link.year): link.representative_id for link in standing}
    return {f.pk: _with_effect(f, links.get(key)) for key, f in returned.items()}


def _with_effect(filing: Filing, representative: int | None) -> Content:
    said = content_of(filing)
    effect: dict[str, Any] = {"canteen": Canteen.NONE, "representative_id": None}
    if representative == filing.unit_id:
        effect["canteen"] = said.canteen if said.represents else Canteen.OWN
    elif representative is not None:
        effect = {"canteen": Canteen.SHARED, "representative_id": representative}
    return Content({**said.values, **effect}, said.given)


def problems(canteens: Canteens, key: Key, units: Mapping[int, BudgetUnit]) -> Iterator[Problem]:
    """What is wrong between the unit's wanted content and the units that it shares with."""
    content = canteens.wanted[key]
    if content.is_member:
        yield from _representative_problems(canteens, key, units[content.representative_id])
    if content.canteen and not content.represents and (outside := canteens.members_outside(key)):
        message = _(
            "%(count)s units name this one as the representative of their shared canteen; it must"
            " file the canteen, or they must name another."
        )
        yield "canteen", "rule", message % {"count": len(outside)}


def _representative_problems(
    canteens: Canteens, key: Key, representative: BudgetUnit
) -> Iterator[Problem]:
    unit, year = key
    values = {"code": representative.code, "name": representative.name}
    if representative.pk == unit:
        message = _("The representative is another unit; leave this empty to represent the others.")
    elif not representative.in_figures:
        message = _("%(name)s (%(code)s) is a state-owned enterprise and cannot represent a unit.")
    elif any(not content.represents for content in canteens.contents((representative.pk, year))):
        message = _(
            "%(name)s (%(code)s) files no canteen of its own this year, so it cannot represent"
            " another unit."
        )
    else:
        return
    yield "representative", "rule", message % values


def unready_representative(
    canteens: Canteens, key: Key, units: Mapping[int, BudgetUnit]
) -> Problem | None:
    """A member is confirmed only after its representative has handed in."""
    content = canteens.contents(key)[0]
    if not content.is_member or canteens.handed_in((content.representative_id, key[1])):
        return None
    message = _("The representative %(name)s has not handed in its filing yet.")
    return "state", "rule", message % {"name": units[content.representative_id].name}


def write_memberships(contents: Mapping[Key, Content]) -> None:
    """Make the memberships say what these contents say; they take effect at once.

    A representative that has not filed yet gets its row now: the deferred foreign key looks for
    it when the transaction ends, and refuses what the checks above could not see.
    """
    rows, gone = [], defaultdict(list)
    for (unit, year), content in contents.items():
        if content.canteen == Canteen.NONE:
            gone[year].append(unit)
        else:
            rows.append(_row(unit, year, content.representative_id or unit))
    for year, units in gone.items():
        CanteenMembership.objects.filter(year=year, unit__in=units).delete()
    CanteenMembership.objects.bulk_create(
        rows,
        batch_size=5000,
        update_conflicts=True,
        unique_fields=["unit", "year"],
        update_fields=["representative"],
    )
    _ensure_representatives(rows)


def _ensure_representatives(rows: Iterable[CanteenMembership]) -> None:
    pairs = {
        (row.representative_id, row.year) for row in rows if row.representative_id != row.unit_id
    }
    CanteenMembership.objects.bulk_create(
        [_row(unit, year, unit) for unit, year in pairs], ignore_conflicts=True
    )


def _row(unit: int, year: int, representative: int) -> CanteenMembership:
    return CanteenMembership(unit_id=unit, year=year, representative_id=representative)
