"""The file of policies (年度政策), and how the policies of a path merge."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from .oracle_cells import (
    CellError,
    Column,
    Row,
    Sheet,
    choice,
    code,
    day,
    normalised,
    percent,
    text,
    year,
)
from .oracle_records import Policy, World, settle
from .reference import ROOT

BASES = {"下单": "ordered", "支付": "paid", "验收": "accepted", "完结": "completed"}
NO_DEMAND, UNION_DEMAND, UNION_FUNDS = "不作要求", "填报工会需求", "工会经费比例"
NO_FLOOR, LAST_RESERVED, LAST_PURCHASED = "无", "上年预留", "上年采购"
CANTEEN_AND_UNION = "食堂和工会"


def yes_or_no(cell: str) -> bool:
    return choice("是", "否")(cell) == "是"


def basis(cell: str) -> str:
    return BASES[choice(*BASES, short={"完成": "完结"})(cell)]


def checkpoints(cell: str) -> tuple:
    """`06-30:50; 09-30:75` as ((month, day, percent), ...) in the order of the days."""
    parts = normalised(cell).split(";")
    return tuple(sorted(checkpoint(part) for part in parts if part.strip()))


def checkpoint(part: str) -> tuple[int, int, Decimal]:
    """A day of any year and a percentage of what is to be reached by then."""
    written, _, share = part.partition(":")
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", written.strip())
    try:
        found = date(2024, int(match[1]), int(match[2])) if match else None
    except ValueError:
        found = None
    if found is None:
        raise CellError("bad_date")
    return found.month, found.day, percent(share)


KEY = ("year", "region")
COLUMNS = [
    Column("年度", "year", year, required=True),
    Column("行政区划代码", "region", code, required=True),
    Column("单列", "separate", yes_or_no, default=False),
    Column("最低比例(%)", "min_ratio", percent),
    Column("鼓励比例(%)", "encouraged_ratio", percent),
    Column("填报基数", "base", choice("食堂食材", "农副产品", CANTEEN_AND_UNION)),
    Column("统计口径", "basis", basis),
    Column("预留份额含工会", "union_in_target", yes_or_no),
    Column("无食堂要求", "no_canteen_rule", choice(NO_DEMAND, UNION_DEMAND, UNION_FUNDS)),
    Column("工会经费比例(%)", "union_funds_ratio", percent),
    Column("预留金额下限", "amount_floor", choice(NO_FLOOR, LAST_RESERVED, LAST_PURCHASED)),
    Column("填报开始", "filing_opens", day),
    Column("填报截止", "filing_due", day),
    Column("确认截止", "confirm_due", day),
    Column("进度节点", "checkpoints", checkpoints),
    Column("文号", "document_number", text, required=True),
]

COUNTRY_DEFAULTS = {
    "base": "食堂食材",
    "basis": "completed",
    "union_in_target": False,
    "no_canteen_rule": NO_DEMAND,
    "amount_floor": NO_FLOOR,
}
HIGHEST = ("min_ratio", "encouraged_ratio")
RATIOS = (*HIGHEST, "union_funds_ratio")
LATEST = ("filing_opens",)
EARLIEST = ("filing_due", "confirm_due")
LOWEST_LEVEL = (
    *("base", "basis", "union_in_target", "no_canteen_rule"),
    *("union_funds_ratio", "amount_floor", "checkpoints"),
)


def merged_policy(world: World, plan_year: int, region: str) -> Policy:
    """The policy of a region with every inherited value and default filled in."""
    return merge_rows(plan_year, region, rows_on_path(world, plan_year, region))


def rows_on_path(world: World, plan_year: int, region: str) -> list[Policy]:
    """The rows that bear on a region, its own first, the country's last."""
    path = merging_path(world, plan_year, region)
    rows = (world.policies.get((plan_year, place)) for place in path)
    return [row for row in rows if row]


def merging_path(world: World, plan_year: int, region: str) -> list[str]:
    """The path to the root; what stands between a separate region and the country is left out."""
    path = []
    for place in world.region_path(region):
        path.append(place)
        row = world.policies.get((plan_year, place))
        if row and row.separate:
            return path if place == ROOT else [*path, ROOT]
    return path


def merge_rows(plan_year: int, region: str, rows: list[Policy]) -> Policy:
    values: dict[str, object] = {}
    for name in (*HIGHEST, *LATEST, *EARLIEST, *LOWEST_LEVEL):
        given = [getattr(row, name) for row in rows if getattr(row, name) is not None]
        if not given:
            values[name] = COUNTRY_DEFAULTS.get(name)
        elif name in LOWEST_LEVEL:
            values[name] = given[0]
        else:
            values[name] = min(given) if name in EARLIEST else max(given)
    return replace(Policy(plan_year, region), **values)


def apply(world: World, sheet: Sheet, update: bool) -> list[str]:
    """Write the rows into the world; returns what became of each, errors stay in the sheet."""
    outcomes, changed = [], {}
    for row in sheet.rows:
        if row.values.get("region", ROOT) not in world.regions:
            sheet.refuse(row, "region", "unknown_code")
        if not row.sound:
            continue
        policy_key = (row.values["year"], row.values["region"])
        policy, outcome = settle(sheet, row, world.policies.get(policy_key), Policy, update)
        outcomes.append(outcome)
        world.policies[policy_key] = policy
        if outcome in ("created", "updated"):
            changed[policy_key] = row
            check_row(sheet, row, policy)
    check_paths(world, sheet, changed)
    return outcomes


def check_row(sheet: Sheet, row: Row, policy: Policy) -> None:
    if is_less(policy.encouraged_ratio, policy.min_ratio):
        sheet.refuse(row, "encouraged_ratio", "out_of_range")
    if policy.no_canteen_rule == UNION_FUNDS and policy.union_funds_ratio is None:
        sheet.refuse(row, "union_funds_ratio", "required")
    if is_less(policy.filing_due, policy.filing_opens):
        sheet.refuse(row, "filing_due", "out_of_range")
    if is_less(policy.confirm_due, policy.filing_due or policy.filing_opens):
        sheet.refuse(row, "confirm_due", "out_of_range")


def is_less(one: Decimal | date | None, other: Decimal | date | None) -> bool:
    return one is not None and other is not None and one < other


def check_paths(world: World, sheet: Sheet, changed: dict[tuple[int, str], Row]) -> None:
    """Refuse what loosens, or reserves union purchases twice, anywhere below a changed row.

    The row itself is at fault where it is in the file, else the stricter rows of the file above.
    """
    faults = set()
    for plan_year, region in world.policies:
        own, *above = rows_on_path(world, plan_year, region)
        for name in broken_fields(own, merge_rows(plan_year, region, above)):
            for place in at_fault(changed, own, above, name):
                faults.add(((plan_year, place), name))
    for policy_key, name in sorted(faults):
        sheet.refuse(changed[policy_key], name, "rule")


def at_fault(changed: dict, own: Policy, above: list[Policy], name: str) -> list[str]:
    if (own.year, own.region) in changed:
        return [own.region]
    in_file = [row for row in above if (row.year, row.region) in changed]
    stricter = [row for row in in_file if name in broken_fields(own, row)]
    return [row.region for row in stricter or in_file]


def broken_fields(lower: Policy, upper: Policy) -> list[str]:
    """The fields in which the lower row is looser than what stands above it."""
    broken = [name for name in RATIOS if is_less(getattr(lower, name), getattr(upper, name))]
    if lower.no_canteen_rule == NO_DEMAND and upper.no_canteen_rule not in (None, NO_DEMAND):
        broken.append("no_canteen_rule")
    if lower.amount_floor == NO_FLOOR and upper.amount_floor not in (None, NO_FLOOR):
        broken.append("amount_floor")
    if counts_union_twice(lower, upper):
        broken.append("union_in_target")
    return broken


def counts_union_twice(lower: Policy, upper: Policy) -> bool:
    """As merged: a base that holds the union's purchases beside a target that adds them."""
    base = lower.base or upper.base
    adds_union = upper.union_in_target if lower.union_in_target is None else lower.union_in_target
    return base == CANTEEN_AND_UNION and bool(adds_union)
