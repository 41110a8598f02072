"""What the rows of a file of filings are held against, loaded once for all of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace

from organizations.models import BudgetUnit, User
from organizations.roles import Permission
from quotas import contents
from quotas.choices import OPEN_STATES, AmountFloor, Basis
from quotas.contents import Content
from quotas.models import EffectivePolicy, Filing
from quotas.progress import units as unit_figures

Key = tuple[int, int]  # unit id, year


@dataclass
class Desk:
    """What the drafts speak of, as it stands, and what is to be done with it."""

    units: dict[str, BudgetUnit]
    policies: dict[Key, EffectivePolicy]
    in_force: dict[Key, Filing]
    open: dict[Key, Filing]
    #: ids of the units for which the sender files; None: of all
    filed_for: set[int] | None
    bureaus: set[int] | None
    last_purchased: dict[Key, Decimal]
    #: a draft or returned filing is handed in though its content stays as it was kept
    hands_in: bool = False
    drafts: dict[Key, SimpleNamespace] = field(default_factory=dict)
    wanted: dict[Key, Content] = field(default_factory=dict)
    confirmed: dict[Key, Content] = field(default_factory=dict)
    #: of which nothing is known but that they ask for another canteen
    unreadable: set[Key] = field(default_factory=set)
    to_create: list[Filing] = field(default_factory=list)
    to_change: list[Filing] = field(default_factory=list)
    to_confirm: list[Filing] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0

    def policy(self, unit: BudgetUnit, year: int) -> EffectivePolicy:
        """The unit's effective policy; one without values where nobody has made any."""
        return self.policies.get((unit.region_id, year)) or EffectivePolicy(
            region_id=unit.region_id, year=year
        )

    def is_bureau_of(self, unit: BudgetUnit) -> bool:
        return self.bureaus is None or unit.region_id in self.bureaus

    def latest(self, key: Key) -> Filing | None:
        return self.open.get(key) or self.in_force.get(key)

    def last_confirmed(self, unit: int, year: int) -> Content | None:
        """Last year's confirmed content, also when this very file confirms it."""
        key = (unit, year - 1)
        if key in self.confirmed:
            return self.confirmed[key]
        return contents.content_of(self.in_force[key]) if key in self.in_force else None


def load_desk(drafts: list[SimpleNamespace], spare: list[SimpleNamespace], by: User | None) -> Desk:
    """The desk for a file's ``drafts``; of the ``spare`` ones the units that they name alone."""
    codes = {code for d in (*drafts, *spare) for code in (d.unit, d.representative) if code}
    years = {year for d in drafts for year in (d.year, d.year - 1)}
    units = {u.code: u for u in BudgetUnit.objects.filter(code__in=codes)}
    filings = Filing.objects.filter(unit__in=units.values(), year__in=years)
    policies = EffectivePolicy.objects.filter(
        region__in={unit.region_id for unit in units.values()}, year__in=years
    )
    filed_for = None
    if by is not None and not by.is_superuser:
        theirs = BudgetUnit.objects.where_may(by, Permission.FILE).filter(code__in=codes)
        filed_for = set(theirs.values_list("pk", flat=True))
    desk = Desk(
        units=units,
        policies={(policy.region_id, policy.year): policy for policy in policies},
        in_force={(f.unit_id, f.year): f for f in filings if f.in_force},
        open={(f.unit_id, f.year): f for f in filings if f.state in OPEN_STATES},
        filed_for=filed_for,
        bureaus=bureau_regions(by),
        last_purchased={},
    )
    _load_last_purchases(desk, drafts)
    return desk


def bureau_regions(by: User | None) -> set[int] | None:
    """Ids of the regions whose filings the user decides on; None where it is every region.

    A bureau decides on the filings of its own region; higher regions read.
    """
    if by is None or by.is_superuser:
        return None
    return {post.place.pk for post in by.posts(Permission.REVIEW)}


def _load_last_purchases(desk: Desk, drafts: Iterable[SimpleNamespace]) -> None:
    """Last year's purchases of the units whose policy makes them the floor."""
    asked = defaultdict(list)
    for draft in drafts:
        unit = desk.units.get(draft.unit)
        if unit and desk.policy(unit, draft.year).amount_floor == AmountFloor.LAST_PURCHASED:
            asked[draft.year].append(unit)
    for year, units in asked.items():
        figures = unit_figures.of(year - 1, [unit.pk for unit in units])
        for unit in units:
            basis = desk.policy(unit, year).basis or Basis.COMPLETED
            if unit.pk in figures:
                desk.last_purchased[unit.pk, year] = getattr(figures[unit.pk], basis)
