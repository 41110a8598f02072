"""Who files for whose canteen: checked before writing, and kept by the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from organizations.models import BudgetUnit
from quotas.choices import HANDED_IN_STATES, PENDING_STATES, Canteen, FilingState
from quotas.contents import Content, Problem, content_of
from quotas.models import CanteenMembership, Filing

Key = tuple[int, int]  # unit id, year


@dataclass
class Canteens:
    """Contents asked for now, beside those that stand, by (unit id, year).

    What is asked for takes the place of the open version, and of the one in force only where it
    is ``confirmed`` with it. Of ``unreadable`` ones nothing is known but that they ask for
    something: what depends on them is not judged.
    """

    wanted: dict[Key, Content]
    confirmed: Collection[Key]
    unreadable: Collection[Key] = frozenset()
    in_force: dict[Key, Content] = field(default_factory=dict)
    open: dict[Key, Content] = field(default_factory=dict)
    #: of each representative the (unit id, year) of who names it, by what names it
    named_in_force: dict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))
    named_open: dict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def around(
        cls,
        wanted: dict[Key, Content],
        *,
        confirmed: Collection[Key],
        unreadable: Collection[Key] = frozenset(),
    ) -> "Canteens":
        """Load what stands of the units in ``wanted`` and of those that they point to."""
        canteens = cls(wanted, confirmed, unreadable)
        units = {unit for unit, _year in wanted}
        units |= {c.representative_id for c in wanted.values() if c.representative_id}
        years = {year for _unit, year in wanted}
        filings = list(_handed_in().filter(unit__in=units, year__in=years))
        effects = _effects_of_returned(filings)
        for filing in filings:
            content = effects.get(filing.pk) or content_of(filing)
            standing = canteens.in_force if filing.in_force else canteens.open
            standing[filing.unit_id, filing.year] = content
        canteens._load_members()
        return canteens

    def _load_members(self) -> None:
        """Who names the units that ask for no canteen: in effect, or by what waits for it."""
        asking = [key for key, content in self.wanted.items() if not content.represents]
        units, years = {unit for unit, _year in asking}, {year for _unit, year in asking}
        same = Filing.objects.filter(unit=OuterRef("unit"), year=OuterRef("year"), in_force=True)
        effective = CanteenMembership.objects.exclude(unit=F("representative"))
        waiting = Filing.objects.filter(state__in=PENDING_STATES)
        for rows in (effective.annotate(lasts=Exists(same)), waiting.annotate(lasts=Value(False))):
            named = rows.filter(representative__in=units, year__in=years)
            for unit, year, representative, lasts in named.values_list(
                "unit_id", "year", "representative_id", "lasts"
            ):
                names = self.named_in_force if lasts else self.named_open
                names[representative, year].add((unit, year))

    def contents(self, key: Key) -> list[Content]:
        """Every version of a unit's filing that stands with what is asked for, that one first."""
        if key in self.unreadable:
            return []
        asked = self.wanted.get(key) or self.open.get(key)
        lasting = None if key in self.confirmed else self.in_force.get(key)
        return [content for content in (asked, lasting) if content]

    def handed_in(self, key: Key) -> bool:
        return key in self.unreadable or bool(self.contents(key))

    def members_outside(self, key: Key) -> set[Key]:
        """Who names this unit in a version that stands, whatever is asked for now."""
        lasting = {one for one in self.named_in_force[key] if one not in self.confirmed}
        waiting = {one for one in self.named_open[key] if one not in self.wanted}
        return {one for one in lasting | waiting if one not in self.unreadable}


def _handed_in() -> QuerySet[Filing]:
    return Filing.objects.filter(Q(in_force=True) | Q(state__in=HANDED_IN_STATES))


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
