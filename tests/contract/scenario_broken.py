"""Files with known mistakes, one to a row, over a small world in which all else is right."""

from dataclasses import dataclass
from random import Random

from . import lines
from .lines import Line, Step
from .scenario_master import ENTERPRISE


@dataclass(frozen=True)
class Broken:
    """An acceptable world, and a file with mistakes: (row, column, code) of each."""

    steps: list[Step]
    file: Step
    mistakes: list[tuple[int, str, str]]


YEAR = 2025
PLACE = "440106"
CLEAN = [f"N{number}" for number in range(20)]
COUNTIES = ["440103", "440104", "440105", "440106", "440111", "440112", "440113", "440114"]
COUNTIES += ["440115", "440117", "440118", "440203", "440204", "440205", "440222", "440224"]
COUNTIES += ["440229", "440232", "440233", "440281"]
STRICT = {"最低比例(%)": "10", "无食堂要求": "工会经费比例", "工会经费比例(%)": "20"}
BEFORE = [
    Step("units", [lines.unit(code, PLACE) for code in ("Z1", "Z2", *CLEAN)]),
    Step("units", [lines.unit("Z3", PLACE, 单位类型=ENTERPRISE)]),
    Step("suppliers", [lines.supplier("Z", "2020-01-01", "2025-12-31")]),
    Step("policies", [lines.policy(YEAR, "440000") | STRICT]),
    Step("filings", [lines.own_canteen(YEAR - 1, "Z1", "1000", "10", 状态="已确认")]),
    Step("filings", [lines.filing(YEAR, "Z2", "无", **{"工会经费(元)": "1"})]),
    Step("purchases", [lines.purchase("Z", "Z1", "Z", "100", "2025-03-05", 支付时间="2025-03-09")]),
]
BASE, RATIO = "食堂食材采购总额(元)", "预留比例(%)"
NO_AMOUNTS = {BASE: "", RATIO: ""}
FUNDS = {"工会经费(元)": "1"}
ENDED = {"供应商代码": "Z", "失效日期": "2025-12-31"}
WITHIN = {"供应商代码": "Z", "生效日期": "2021-05-01", "失效日期": "2021-06-01"}

# Of each kind: the cells that spoil a good line, the column at fault and the code.
MISTAKES: dict[str, list[tuple[Line, str, str]]] = {
    "units": [
        ({"单位名称": " "}, "单位名称", "required"),
        ({"单位类型": "公司"}, "单位类型", "bad_choice"),
        ({"职工人数": "三十"}, "职工人数", "bad_number"),
        ({"启用日期": "2025-02-29"}, "启用日期", "bad_date"),
        ({"启用日期": "2025-03-02", "停用日期": "2025-03-01"}, "停用日期", "out_of_range"),
        ({"行政区划代码": "440199"}, "行政区划代码", "unknown_code"),
        ({"上级单位编码": "Z404"}, "上级单位编码", "unknown_code"),
        ({"统一社会信用代码": "91350100M000100Y44"}, "统一社会信用代码", "check_digit"),
        ({"单位编码": "4.40106E+17"}, "单位编码", "numeric_key"),
        ({"单位编码": "Z1"}, "单位名称", "conflict"),
        ({"预算级次": "中央"}, "预算级次", "rule"),
        ({"承接单位编码": "Z1"}, "承接单位编码", "rule"),
        ({"停用日期": "2025-03-01", "承接单位编码": "Z3"}, "承接单位编码", "rule"),
        ({"停用日期": "昨天", "承接单位编码": "Z1"}, "停用日期", "bad_date"),
    ],
    "filings": [
        ({"食堂情况": "有"}, "食堂情况", "bad_choice"),
        ({BASE: ""}, BASE, "required"),
        ({RATIO: "十"}, RATIO, "bad_number"),
        ({RATIO: "9.9999%"}, RATIO, "rule"),
        ({BASE: "-0.01"}, BASE, "out_of_range"),
        ({"预留金额(元)": "150.01"}, "预留金额(元)", "rule"),
        ({"食堂情况": "外包", "食堂承包单位": ""}, "食堂承包单位", "required"),
        ({"食堂情况": "无", "工会经费(元)": ""} | NO_AMOUNTS, "工会经费(元)", "required"),
        ({"食堂情况": "共用", "代表单位编码": "Z404"} | NO_AMOUNTS, "代表单位编码", "unknown_code"),
        ({"食堂情况": "共用", "代表单位编码": "Z2"} | NO_AMOUNTS, "代表单位编码", "rule"),
        ({"食堂情况": "共用", "代表单位编码": "Z3"} | NO_AMOUNTS, "代表单位编码", "rule"),
        ({"食堂情况": "无", "预留金额(元)": "9"} | FUNDS | NO_AMOUNTS, "预留金额(元)", "rule"),
        ({"食堂情况": "大食堂", "代表单位编码": "Z1"}, "食堂情况", "bad_choice"),
        ({RATIO: "5", "下达任务金额(元)": "九百"}, "下达任务金额(元)", "bad_number"),
        ({"单位编码": "Z404"}, "单位编码", "unknown_code"),
        ({"单位编码": "Z3"}, "单位编码", "rule"),
        ({"单位编码": "Z1", BASE: "999", RATIO: "10", "情况说明": ""}, "情况说明", "required"),
    ],
    "policies": [
        ({"文号": ""}, "文号", "required"),
        ({"最低比例(%)": "100.5"}, "最低比例(%)", "out_of_range"),
        ({"最低比例(%)": "20", "鼓励比例(%)": "19"}, "鼓励比例(%)", "out_of_range"),
        ({"填报开始": "2025-04-01", "填报截止": "2025-03-31"}, "填报截止", "out_of_range"),
        ({"无食堂要求": "工会经费比例", "工会经费比例(%)": ""}, "工会经费比例(%)", "required"),
        ({"统计口径": "发货"}, "统计口径", "bad_choice"),
        ({"进度节点": "02-30:50"}, "进度节点", "bad_date"),
        ({"进度节点": "06-30:50; 09-30:七十五"}, "进度节点", "bad_number"),
        ({"进度节点": "06-30:50; 09-30:150"}, "进度节点", "out_of_range"),
        ({"行政区划代码": "449999"}, "行政区划代码", "unknown_code"),
        ({"最低比例(%)": "9.5"}, "最低比例(%)", "rule"),
        ({"无食堂要求": "不作要求"}, "无食堂要求", "rule"),
    ],
    "suppliers": [
        ({"类型": "公司"}, "类型", "bad_choice"),
        ({"所属县代码": "440106"}, "所属县代码", "unknown_code"),
        ({"失效日期": "2023-12-31"}, "失效日期", "out_of_range"),
        ({"生效日期": "昨天"}, "生效日期", "bad_date"),
        ({"供应商代码": "Z", "生效日期": "2025-12-31"}, "生效日期", "rule"),
        (WITHIN, "生效日期", "rule"),
        ({"供应商代码": "Z", "生效日期": "2019-01-01", "失效日期": "昨天"}, "失效日期", "bad_date"),
        (ENDED | {"生效日期": "2020-01-01"}, "供应商名称", "conflict"),
        ({"名录批次": ""}, "名录批次", "required"),
    ],
    "purchases": [
        ({"订单编号": "2.026011500012346e+19"}, "订单编号", "numeric_key"),
        ({"所属预算单位编码": "Z404"}, "所属预算单位编码", "unknown_code"),
        ({"订单金额(元)": "0"}, "订单金额(元)", "out_of_range"),
        ({"订单金额(元)": "1.234"}, "订单金额(元)", "bad_number"),
        ({"退款金额(元)": "100.01"}, "退款金额(元)", "out_of_range"),
        ({"单价(元)": "1.234"}, "单价(元)", "bad_number"),
        ({"下单时间": "2099-01-01"}, "下单时间", "out_of_range"),
        ({"验收时间": "2099-01-01 08:00"}, "验收时间", "out_of_range"),
        ({"评价时间": "2025-13-01"}, "评价时间", "bad_date"),
        ({"资金类型": "公费"}, "资金类型", "bad_choice"),
        ({"订单编号": "Z", "支付时间": "2025-03-08"}, "支付时间", "conflict"),
        ({"订单编号": "Z", "订单行号": "一"}, "订单行号", "bad_number"),
    ],
}

# What else is wrong in the row whose key comes again.
AND_UNKNOWN: dict[str, Line] = {
    "units": {"上级单位编码": "Z404"},
    "suppliers": {"所属县代码": "440106"},
    "purchases": {"所属预算单位编码": "Z404"},
}


def broken(seed: int) -> Broken:
    """Clean lines, blank lines and lines with one mistake each, in a random order."""
    rng = Random(seed)
    kind = rng.choice(sorted(MISTAKES))
    chosen = rng.sample(MISTAKES[kind], rng.randint(1, len(MISTAKES[kind])))
    plan = [*chosen, ({}, None, None), ({}, None, None)]
    rng.shuffle(plan)
    unknown = AND_UNKNOWN.get(kind, {})
    headings = {heading for cells, _, _ in plan for heading in cells} | set(unknown)
    blank = dict.fromkeys([*clean_line(kind, 0), *sorted(headings)], "")
    rows, mistakes = [], []
    for number, (cells, column, code) in enumerate(plan):
        if rng.random() < 0.2:
            rows.append(dict(blank))
        rows.append(blank | clean_line(kind, number) | cells)
        if code:
            mistakes.append((len(rows) + 1, column, code))
    first_clean = plan.index(({}, None, None))
    rows.append(blank | clean_line(kind, first_clean) | unknown)
    mistakes.append((len(rows) + 1, next(iter(blank)), "duplicate"))
    mistakes += [(len(rows) + 1, heading, "unknown_code") for heading in unknown]
    return Broken(BEFORE, Step(kind, rows), mistakes)


def clean_line(kind: str, number: int) -> Line:
    """An acceptable line whose key no other line of the world or of the file has."""
    name = CLEAN[number]
    return {
        "units": lines.unit(f"NEW{number}", PLACE),
        "filings": lines.own_canteen(YEAR, name, "1000", "15"),
        "policies": lines.policy(YEAR, COUNTIES[number]),
        "suppliers": lines.supplier(name, "2024-01-01"),
        "purchases": lines.purchase(name, "Z1", "Z", "100", "2025-03-05"),
    }[kind]
