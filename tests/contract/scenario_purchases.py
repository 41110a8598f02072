"""Random purchases that meet every verdict, and their monthly progress."""

from datetime import date, timedelta
from random import Random

from . import lines
from .lines import Line
from .scenario_master import TODAY, day_between

EDGES = (date(2024, 12, 31), date(2025, 12, 31))
PROGRESS_DAYS = ("支付时间", "验收时间", "评价时间")
ORIGINS = ("", "", "", "520221", "520204", "632857", "440106", "999999")
CHANNELS = ("832平台",) * 8 + ("第三方代采", "线下", "其他平台")
STATUSES = ("进行中", "进行中", "已完结", "已完结", "已完结", "已取消")
CLOCKS = ("", "", " 00:00", " 00:10", " 23:59", " 07:59:59", "T00:30:00.0", "T23:30:00+08:00")


def purchase_lines(
    rng: Random, units: list[Line], suppliers: list[Line], prefix: str, count: int
) -> list[Line]:
    codes = [line["供应商代码"] for line in suppliers] * 4 + ["X404", "91350100M000100Y43"]
    buyers = [line["单位编码"] for line in units]
    found = []
    for number in range(count):
        amount = rng.randint(1, 5_000_000)
        ordered = ordered_day(rng)
        line = lines.purchase(
            f"{prefix}{number // 2:018d}",
            rng.choice(buyers),
            rng.choice(codes),
            yuan(amount),
            ordered.isoformat() + rng.choice(CLOCKS),
        )
        line |= {"订单行号": str(number % 2 + 1), "产地县代码": rng.choice(ORIGINS), "品类": ""}
        line |= choices(rng) | days(rng, ordered) | money(rng, amount, ordered)
        found.append(line)
    return found


def ordered_day(rng: Random) -> date:
    if rng.random() < 0.4:
        return rng.choice(EDGES) + timedelta(days=rng.randint(-3, 3))
    return day_between(rng, date(2023, 12, 1), TODAY)


def yuan(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def hundredths(cell: str) -> int:
    return int(cell.replace(".", "") or 0)


def choices(rng: Random) -> Line:
    return {
        "资金类型": rng.choice(("食堂", "食堂", "食堂", "工会", "个人")),
        "采购渠道": rng.choice(CHANNELS),
        "订单状态": rng.choice(STATUSES),
    }


def days(rng: Random, ordered: date) -> Line:
    """Any of the three may be missing, and they need not follow one another."""
    found = {}
    for heading in PROGRESS_DAYS:
        day = ordered + timedelta(days=rng.choice((-2, 0, 1, 3, 20, 60, 300)))
        known = day <= TODAY and rng.random() < 0.8
        found[heading] = day.isoformat() + rng.choice(CLOCKS) if known else ""
    return found


def money(rng: Random, amount: int, ordered: date) -> Line:
    """Part payments, also smaller than the refund; refunds with and without a day."""
    paid = yuan(rng.randint(1, amount)) if rng.random() < 0.3 else ""
    cells = {"支付金额(元)": paid, "退款金额(元)": "", "退款时间": ""}
    if rng.random() < 0.35:
        cells["退款金额(元)"] = yuan(rng.choice((amount, *[rng.randint(1, amount)] * 4)))
        refunded = ordered + timedelta(days=rng.choice((-5, 0, 2, 10, 40, 250)))
        known = refunded <= TODAY and rng.random() < 0.7
        cells["退款时间"] = refunded.isoformat() if known else ""
    return cells


def grown(rng: Random, purchases: list[Line]) -> list[Line]:
    """The same orders a month later: days fill or move on, states close, refunds grow."""
    return [grown_line(rng, line) for line in purchases if rng.random() < 0.6]


def grown_line(rng: Random, line: Line) -> Line:
    later = dict(line)
    ordered = date.fromisoformat(line["下单时间"][:10])
    for heading in PROGRESS_DAYS:
        if rng.random() < 0.5:
            known = date.fromisoformat((line[heading] or line["下单时间"])[:10])
            day = max(known, ordered) + timedelta(days=rng.choice((1, 15)))
            later[heading] = line[heading] if day > TODAY else day.isoformat()
    if line["订单状态"] == "进行中":
        later["订单状态"] = rng.choice(STATUSES)
    if rng.random() < 0.2:
        refunded = max(hundredths(line["退款金额(元)"]), 1)
        later["退款金额(元)"] = yuan(rng.randint(refunded, hundredths(line["订单金额(元)"])))
    return later | {"品类": "粮油"}
