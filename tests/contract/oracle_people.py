"""The file of people (人员)."""

from .oracle_cells import Column, Row, Sheet, choice, code, key, text
from .oracle_records import Person, World, settle

KEY = ("username",)
#: Which of the two columns each role needs; an auditor has one of them.
PLACES = {
    "财政管理员": {"region"},
    "财政审核员": {"region"},
    "主管部门": {"unit"},
    "单位填报员": {"unit"},
    "脱贫县名录员": {"region"},
    "审计": {"region", "unit"},
    "系统管理员": {"region"},
}
COLUMNS = [
    Column("登录名", "username", key, required=True),
    Column("姓名", "name", text),
    Column("手机", "phone", text),
    Column("角色", "role", choice(*PLACES), required=True),
    Column("行政区划代码", "region", code),
    Column("单位编码", "unit", key),
]


def apply(world: World, sheet: Sheet, update: bool) -> list[str]:
    """Write the rows into the world; returns what became of each, errors stay in the sheet."""
    outcomes = []
    for row in sheet.rows:
        old = world.people.get(row.values.get("username"))
        if old:
            keep_place(sheet, row, old)
        if row.values.get("role"):
            check(world, sheet, row)
        if row.sound:
            person, outcome = settle(sheet, row, old, Person, update)
            world.people[person.username] = person
            outcomes.append(outcome)
    return outcomes


def keep_place(sheet: Sheet, row: Row, old: Person) -> None:
    """An absent column leaves the place: the role that is given may be held there."""
    needed = PLACES.get(row.values.get("role"), set())
    if not any(row.values.get(name) for name in ("region", "unit")):
        row.values |= {name: getattr(old, name) for name in needed - set(sheet.headings)}


def check(world: World, sheet: Sheet, row: Row) -> None:
    needed = PLACES[row.values["role"]]
    given = {name for name in ("region", "unit") if row.values.get(name)}
    if not given:
        sheet.refuse(row, min(needed), "required")
    elif given - needed:
        sheet.refuse(row, min(given - needed), "rule")
    elif len(given) == 2:
        sheet.refuse(row, "unit", "rule")
    elif "unit" in given and row.values["unit"] not in world.units:
        sheet.refuse(row, "unit", "unknown_code")
    elif "region" in given and row.values["region"] not in world.regions:
        sheet.refuse(row, "region", "unknown_code")
    elif row.values["role"] == "脱贫县名录员" and row.values["region"] not in world.counties:
        sheet.refuse(row, "region", "rule")
