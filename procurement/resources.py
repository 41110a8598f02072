"""The file of purchases (采购记录), as the platform exports it."""

from collections.abc import Iterable
from typing import Any

from exchange.columns import Column
from exchange.resources import SheetResource
from exchange.staging import Outcome, Staged
from organizations.models import BudgetUnit, User
from procurement.choices import Channel, Fund, OrderStatus, Settlement
from procurement.models import PurchaseRecord
from procurement.services import save_purchases

_FUNDS = {"食堂": Fund.CANTEEN.value, "工会": Fund.UNION.value, "个人": Fund.INDIVIDUAL.value}
_CHANNELS = {
    "832平台": Channel.PLATFORM_832.value,
    "第三方代采": Channel.THIRD_PARTY.value,
    "线下": Channel.OFFLINE.value,
    "其他平台": Channel.OTHER_PLATFORM.value,
}
_STATUSES = {
    "进行中": OrderStatus.OPEN.value,
    "已完结": OrderStatus.CLOSED.value, "完结": OrderStatus.CLOSED.value,
    "已完成": OrderStatus.CLOSED.value, "完成": OrderStatus.CLOSED.value,
    "已取消": OrderStatus.CANCELLED.value, "取消": OrderStatus.CANCELLED.value,
}  # fmt: skip
_SETTLEMENTS = {"先款后货": Settlement.PREPAID.value, "先货后款": Settlement.POSTPAID.value}


class PurchaseResource(SheetResource):
    kind = "purchases"

    order_no = Column("订单编号", "key", field="order_no", required=True, key=True)
    line_no = Column("订单行号", "integer", field="line_no", key=True, blank_means=1, minimum=1)
    unit = Column("所属预算单位编码", "key", field="unit", path="unit__code", required=True)
    supplier = Column("供应商代码", "key", field="supplier", path="supplier_code", required=True)
    origin = Column("产地县代码", "key", field="origin", path="origin_code")
    product = Column("商品名称", "text", field="product", required=True)
    category = Column("品类", "text", field="category", change="fills")
    quantity = Column("数量", "decimal", field="quantity", places=4, minimum=0, change="fills")
    unit_of_measure = Column("计量单位", "text", field="unit_of_measure", change="fills")
    # The record's column holds no larger one.
    unit_price = Column(
        "单价(元)", "amount", field="unit_price", minimum=0, maximum=10**13, change="fills"
    )
    amount = Column("订单金额(元)", "amount", field="amount", required=True, minimum=0, above=True)
    refunded = Column("退款金额(元)", "amount", field="refunded", minimum=0, change="grows")
    refunded_at = Column(
        "退款时间", "moment", field="refunded_at", not_after_today=True, change="grows"
    )
    fund = Column("资金类型", "choice", field="fund", required=True, choices=_FUNDS)
    channel = Column("采购渠道", "choice", field="channel", required=True, choices=_CHANNELS)
    ordered_at = Column(
        "下单时间", "moment", field="ordered_at", required=True, not_after_today=True
    )
    paid_at = Column("支付时间", "moment", field="paid_at", not_after_today=True, change="grows")
    paid_amount = Column("支付金额(元)", "amount", field="paid_amount", minimum=0, change="fills")
    accepted_at = Column(
        "验收时间", "moment", field="accepted_at", not_after_today=True, change="grows"
    )
    rated_at = Column("评价时间", "moment", field="rated_at", not_after_today=True, change="grows")
    status = Column(
        "订单状态", "choice", field="status", required=True, choices=_STATUSES, change="grows"
    )
    settlement = Column(
        "结算方式", "choice", field="settlement", choices=_SETTLEMENTS, change="fills"
    )
    account = Column("交易账号", "text", field="account", change="fills")
    payer = Column("付款户名", "text", field="payer", change="fills")
    receiver = Column("收货人", "text", field="receiver", change="fills")
    voucher = Column("提货券", "text", field="voucher", change="fills")
    tracking_no = Column("物流单号", "text", field="tracking_no", change="fills")
    trace_code = Column("溯源码", "text", field="trace_code", change="fills")

    def visible_to(self, user: User | None) -> Iterable[PurchaseRecord]:
        units = BudgetUnit.objects.visible_to(user)
        records = PurchaseRecord.objects.filter(unit__in=units).select_related("unit")
        return records.order_by("order_no", "line_no").iterator(chunk_size=2000)

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        return save_purchases(staged, by=by, update=update, job=job)
