"""One unit in one plan year, with all that its filing is held against."""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from organizations.bureaus import bureau_name
from organizations.models import BudgetUnit, Region
from quotas.choices import OPEN_STATES, PENDING_STATES, AmountFloor, Basis, FilingState
from quotas.contents import FIELDS, Circumstances, content_of
from quotas.merging import Merged, merge_paths
from quotas.models import EffectivePolicy, Filing, Policy
from quotas.progress import Figures
from quotas.progress import units as unit_figures


def policies_above(region: Region, *years: int) -> list[Policy]:
    """The policies of the region's path in these years, with their regions."""
    codes = region.path.strip("/").split("/")
    found = Policy.objects.filter(region__code__in=codes).select_related("region")
    return list(found.filter(year__in=years) if years else found)


@dataclass(frozen=True)
class UnitYear:
    """A unit's year: the policies that bind it, its filings of this year and the last."""

    unit: BudgetUnit
    year: int
    #: of every year, from the region's path
    policies: list[Policy]
    filings: list[Filing]

    @classmethod
    def of(cls, unit: BudgetUnit, year: int) -> "UnitYear":
        """Two queries; ``unit`` comes with its region."""
        standing = Q(in_force=True) | Q(state__in=OPEN_STATES)
        filings = Filing.objects.filter(standing, unit=unit, year__in=(year - 1, year))
        related = filings.select_related("representative__region", "submitted_by")
        return cls(unit, year, policies_above(unit.region), list(related))

    @property
    def place(self) -> BudgetUnit:
        return self.unit

    @cached_property
    def merged(self) -> Merged:
        """The values in force, and the policy that gave each."""
        return self._merged(self.year)

    @cached_property
    def policy(self) -> EffectivePolicy:
        values = self.merged.values
        return EffectivePolicy(region=self.unit.region, year=self.year, **values)

    @property
    def basis(self) -> Basis:
        return Basis(self.policy.basis or Basis.COMPLETED)

    @property
    def in_force(self) -> Filing | None:
        return next((f for f in self.filings if f.year == self.year and f.in_force), None)

    @property
    def open(self) -> Filing | None:
        return next((f for f in self.filings if f.year == self.year and not f.in_force), None)

    @property
    def latest(self) -> Filing | None:
        """What the form begins with: the open filing, else the one in force."""
        return self.open or self.in_force

    @property
    def last(self) -> Filing | None:
        """Last year's confirmed filing."""
        return next((f for f in self.filings if f.year < self.year and f.in_force), None)

    def figures(self, as_of: date | None = None) -> Figures:
        """This year's figures of the unit itself; a state-owned enterprise is in none."""
        if not self.unit.in_figures:
            return Figures()
        return unit_figures.of(self.year, [self.unit.pk], as_of)[self.unit.pk]

    @cached_property
    def last_figures(self) -> Figures:
        """What counted last year, as the unit's own row shows it."""
        return unit_figures.of(self.year - 1, [self.unit.pk])[self.unit.pk]

    @property
    def last_purchased(self) -> Decimal:
        """Last year's purchases in yuan, on the basis of this year's policy."""
        return getattr(self.last_figures, self.basis)

    @property
    def files(self) -> bool:
        """Whether the unit is asked to file in this year at all."""
        return self.unit.in_figures and self.unit.open_in(self.year)

    @property
    def opens_later(self) -> bool:
        opens = self.policy.filing_opens
        return opens is not None and opens > timezone.localdate()

    @property
    def keeps_drafts(self) -> bool:
        """What waits for a decision is changed by handing in anew, not by a draft."""
        return self.open is None or self.open.state not in PENDING_STATES

    @property
    def discards(self) -> bool:
        """Whether the open filing is the draft of an amendment, which can be thrown away."""
        return (
            self.open is not None and self.open.version > 1 and self.open.state == FilingState.DRAFT
        )

    @property
    def last_year(self) -> int:
        return self.year - 1

    @property
    def bureau(self) -> str:
        """Who confirms the filing, by name."""
        return bureau_name(self.unit.region)

    @property
    def confirm_in_time(self) -> bool:
        """Whether the day on which confirmation is due still lies ahead."""
        due = self.policy.confirm_due
        return due is not None and due >= timezone.localdate()

    @property
    def days_left(self) -> int | None:
        """Days until filings are due, negative afterwards; None where no day is set."""
        due = self.policy.filing_due
        return None if due is None else (due - timezone.localdate()).days

    @property
    def fingerprint(self) -> str:
        """Tells whether the standing filing is still the one that a form was opened on."""
        latest = self.latest
        if latest is None:
            return "new"
        said = [latest.pk, latest.version, latest.state, latest.in_force]
        said += [getattr(latest, name) for name in FIELDS]
        return hashlib.sha256(repr(list(map(str, said))).encode()).hexdigest()[:32]

    def circumstances(self) -> Circumstances:
        """What the rules hold a content of this year against."""
        floor = self.policy.amount_floor == AmountFloor.LAST_PURCHASED
        return Circumstances(
            unit=self.unit,
            year=self.year,
            policy=self.policy,
            last=content_of(self.last) if self.last else None,
            last_purchased=self.last_purchased if floor else None,
        )

    def years(self) -> list[int]:
        """The years that can be filed, newest first: their policies are open or past.

        The current year can always be filed, and so can the one that is looked at.
        """
        today = timezone.localdate()
        years = {year for year in self._policy_years() if self._is_open(year, today)}
        return sorted(years | {today.year, self.year}, reverse=True)

    def _policy_years(self) -> set[int]:
        return {policy.year for policy in self.policies}

    def _is_open(self, year: int, today: date) -> bool:
        opens = self._merged(year).values.get("filing_opens")
        return opens <= today if opens else year <= today.year

    def _merged(self, year: int) -> Merged:
        path = self.unit.region.path
        policies = [policy for policy in self.policies if policy.year == year]
        return merge_paths(policies, [path])[path]
