"""Random units, policies and suppliers: few places, many borders."""

from datetime import date, timedelta
from random import Random

from . import lines
from .lines import Line
from .reference import ROOT

TODAY = date(2026, 6, 30)
YEARS = (2024, 2025, 2026)

# Shenzhen merges apart from its province, 仙桃 hangs under its province without a prefecture.
PLACES = (
    *(ROOT, "440000", "440100", "440106", "440300", "440303"),
    *("420000", "429004", "420100", "420102", "360000", "360700", "360725"),
)
POLICY_LEVELS = {
    ROOT: 0,
    "440000": 1,
    "420000": 1,
    "440100": 2,
    "440300": 2,
    "360700": 2,
    "440106": 3,
    "440303": 3,
    "429004": 3,
}
UNION_BASE_PLACES = ("440106", "440303", "429004")
ENTERPRISE = "国有企业"


def day_between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def level_of(rng: Random, region: str) -> str:
    if region == ROOT:
        return "中央"
    if region.endswith("0000"):
        return "省级"
    return "市级" if region.endswith("00") else rng.choice(("县级", "乡级"))


def unit_lines(rng: Random) -> list[Line]:
    """Units in order of their codes' numbers: parents stand before, successors after."""
    codes = [f"U{number:03d}" for number in range(rng.randint(15, 60))]
    kinds = {code: rng.choice(("机关", "学校", "医院", "群团")) for code in codes}
    kinds |= dict.fromkeys(rng.sample(codes, len(codes) // 8), ENTERPRISE)
    return [unit_line(rng, code, codes, kinds) for code in codes]


def unit_line(rng: Random, code: str, codes: list[str], kinds: dict[str, str]) -> Line:
    region = rng.choice(PLACES)
    position = codes.index(code)
    earlier = ["", *(c for c in codes[:position] if kinds[c] != ENTERPRISE)]
    line = lines.unit(code, region, 单位类型=kinds[code], 预算级次=level_of(rng, region))
    line["上级单位编码"] = rng.choice(earlier) if rng.random() < 0.6 else ""
    opened = day_between(rng, date(2023, 6, 1), date(2026, 3, 31)) if rng.random() < 0.2 else None
    line["启用日期"] = opened.isoformat() if opened else ""
    line |= {"停用日期": "", "承接单位编码": "", "责任人": ""}
    if rng.random() < 0.3:
        line |= closing(rng, opened, successors(code, codes, kinds))
    return line


def successors(code: str, codes: list[str], kinds: dict[str, str]) -> list[str]:
    """Only units further on, so that no circle can arise."""
    return [c for c in codes if c > code and kinds[c] != ENTERPRISE]


def closing(rng: Random, opened: date | None, candidates: list[str]) -> Line:
    closed = day_between(rng, opened or date(2023, 10, 1), date(2026, 6, 1))
    successor = rng.choice(candidates) if candidates and rng.random() < 0.7 else ""
    return {"停用日期": closed.isoformat(), "承接单位编码": successor}


def policy_lines(rng: Random, year: int) -> list[Line]:
    """Rows that grow stricter level by level, so that none loosens what stands above it."""
    demand_from, floor_from = rng.randint(0, 3), rng.randint(0, 3)
    union_base = rng.choice((*UNION_BASE_PLACES, "", ""))
    found = []
    for place, level in POLICY_LEVELS.items():
        if rng.random() < 0.7:
            line = lines.policy(year, place) | ratio_cells(rng, level) | date_cells(rng, year)
            line |= demand_cells(rng, level, demand_from)
            line |= {
                "单列": rng.choice(("是", "是", "否")) if place == "440300" else "",
                "填报基数": rng.choice(("", "食堂食材", "农副产品")),
                "统计口径": rng.choice(("", "下单", "支付", "验收", "完结", "完成")),
                "预留份额含工会": rng.choice(("", "是", "否")),
                "预留金额下限": floor_cell(rng, level, floor_from),
                "进度节点": rng.choice(("", "06-30:50; 09-30:75")),
            }
            found.append(line)
            if place == union_base:
                line |= {"填报基数": "食堂和工会", "预留份额含工会": "否"}
    return found


def ratio_cells(rng: Random, level: int) -> Line:
    lowest = rng.choice(("", str(10 + 5 * level), f"{12.5 + 5 * level}%"))
    return {"最低比例(%)": lowest, "鼓励比例(%)": rng.choice(("", str(20 + 5 * level)))}


def demand_cells(rng: Random, level: int, strict_from: int) -> Line:
    if level < strict_from:
        return {"无食堂要求": rng.choice(("", "不作要求")), "工会经费比例(%)": ""}
    rule = rng.choice(("", "填报工会需求", "工会经费比例"))
    ratio = str(10 + 5 * level) if rule == "工会经费比例" else ""
    return {"无食堂要求": rule, "工会经费比例(%)": ratio}


def floor_cell(rng: Random, level: int, strict_from: int) -> str:
    return rng.choice(("", "无") if level < strict_from else ("", "上年预留", "上年采购"))


def date_cells(rng: Random, year: int) -> Line:
    return {
        "填报开始": rng.choice(("", f"{year}-01-10", f"{year}年2月1日")),
        "填报截止": rng.choice(("", f"{year}-03-31", f"{year}/7/31", f"{year}.10.31")),
        "确认截止": rng.choice(("", f"{year}-11-30")),
    }


def supplier_lines(rng: Random, counties: set[str]) -> list[Line]:
    """Up to three periods a code: some touch, some leave a gap, some have no end."""
    codes = sorted(counties)
    found = []
    for number in range(rng.randint(4, 8)):
        start = day_between(rng, date(2022, 1, 1), date(2024, 12, 31))
        for _ in range(rng.randint(1, 3)):
            end = start + timedelta(days=rng.randint(60, 400))
            county = rng.choice(("520221", "540422", "632857", rng.choice(codes)))
            found.append(lines.supplier(f"S{number}", start.isoformat(), end.isoformat(), county))
            start = end + timedelta(days=rng.choice((1, 1, 30, 90)))
        if rng.random() < 0.7:
            found[-1]["失效日期"] = ""
    return found
