"""The file of suppliers (供应商名录)."""

from typing import Any

from django.db.models import QuerySet

from exchange.columns import Column
from exchange.resources import SheetResource
from exchange.staging import Outcome, Staged
from organizations.models import Region, User
from suppliers.models import Supplier, SupplierKind
from suppliers.services import save_suppliers

_KINDS = {
    "企业": SupplierKind.ENTERPRISE.value,
    "合作社": SupplierKind.COOPERATIVE.value,
    "家庭农场": SupplierKind.FAMILY_FARM.value,
    "农户": SupplierKind.HOUSEHOLD.value,
}


class SupplierResource(SheetResource):
    kind = "suppliers"

    code = Column("供应商代码", "key", field="code", required=True, key=True)
    name = Column("供应商名称", "text", field="name", required=True)
    supplier_kind = Column("类型", "choice", field="kind", required=True, choices=_KINDS)
    county = Column("所属县代码", "key", field="county", path="county__code", required=True)
    batch = Column("名录批次", "text", field="batch", required=True)
    valid_from = Column("生效日期", "day", field="valid_from", required=True, key=True)
    valid_to = Column("失效日期", "day", field="valid_to")

    def visible_to(self, user: User | None) -> QuerySet[Supplier]:
        counties = Region.objects.visible_to(user)
        suppliers = Supplier.objects.filter(county__region__in=counties)
        return suppliers.select_related("county").order_by("code", "valid_from")

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        return save_suppliers(staged, by=by, update=update)
