"""Policies and filings worked by hand: which are accepted, and what a confirmation does."""

import pytest

from . import lines
from .expectations import COUNTIES, REGIONS, TODAY, accept, codes, counts
from .oracle import Contract


@pytest.fixture
def contract() -> Contract:
    """Units A (广州) and B (武汉) and a supplier S of all days; nothing filed."""
    made = Contract(REGIONS, COUNTIES, TODAY)
    accept(made, "units", [lines.unit("A", "440100"), lines.unit("B", "420100")])
    accept(made, "suppliers", [lines.supplier("S", "2020-01-01")])
    return made


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"文号": ""}, "required"),
        ({"最低比例(%)": "101"}, "out_of_range"),
        ({"最低比例(%)": "10.12345"}, "bad_number"),
        ({"最低比例(%)": "20%", "鼓励比例(%)": "15"}, "out_of_range"),
        ({"统计口径": "发货"}, "bad_choice"),
        ({"无食堂要求": "工会经费比例"}, "required"),
        ({"填报开始": "2025-03-02", "填报截止": "2025-03-01"}, "out_of_range"),
        ({"填报开始": "2025-03-02", "确认截止": "2025-03-01"}, "out_of_range"),
        ({"填报基数": "食堂和工会", "预留份额含工会": "是"}, "rule"),
    ],
)
def test_policy_with_one_mistake_is_refused(contract, cells, code):
    assert codes(contract, "policies", lines.policy(2025, "440000") | cells) == [(2, code)]


@pytest.mark.parametrize(
    "cells", [{"最低比例(%)": "9"}, {"无食堂要求": "不作要求"}, {"预留金额下限": "无"}]
)
def test_loosening_is_refused_on_either_side(contract, cells):
    strict = {"最低比例(%)": "10", "无食堂要求": "填报工会需求", "预留金额下限": "上年采购"}
    upper, lower = lines.policy(2025, "440000", **strict), lines.policy(2025, "440100", **cells)
    other = Contract(REGIONS, COUNTIES, TODAY)
    accept(other, "policies", [lower])
    assert codes(other, "policies", upper) == [(2, "rule")]
    accept(contract, "policies", [upper])
    assert codes(contract, "policies", lower) == [(2, "rule")]


def test_upper_row_may_be_raised_with_the_lower_ones(contract):
    key = "最低比例(%)"
    accept(contract, "policies", [lines.policy(2025, "440100", **{key: "10"})])
    upper, lower = (lines.policy(2025, place, **{key: "20"}) for place in ("440000", "440100"))
    assert codes(contract, "policies", upper) == [(2, "rule")]
    accept(contract, "policies", [upper, lower], update=True)


def test_separate_city_and_its_districts_skip_the_province(contract):
    key = "最低比例(%)"
    rows = [lines.policy(2025, place, **{key: ratio}) for place, ratio in RATIOS.items()]
    accept(contract, "policies", [row | {"单列": separate(row)} for row in rows])
    joined = lines.policy(2025, "440300", **{key: "20"}) | {"单列": "否"}
    assert codes(contract, "policies", joined, update=True) == [(2, "rule")]


RATIOS = {"000000": "10", "440000": "30", "440300": "20", "440303": "25"}


def separate(line: dict) -> str:
    return "是" if line["行政区划代码"] == "440300" else ""


def test_base_with_union_and_union_in_target_clash_down_the_path(contract):
    accept(contract, "policies", [lines.policy(2025, "440100", 预留份额含工会="是")])
    row = lines.policy(2025, "000000", 填报基数="食堂和工会")
    assert codes(contract, "policies", row) == [(2, "rule")]


BASE, RATIO, RESERVED = "食堂食材采购总额(元)", "预留比例(%)", "预留金额(元)"
OWN = lines.own_canteen(2025, "A", "1000", "15")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({BASE: ""}, "required"),
        ({RATIO: ""}, "required"),
        ({BASE: "-1"}, "out_of_range"),
        ({RATIO: "9.9999"}, "rule"),
        ({RESERVED: "150.01"}, "rule"),
        ({"食堂情况": "外包"}, "required"),
        ({"食堂情况": "无"}, "out_of_range"),
        ({"食堂情况": "共用", BASE: "0"}, "out_of_range"),
        ({"食堂情况": "共用", BASE: "0", RATIO: "0", "代表单位编码": "A"}, "rule"),
        ({"食堂情况": "共用", BASE: "0", RATIO: "0", "代表单位编码": "X"}, "unknown_code"),
        ({"工会预计采购金额(元)": "1.234"}, "bad_number"),
        ({"年度": "2019"}, "rule"),
    ],
)
def test_filing_with_a_mistake_is_refused(contract, cells, code):
    accept(contract, "units", [lines.unit("A", "440100", 启用日期="2020-01-01")], update=True)
    accept(contract, "policies", [lines.policy(2025, "000000", **{"最低比例(%)": "10"})])
    found = codes(contract, "filings", OWN | cells)
    assert set(found) == {(2, code)}


@pytest.mark.parametrize("cells", [{"低于比例批准文号": "批〔1〕"}, {"下达任务金额(元)": "5"}])
def test_lower_ratio_passes_with_approval_or_task(contract, cells):
    accept(contract, "policies", [lines.policy(2025, "000000", **{"最低比例(%)": "20"})])
    assert codes(contract, "filings", OWN) == [(2, "rule")]
    accept(contract, "filings", [OWN | cells])


def test_no_canteen_under_union_funds_needs_the_funds(contract):
    rule = {"无食堂要求": "工会经费比例", "工会经费比例(%)": "20"}
    accept(contract, "policies", [lines.policy(2025, "440000", **rule)])
    assert codes(contract, "filings", lines.filing(2025, "A", "无")) == [(2, "required")]
    accept(contract, "filings", [lines.filing(2025, "B", "无")])


def test_reserved_amount_of_canteen_and_union_holds_both(contract):
    accept(contract, "policies", [lines.policy(2025, "000000", 填报基数="食堂和工会")])
    row = OWN | {"工会预计采购金额(元)": "100.30", RESERVED: "165.05"}
    accept(contract, "filings", [row])
    assert str(contract.world.filings[2025, "A"].submitted.reserved_amount) == "165.05"


def member(unit: str, representative: str, state: str = "") -> dict:
    return lines.filing(2025, unit, "共用", 代表单位编码=representative, 状态=state)


def test_representative_files_a_canteen_of_its_own(contract):
    accept(contract, "filings", [member("A", "B")])
    assert codes(contract, "filings", lines.filing(2025, "B", "无")) == [(2, "rule")]
    accept(contract, "filings", [lines.own_canteen(2025, "B", "1", "1")])


def test_member_is_confirmed_after_its_representative_has_filed(contract):
    assert codes(contract, "filings", member("A", "B", "已确认")) == [(2, "rule")]
    accept(contract, "filings", [lines.own_canteen(2025, "B", "1", "1")])
    assert counts(accept(contract, "filings", [member("A", "B", "已确认")])) == (1, 0, 0)


def test_confirmation_of_unchanged_content_needs_no_update(contract):
    accept(contract, "filings", [OWN])
    confirmed = OWN | {"状态": "已确认"}
    assert counts(accept(contract, "filings", [confirmed])) == (0, 1, 0)
    assert counts(accept(contract, "filings", [confirmed])) == (0, 0, 1)
    assert counts(accept(contract, "filings", [OWN | {"状态": "已提交"}])) == (0, 0, 1)
    assert contract.world.filings[2025, "A"].confirmed is not None


def test_update_of_a_confirmed_filing_opens_an_amendment(contract):
    accept(contract, "filings", [OWN | {"状态": "已确认"}])
    changed = OWN | {BASE: "2000"}
    assert codes(contract, "filings", changed) == [(2, "conflict")]
    accept(contract, "filings", [changed], update=True)
    versions = contract.world.filings[2025, "A"]
    assert (versions.confirmed.base_amount, versions.submitted.base_amount) == (1000, 2000)
    assert counts(accept(contract, "filings", [changed | {"状态": "已确认"}])) == (0, 1, 0)
    assert contract.world.filings[2025, "A"].confirmed.base_amount == 2000


@pytest.mark.parametrize("cells", [{RATIO: "14"}, {BASE: "999"}])
def test_less_than_last_years_confirmed_filing_needs_an_explanation(contract, cells):
    this_year = OWN | {"年度": "2026"} | cells
    accept(contract, "filings", [OWN])
    accept(contract, "filings", [this_year])
    other = lines.own_canteen(2025, "B", "1000", "15", 状态="已确认")
    accept(contract, "filings", [other])
    lower = this_year | {"单位编码": "B"}
    assert codes(contract, "filings", lower) == [(2, "required")]
    accept(contract, "filings", [lower | {"情况说明": "合并食堂"}])


def test_floor_of_last_years_purchases_goes_by_the_policys_basis(contract):
    rule = {"预留金额下限": "上年采购", "统计口径": "支付"}
    accept(contract, "policies", [lines.policy(2025, "000000", **rule)])
    bought = lines.purchase("1", "A", "S", "150.01", "2024-05-01")
    accept(contract, "purchases", [bought])
    accept(contract, "filings", [OWN])
    accept(contract, "purchases", [bought | {"支付时间": "2024-06-01"}])
    assert codes(contract, "filings", OWN | {"备注": "再报"}, update=True) == [(2, "required")]
