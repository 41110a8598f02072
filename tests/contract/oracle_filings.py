"""The file of filings (预留份额填报), their versions, and the target that a filing makes."""

from dataclasses import replace
from decimal import Decimal

from .oracle_cells import (
    Column,
    Row,
    Sheet,
    amount,
    cents,
    choice,
    key,
    percent,
    text,
    whole,
    year,
)
from .oracle_figures import purchased
from .oracle_policies import (
    CANTEEN_AND_UNION,
    LAST_PURCHASED,
    UNION_DEMAND,
    UNION_FUNDS,
    is_less,
    merged_policy,
)
from .oracle_records import FiledVersions, Filing, Policy, World, differing_fields

OWN, SHARED, OUTSOURCED, NONE = "自有食堂", "共用食堂", "食堂外包", "无食堂"
SUBMITTED, CONFIRMED = "已提交", "已确认"

KEY = ("year", "unit")
COLUMNS = [
    Column("年度", "year", year, required=True),
    Column("单位编码", "unit", key, required=True),
    Column(
        "食堂情况",
        "canteen",
        choice(
            *(OWN, SHARED, OUTSOURCED, NONE),
            short={"自有": OWN, "共用": SHARED, "外包": OUTSOURCED, "无": NONE},
        ),
        required=True,
    ),
    Column("代表单位编码", "representative", key),
    Column("食堂承包单位", "executor", text),
    Column("食堂食材采购总额(元)", "base_amount", amount),
    Column("预留比例(%)", "ratio", percent),
    Column("低于比例批准文号", "approval_document", text),
    Column("预留金额(元)", "reserved_amount", amount),
    Column("工会预计采购金额(元)", "union_amount", amount, default=Filing.union_amount),
    Column("工会经费(元)", "union_funds", amount),
    Column("下达任务金额(元)", "assigned_amount", amount),
    Column("就餐人数", "diners", whole),
    Column("联系人", "contact", text),
    Column("联系电话", "phone", text),
    Column("备注", "remark", text),
    Column("情况说明", "explanation", text),
    Column("状态", "state", choice(SUBMITTED, CONFIRMED)),
]


def apply(world: World, sheet: Sheet, update: bool) -> list[str]:
    """Write the rows into the world; returns what became of each, errors stay in the sheet."""
    outcomes, changed, confirmed = [], [], []
    for row in sheet.rows:
        if row.values.get("unit") not in {*world.units, None}:
            sheet.refuse(row, "unit", "unknown_code")
        if not row.sound:
            continue
        filing, outcome = settle_content(world, sheet, row, update)
        if outcome in ("created", "updated"):
            changed.append((row, filing))
        if takes_over_confirmation(world, row, outcome):
            confirmed.append((row, filing))
            outcome = "created" if outcome == "created" else "updated"
        store(world, row, filing, outcome)
        outcomes.append(outcome)
    for row, filing in changed:
        check(world, sheet, row, filing)
    for row, filing in confirmed:
        if filing.is_member and (filing.year, filing.representative) not in world.filings:
            sheet.refuse(row, "state", "rule")
    return outcomes


def settle_content(world: World, sheet: Sheet, row: Row, update: bool) -> tuple[Filing, str]:
    """The filing a row asks for, compared with the latest version that is there."""
    versions = world.filings.get((row.values["year"], row.values["unit"]))
    values = {name: value for name, value in row.values.items() if name != "state"}
    reserved = values.pop("reserved_amount", None)
    old = versions.latest if versions else None
    new = zero_without_canteen(replace(old, **values) if old else Filing(**values))
    if old and new == old and reserved in (None, old.reserved_amount):
        return old, "unchanged"
    if old and not update:
        given = new if reserved is None else replace(new, reserved_amount=reserved)
        for name in differing_fields(old, given):
            sheet.refuse(row, name, "conflict")
        return old, "conflict"
    new = replace(new, reserved_amount=reserved_amount(world, new))
    if reserved not in (None, new.reserved_amount) and None not in (new.base_amount, new.ratio):
        sheet.refuse(row, "reserved_amount", "rule")
    return new, "updated" if old else "created"


def zero_without_canteen(filing: Filing) -> Filing:
    """An empty base or ratio is 0 where the unit reserves no share of a canteen."""
    if filing.has_canteen:
        return filing
    return replace(
        filing,
        base_amount=filing.base_amount or Decimal(0),
        ratio=filing.ratio or Decimal(0),
    )


def reserved_amount(world: World, filing: Filing) -> Decimal:
    base = filing.base_amount or Decimal(0)
    if policy_of(world, filing).base == CANTEEN_AND_UNION:
        base += filing.union_amount
    return cents(base * (filing.ratio or Decimal(0)) / 100)


def policy_of(world: World, filing: Filing) -> Policy:
    return merged_policy(world, filing.year, world.units[filing.unit].region)


def takes_over_confirmation(world: World, row: Row, outcome: str) -> bool:
    if row.values.get("state") != CONFIRMED:
        return False
    versions = world.filings.get((row.values["year"], row.values["unit"]))
    return outcome != "unchanged" or versions.submitted is not None


def store(world: World, row: Row, filing: Filing, outcome: str) -> None:
    filing_key = (filing.year, filing.unit)
    versions = world.filings.get(filing_key, FiledVersions(None, None))
    if outcome in ("unchanged", "conflict"):
        return
    if row.values.get("state") == CONFIRMED:
        world.filings[filing_key] = FiledVersions(filing, None)
    else:
        world.filings[filing_key] = FiledVersions(versions.confirmed, filing)


def check(world: World, sheet: Sheet, row: Row, filing: Filing) -> None:
    unit = world.units[filing.unit]
    if not unit.in_scope or not unit.is_open_in(filing.year):
        sheet.refuse(row, "unit", "rule")
    check_representative(world, sheet, row, filing)
    if filing.canteen == OUTSOURCED and filing.executor is None:
        sheet.refuse(row, "executor", "required")
    check_amounts(sheet, row, filing)
    check_against_policy(world, sheet, row, filing)


def check_representative(world: World, sheet: Sheet, row: Row, filing: Filing) -> None:
    name = filing.representative
    if name is not None and name not in world.units:
        sheet.refuse(row, "representative", "unknown_code")
    elif name is not None and not may_represent(world, filing):
        sheet.refuse(row, "representative", "rule")
    if not filing.has_canteen and represents_others(world, filing):
        sheet.refuse(row, "canteen", "rule")


def may_represent(world: World, filing: Filing) -> bool:
    """Whether the representative named is one for a member of a shared canteen."""
    other = world.units[filing.representative]
    if filing.canteen != SHARED or other.code == filing.unit or not other.in_scope:
        return False
    return all(version.has_canteen for version in versions_of(world, filing.year, other.code))


def represents_others(world: World, filing: Filing) -> bool:
    return any(
        version.is_member and version.representative == filing.unit
        for year_, unit in world.filings
        for version in versions_of(world, year_, unit)
        if year_ == filing.year
    )


def versions_of(world: World, plan_year: int, unit: str) -> list[Filing]:
    versions = world.filings.get((plan_year, unit), FiledVersions(None, None))
    return [version for version in (versions.confirmed, versions.submitted) if version]


def check_amounts(sheet: Sheet, row: Row, filing: Filing) -> None:
    """Base and ratio: there for every canteen, above 0 for a representative, else 0."""
    is_representative = filing.canteen == SHARED and filing.has_canteen
    for name in ("base_amount", "ratio"):
        value = getattr(filing, name)
        if value is None:
            sheet.refuse(row, name, "required")
        elif (is_representative and value == 0) or (not filing.has_canteen and value != 0):
            sheet.refuse(row, name, "out_of_range")


def check_against_policy(world: World, sheet: Sheet, row: Row, filing: Filing) -> None:
    policy = policy_of(world, filing)
    excused = filing.approval_document or filing.assigned_amount is not None
    if filing.has_canteen and not excused and is_less(filing.ratio, policy.min_ratio):
        sheet.refuse(row, "ratio", "rule")
    without_canteen = filing.canteen == NONE
    if without_canteen and policy.no_canteen_rule == UNION_FUNDS and filing.union_funds is None:
        sheet.refuse(row, "union_funds", "required")
    is_complete = None not in (filing.base_amount, filing.ratio)
    if filing.explanation is None and is_complete and falls(world, filing, policy):
        sheet.refuse(row, "explanation", "required")


def falls(world: World, filing: Filing, policy: Policy) -> bool:
    """Whether less is promised than last year, or less than the policy's floor."""
    versions = world.filings.get((filing.year - 1, filing.unit))
    last = versions.confirmed if versions else None
    if last and (filing.ratio < last.ratio or filing.reserved_amount < last.reserved_amount):
        return True
    if policy.amount_floor != LAST_PURCHASED:
        return False
    floor = purchased(world, filing.unit, filing.year - 1, policy.basis)
    return filing.reserved_amount < floor


def target(world: World, filing: Filing) -> Decimal:
    """Yuan that a confirmed filing promises: the task assigned, else canteen and union part."""
    if filing.assigned_amount is not None:
        return filing.assigned_amount
    policy = policy_of(world, filing)
    return canteen_part(filing, policy) + union_part(filing, policy)


def canteen_part(filing: Filing, policy: Policy) -> Decimal:
    if filing.has_canteen:
        return filing.reserved_amount
    if filing.canteen == NONE and policy.no_canteen_rule == UNION_FUNDS:
        funds = filing.union_funds or Decimal(0)
        return cents(funds * policy.union_funds_ratio / 100)
    return Decimal(0)


def union_part(filing: Filing, policy: Policy) -> Decimal:
    demanded = not filing.has_canteen and policy.no_canteen_rule == UNION_DEMAND
    return filing.union_amount if policy.union_in_target or demanded else Decimal(0)
