"""What a bureau does with filings: confirm, return with a reason, assign a task."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.history import record_actor
from organizations.locks import lock_promises
from organizations.models import BudgetUnit, User
from quotas import shared_canteens
from quotas.choices import OPEN_STATES, PENDING_STATES, FilingState
from quotas.contents import FIELDS, Content, content_of
from quotas.filings import bureau_regions, withdraw_replaced
from quotas.models import Filing

Key = tuple[int, int]  # unit id, year


@dataclass(frozen=True)
class Decision:
    """What became of one filing: done, or why not."""

    filing: Filing
    refused: str = ""


@transaction.atomic
def confirm(filings: Sequence[int], *, by: User | None) -> list[Decision]:
    """Confirm waiting filings; each takes the place of the version in force.

    One that cannot be confirmed is refused alone, with the reason; the others go on.
    """
    record_actor(by, service="confirm")
    lock_promises()
    chosen = _chosen(filings)
    canteens = shared_canteens.Canteens.around({_key(f): content_of(f) for f in chosen})
    units = _units(chosen)
    bureaus = bureau_regions(by)
    decisions = [Decision(f, _why_not_confirm(f, bureaus, canteens, units)) for f in chosen]
    accepted = [decision.filing for decision in decisions if not decision.refused]
    _put_in_force(accepted, by)
    shared_canteens.write_memberships({_key(f): content_of(f) for f in accepted})
    return decisions


@transaction.atomic
def return_for_correction(
    filings: Sequence[int], *, reason: str, by: User | None
) -> list[Decision]:
    """Send waiting filings back to their units with a reason, to be filed anew.

    A returned filing keeps its effect on shared canteens until it is replaced. ValueError
    without a reason.
    """
    if not reason.strip():
        raise ValueError("a return needs a reason")
    record_actor(by, service="return_for_correction")
    lock_promises()
    bureaus = bureau_regions(by)
    decisions = [Decision(f, _why_not_decide(f, bureaus)) for f in _chosen(filings)]
    Filing.objects.filter(pk__in=[d.filing.pk for d in decisions if not d.refused]).update(
        state=FilingState.RETURNED,
        return_reason=reason.strip(),
        decided_at=timezone.now(),
        decided_by=by,
    )
    return decisions


@transaction.atomic
def assign_tasks(year: int, amounts: Mapping[int, Decimal], *, by: User | None) -> list[Decision]:
    """Assign purchase tasks (下达任务) in yuan to units, by unit id; it becomes their target.

    A filing in force is amended and confirmed at once, a waiting one is amended in place; a
    unit that has not filed gets a draft that holds its task.
    """
    record_actor(by, service="assign_tasks")
    lock_promises()
    bureaus = bureau_regions(by)
    decisions = []
    for unit in BudgetUnit.objects.filter(pk__in=amounts).order_by("code"):
        filing = _latest(unit, year) or Filing(unit=unit, year=year)
        refused = "" if _is_own(filing, bureaus) else _not_your_region()
        if not refused:
            _assign(filing, amounts[unit.pk], by)
        decisions.append(Decision(filing, refused))
    return decisions


@transaction.atomic
def save_draft(unit: BudgetUnit, year: int, content: Content, *, by: User | None) -> Filing:
    """Keep what a unit has typed so far; it counts nowhere until it is handed in.

    Over a confirmed filing it is an amendment's draft. A returned filing stays returned, with its
    reason, and holds the new text. PermissionDenied where the filing waits for a decision.
    """
    record_actor(by, service="save_draft")
    lock_promises()
    draft = _draft_of(unit, year)
    if draft.state in PENDING_STATES:
        raise PermissionDenied(_("This filing has been handed in; amend it instead."))
    said = draft.canteen
    for name in FIELDS:
        setattr(draft, name, content.values[name])
    if draft.state == FilingState.RETURNED:
        draft.canteen = draft.canteen or said
    draft.save()
    return draft


@transaction.atomic
def discard_amendment(unit: BudgetUnit, year: int, *, by: User | None) -> bool:
    """Throw away the draft of an amendment; the confirmed version stands as before.

    False where there is none: a first filing's draft stays, for it may hold an assigned task.
    """
    record_actor(by, service="discard_amendment")
    lock_promises()
    drafts = Filing.objects.filter(unit=unit, year=year, state=FilingState.DRAFT, version__gt=1)
    number, _by_model = drafts.delete()
    return number > 0


def _draft_of(unit: BudgetUnit, year: int) -> Filing:
    """The filing that is open, else a new draft after the last version."""
    versions = Filing.objects.filter(unit=unit, year=year).order_by("-version")
    last = versions.first()
    if last is None:
        return Filing(unit=unit, year=year)
    open_one = versions.filter(state__in=OPEN_STATES).first()
    return open_one or Filing(unit=unit, year=year, version=last.version + 1)


def _chosen(filings: Iterable[int]) -> list[Filing]:
    return list(
        Filing.objects.filter(pk__in=filings)
        .select_related("unit")
        .select_for_update(of=("self",))
        .order_by("unit__code", "year")
    )


def _key(filing: Filing) -> Key:
    return filing.unit_id, filing.year


def _units(filings: Iterable[Filing]) -> dict[int, BudgetUnit]:
    units = {filing.unit_id: filing.unit for filing in filings}
    named = {filing.representative_id for filing in filings if filing.representative_id}
    return units | BudgetUnit.objects.in_bulk(named)


def _not_your_region() -> str:
    return _("Only the finance bureau of the unit's own region decides on its filing.")


def _is_own(filing: Filing, bureaus: set[int] | None) -> bool:
    return bureaus is None or filing.unit.region_id in bureaus


def _why_not_decide(filing: Filing, bureaus: set[int] | None) -> str:
    if not _is_own(filing, bureaus):
        return _not_your_region()
    if filing.state not in PENDING_STATES:
        return _("This filing is not waiting for a decision: it is %(state)s.") % {
            "state": filing.get_state_display()
        }
    return ""


def _why_not_confirm(
    filing: Filing,
    bureaus: set[int] | None,
    canteens: shared_canteens.Canteens,
    units: Mapping[int, BudgetUnit],
) -> str:
    refused = _why_not_decide(filing, bureaus)
    if refused:
        return refused
    key = _key(filing)
    unready = shared_canteens.unready_representative(canteens, key, units)
    problems = [*shared_canteens.problems(canteens, key, units), *([unready] if unready else [])]
    return " ".join(message for _column, _code, message in problems)


def _put_in_force(filings: Sequence[Filing], by: User | None) -> None:
    chosen = [filing.pk for filing in filings]
    withdraw_replaced(chosen)
    Filing.objects.filter(pk__in=chosen).update(
        state=FilingState.CONFIRMED, in_force=True, decided_at=timezone.now(), decided_by=by
    )


def _latest(unit: BudgetUnit, year: int) -> Filing | None:
    standing = Filing.objects.filter(unit=unit, year=year).select_for_update(of=("self",))
    return standing.filter(state__in=OPEN_STATES).first() or standing.filter(in_force=True).first()


def _assign(filing: Filing, amount: Decimal, by: User | None) -> None:
    filing.assigned_amount = amount
    if filing.state != FilingState.CONFIRMED:
        filing.save()
        return
    amendment = Filing(
        unit=filing.unit,
        year=filing.year,
        version=filing.version + 1,
        state=FilingState.SUBMITTED,
        submitted_at=timezone.now(),
        submitted_by=by,
    )
    for name in FIELDS:
        setattr(amendment, name, getattr(filing, name))
    amendment.save()
    _put_in_force([amendment], by)
