"""Handing in filings: by form, API or file, one or a hundred thousand."""

from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.staging import Outcome, Staged
from organizations.history import record_actor
from organizations.locks import lock_promises
from organizations.models import BudgetUnit, User
from quotas import contents, shared_canteens
from quotas.choices import FilingState
from quotas.contents import Circumstances, Content
from quotas.desk import Desk, Key, load_desk
from quotas.models import Filing

#: Stands for a representative that was named and not found: the unit is a member all the same.
_SOMEBODY = 0


@transaction.atomic
def save_filings(
    staged: Staged, *, by: User | None, update: bool = False, hands_in: bool = False
) -> Outcome:
    """Hand in the staged filings; with ``update``, also over filings that stand.

    A confirmed filing is never overwritten: an update opens an amendment. 已确认 takes over a
    confirmation made elsewhere. Unchanged content moves nothing, but with ``hands_in`` (a person
    presses the button) a draft or returned filing is handed in as it was kept. Errors are reported
    to ``staged``; with any, nothing is written.
    """
    record_actor(by, service="save_filings")
    lock_promises()
    drafts, strays = list(staged.drafts()), list(staged.strays())
    desk = load_desk(drafts, strays, by)
    desk.hands_in = hands_in
    for draft in strays:
        _unit(draft, desk, staged)
        _representative(draft, desk, staged)
    # Last year's rows first: this year's are held against them.
    for draft in sorted(drafts, key=lambda draft: draft.year):
        _take(draft, desk, staged, update)
    _check_canteens(desk, staged)
    if staged.error_count:
        return Outcome()
    _write(desk, by)
    return Outcome(len(desk.to_create) - _amendments(desk), desk.updated, desk.unchanged)


def _amendments(desk: Desk) -> int:
    return sum(filing.version > 1 for filing in desk.to_create)


def _take(draft: SimpleNamespace, desk: Desk, staged: Staged, update: bool) -> None:
    unit = _unit(draft, desk, staged)
    representative = _representative(draft, desk, staged)
    if unit is None:
        return
    key = (unit.pk, draft.year)
    entered = vars(draft) | {"representative_id": representative}
    standing, content = _over_what_stands(entered, unit, desk, staged.present)
    confirms = draft.state == FilingState.CONFIRMED
    differing = content.differing(standing) if standing else []
    desk.drafts[key] = draft
    settled = standing and not differing and standing.state == FilingState.CONFIRMED
    if not settled and not desk.is_bureau_of(unit):
        _check_sender(draft, content, standing, staged)
    kept = standing is not None and standing.state in (FilingState.DRAFT, FilingState.RETURNED)
    if standing and not differing and not (kept and (confirms or desk.hands_in)):
        _take_unchanged(key, standing, content, confirms, desk)
        return
    if standing and differing and not update:
        _report_conflict(draft, differing, staged)
        return
    if draft.reserved_amount is None:
        content = content.with_computed_reserve(desk.policy(unit, draft.year).base)
    _check_content(draft, unit, content, desk, staged)
    if not content.canteen or staged.is_wrong(draft.row, "representative"):
        desk.unreadable.add(key)
        return
    desk.wanted[key] = content
    _plan(key, standing, content, confirms, desk)


def _over_what_stands(
    entered: dict[str, Any], unit: BudgetUnit, desk: Desk, present: frozenset[str]
) -> tuple[Filing | None, Content]:
    """What stands, and the content asked for on top of it.

    That is the latest version; but a row that says what is in force, as a list shows it, has
    nothing to say to the draft that its unit keeps beside.
    """
    key = (unit.pk, entered["year"])
    base = desk.policy(unit, entered["year"]).base
    latest, in_force = desk.latest(key), desk.in_force.get(key)
    content = contents.content_from(entered, base=base, standing=latest, present=present)
    keeps_draft = latest is not None and latest.state == FilingState.DRAFT and not desk.hands_in
    if latest and in_force and keeps_draft and content.differing(latest):
        said = contents.content_from(entered, base=base, standing=in_force, present=present)
        if not said.differing(in_force):
            return in_force, said
    return latest, content


def _unit(draft: SimpleNamespace, desk: Desk, staged: Staged) -> BudgetUnit | None:
    if not draft.unit:
        return None
    unit = desk.units.get(draft.unit)
    if unit is None:
        message = _(
            "There is no unit with the code %(code)s in the ledger; import the units first."
        )
    elif desk.filed_for is not None and unit.pk not in desk.filed_for:
        message = _("The unit %(code)s is none of those that you file for.")
    else:
        return unit
    message %= {"code": draft.unit}
    staged.report(draft.row, "unit", "unknown_code", message, draft.unit)
    return None


def _check_sender(
    draft: SimpleNamespace, content: Content, standing: Filing | None, staged: Staged
) -> None:
    """Confirmations and tasks are the bureau's, and nobody else's."""
    if draft.state == FilingState.CONFIRMED:
        message = _("Only the finance bureau of the unit's own region confirms its filing.")
        staged.report(draft.row, "state", "rule", message, draft.state)
    task = standing.assigned_amount if standing else None
    if content.assigned_amount != task:
        message = _("Only the finance bureau of the unit's own region assigns its task.")
        staged.report(draft.row, "assigned_amount", "rule", message, draft.assigned_amount)


def _representative(draft: SimpleNamespace, desk: Desk, staged: Staged) -> int | None:
    """The id of the representative that the row names, ``_SOMEBODY`` where there is none such."""
    if staged.is_wrong(draft.row, "representative"):
        return _SOMEBODY
    if not draft.representative:
        return None
    if representative := desk.units.get(draft.representative):
        return representative.pk
    message = _("There is no unit with the code %(code)s in the ledger.")
    message %= {"code": draft.representative}
    staged.report(draft.row, "representative", "unknown_code", message, draft.representative)
    return _SOMEBODY


def _take_unchanged(
    key: Key, standing: Filing, content: Content, confirms: bool, desk: Desk
) -> None:
    """Unchanged content moves nothing, but a confirmation made elsewhere still confirms what
    waits, by the rules of the day on which it was handed in."""
    if not confirms or standing.state == FilingState.CONFIRMED:
        desk.unchanged += 1
        return
    desk.updated += 1
    desk.to_confirm.append(standing)
    desk.confirmed[key] = content
    desk.wanted[key] = content


def _report_conflict(draft: SimpleNamespace, differing: Iterable[str], staged: Staged) -> None:
    for name in differing:
        column = contents.column_of(name)
        if column == "reserved_amount" and draft.reserved_amount is None:
            continue  # nobody gave it: it follows from what differs beside it
        message = _(
            "The filing of %(year)s of the unit %(code)s stands with another value here. To change"
            " it, import the file as an update."
        ) % {"year": draft.year, "code": draft.unit}
        staged.report(draft.row, column, "conflict", message, getattr(draft, column))


def _check_content(
    draft: SimpleNamespace, unit: BudgetUnit, content: Content, desk: Desk, staged: Staged
) -> None:
    about = Circumstances(
        unit=unit,
        year=draft.year,
        policy=desk.policy(unit, draft.year),
        last=desk.last_confirmed(unit.pk, draft.year),
        last_purchased=desk.last_purchased.get((unit.pk, draft.year)),
    )
    unsure = {
        rule for rule, cells in contents.DEPENDS_ON.items() if staged.is_wrong(draft.row, *cells)
    }
    for column, code, message in contents.problems(content, about):
        if (column, code) not in unsure:
            staged.report(draft.row, column, code, message, getattr(draft, column))


def _plan(key: Key, standing: Filing | None, content: Content, confirms: bool, desk: Desk) -> None:
    if standing is None or standing.state == FilingState.CONFIRMED:
        version = standing.version + 1 if standing else 1
        filing = Filing(unit_id=key[0], year=key[1], version=version)
        desk.to_create.append(filing)
    else:
        filing = standing
        desk.to_change.append(filing)
    desk.updated += standing is not None
    for name in contents.FIELDS:
        setattr(filing, name, content.values[name])
    if confirms:
        desk.confirmed[key] = content
        desk.to_confirm.append(filing)


def _check_canteens(desk: Desk, staged: Staged) -> None:
    """Representatives and members are looked at once all of the file is known."""
    canteens = shared_canteens.Canteens.around(
        desk.wanted, confirmed=desk.confirmed, unreadable=desk.unreadable
    )
    by_id = {unit.pk: unit for unit in desk.units.values()}
    missing = {c.representative_id for c in desk.wanted.values() if c.is_member} - set(by_id)
    by_id |= BudgetUnit.objects.in_bulk(missing)
    for key in desk.wanted:
        draft = desk.drafts[key]
        for column, code, message in shared_canteens.problems(canteens, key, by_id):
            staged.report(draft.row, column, code, message, getattr(draft, column))
    for key in desk.confirmed:
        problem = shared_canteens.unready_representative(canteens, key, by_id)
        if problem:
            column, code, message = problem
            staged.report(desk.drafts[key].row, column, code, message, desk.drafts[key].state)


def _write(desk: Desk, by: User | None) -> None:
    now = timezone.now()
    confirmed = {id(filing) for filing in desk.to_confirm}
    by_id = {unit.pk: unit for unit in desk.units.values()}
    for filing in (*desk.to_create, *desk.to_change):
        due = desk.policy(by_id[filing.unit_id], filing.year).filing_due
        _hand_in(filing, due, by, confirmed=id(filing) in confirmed)
    Filing.objects.bulk_create(
        desk.to_change,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*map(contents.column_of, contents.FIELDS), "state", "late", "submitted_at",
                       "submitted_by", "endorsed_at", "endorsed_by", "return_reason"],
    )  # fmt: skip
    standing = [filing.pk for filing in desk.to_confirm if not filing._state.adding]
    take_over(standing, by)
    replaced = [f.pk for key, f in desk.in_force.items() if key in desk.confirmed]
    Filing.objects.filter(pk__in=replaced).exclude(pk__in=standing).update(in_force=False)
    for filing in desk.to_create:
        if id(filing) in confirmed:
            filing.state, filing.in_force, filing.taken_over = FilingState.CONFIRMED, True, True
            filing.decided_at, filing.decided_by = now, by
    Filing.objects.bulk_create(desk.to_create, batch_size=1000)
    shared_canteens.write_memberships(_effective(desk))


def _hand_in(filing: Filing, due: date | None, by: User | None, *, confirmed: bool) -> None:
    filing.state = FilingState.SUBMITTED
    filing.submitted_at, filing.submitted_by = timezone.now(), by
    filing.endorsed_at, filing.endorsed_by = None, None
    filing.return_reason = ""
    # When a confirmation is taken over, the day of filing is not known.
    if filing.version == 1 and not confirmed and due:
        filing.late = filing.late or timezone.localdate() > due


def withdraw_replaced(filings: list[int]) -> None:
    """Take the versions in force of the same units and years out of force, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE quotas_filing old SET in_force = false
            FROM quotas_filing new
            WHERE new.id = ANY(%s) AND old.unit_id = new.unit_id AND old.year = new.year
              AND old.in_force
            """,
            [filings],
        )


def take_over(filings: list[int], by: User | None) -> None:
    """Confirm waiting filings as confirmed elsewhere; the versions in force give way."""
    withdraw_replaced(filings)
    Filing.objects.filter(pk__in=filings).update(
        state=FilingState.CONFIRMED, in_force=True, taken_over=True, decided_at=timezone.now(),
        decided_by=by,
    )  # fmt: skip


def _effective(desk: Desk) -> dict[Key, Content]:
    """Contents that act on memberships now: confirmed, or handed in where none is in force."""
    return {
        key: content
        for key, content in desk.wanted.items()
        if key in desk.confirmed or key not in desk.in_force
    }
