"""What a filing says, and the rules it must keep by itself (spreadsheet contract, filings).

Pure but for the unit's own attributes: whoever files, by page, API or file, is checked here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from exchange.errors import Code
from organizations.models import BudgetUnit
from quotas.choices import Base, Canteen, NoCanteenRule
from quotas.models import EffectivePolicy, Filing

ZERO = Decimal(0)
_CENT = Decimal("0.01")

#: Every value that a unit files; the rest of a filing is its way through the review.
FIELDS = (
    "canteen", "representative_id", "executor", "base_amount", "ratio", "approval_document",
    "reserved_amount", "union_amount", "union_funds", "assigned_amount", "diners", "contact",
    "phone", "remark", "explanation",
)  # fmt: skip
_TEXTS = ("executor", "approval_document", "contact", "phone", "remark", "explanation")
_ZEROS = ("base_amount", "ratio", "union_amount")

Problem = tuple[str, Code, str]
#: What a rule is made of besides canteen, base and ratio, without which none is judged anyway:
#: where one of these cells cannot be read, the rule is not judged either.
DEPENDS_ON: Mapping[tuple[str, Code], tuple[str, ...]] = {
    ("ratio", "rule"): ("assigned_amount", "approval_document"),
    ("reserved_amount", "rule"): ("representative", "union_amount"),
    ("explanation", "required"): ("representative", "union_amount", "reserved_amount"),
}


def column_of(name: str) -> str:
    """The column of a value: a foreign key's id stands in the column of its code."""
    return name.removesuffix("_id")


@dataclass(frozen=True)
class Content:
    """The values of one filing; amounts in yuan, ``ratio`` in percent.

    ``given`` are the names that the sender filled in: a zero typed is not a blank.
    """

    values: Mapping[str, Any]
    given: frozenset[str]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def is_member(self) -> bool:
        return self.representative_id is not None

    @property
    def represents(self) -> bool:
        """Whether the unit files a canteen of its own, and so may represent others."""
        return self.canteen in (Canteen.OWN, Canteen.OUTSOURCED) or (
            self.canteen == Canteen.SHARED and not self.is_member
        )

    @property
    def is_complete(self) -> bool:
        """Whether what the reserve is made of was given, where the unit reserves anything."""
        return not self.represents or {"base_amount", "ratio"} <= self.given

    def with_computed_reserve(self, base: str) -> "Content":
        """The same with the reserved amount that follows from it, for a blank cell."""
        values = {**self.values, "reserved_amount": computed_reserve(self, base)}
        return Content(values, self.given)

    def differing(self, filing: Filing) -> list[str]:
        return [name for name in FIELDS if self.values[name] != getattr(filing, name)]


def content_of(filing: Filing) -> Content:
    return Content({name: getattr(filing, name) for name in FIELDS}, frozenset(FIELDS))


def content_from(
    entered: Mapping[str, Any],
    *,
    base: str,
    standing: Filing | None = None,
    present: frozenset[str] | None = None,
) -> Content:
    """The content that ``entered`` asks for, on top of a ``standing`` filing.

    ``present`` are the columns that the sender's form or file has: an absent one leaves the
    standing value, a blank one clears it. ``base`` is the policy's (填报基数). A blank reserved
    amount is computed, unless nothing that it is made of has changed.
    """
    values = {name: entered.get(name) for name in FIELDS}
    given = {name for name, value in values.items() if value is not None}
    for name in FIELDS:
        if standing is not None and present is not None and column_of(name) not in present:
            values[name] = getattr(standing, name)
            given.add(name)
        elif values[name] is None and name in _TEXTS:
            values[name] = ""
        elif values[name] is None and name in _ZEROS:
            values[name] = ZERO
    content = Content(values, frozenset(given))
    if entered.get("reserved_amount") is None:
        values["reserved_amount"] = _reserved(content, base, standing)
    return content


def _reserved(content: Content, base: str, standing: Filing | None) -> Decimal:
    made_of = ("canteen", "representative_id", "base_amount", "ratio", "union_amount")
    if standing and all(content.values[name] == getattr(standing, name) for name in made_of):
        return standing.reserved_amount
    return computed_reserve(content, base)


def computed_reserve(content: Content, base: str) -> Decimal:
    """base x ratio, or (base + union) x ratio, half-up to the cent; nothing without a canteen."""
    if not content.represents:
        return ZERO
    total = content.base_amount
    if base == Base.CANTEEN_AND_UNION:
        total += content.union_amount
    return (total * content.ratio / 100).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Circumstances:
    """What a content is held against: the unit, its policy and its last year."""

    unit: BudgetUnit
    year: int
    policy: EffectivePolicy
    last: Content | None = None
    last_purchased: Decimal | None = None


def problems(content: Content, about: Circumstances) -> Iterator[Problem]:
    """Everything that is wrong with the content, as (column, code, message)."""
    yield from _unit_problems(about)
    yield from _canteen_problems(content)
    yield from _amount_problems(content)
    yield from _policy_problems(content, about)
    yield from _fall_problems(content, about)


def _unit_problems(about: Circumstances) -> Iterator[Problem]:
    if not about.unit.in_figures:
        yield "unit", "rule", _("A state-owned enterprise does not file.")
    elif not about.unit.open_in(about.year):
        yield (
            "unit",
            "rule",
            _("The unit is not open on any day of %(year)s.") % {"year": about.year},
        )


def _canteen_problems(content: Content) -> Iterator[Problem]:
    if content.is_member and content.canteen not in ("", None, Canteen.SHARED):
        message = _("Only a unit with a shared canteen has a representative.")
        yield "representative", "rule", message
    if content.canteen == Canteen.OUTSOURCED and not content.executor:
        yield "executor", "required", _("Name the contractor of the outsourced canteen.")


def _amount_problems(content: Content) -> Iterator[Problem]:
    if not content.canteen:
        return
    if not content.represents:
        for name in ("base_amount", "ratio"):
            if content.values[name]:
                message = _("A unit without a canteen of its own to file leaves this empty or 0.")
                yield name, "out_of_range", message
        return
    for name in ("base_amount", "ratio"):
        if name not in content.given:
            yield name, "required", _("A unit that files a canteen must give this.")
        elif content.canteen == Canteen.SHARED and content.values[name] <= 0:
            message = _("The representative of a shared canteen files more than 0.")
            yield name, "out_of_range", message


def _policy_problems(content: Content, about: Circumstances) -> Iterator[Problem]:
    policy = about.policy
    least = policy.min_ratio
    excused = content.approval_document or content.assigned_amount is not None
    if (
        content.represents
        and "ratio" in content.given
        and least is not None
        and content.ratio < least
        and not excused
    ):
        message = _(
            "The ratio of %(ratio)s %% is below the minimum of %(least)s %%; raise it or give the"
            " document that allows it."
        )
        yield "ratio", "rule", message % {"ratio": _plain(content.ratio), "least": _plain(least)}
    computed = computed_reserve(content, policy.base)
    settled = content.represents or content.base_amount == content.ratio == 0
    if content.canteen and content.is_complete and settled and content.reserved_amount != computed:
        message = _("The reserved amount should be %(computed)s yuan, not %(given)s yuan.")
        values = {"computed": computed, "given": content.reserved_amount}
        yield "reserved_amount", "rule", message % values
    if (
        content.canteen == Canteen.NONE
        and policy.no_canteen_rule == NoCanteenRule.UNION_FUNDS
        and content.union_funds is None
    ):
        message = _("A unit without a canteen must give its union funds here.")
        yield "union_funds", "required", message


def _fall_problems(content: Content, about: Circumstances) -> Iterator[Problem]:
    """A fall below last year or below the floor needs an explanation, and nothing more."""
    if content.explanation or not content.canteen or not content.is_complete:
        return
    last, floor = about.last, about.last_purchased
    if last is not None and content.ratio < last.ratio:
        message = _("Explain why the ratio falls from %(last)s %% to %(now)s %%.")
        values = {"last": _plain(last.ratio), "now": _plain(content.ratio)}
    elif last is not None and content.reserved_amount < last.reserved_amount:
        message = _("Explain why the reserved amount falls from %(last)s to %(now)s yuan.")
        values = {"last": str(last.reserved_amount), "now": str(content.reserved_amount)}
    elif floor is not None and content.reserved_amount < floor:
        message = _(
            "Explain why the reserved amount of %(now)s yuan is below last year's purchases of"
            " %(last)s yuan."
        )
        values = {"last": str(floor), "now": str(content.reserved_amount)}
    else:
        return
    yield "explanation", "required", message % values


def _plain(ratio: Decimal) -> str:
    return f"{ratio.normalize():f}"
