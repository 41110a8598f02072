"""Acceptance worked by hand: common rules, units, suppliers and purchases."""

from datetime import date

import pytest

from . import lines
from .expectations import COUNTIES, REGIONS, TODAY, accept, codes, counts
from .oracle import Contract


@pytest.fixture
def contract() -> Contract:
    """Units A (广州) and B (武汉), a supplier S of all days, nothing filed or bought."""
    made = Contract(REGIONS, COUNTIES, TODAY)
    accept(made, "units", [lines.unit("A", "440100"), lines.unit("B", "420100")])
    accept(made, "suppliers", [lines.supplier("S", "2020-01-01")])
    return made


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


def test_of_two_overlapping_rows_the_later_one_is_refused(contract):
    rows = [lines.supplier("T", "2024-06-01"), lines.supplier("T", "2024-01-01", "2024-06-01")]
    assert codes(contract, "suppliers", *rows) == [(3, "rule")]


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
