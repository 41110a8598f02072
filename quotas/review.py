"""What is done with filings: departments endorse, bureaus confirm, return and assign tasks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.history import record_actor
from organizations.locks import lock_promises
from organizations.models import BudgetUnit, User
from organizations.roles import Permission
from quotas import shared_canteens
from quotas.choices import OPEN_STATES, PENDING_STATES, FilingState
from quotas.contents import FIELDS, Content, content_of
from quotas.desk import bureau_regions
from quotas.filings import withdraw_replaced
from quotas.models import Filing

Key = tuple[int, int]  # unit id, year


@dataclass(frozen=True)
class Decision:
    """What became of one filing: done, or why not."""

    filing: Filing
    refused: str = ""


@dataclass(frozen=True)
class _Reach:
    """Whose filings the actor decides on, asked once: None stands for everybody's."""

    bureaus: set[int] | None
    below: set[int] | None

    @classmethod
    def of(cls, by: User | None, filings: Sequence[Filing]) -> "_Reach":
        if by is None or by.is_superuser:
            return cls(None, None)
        chosen = BudgetUnit.objects.filter(pk__in={filing.unit_id for filing in filings})
        below = chosen.where_may(by, Permission.ENDORSE).values_list("pk", flat=True)
        return cls(bureau_regions(by), set(below))

    def is_bureau(self, filing: Filing) -> bool:
        return self.bureaus is None or filing.unit.region_id in self.bureaus

    def is_department(self, filing: Filing) -> bool:
        return self.below is None or filing.unit_id in self.below


@transaction.atomic
def endorse(filings: Sequence[int], *, by: User | None) -> list[Decision]:
    """Pass submitted filings on to the bureau, by the department above their units.

    One that cannot be endorsed is refused alone, with the reason; the others go on.
    """
    record_actor(by, service="endorse")
    lock_promises()
    chosen = _chosen(filings)
    reach = _Reach.of(by, chosen)
    decisions = [Decision(filing, _why_not_endorse(filing, reach)) for filing in chosen]
    _accepted(decisions).update(
        state=FilingState.ENDORSED, endorsed_at=timezone.now(), endorsed_by=by
    )
    return decisions


@transaction.atomic
def confirm(filings: Sequence[int], *, by: User | None) -> list[Decision]:
    """Confirm waiting filings; each takes the place of the version in force.

    One that cannot be confirmed is refused alone, with the reason; the others go on.
    """
    record_actor(by, service="confirm")
    lock_promises()
    chosen = _chosen(filings)
    reach = _Reach.of(by, chosen)
    decisions = _confirmable(chosen, reach)
    accepted = [decision.filing for decision in decisions if not decision.refused]
    _put_in_force(accepted, by)
    shared_canteens.write_memberships({_key(f): content_of(f) for f in accepted})
    return decisions


@transaction.atomic
def return_for_correction(
    filings: Sequence[int], *, reason: str, by: User | None
) -> list[Decision]:
    """Send waiting filings back to their units with a reason, to be filed anew.

    A department sends back what waits for its endorsement, a bureau whatever waits. A returned
    filing keeps its effect on shared canteens until it is replaced. ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a return needs a reason")
    record_actor(by, service="return_for_correction")
    lock_promises()
    chosen = _chosen(filings)
    reach = _Reach.of(by, chosen)
    decisions = [Decision(filing, _why_not_return(filing, reach)) for filing in chosen]
    _accepted(decisions).update(
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
    unit that has not filed gets a draft that holds its task. Where a unit is at work on an
    amendment, both take the task. A task that stands already makes no new version. A constant
    number of statements, whatever the number of units.
    """
    record_actor(by, service="assign_tasks")
    lock_promises()
    units = list(BudgetUnit.objects.filter(pk__in=amounts).order_by("code"))
    standing = _latest(units, year)
    filings = [standing.get(unit.pk) or Filing(unit=unit, year=year) for unit in units]
    bureaus = bureau_regions(by)
    decisions = [Decision(filing, _why_not_assign(filing, bureaus)) for filing in filings]
    accepted = [decision.filing for decision in decisions if not decision.refused]
    _amend_beside([filing for filing in accepted if _is_amending(filing)], amounts, by)
    changed = [one for one in accepted if one.assigned_amount != amounts[one.unit_id]]
    for filing in changed:
        filing.assigned_amount = amounts[filing.unit_id]
    _write_tasks(changed, by)
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


def _accepted(decisions: Iterable[Decision]) -> QuerySet[Filing]:
    accepted = [decision.filing.pk for decision in decisions if not decision.refused]
    return Filing.objects.filter(pk__in=accepted)


def _not_your_region() -> str:
    return _("Only the finance bureau of the unit's own region decides on its filing.")


def _not_waiting(filing: Filing) -> str:
    return _("This filing is not waiting for a decision: it is %(state)s.") % {
        "state": filing.get_state_display()
    }


def _why_not_endorse(filing: Filing, reach: _Reach) -> str:
    if filing.unit.parent_id is None:
        return _("The unit has no superior unit; its bureau confirms without endorsement.")
    if not reach.is_department(filing):
        return _("Only a department above the unit endorses its filing.")
    if filing.state == FilingState.ENDORSED:
        return _("This filing has been endorsed already.")
    return "" if filing.state == FilingState.SUBMITTED else _not_waiting(filing)


def _why_not_decide(filing: Filing, reach: _Reach) -> str:
    if not reach.is_bureau(filing):
        return _not_your_region()
    return "" if filing.state in PENDING_STATES else _not_waiting(filing)


def _why_not_return(filing: Filing, reach: _Reach) -> str:
    if reach.is_bureau(filing) or not reach.is_department(filing):
        return _why_not_decide(filing, reach)
    if filing.state == FilingState.ENDORSED:
        return _("This filing has been endorsed; only the finance bureau sends it back now.")
    return "" if filing.state == FilingState.SUBMITTED else _not_waiting(filing)


def _confirmable(chosen: Sequence[Filing], reach: _Reach) -> list[Decision]:
    """Each filing, refused if need be: one that is confirmed relies on those confirmed with it
    alone, so whoever relied on one that is refused is looked at again."""
    refused = {filing.pk: _why_not_decide(filing, reach) for filing in chosen}
    units = _units(chosen)
    while found := _shared_in_vain([f for f in chosen if not refused[f.pk]], units):
        refused |= found
    return [Decision(filing, refused[filing.pk]) for filing in chosen]


def _shared_in_vain(filings: Sequence[Filing], units: Mapping[int, BudgetUnit]) -> dict[int, str]:
    """By filing id: why it cannot be confirmed beside the units that it shares a canteen with."""
    wanted = {_key(filing): content_of(filing) for filing in filings}
    canteens = shared_canteens.Canteens.around(wanted, confirmed=wanted.keys())
    found = {filing.pk: _why_not_shared(canteens, _key(filing), units) for filing in filings}
    return {pk: why for pk, why in found.items() if why}


def _why_not_shared(
    canteens: shared_canteens.Canteens, key: Key, units: Mapping[int, BudgetUnit]
) -> str:
    unready = shared_canteens.unready_representative(canteens, key, units)
    problems = [*shared_canteens.problems(canteens, key, units), *([unready] if unready else [])]
    return " ".join(message for _column, _code, message in problems)


def _put_in_force(filings: Sequence[Filing], by: User | None) -> None:
    chosen = [filing.pk for filing in filings]
    withdraw_replaced(chosen)
    Filing.objects.filter(pk__in=chosen).update(
        state=FilingState.CONFIRMED, in_force=True, decided_at=timezone.now(), decided_by=by
    )


def _latest(units: Iterable[BudgetUnit], year: int) -> dict[int, Filing]:
    """By unit id: the filing that is open, else the one in force; locked."""
    handled = Filing.objects.filter(
        Q(state__in=OPEN_STATES) | Q(in_force=True), unit__in=list(units), year=year
    )
    found = handled.select_related("unit").select_for_update(of=("self",)).order_by("version")
    return {filing.unit_id: filing for filing in found}


def _why_not_assign(filing: Filing, bureaus: set[int] | None) -> str:
    if bureaus is not None and filing.unit.region_id not in bureaus:
        return _not_your_region()
    if not filing.unit.in_figures:
        return _("A state-owned enterprise does not file.")
    if not filing.unit.open_in(filing.year):
        return _("The unit is not open on any day of %(year)s.") % {"year": filing.year}
    return ""


def _is_amending(filing: Filing) -> bool:
    """Whether the unit is at work on an amendment: a task written there alone would act only
    once it hands in, and be lost with its draft."""
    return filing.version > 1 and filing.state in (FilingState.DRAFT, FilingState.RETURNED)


def _amend_beside(
    drafts: Sequence[Filing], amounts: Mapping[int, Decimal], by: User | None
) -> None:
    """Amend the versions in force below open amendments, which move one version up."""
    if not drafts:
        return
    beside = {_key(draft): draft for draft in drafts}
    standing = Filing.objects.filter(
        in_force=True, unit__in=[draft.unit_id for draft in drafts], year=drafts[0].year
    ).select_for_update()
    old = [one for one in standing if one.assigned_amount != amounts[one.unit_id]]
    moved = [beside[_key(one)] for one in old]
    amended = [_amendment(one, by) for one in old]
    for draft, one in zip(moved, amended, strict=True):
        one.version, draft.version = draft.version, draft.version + 1
        one.assigned_amount = amounts[one.unit_id]
        one.state, one.in_force = FilingState.CONFIRMED, True
        one.decided_at, one.decided_by = one.submitted_at, by
    Filing.objects.filter(pk__in=[draft.pk for draft in moved]).update(version=F("version") + 1)
    Filing.objects.filter(pk__in=[one.pk for one in old]).update(in_force=False)
    Filing.objects.bulk_create(amended)


def _write_tasks(filings: Sequence[Filing], by: User | None) -> None:
    new = [filing for filing in filings if filing.pk is None]
    in_force = [filing for filing in filings if filing.state == FilingState.CONFIRMED]
    waiting = [f for f in filings if f.pk is not None and f.state != FilingState.CONFIRMED]
    amendments = [_amendment(filing, by) for filing in in_force]
    Filing.objects.bulk_create([*new, *amendments])
    _put_in_force(amendments, by)
    _change_tasks(waiting)


def _change_tasks(filings: Sequence[Filing]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE quotas_filing f SET assigned_amount = task.amount
            FROM unnest(%s::bigint[], %s::numeric[]) AS task (filing, amount)
            WHERE f.id = task.filing
            """,
            [[filing.pk for filing in filings], [filing.assigned_amount for filing in filings]],
        )


def _amendment(filing: Filing, by: User | None) -> Filing:
    return Filing(
        unit=filing.unit,
        year=filing.year,
        version=filing.version + 1,
        state=FilingState.SUBMITTED,
        submitted_at=timezone.now(),
        submitted_by=by,
        **{name: getattr(filing, name) for name in FIELDS},
    )
