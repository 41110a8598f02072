"""The file of purchases (采购记录), and how an order may grow from month to month."""

import re
from dataclasses import replace

from .oracle_cells import (
    CellError,
    Column,
    Row,
    Sheet,
    amount,
    choice,
    code,
    day,
    key,
    positive_amount,
    quantity,
    text,
    whole,
)
from .oracle_records import Purchase, World, differing_fields

FINISHED, CANCELLED, RUNNING = "已完结", "已取消", "进行中"


def six_digits(cell: str) -> str:
    if not re.fullmatch(r"\d{6}", code(cell)):
        raise CellError("unknown_code")
    return code(cell)


KEY = ("order_no", "line_no")
COLUMNS = [
    Column("订单编号", "order_no", key, required=True),
    Column("订单行号", "line_no", whole, default=1),
    Column("所属预算单位编码", "unit", key, required=True),
    Column("供应商代码", "supplier", key, required=True),
    Column("产地县代码", "origin", six_digits),
    Column("商品名称", "product", text, required=True),
    Column("品类", "category", text),
    Column("数量", "quantity", quantity),
    Column("计量单位", "unit_of_measure", text),
    Column("单价(元)", "unit_price", amount),
    Column("订单金额(元)", "amount", positive_amount, required=True),
    Column("退款金额(元)", "refunded", amount, default=Purchase.refunded),
    Column("退款时间", "refunded_at", day),
    Column("资金类型", "fund", choice("食堂", "工会", "个人"), required=True),
    Column(
        "采购渠道", "channel", choice("832平台", "第三方代采", "线下", "其他平台"), required=True
    ),
    Column("下单时间", "ordered_at", day, required=True),
    Column("支付时间", "paid_at", day),
    Column("支付金额(元)", "paid_amount", amount),
    Column("验收时间", "accepted_at", day),
    Column("评价时间", "rated_at", day),
    Column("订单状态", "status", choice(RUNNING, FINISHED, CANCELLED), required=True),
    Column("结算方式", "settlement", choice("先款后货", "先货后款")),
    Column("交易账号", "account", text),
    Column("付款户名", "payer", text),
    Column("收货人", "receiver", text),
    Column("提货券", "voucher", text),
    Column("物流单号", "tracking_no", text),
    Column("溯源码", "trace_code", text),
]

PROGRESSING_DAYS = ("paid_at", "accepted_at", "rated_at", "refunded_at")
FIXED = ("unit", "supplier", "origin", "product", "fund", "channel", "amount", "ordered_at")


def apply(world: World, sheet: Sheet, update: bool) -> list[str]:
    """Write the rows into the world; returns what became of each, errors stay in the sheet."""
    outcomes = []
    for row in sheet.rows:
        if row.values.get("unit") not in {*world.units, None}:
            sheet.refuse(row, "unit", "unknown_code")
        refuse_future_days(world, sheet, row)
        if row.sound:
            purchase, outcome = judge(world, sheet, row, update)
            world.purchases[purchase.order_no, purchase.line_no] = purchase
            outcomes.append(outcome)
    return outcomes


def refuse_future_days(world: World, sheet: Sheet, row: Row) -> None:
    for name in ("ordered_at", *PROGRESSING_DAYS):
        if row.values.get(name) and row.values[name] > world.today:
            sheet.refuse(row, name, "out_of_range")


def judge(world: World, sheet: Sheet, row: Row, update: bool) -> tuple[Purchase, str]:
    old = world.purchases.get((row.values["order_no"], row.values.get("line_no", 1)))
    new = replace(old, **row.values) if old else Purchase(**row.values)
    if new.refunded > new.amount:
        sheet.refuse(row, "refunded", "out_of_range")
    if old is None:
        return new, "created"
    changed = differing_fields(old, new)
    if not update:
        for name in changed:
            if not is_progress(name, getattr(old, name), getattr(new, name)):
                sheet.refuse(row, name, "conflict")
    return new, "updated" if changed else "unchanged"


def is_progress(name: str, old: object, new: object) -> bool:
    """Whether one changed field is the ordinary monthly progress of an order."""
    if name in FIXED:
        return False
    if name == "status":
        return old == RUNNING
    if name == "refunded":
        return new > old
    if name in PROGRESSING_DAYS:
        return new is not None and (old is None or new > old)
    return old is None
