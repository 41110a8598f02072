"""The files of policies (年度政策) and filings (预留份额填报)."""

from typing import Any

from django.db.models import QuerySet

from exchange.columns import Column
from exchange.resources import SheetResource
from exchange.staging import Outcome, Staged
from organizations.models import BudgetUnit, Region, User
from quotas.checkpoints import write_checkpoints
from quotas.choices import AmountFloor, Base, Basis, Canteen, FilingState, NoCanteenRule
from quotas.filings import save_filings
from quotas.models import Filing, Policy
from quotas.policies import save_policies

_YES_NO = {"是": "true", "否": "false"}
_BASES = {
    "食堂食材": Base.CANTEEN.value,
    "农副产品": Base.FARM_PRODUCTS.value,
    "食堂和工会": Base.CANTEEN_AND_UNION.value,
}
_BASIS = {
    "下单": Basis.ORDERED.value,
    "支付": Basis.PAID.value,
    "验收": Basis.ACCEPTED.value,
    "完结": Basis.COMPLETED.value, "完成": Basis.COMPLETED.value,
}  # fmt: skip
_NO_CANTEEN = {
    "不作要求": NoCanteenRule.NONE.value,
    "填报工会需求": NoCanteenRule.UNION_DEMAND.value,
    "工会经费比例": NoCanteenRule.UNION_FUNDS.value,
}
_FLOORS = {
    "无": AmountFloor.NONE.value,
    "上年预留": AmountFloor.LAST_RESERVED.value,
    "上年采购": AmountFloor.LAST_PURCHASED.value,
}
_CANTEENS = {
    "自有食堂": Canteen.OWN.value, "自有": Canteen.OWN.value,
    "共用食堂": Canteen.SHARED.value, "共用": Canteen.SHARED.value,
    "食堂外包": Canteen.OUTSOURCED.value, "外包": Canteen.OUTSOURCED.value,
    "无食堂": Canteen.NONE.value, "无": Canteen.NONE.value,
}  # fmt: skip
_STATES = {
    "已提交": FilingState.SUBMITTED.value, "提交": FilingState.SUBMITTED.value,
    "已确认": FilingState.CONFIRMED.value, "确认": FilingState.CONFIRMED.value,
}  # fmt: skip


class PolicyResource(SheetResource):
    kind = "policies"

    year = Column("年度", "year", field="year", required=True, key=True)
    region = Column(
        "行政区划代码", "key", field="region", path="region__code", required=True, key=True
    )
    separate = Column("单列", "choice", field="separate", choices=_YES_NO)
    min_ratio = Column("最低比例(%)", "percent", field="min_ratio", minimum=0, maximum=100)
    encouraged_ratio = Column(
        "鼓励比例(%)", "percent", field="encouraged_ratio", minimum=0, maximum=100
    )
    base = Column("填报基数", "choice", field="base", choices=_BASES)
    basis = Column("统计口径", "choice", field="basis", choices=_BASIS)
    union_in_target = Column("预留份额含工会", "choice", field="union_in_target", choices=_YES_NO)
    no_canteen_rule = Column("无食堂要求", "choice", field="no_canteen_rule", choices=_NO_CANTEEN)
    union_funds_ratio = Column(
        "工会经费比例(%)", "percent", field="union_funds_ratio", minimum=0, maximum=100
    )
    amount_floor = Column("预留金额下限", "choice", field="amount_floor", choices=_FLOORS)
    filing_opens = Column("填报开始", "day", field="filing_opens")
    filing_due = Column("填报截止", "day", field="filing_due")
    confirm_due = Column("确认截止", "day", field="confirm_due")
    checkpoints = Column("进度节点", "text", field="checkpoints")
    document_number = Column("文号", "text", field="document_number", required=True)

    def dehydrate_checkpoints(self, policy: Policy) -> str:
        return write_checkpoints(policy.checkpoints)

    def visible_to(self, user: User | None) -> QuerySet[Policy]:
        policies = Policy.objects.filter(region__in=Region.objects.visible_to(user))
        return policies.select_related("region").order_by("year", "region__path")

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        return save_policies(staged, by=by, update=update)


class FilingResource(SheetResource):
    kind = "filings"

    year = Column("年度", "year", field="year", required=True, key=True)
    unit = Column("单位编码", "key", field="unit", path="unit__code", required=True, key=True)
    canteen = Column("食堂情况", "choice", field="canteen", required=True, choices=_CANTEENS)
    representative = Column(
        "代表单位编码", "key", field="representative", path="representative__code"
    )
    executor = Column("食堂承包单位", "text", field="executor")
    base_amount = Column("食堂食材采购总额(元)", "amount", field="base_amount", minimum=0)
    ratio = Column("预留比例(%)", "percent", field="ratio", minimum=0, maximum=100)
    approval_document = Column("低于比例批准文号", "text", field="approval_document")
    reserved_amount = Column("预留金额(元)", "amount", field="reserved_amount", minimum=0)
    union_amount = Column("工会预计采购金额(元)", "amount", field="union_amount", minimum=0)
    union_funds = Column("工会经费(元)", "amount", field="union_funds", minimum=0)
    assigned_amount = Column("下达任务金额(元)", "amount", field="assigned_amount", minimum=0)
    diners = Column("就餐人数", "integer", field="diners", minimum=0)
    contact = Column("联系人", "text", field="contact")
    phone = Column("联系电话", "text", field="phone")
    remark = Column("备注", "text", field="remark")
    explanation = Column("情况说明", "text", field="explanation")
    state = Column("状态", "choice", field="state", choices=_STATES)
    standing = Column(
        "办理状态", "text", field="standing", path="get_state_display", export_only=True
    )

    def dehydrate_state(self, filing: Filing) -> str:
        """Drafts, returned and endorsed filings go out with their state in 办理状态 alone."""
        return self.fields["state"].spellings.get(filing.state, "")

    def visible_to(self, user: User | None) -> QuerySet[Filing]:
        """The latest version of each filing: the open one, else the one in force.

        Drafts that do not say a canteen yet are no rows of a file: it is required there.
        """
        filings = Filing.objects.filter(unit__in=BudgetUnit.objects.visible_to(user))
        latest = filings.order_by("year", "unit_id", "-version").distinct("year", "unit_id")
        chosen = Filing.objects.filter(pk__in=latest.values("pk")).exclude(canteen="")
        return chosen.select_related("unit", "representative").order_by("year", "unit__code")

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        return save_filings(staged, by=by, update=update)
