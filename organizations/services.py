"""Writes to the unit ledger (预算单位台账)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.announcements import announce
from exchange.staging import Outcome, Staged
from organizations import chains
from organizations.history import record_actor
from organizations.locks import lock_judgement, lock_promises
from organizations.models import ROOT_CODE, BudgetUnit, Region, UnitLevel, User
from organizations.roles import Permission

_PLAIN = (
    "name", "uscc", "level", "kind", "opened_on", "closed_on", "headcount", "responsible_person",
    "phone",
)  # fmt: skip
_REFERENCES = ("region", "parent", "successor")
_FIELDS = (*_PLAIN, *_REFERENCES, "contact_confirmed_on")
#: Whoever changes these for the unit leaves it to the unit to confirm them anew.
_CONTACT = {"responsible_person", "phone"}
#: What decides where and whether a unit's purchases and filings count.
_JUDGED = ("region_id", "kind", "opened_on", "closed_on", "successor_id")


@dataclass
class _Ledger:
    """The units that a file speaks of, as they stand and as the file wants them."""

    units: dict[str, BudgetUnit]
    regions: dict[str, Region]
    kept_regions: set[int] | None
    kept_units: set[int] | None
    new: list[BudgetUnit] = field(default_factory=list)
    changed: list[BudgetUnit] = field(default_factory=list)
    unchanged: int = 0
    moved: bool = False
    judged: list[int] = field(default_factory=list)
    touched_regions: set[int] = field(default_factory=set)


@transaction.atomic
def save_units(staged: Staged, *, by: User | None, update: bool = False) -> Outcome:
    """Create the staged units and, with ``update``, change those that stand.

    Errors are reported to ``staged``; with any, nothing is written. Purchases of units whose
    dates, kind, region or successor change are judged anew in the same transaction.
    """
    record_actor(by, service="save_units")
    lock_judgement()
    lock_promises()
    drafts, strays = list(staged.drafts()), list(staged.strays())
    ledger = _load(drafts, strays, by)
    for draft in drafts:
        _take(draft, ledger, staged, update)
    for draft in strays:
        _check_references(draft, ledger, staged)
    _check_chains(drafts, ledger, staged)
    if staged.error_count:
        return Outcome()
    _write(ledger)
    return Outcome(len(ledger.new), len(ledger.changed), ledger.unchanged)


@transaction.atomic
def confirm_contact(
    unit: BudgetUnit, *, responsible_person: str, phone: str, by: User | None
) -> None:
    """Take over whom the unit itself names as responsible, as confirmed today."""
    record_actor(by, service="confirm_contact")
    # An import of the ledger writes whole rows: it must not bring back what it read before.
    lock_promises()
    BudgetUnit.objects.filter(pk=unit.pk).update(
        responsible_person=responsible_person,
        phone=phone,
        contact_confirmed_on=timezone.localdate(),
    )


def _load(drafts: list[SimpleNamespace], strays: list[SimpleNamespace], by: User | None) -> _Ledger:
    rows = [*drafts, *strays]
    codes = {code for d in rows for code in (d.code, d.parent, d.successor) if code}
    named = BudgetUnit.objects.filter(code__in=codes)
    around = Region.objects.filter(code__in={ROOT_CODE, *(d.region for d in rows if d.region)})
    units = {unit.code: unit for unit in named}
    regions = {region.code: region for region in around}
    ledger = _Ledger(units, regions, None, None)
    if by is not None and not by.is_superuser:
        kept = Permission.KEEP_UNITS
        ledger.kept_regions = set(around.where_may(by, kept).values_list("pk", flat=True))
        ledger.kept_units = set(named.where_may(by, kept).values_list("pk", flat=True))
    missing = [draft.code for draft in drafts if draft.code not in units]
    for code, pk in zip(missing, _next_ids(len(missing)), strict=True):
        units[code] = BudgetUnit(pk=pk, code=code)
    return ledger


def _next_ids(count: int) -> list[int]:
    """Ids given ahead, so that units of one file can point to each other in one INSERT."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organizations_budgetunit', 'id'))"
            " FROM generate_series(1, %s)",
            [count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _take(draft: SimpleNamespace, ledger: _Ledger, staged: Staged, update: bool) -> None:
    """Compare the draft with the unit as it stands and take its values over."""
    unit = ledger.units[draft.code]
    is_new = unit._state.adding
    wanted = {name: _blank(getattr(draft, name), name) for name in _PLAIN}
    wanted |= _check_references(draft, ledger, staged)
    if not is_new:
        wanted = {
            name: value for name, value in wanted.items()
            if name.removesuffix("_id") in staged.present
        }  # fmt: skip
    _check_scope(draft, unit, ledger, staged)
    before = {name: getattr(unit, name) for name in wanted}
    differing = [name for name in wanted if wanted[name] != before[name]]
    if not is_new and not differing:
        ledger.unchanged += 1
        return
    if not is_new and not update:
        _report_conflict(draft, unit, differing, staged)
        return
    _note_effects(unit, before, wanted, is_new, ledger)
    for name, value in wanted.items():
        setattr(unit, name, value)
    if _CONTACT & set(differing):
        unit.contact_confirmed_on = None
    (ledger.new if is_new else ledger.changed).append(unit)
    _check_rules(draft, unit, ledger, staged)


def _check_references(
    draft: SimpleNamespace, ledger: _Ledger, staged: Staged
) -> dict[str, int | None]:
    """The ids of what the row names; what does not exist, or lies too far, is reported."""
    ids = {f"{name}_id": _resolve(draft, name, ledger, staged) for name in _REFERENCES}
    region, kept = ids["region_id"], ledger.kept_regions
    if region and kept is not None and region not in kept:
        message = _("The region %(code)s is outside what you keep.") % {"code": draft.region}
        staged.report(draft.row, "region", "unknown_code", message, draft.region)
    return ids


def _blank(value: object, name: str) -> object:
    """Texts are never NULL."""
    return "" if value is None and name in ("uscc", "responsible_person", "phone") else value


def _resolve(draft: SimpleNamespace, name: str, ledger: _Ledger, staged: Staged) -> int | None:
    code = getattr(draft, name)
    if not code:
        return None
    found = (ledger.regions if name == "region" else ledger.units).get(code)
    if found is None:
        message = (
            _("There is no region with the code %(code)s.")
            if name == "region"
            else _("There is no unit with the code %(code)s, here or in the ledger.")
        )
        staged.report(draft.row, name, "unknown_code", message % {"code": code}, code)
        return None
    return found.pk


def _check_scope(draft: SimpleNamespace, unit: BudgetUnit, ledger: _Ledger, staged: Staged) -> None:
    if ledger.kept_units is None or unit._state.adding or unit.pk in ledger.kept_units:
        return
    message = _("The unit %(code)s is outside what you keep.") % {"code": draft.code}
    staged.report(draft.row, "code", "unknown_code", message, draft.code)


def _report_conflict(
    draft: SimpleNamespace, unit: BudgetUnit, differing: Iterable[str], staged: Staged
) -> None:
    for name in differing:
        column = name.removesuffix("_id")
        message = _(
            "The unit %(code)s stands in the ledger with another value here. To change it, import"
            " the file as an update."
        ) % {"code": unit.code}
        staged.report(draft.row, column, "conflict", message, getattr(draft, column))


def _note_effects(
    unit: BudgetUnit, before: dict, wanted: dict, is_new: bool, ledger: _Ledger
) -> None:
    if is_new:
        return
    if "parent_id" in wanted and wanted["parent_id"] != before["parent_id"]:
        ledger.moved = True
    if any(name in wanted and wanted[name] != before[name] for name in _JUDGED):
        ledger.judged.append(unit.pk)
        ledger.touched_regions |= {unit.region_id, wanted.get("region_id", unit.region_id)}


def _check_rules(draft: SimpleNamespace, unit: BudgetUnit, ledger: _Ledger, staged: Staged) -> None:
    if unit.opened_on and unit.closed_on and unit.closed_on < unit.opened_on:
        message = _("The unit closes on %(closed)s, before it opens on %(opened)s.")
        values = {"closed": unit.closed_on, "opened": unit.opened_on}
        staged.report(draft.row, "closed_on", "out_of_range", message % values, unit.closed_on)
    closes = unit.closed_on or staged.is_wrong(draft.row, "closed_on")
    if unit.successor_id and not closes:
        message = _("Only a unit with a closing day has a successor.")
        staged.report(draft.row, "successor", "rule", message, draft.successor)
    is_known = bool(unit.level and unit.region_id)
    is_national = unit.region_id == ledger.regions[ROOT_CODE].pk
    if is_known and (unit.level == UnitLevel.CENTRAL) != is_national:
        message = _("Central units, and only they, belong to the whole country, %(root)s.")
        staged.report(draft.row, "level", "rule", message % {"root": ROOT_CODE}, unit.level)


def _check_chains(drafts: list[SimpleNamespace], ledger: _Ledger, staged: Staged) -> None:
    """Parents and successors must not go round, and no enterprise succeeds a unit."""
    rows = {ledger.units[draft.code].pk: draft for draft in drafts}
    touched = [*ledger.new, *ledger.changed]
    for name in ("parent", "successor"):
        for pk in chains.circular(touched, name):
            if pk in rows:
                message = _("The chain of units that begins here comes back to itself.")
                staged.report(rows[pk].row, name, "cycle", message, getattr(rows[pk], name))
    for pk, code in chains.enterprises_that_succeed(touched):
        if pk in rows:
            message = _("A state-owned enterprise (%(code)s) cannot succeed a budget unit.")
            field_name = "kind" if rows[pk].code == code else "successor"
            staged.report(rows[pk].row, field_name, "rule", message % {"code": code}, code)


def _write(ledger: _Ledger) -> None:
    by_id = {unit.pk: unit for unit in ledger.units.values()}
    for unit in ledger.new:
        unit.path = _path(unit, by_id)
    BudgetUnit.objects.bulk_create(
        [*ledger.new, *ledger.changed],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(_FIELDS),
    )
    if ledger.moved:
        BudgetUnit.objects.rebuild_paths()
    if ledger.judged:
        announce("units.judged", units=ledger.judged, regions=ledger.touched_regions)


def _path(unit: BudgetUnit, by_id: dict[int, BudgetUnit]) -> str:
    """The path of a new unit; its parents may be new as well."""
    if unit.path or unit.parent_id is None:
        return unit.path or f"{unit.pk}/"
    unit.path = f"{_path(by_id[unit.parent_id], by_id)}{unit.pk}/"
    return unit.path
