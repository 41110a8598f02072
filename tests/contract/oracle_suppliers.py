"""The file of suppliers (供应商名录)."""

from datetime import date

from .oracle_cells import Column, Row, Sheet, choice, code, day, key, text
from .oracle_records import SupplierPeriod, World, settle

KEY = ("code", "valid_from")
COLUMNS = [
    Column("供应商代码", "code", key, required=True),
    Column("供应商名称", "name", text, required=True),
    Column("类型", "kind", choice("企业", "合作社", "家庭农场", "农户"), required=True),
    Column("所属县代码", "county", code, required=True),
    Column("名录批次", "batch", text, required=True),
    Column("生效日期", "valid_from", day, required=True),
    Column("失效日期", "valid_to", day),
]


def apply(world: World, sheet: Sheet, update: bool) -> list[str]:
    """Write the rows into the world; returns what became of each, errors stay in the sheet."""
    outcomes, changed = [], {}
    for row in sheet.rows:
        if row.values.get("county") not in world.counties | {None}:
            sheet.refuse(row, "county", "unknown_code")
        if row.sound:
            period_key = (row.values["code"], row.values["valid_from"])
            old = world.suppliers.get(period_key)
            world.suppliers[period_key], outcome = settle(sheet, row, old, SupplierPeriod, update)
            outcomes.append(outcome)
            if outcome in ("created", "updated"):
                changed[period_key] = row
    check_periods(world, sheet, changed)
    return outcomes


def check_periods(world: World, sheet: Sheet, changed: dict[tuple[str, date], Row]) -> None:
    """Of two rows of the file that overlap the later one is at fault."""
    for period_key, row in changed.items():
        period = world.suppliers[period_key]
        if period.valid_to and period.valid_to < period.valid_from:
            sheet.refuse(row, "valid_to", "out_of_range")
            continue
        for other in periods_of(world, period.code):
            later = changed.get((other.code, other.valid_from))
            if other != period and overlap(period, other) and not is_after(later, row):
                sheet.refuse(row, "valid_from", "rule")
                break


def is_after(row: Row | None, other: Row) -> bool:
    return row is not None and row.number > other.number


def overlap(one: SupplierPeriod, other: SupplierPeriod) -> bool:
    return one.holds(other.valid_from) or other.holds(one.valid_from)


def periods_of(world: World, supplier_code: str) -> list[SupplierPeriod]:
    """The periods of one code, the earliest first."""
    periods = [p for p in world.suppliers.values() if p.code == supplier_code]
    return sorted(periods, key=lambda period: period.valid_from)
