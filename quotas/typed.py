"""What a person has typed for one unit and year, by page or API, read as a row of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from exchange.entered import Entered, FieldError
from exchange.staging import Outcome, Staged
from organizations.models import BudgetUnit
from quotas.choices import PENDING_STATES, FilingState
from quotas.contents import Content, content_from
from quotas.filings import save_filings
from quotas.resources import FilingResource
from quotas.unit_years import UnitYear

HANDED_IN = (*PENDING_STATES, FilingState.CONFIRMED)


class HandedIn(FilingResource):
    """A filing that a person hands in: also a draft that is as it was kept."""

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        return save_filings(staged, by=by, update=update, hands_in=True)


@dataclass(frozen=True)
class Typed:
    """What was typed over what stands, and what is wrong with cells that cannot be read."""

    content: Content
    errors: list[FieldError]


def typed_for(about: UnitYear, cells: Mapping[str, str]) -> Typed:
    """The content that the cells ask for, on top of the unit's latest filing of the year."""
    entered = Entered(HandedIn(), {**cells, **key_of(about)})
    (draft,) = entered.drafts()
    values = vars(draft) | {"representative_id": _representative(draft, about, entered)}
    # A draft may leave it open: a text that is not said yet is empty.
    values["canteen"] = draft.canteen or ""
    content = content_from(
        values,
        base=about.policy.base,
        standing=about.latest,
        present=frozenset(entered.present),
    )
    return Typed(content, entered.found)


def key_of(about: UnitYear) -> dict[str, str]:
    return {"year": str(about.year), "unit": about.unit.code}


def _representative(draft: Any, about: UnitYear, entered: Entered) -> int | None:
    if not getattr(draft, "representative", None):
        return None
    latest = about.latest
    standing = latest.representative if latest else None
    if standing and standing.code == draft.representative:
        return standing.pk
    found = BudgetUnit.objects.filter(code=draft.representative).first()
    if found is None or found.pk == about.unit.pk:
        message = _("There is no other unit with the code %(code)s in the ledger.")
        message %= {"code": draft.representative}
        entered.report(draft.row, "representative", "unknown_code", message)
        return None
    return found.pk


def is_stale(about: UnitYear, typed: Typed, seen: str | None, *, keeps: bool) -> bool:
    """Whether somebody has changed the filing since its sender saw the state ``seen``.

    The same content sent twice is not stale: what was asked for has been done.
    """
    if seen == about.fingerprint:
        return False
    latest = about.latest
    if latest is None or typed.errors or typed.content.differing(latest):
        return True
    asked = (FilingState.DRAFT, FilingState.RETURNED) if keeps else HANDED_IN
    return latest.state not in (FilingState.DRAFT, *asked)


def why_not_open(about: UnitYear) -> str:
    """Why a unit cannot hand in yet; "" once filing has opened."""
    opens = about.policy.filing_opens
    if opens is None or not about.opens_later:
        return ""
    day = formats.date_format(opens, "Y-m-d")
    return _("Filing opens on %(day)s.") % {"day": day}


def unreadable(typed: Typed) -> list[FieldError]:
    """What keeps a draft from being kept: cells that cannot be read. A blank is no such cell."""
    return [e for e in typed.errors if (e.field, e.code) != ("canteen", "required")]
