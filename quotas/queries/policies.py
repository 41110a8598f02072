"""The policy in force as a page shows it: each value in words, with the document that gave it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organizations.models import BudgetUnit, Region, User
from organizations.roles import Permission
from quotas.choices import AmountFloor, Base, Basis, NoCanteenRule
from quotas.merging import FIELDS, Merged, merge_paths
from quotas.models import EffectivePolicy, Policy

_COLUMNS: dict[str, Any] = {field.name: field for field in EffectivePolicy._meta.fields}
LABELS: dict[str, Any] = {name: _COLUMNS[name].verbose_name for name in FIELDS}

#: What holds where no document says anything.
DEFAULTS: Mapping[str, Promise | str] = {
    "min_ratio": gettext_lazy("no minimum"),
    "encouraged_ratio": gettext_lazy("no ratio is encouraged"),
    "base": Base.CANTEEN.label,
    "basis": Basis.COMPLETED.label,
    "union_in_target": gettext_lazy("no"),
    "no_canteen_rule": NoCanteenRule.NONE.label,
    "union_funds_ratio": gettext_lazy("not asked for"),
    "amount_floor": AmountFloor.NONE.label,
    "filing_opens": gettext_lazy("no day is set"),
    "filing_due": gettext_lazy("no day is set"),
    "confirm_due": gettext_lazy("no day is set"),
    "checkpoints": gettext_lazy("evenly over the year"),
}


_BLANK: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """One value in words; without a ``document`` it is the default.

    ``day`` is the value of a date.
    """

    name: str
    label: str
    value: str
    document: Policy | None
    day: date | None = None


def policy_in_force(region: Region, year: int) -> EffectivePolicy | None:
    return EffectivePolicy.objects.filter(region=region, year=year).first()


def policy_values(
    policy: EffectivePolicy | None,
    *,
    sources: Mapping[str, Policy] | None = None,
    with_defaults: bool = False,
) -> list[PolicyValue]:
    """The values that any document gives, in the order of the policy's columns.

    ``sources`` are the documents by value, read here where the caller has none at hand;
    ``with_defaults`` says the other values too, as what holds by default.
    """
    values = {name: getattr(policy, name) for name in FIELDS} if policy else {}
    documents = _sources(policy) if sources is None else sources
    return [
        _policy_value(name, values.get(name), documents.get(name))
        for name in FIELDS
        if with_defaults or values.get(name) not in _BLANK
    ]


def _sources(policy: EffectivePolicy | None) -> dict[str, Policy]:
    ids = policy.sources if policy else {}
    documents = Policy.objects.select_related("region").in_bulk(set(ids.values()))
    return {name: documents[pk] for name, pk in ids.items()}


def _policy_value(name: str, value: Any, document: Policy | None) -> PolicyValue:
    day = value if isinstance(value, date) else None
    return PolicyValue(name, str(LABELS[name]), value_words(name, value), document, day)


@dataclass(frozen=True, slots=True)
class Level:
    """A region on the path down to one, and its own policy of the year, if it has any.

    ``is_passed_over``: a region below merges directly under the country (单列).
    """

    region: Region
    policy: Policy | None
    is_passed_over: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What a level says of a value, "" where nothing; ``holds`` where its word is in force."""

    words: str
    holds: bool


def levels_above(region: Region, year: int) -> list[Level]:
    """The levels of a region's path from the country down to the region itself; two queries."""
    path = region.path.strip("/").split("/")
    regions = sorted(Region.objects.filter(code__in=path), key=lambda one: len(one.path))
    found = Policy.objects.filter(year=year, region__in=regions).select_related("region")
    by_region = {policy.region_id: policy for policy in found}
    policies = [by_region.get(one.pk) for one in regions]
    separate = max(
        (n for n, policy in enumerate(policies) if policy and policy.separate), default=0
    )
    return [
        Level(one, policy, 0 < number < separate)
        for number, (one, policy) in enumerate(zip(regions, policies, strict=True))
    ]


def cells_of(levels: list[Level], value: PolicyValue) -> list[Cell]:
    """What each level says of a value."""
    return [
        Cell(_said(level.policy, value.name), level.policy == value.document)
        if level.policy
        else Cell("", False)
        for level in levels
    ]


def _said(policy: Policy, name: str) -> str:
    own = getattr(policy, name)
    return "" if own in _BLANK else value_words(name, own)


def value_words(name: str, value: Any) -> str:
    """A value of a policy in the reader's words; of none, the default's."""
    if value in _BLANK:
        return str(DEFAULTS[name])
    if isinstance(value, Decimal):
        return f"{value.normalize():f}%"
    if name == "checkpoints":
        return "; ".join(f"{day} {percent}%" for day, percent in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return str(dict(_COLUMNS[name].flatchoices)[value])
    return formats.date_format(value, "Y-m-d")


def days_word(days: int) -> str:
    """How far a day lies from today, in words; negative when it has passed."""
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}


def regions_bound(user: User) -> QuerySet[Region]:
    """Regions whose policies the user may read: of their scope, and those above that bind it."""
    if user.is_superuser:
        return Region.objects.all()
    readable = Region.objects.where_may(user, Permission.READ)
    codes = {code for path in _paths(user) for code in path.split("/") if code}
    return Region.objects.filter(Q(pk__in=readable.values("pk")) | Q(code__in=codes))


def regions_asked(user: User, asked: SimpleNamespace) -> QuerySet[Region]:
    """The regions that the filters of the list ask for; with a policy of the year, or all."""
    regions = regions_bound(user)
    if asked.q:
        regions = regions.filter(Q(name__icontains=asked.q) | Q(code__startswith=asked.q))
    if asked.show == "all":
        return regions
    own = Policy.objects.filter(year=asked.year, region=OuterRef("pk"))
    return regions.filter(Exists(own))


def place_of_reading(user: User, region: Region) -> Region | BudgetUnit | None:
    """By which of the user's places the policy of a region concerns them; None where by none.

    The region itself, where their scope holds it, else the place that the region binds.
    """
    if user.is_superuser:
        return region
    places = [post.place for post in user.posts()]
    if any(isinstance(place, Region) and region.path.startswith(place.path) for place in places):
        return region
    bound = next((p for p in places if _region_of(p).path.startswith(region.path)), None)
    # A department's units lie in any region, and so do the policies that bind them.
    below = BudgetUnit.objects.visible_to(user).in_region(region).select_related("region")
    return bound or below.first()


def _paths(user: User) -> Iterator[str]:
    for post in user.posts(Permission.READ):
        yield _region_of(post.place).path


def _region_of(place: Region | BudgetUnit) -> Region:
    return place.region if isinstance(place, BudgetUnit) else place


def inherited(region: Region, year: int, *, separate: bool) -> Merged:
    """What a region without a policy of its own would have; ``separate`` skips the province."""
    codes = region.path.strip("/").split("/")
    above = Policy.objects.filter(year=year, region__code__in=codes).exclude(region=region)
    upper = f"{codes[0]}/" if separate else region.path
    return merge_paths(above.select_related("region"), [upper])[upper]


def units_bound(year: int) -> QuerySet[BudgetUnit]:
    """Units that a policy of the year speaks of: open today, or at the end of another year."""
    today = timezone.localdate()
    day = today if year == today.year else date(year, 12, 31)
    return BudgetUnit.objects.in_figures().open_on(day)
