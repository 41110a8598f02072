"""The files of budget units (预算单位台账) and of people (人员)."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from exchange.columns import Column
from exchange.resources import SheetResource
from exchange.staging import Outcome, Staged
from organizations.models import BudgetUnit, Membership, Role, UnitKind, UnitLevel, User
from organizations.people import add_role, save_people
from organizations.services import save_units

_LEVELS = {
    "中央": UnitLevel.CENTRAL.value,
    "省级": UnitLevel.PROVINCE.value, "省": UnitLevel.PROVINCE.value,
    "市级": UnitLevel.PREFECTURE.value, "市": UnitLevel.PREFECTURE.value,
    "县级": UnitLevel.COUNTY.value, "县": UnitLevel.COUNTY.value,
    "乡级": UnitLevel.TOWNSHIP.value, "乡": UnitLevel.TOWNSHIP.value,
}  # fmt: skip
_KINDS = {
    "机关": UnitKind.GOVERNMENT.value,
    "群团": UnitKind.MASS_ORGANIZATION.value,
    "学校": UnitKind.SCHOOL.value,
    "医院": UnitKind.HOSPITAL.value,
    "其他事业单位": UnitKind.INSTITUTION.value,
    "国有企业": UnitKind.STATE_ENTERPRISE.value,
    "其他": UnitKind.OTHER.value,
}
_ROLES = {
    "财政管理员": Role.BUREAU_ADMINISTRATOR.value,
    "财政审核员": Role.BUREAU_REVIEWER.value,
    "主管部门": Role.DEPARTMENT.value,
    "单位填报员": Role.UNIT_CLERK.value,
    "脱贫县名录员": Role.COUNTY_KEEPER.value,
    "审计": Role.AUDITOR.value,
    "系统管理员": Role.SYSTEM_ADMINISTRATOR.value,
}


class UnitResource(SheetResource):
    kind = "units"

    code = Column("单位编码", "key", field="code", required=True, key=True)
    name = Column("单位名称", "text", field="name", required=True)
    uscc = Column("统一社会信用代码", "uscc", field="uscc")
    region = Column("行政区划代码", "key", field="region", path="region__code", required=True)
    level = Column("预算级次", "choice", field="level", required=True, choices=_LEVELS)
    parent = Column("上级单位编码", "key", field="parent", path="parent__code")
    unit_kind = Column("单位类型", "choice", field="kind", required=True, choices=_KINDS)
    opened_on = Column("启用日期", "day", field="opened_on")
    closed_on = Column("停用日期", "day", field="closed_on")
    successor = Column("承接单位编码", "key", field="successor", path="successor__code")
    headcount = Column("职工人数", "integer", field="headcount", minimum=0)
    responsible_person = Column("责任人", "text", field="responsible_person")
    phone = Column("联系电话", "text", field="phone")

    def visible_to(self, user: User | None) -> QuerySet[BudgetUnit]:
        units = BudgetUnit.objects.visible_to(user)
        return units.select_related("region", "parent", "successor").order_by("code")

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        return save_units(staged, by=by, update=update)


class PeopleResource(SheetResource):
    """A person with one role; of several roles the first is written, and all are kept."""

    kind = "people"

    username = Column("登录名", "key", field="username", required=True, key=True, max_length=64)
    name = Column("姓名", "text", field="name", max_length=64)
    phone = Column("手机", "text", field="phone", max_length=32)
    role = Column("角色", "choice", field="role", path="post__role", required=True, choices=_ROLES)
    region = Column("行政区划代码", "key", field="region", path="post__region__code")
    unit = Column("单位编码", "key", field="unit", path="post__unit__code")

    def visible_to(self, user: User | None) -> QuerySet[User]:
        """People with a role; who has none yet cannot be written as a row."""
        held = Membership.objects.filter(user=OuterRef("pk"))
        return User.objects.visible_to(user).filter(Exists(held)).with_posts()

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        return save_people(staged, by=by, update=update)


class RoleResource(PeopleResource):
    """One more role for somebody who stands: by form, never by file."""

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        return add_role(staged, by=by)
