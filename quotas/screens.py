"""Audit screens of a filing: what a reviewer looks at twice. Each is a hint and refuses nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quotas.choices import Basis, Canteen
from quotas.contents import content_of
from quotas.models import EffectivePolicy, Filing

#: idle: to look at; done: looked at by the system and sound; none: cannot be said
Tone = Literal["idle", "done", "none"]
_CENT = Decimal("0.01")
#: A base per head below this part of the median of its like is far below it.
_FAR_BELOW = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Screen:
    label: str
    tone: Tone
    says: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a filing is held against; amounts in yuan.

    ``bought`` is what counted this year on ``basis``, ``target`` what the filing makes
    or would make, ``median_per_head`` the base per head of units of the same kind in the region,
    None where too few are known.
    """

    filing: Filing
    policy: EffectivePolicy
    last: Filing | None
    basis: Basis
    bought: Decimal
    target: Decimal
    median_per_head: Decimal | None


def rate(amount: Decimal, of: Decimal) -> Decimal | None:
    """Percent, half-up to two decimals; of nothing there is no rate."""
    return (100 * amount / of).quantize(_CENT, ROUND_HALF_UP) if of else None


def screens(seen: Evidence) -> list[Screen]:
    """Every screen that applies to the filing, those to look at first."""
    found = [*_canteen(seen), *_ratio(seen), *_fall(seen)]
    return sorted(found, key=lambda screen: ("idle", "none", "done").index(screen.tone))


def _canteen(seen: Evidence) -> Iterator[Screen]:
    filing = seen.filing
    if filing.canteen == Canteen.OUTSOURCED:
        says = filing.executor or _("No contractor is named.")
        yield Screen(_("Canteen contractor"), "done" if filing.executor else "idle", says)
    if not content_of(filing).represents:
        return
    if not filing.base_amount:
        says = _("The unit has a canteen and files a total of 0.")
        yield Screen(_("Canteen ingredient total"), "idle", says)
        return
    yield _per_head(seen)
    yield _bought_of_base(seen)


def _per_head(seen: Evidence) -> Screen:
    label, headcount = _("Total per head"), seen.filing.unit.headcount
    if not headcount:
        return Screen(label, "none", _("The ledger does not know the headcount."))
    own = (seen.filing.base_amount / headcount).quantize(_CENT, ROUND_HALF_UP)
    if seen.median_per_head is None:
        says = _("%(own)s yuan; too few units of its kind to compare with.")
        return Screen(label, "none", says % {"own": f"{own:,}"})
    median = seen.median_per_head.quantize(_CENT, ROUND_HALF_UP)
    says = _("%(own)s yuan; half of the units of its kind in the region file less than %(median)s.")
    tone: Tone = "idle" if own < _FAR_BELOW * median else "done"
    return Screen(label, tone, says % {"own": f"{own:,}", "median": f"{median:,}"})


def _bought_of_base(seen: Evidence) -> Screen:
    of_base, of_target = rate(seen.bought, seen.filing.base_amount), rate(seen.bought, seen.target)
    says = _("%(base)s of the total and %(target)s of the target have been bought.") % {
        "base": f"{of_base:,}%",
        "target": "—" if of_target is None else f"{of_target:,}%",
    }
    if of_base is not None and of_base > 100:
        says += " " + _("More than the whole total: it was filed too low.")
        return Screen(_("Bought against the total"), "idle", says)
    return Screen(_("Bought against the total"), "done", says)


def _ratio(seen: Evidence) -> Iterator[Screen]:
    filing, least = seen.filing, seen.policy.min_ratio
    if least is None or not content_of(filing).represents:
        return
    label, values = _("Reserved ratio"), {"least": f"{least.normalize():f}"}
    if filing.ratio < least and filing.approval_document:
        says = _("Below the minimum of %(least)s %%, allowed by %(document)s.")
        yield Screen(label, "idle", says % (values | {"document": filing.approval_document}))
    elif filing.ratio < least:
        yield Screen(label, "idle", _("Below the minimum of %(least)s %%.") % values)
    elif filing.ratio == least:
        yield Screen(label, "idle", _("Exactly the minimum of %(least)s %%.") % values)
    else:
        yield Screen(label, "done", _("Above the minimum of %(least)s %%.") % values)


def _fall(seen: Evidence) -> Iterator[Screen]:
    label = _("Against last year")
    if seen.last is None:
        yield Screen(label, "none", _("Nothing was confirmed last year."))
        return
    fallen = [
        words
        for name, words in (
            ("base_amount", _("the total")),
            ("ratio", _("the ratio")),
            ("reserved_amount", _("the reserved amount")),
        )
        if getattr(seen.filing, name) < getattr(seen.last, name)
    ]
    if not fallen:
        yield Screen(label, "done", _("Neither ratio nor amounts fall."))
        return
    says = _("Lower than last year: %(what)s.") % {
        "what": pgettext("between words", ", ").join(fallen)
    }
    says += " " + (seen.filing.explanation or _("No explanation is given."))
    yield Screen(label, "idle", says)
