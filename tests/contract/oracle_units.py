"""The file of units (预算单位台账)."""

from .oracle_cells import Column, Row, Sheet, choice, code, day, key, text, uscc, whole
from .oracle_records import Unit, World, settle
from .reference import ROOT

KEY = ("code",)
COLUMNS = [
    Column("单位编码", "code", key, required=True),
    Column("单位名称", "name", text, required=True),
    Column("统一社会信用代码", "uscc", uscc),
    Column("行政区划代码", "region", code, required=True),
    Column(
        "预算级次",
        "level",
        choice(
            *("中央", "省级", "市级", "县级", "乡级"),
            short={"省": "省级", "市": "市级", "县": "县级", "乡": "乡级"},
        ),
        required=True,
    ),
    Column("上级单位编码", "parent", key),
    Column(
        "单位类型",
        "kind",
        choice("机关", "群团", "学校", "医院", "其他事业单位", "国有企业", "其他"),
        required=True,
    ),
    Column("启用日期", "opened_on", day),
    Column("停用日期", "closed_on", day),
    Column("承接单位编码", "successor", key),
    Column("职工人数", "headcount", whole),
    Column("责任人", "responsible_person", text),
    Column("联系电话", "phone", text),
]


def apply(world: World, sheet: Sheet, update: bool) -> list[str]:
    """Write the rows into the world; returns what became of each, errors stay in the sheet."""
    in_file = {row.values.get("code") for row in sheet.rows}
    outcomes, changed = [], []
    for row in sheet.rows:
        refuse_unknown(world, sheet, row, in_file)
        if row.sound:
            old = world.units.get(row.values["code"])
            unit, outcome = settle(sheet, row, old, Unit, update)
            world.units[unit.code] = unit
            outcomes.append(outcome)
            if outcome in ("created", "updated"):
                changed.append((row, unit))
    for row, unit in changed:
        check(world, sheet, row, unit)
    return outcomes


def refuse_unknown(world: World, sheet: Sheet, row: Row, in_file: set) -> None:
    region = row.values.get("region")
    if region and region not in world.regions:
        sheet.refuse(row, "region", "unknown_code")
    for field in ("parent", "successor"):
        other = row.values.get(field)
        if other and other not in world.units and other not in in_file:
            sheet.refuse(row, field, "unknown_code")


def check(world: World, sheet: Sheet, row: Row, unit: Unit) -> None:
    if (unit.level == "中央") != (unit.region == ROOT):
        sheet.refuse(row, "level", "rule")
    if unit.opened_on and unit.closed_on and unit.closed_on < unit.opened_on:
        sheet.refuse(row, "closed_on", "out_of_range")
    if unit.successor and not unit.closed_on:
        sheet.refuse(row, "successor", "rule")
    if unit.successor and is_enterprise(world, unit.successor):
        sheet.refuse(row, "successor", "rule")
    for field in ("parent", "successor"):
        if is_on_circle(world, unit, field):
            sheet.refuse(row, field, "cycle")


def is_enterprise(world: World, unit_code: str) -> bool:
    return unit_code in world.units and not world.units[unit_code].in_scope


def is_on_circle(world: World, unit: Unit, field: str) -> bool:
    seen = set()
    following = getattr(unit, field)
    while following in world.units and following not in seen:
        if following == unit.code:
            return True
        seen.add(following)
        following = getattr(world.units[following], field)
    return False
