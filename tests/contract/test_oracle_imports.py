"""Acceptance worked by hand: sections 1 and 2 of the contract, sentence by sentence."""

from datetime import date

import pytest

from . import lines
from .oracle import Contract, Result
from .reference import load_county_codes, load_regions

REGIONS = load_regions()
COUNTIES = load_county_codes()
TODAY = date(2026, 6, 30)


@pytest.fixture
def contract() -> Contract:
    """Units A (广州) and B (武汉), a supplier S of all days, nothing filed or bought."""
    made = Contract(REGIONS, COUNTIES, TODAY)
    accept(made, "units", [lines.unit("A", "440100"), lines.unit("B", "420100")])
    accept(made, "suppliers", [lines.supplier("S", "2020-01-01")])
    return made


def accept(contract: Contract, kind: str, rows: list, update: bool = False) -> Result:
    result = contract.import_rows(kind, rows, update)
    assert result.errors == []
    return result


def codes(contract: Contract, kind: str, *rows: dict, update: bool = False) -> list[tuple]:
    """The (row, code) pairs of a refused file, which must have changed nothing."""
    before = contract.world
    result = contract.import_rows(kind, list(rows), update)
    assert contract.world is before
    assert (result.created, result.updated, result.unchanged) == (0, 0, 0)
    return [(row, code) for row, _, code in result.errors]


def counts(result: Result) -> tuple[int, int, int]:
    return result.created, result.updated, result.unchanged


def test_reference_has_all_divisions_and_both_codes_of_recoded_counties():
    assert len(REGIONS) == 3213
    assert len(COUNTIES) == 838
    assert REGIONS["429004"].parent == "420000"
    assert {"520204", "520221", "632857"} <= COUNTIES


def test_file_sent_again_changes_nothing(contract):
    rows = [lines.unit("A", "440100"), lines.unit("C", "440100")]
    assert counts(accept(contract, "units", rows)) == (1, 0, 1)
    assert counts(accept(contract, "units", rows)) == (0, 0, 2)


def test_one_wrong_row_refuses_the_file(contract):
    rows = [lines.unit("C", "440100"), lines.unit("D", "999999")]
    assert codes(contract, "units", *rows) == [(3, "unknown_code")]


def test_missing_column_and_empty_file_are_said_once(contract):
    line = lines.unit("C", "440100")
    del line["预算级次"]
    assert contract.import_rows("units", [line]).errors == [(None, "预算级次", "missing_column")]
    blank = dict.fromkeys(lines.unit("C", "440100"), " ")
    assert contract.import_rows("units", [blank]).errors == [(None, None, "empty")]


def test_blank_lines_are_counted_and_skipped(contract):
    blank = dict.fromkeys(lines.unit("C", "440100"), "")
    assert codes(contract, "units", blank, lines.unit("C", "999999")) == [(3, "unknown_code")]


def test_headings_and_codes_match_after_nfkc_and_scale(contract):
    line = lines.purchase("1", "Ａ", "S", "1", "2026年3月5日")
    del line["订单金额(元)"]
    accept(contract, "purchases", [line | {"订单金额（万元）": "0.123456"}])
    stored = contract.world.purchases["1", 1]
    assert (stored.unit, str(stored.amount)) == ("A", "1234.560000")
    assert stored.ordered_at == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"单位名称": ""}, "required"),
        ({"单位类型": "公司"}, "bad_choice"),
        ({"职工人数": "五"}, "bad_number"),
        ({"启用日期": "2026-02-30"}, "bad_date"),
        ({"上级单位编码": "X"}, "unknown_code"),
        ({"统一社会信用代码": "91350100M000100Y44"}, "check_digit"),
        ({"单位编码": "1.23E+19"}, "numeric_key"),
        ({"预算级次": "中央"}, "rule"),
        ({"停用日期": "2025-01-01", "启用日期": "2025-01-02"}, "out_of_range"),
        ({"承接单位编码": "A"}, "rule"),
        ({"上级单位编码": "C"}, "cycle"),
    ],
)
def test_unit_with_one_mistake_is_refused(contract, cells, code):
    assert codes(contract, "units", lines.unit("C", "440100") | cells) == [(2, code)]


def test_uscc_with_right_check_digit_is_taken(contract):
    accept(contract, "units", [lines.unit("C", "440100", 统一社会信用代码="91350100M000100Y43")])


def test_duplicate_names_second_and_later_rows(contract):
    rows = [lines.unit("C", "440100")] * 3
    assert codes(contract, "units", *rows) == [(3, "duplicate"), (4, "duplicate")]


def test_same_key_with_other_content_needs_update(contract):
    row = lines.unit("A", "440100", 单位类型="学校")
    assert codes(contract, "units", row) == [(2, "conflict")]
    assert counts(accept(contract, "units", [row], update=True)) == (0, 1, 0)


def test_update_clears_a_blank_cell_and_leaves_an_absent_column(contract):
    accept(contract, "units", [lines.unit("A", "440100", 责任人="王")], update=True)
    assert counts(accept(contract, "units", [lines.unit("A", "440100")])) == (0, 0, 1)
    assert contract.world.units["A"].responsible_person == "王"
    accept(contract, "units", [lines.unit("A", "440100", 责任人="")], update=True)
    assert contract.world.units["A"].responsible_person is None


def test_parents_and_successors_may_stand_later_but_not_in_a_circle(contract):
    closed = {"停用日期": "2025-06-30"}
    first = lines.unit("C", "440100", 上级单位编码="D", 承接单位编码="D", **closed)
    second = lines.unit("D", "420000", 上级单位编码="", 承接单位编码="C", **closed)
    assert codes(contract, "units", first, second) == [(2, "cycle"), (3, "cycle")]
    accept(contract, "units", [first, second | {"承接单位编码": "", "停用日期": ""}])


def test_successor_is_no_enterprise(contract):
    accept(contract, "units", [lines.unit("E", "440100", 单位类型="国有企业")])
    row = lines.unit("C", "440100", 停用日期="2025-06-30", 承接单位编码="E")
    assert codes(contract, "units", row) == [(2, "rule")]


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


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (lines.supplier("T", "2024-01-01", county="440100"), "unknown_code"),
        (lines.supplier("T", "2024-01-02", "2024-01-01"), "out_of_range"),
        (lines.supplier("S", "2024-01-01"), "rule"),
    ],
)
def test_supplier_with_a_mistake_is_refused(contract, line, code):
    assert codes(contract, "suppliers", line) == [(2, code)]


def test_supplier_periods_share_no_day(contract):
    accept(contract, "suppliers", [lines.supplier("T", "2024-01-01", "2024-06-30", "520221")])
    assert codes(contract, "suppliers", lines.supplier("T", "2024-06-30")) == [(2, "rule")]
    accept(contract, "suppliers", [lines.supplier("T", "2024-07-01")])


ORDER = lines.purchase("1", "A", "S", "100", "2026-01-05", 订单状态="进行中")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"订单编号": ""}, "required"),
        ({"订单编号": "2.02E+19"}, "numeric_key"),
        ({"所属预算单位编码": "X"}, "unknown_code"),
        ({"订单金额(元)": "0"}, "out_of_range"),
        ({"退款金额(元)": "100.01"}, "out_of_range"),
        ({"下单时间": "2026-07-01"}, "out_of_range"),
        ({"评价时间": "2026-07-01 00:00"}, "out_of_range"),
        ({"下单时间": "昨天"}, "bad_date"),
    ],
)
def test_purchase_with_a_mistake_is_refused(contract, cells, code):
    assert codes(contract, "purchases", ORDER | cells) == [(2, code)]


def test_line_number_defaults_to_one(contract):
    accept(contract, "purchases", [ORDER])
    assert counts(accept(contract, "purchases", [ORDER | {"订单行号": "1"}])) == (0, 0, 1)
    assert counts(accept(contract, "purchases", [ORDER | {"订单行号": "2"}])) == (1, 0, 0)


GROWN = ORDER | {"支付时间": "2026-02-01", "退款金额(元)": "10", "产地县代码": ""}


@pytest.mark.parametrize(
    "cells",
    [
        {"支付时间": "2026-02-02"},
        {"退款金额(元)": "11"},
        {"验收时间": "2026-02-02"},
        {"订单状态": "已完结"},
        {"订单状态": "已取消"},
        {"支付金额(元)": "90"},
        {"品类": "粮油"},
    ],
)
def test_progress_of_an_order_is_an_update_without_asking(contract, cells):
    accept(contract, "purchases", [GROWN])
    assert counts(accept(contract, "purchases", [GROWN | cells])) == (0, 1, 0)
    undone = codes(contract, "purchases", GROWN | dict.fromkeys(cells, "") | {"订单状态": "进行中"})
    assert undone == [(2, "conflict")]


@pytest.mark.parametrize(
    "cells",
    [
        {"支付时间": "2026-01-31"},
        {"支付时间": ""},
        {"退款金额(元)": "9"},
        {"所属预算单位编码": "B"},
        {"供应商代码": "T"},
        {"产地县代码": "130125"},
        {"资金类型": "工会"},
        {"订单金额(元)": "101"},
        {"下单时间": "2026-01-06"},
    ],
)
def test_other_changes_of_an_order_need_update(contract, cells):
    accept(contract, "purchases", [GROWN])
    assert codes(contract, "purchases", GROWN | cells) == [(2, "conflict")]
    assert counts(accept(contract, "purchases", [GROWN | cells], update=True)) == (0, 1, 0)
