"""The people of the demonstration: every role, at a place where it has something to do."""

from pathlib import Path

import pytest

from exchange import imports
from exchange.resources import resource_of
from organizations.models import BudgetUnit, Membership, Role
from tests.demo.conftest import asked, write


def places(files: dict[str, list[dict[str, str]]], role: str) -> list[str]:
    rows = [row for row in files["07-people"] if row["角色"] == role]
    return [row["行政区划代码"] or row["单位编码"] for row in rows]


def test_every_role_has_somebody(files):
    roles = {row["角色"] for row in files["07-people"]}
    assert roles == {
        "财政管理员", "财政审核员", "主管部门", "单位填报员", "脱贫县名录员", "审计", "系统管理员"
    }  # fmt: skip


def test_province_and_city_have_administrator_and_reviewer(files):
    for role in ("财政管理员", "财政审核员"):
        assert places(files, role) == ["450000", "450100"]


def test_one_clerk_has_to_file_and_the_other_has_filed(files, filings):
    filed = {row["单位编码"]: row["状态"] for row in files["04-filings-2026"]}
    waiting, confirmed = places(files, "单位填报员")
    assert waiting not in filed
    assert filed[confirmed] == "已确认"


def test_department_has_units_below(files):
    [department] = places(files, "主管部门")
    assert department in {row["上级单位编码"] for row in files["01-units"]}


@pytest.mark.django_db
@pytest.mark.parametrize("province", ["450000", "110000", "460000"])
def test_people_are_accepted_behind_their_units(tmp_path: Path, province: str):
    written = write(asked(province, units=40, purchases=300), tmp_path)
    for name in ("01-units", "07-people"):
        path = tmp_path / f"{name}.csv"
        result = imports.run(resource_of(name[3:]), path, path.name, by=None)
        assert (result.errors, result.created) == ([], len(written[name]))
    assert {post.role for post in Membership.objects.all()} == set(Role)
    assert BudgetUnit.objects.filter(membership__role=Role.UNIT_CLERK).count() == 2
