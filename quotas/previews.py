"""What a filing would come to, while it is typed."""

from dataclasses import dataclass
from decimal import Decimal

from quotas.choices import Base
from quotas.contents import Content, problems
from quotas.forms.unit_filing import UnitFilingForm
from quotas.promises import Promise, promise_of

#: What a person can mend while typing; the rest is said when the filing is handed in.
_SAID_EARLY = ("ratio", "explanation")


@dataclass(frozen=True)
class Preview:
    """``asks`` are messages by field; ``total`` is what the ratio is taken of, in yuan."""

    content: Content
    situation: str
    promise: Promise
    total: Decimal
    asks: dict[str, str]

    @property
    def is_complete(self) -> bool:
        """Whether enough is typed to say what it comes to."""
        if not self.content.represents:
            return bool(self.situation) and self.situation != "shared"
        return self.content.is_complete


def preview_of(form: UnitFilingForm) -> Preview:
    """The preview of a bound form; a cell that cannot be read counts as blank."""
    content, policy = form.typed.content, form.about.policy
    total = content.base_amount
    if policy.base == Base.CANTEEN_AND_UNION:
        total += content.union_amount
    return Preview(
        content, form.situation, promise_of(content, policy), total, _asks(form, content)
    )


def _asks(form: UnitFilingForm, content: Content) -> dict[str, str]:
    if not content.is_complete:
        return {}
    found = problems(content, form.about.circumstances())
    return {column: message for column, _code, message in found if column in _SAID_EARLY}
