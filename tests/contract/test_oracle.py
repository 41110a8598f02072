"""Figures worked by hand: sections 3 and 4 of the contract, sentence by sentence."""

from datetime import date

import pytest

from . import lines
from .expectations import COUNTIES, REGIONS, TODAY
from .oracle import Contract
from .oracle_figures import judged_origin
from .oracle_progress import UsageError

EXCLUDED = [
    "cancelled",
    "off_platform",
    "third_party",
    "origin_not_designated",
    "supplier_unknown",
    "supplier_not_eligible",
    "unit_not_active",
]
COUNTS = ["units", "filed", "zero_filed", "not_filed", "not_due", "confirmed"]
AMOUNTS = ["base_amount", "target", "ordered", "paid", "accepted", "completed"]


@pytest.fixture
def contract() -> Contract:
    """A in 广州 city, B in its 天河区, C in 武汉, E an enterprise; S sells in 2024 and 2025."""
    made = Contract(REGIONS, COUNTIES, TODAY)
    units = [("A", "440100"), ("B", "440106"), ("C", "420100")]
    load(made, "units", *(lines.unit(*unit) for unit in units))
    load(made, "units", lines.unit("E", "440100", 单位类型="国有企业"))
    load(made, "suppliers", lines.supplier("S", "2024-01-01", "2025-12-31"))
    return made


def load(contract: Contract, kind: str, *rows: dict, update: bool = False) -> None:
    assert contract.import_rows(kind, list(rows), update).errors == []


def buy(contract: Contract, unit: str = "A", ordered: str = "2025-03-05", **cells: str) -> None:
    number = str(len(contract.world.purchases) + 1)
    load(contract, "purchases", lines.purchase(number, unit, "S", "100", ordered, **cells))


def confirm(contract: Contract, *rows: dict) -> None:
    load(contract, "filings", *(row | {"状态": "已确认"} for row in rows))


def total(contract: Contract, year: int = 2025, **question: object) -> dict:
    return contract.progress(year, **question)["total"]


def amounts(figures: dict) -> list[str]:
    return [figures[basis] for basis in ("ordered", "paid", "accepted", "completed")]


def row(answer: dict, code: str) -> dict:
    return next(figures for figures in answer["rows"] if figures["code"] == code)


def test_empty_world_answers_with_every_province_and_zeros():
    answer = Contract(REGIONS, COUNTIES, TODAY).progress(2025)
    assert len(answer["rows"]) == 35
    assert (answer["region"], answer["basis"], answer["as_of"]) == ("000000", "completed", None)
    assert [r["name"] for r in answer["rows"]][:2] == ["全国本级", "北京市"]
    assert answer["total"] == {
        "code": "000000",
        "name": "全国",
        **dict.fromkeys(COUNTS, 0),
        **dict.fromkeys(AMOUNTS, "0.00"),
        "rate": None,
        "excluded": dict.fromkeys(EXCLUDED, "0.00"),
    }
    assert list(answer["total"]["excluded"]) == EXCLUDED


def test_outside_scope_is_in_no_figure(contract):
    buy(contract, "E")
    buy(contract, "E", 订单状态="已取消")
    figures = total(contract)
    assert (figures["units"], figures["ordered"]) == (3, "0.00")
    assert set(figures["excluded"].values()) == {"0.00"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"订单状态": "已取消", "采购渠道": "线下"}, "cancelled"),
        ({"退款金额(元)": "100", "退款时间": "2026-01-01"}, "cancelled"),
        ({"采购渠道": "线下", "产地县代码": "440100"}, "off_platform"),
        ({"采购渠道": "其他平台"}, "off_platform"),
        ({"采购渠道": "第三方代采", "产地县代码": "440100"}, "third_party"),
        ({"产地县代码": "440100", "供应商代码": "X"}, "origin_not_designated"),
        ({"供应商代码": "X"}, "supplier_unknown"),
        ({"供应商代码": "X", "产地县代码": "520221"}, "supplier_unknown"),
        ({"下单时间": "2024-01-01", "所属预算单位编码": "D"}, "unit_not_active"),
        ({"供应商代码": "T", "所属预算单位编码": "D"}, "supplier_not_eligible"),
    ],
)
def test_first_reason_that_applies_excludes(contract, cells, reason):
    load(contract, "units", lines.unit("D", "440100", 启用日期="2025-06-01"))
    load(contract, "suppliers", lines.supplier("T", "2025-03-06"))
    buy(contract, **cells)
    year = 2024 if "下单时间" in cells else 2025
    excluded = total(contract, year)["excluded"]
    assert excluded == dict.fromkeys(EXCLUDED, "0.00") | {reason: "100.00"}
    assert amounts(total(contract, year)) == ["0.00"] * 4


@pytest.mark.parametrize("origin", ["520221", "520204", ""])
def test_origin_counts_by_either_code_and_defaults_to_the_supplier(contract, origin):
    buy(contract, 产地县代码=origin)
    assert total(contract)["ordered"] == "100.00"


@pytest.mark.parametrize(
    ("ordered", "county"),
    [
        ("2023-12-31", "130126"),
        ("2024-06-01", "130126"),
        ("2024-07-01", "130126"),
        ("2024-08-01", "520221"),
        ("2026-01-01", "520221"),
    ],
)
def test_suppliers_county_is_that_of_the_order_day_or_the_latest_before(contract, ordered, county):
    first = lines.supplier("T", "2024-01-01", "2024-06-30", "130126")
    load(contract, "suppliers", first, lines.supplier("T", "2024-08-01", "2025-12-31", "520221"))
    buy(contract, ordered=ordered, 供应商代码="T")
    assert judged_origin(contract.world, contract.world.purchases["1", 1]) == county


def test_supplier_counts_on_the_first_and_last_day_of_its_period(contract):
    buy(contract, ordered="2024-01-01")
    buy(contract, ordered="2025-12-31 23:59")
    assert total(contract, 2024)["ordered"] == "100.00"
    assert total(contract, 2025)["ordered"] == "100.00"


def test_each_basis_counts_in_the_year_of_its_own_day(contract):
    days = {"支付时间": "2025-01-02", "验收时间": "2024-12-31", "评价时间": "2026-01-01"}
    buy(contract, ordered="2024-12-30", **days, **{"支付金额(元)": "90"})
    assert amounts(total(contract, 2024)) == ["100.00", "0.00", "0.00", "0.00"]
    assert amounts(total(contract, 2025)) == ["0.00", "90.00", "90.00", "0.00"]
    assert amounts(total(contract, 2026)) == ["0.00", "0.00", "0.00", "90.00"]


def test_basis_with_a_missing_day_gives_nothing(contract):
    buy(contract, 验收时间="2025-03-06", 评价时间="2025-03-07")
    assert amounts(total(contract)) == ["100.00", "0.00", "0.00", "0.00"]


PAID = {"支付时间": "2025-04-01", "验收时间": "2025-05-01", "评价时间": "2025-06-01"}


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-03-04", ["0.00", "0.00", "0.00", "0.00"]),
        ("2025-03-05", ["100.00", "0.00", "0.00", "0.00"]),
        ("2025-04-14", ["100.00", "80.00", "0.00", "0.00"]),
        ("2025-04-15", ["70.00", "50.00", "0.00", "0.00"]),
        ("2025-05-01", ["70.00", "50.00", "50.00", "0.00"]),
        ("2025-12-31", ["70.00", "50.00", "50.00", "50.00"]),
    ],
)
def test_refund_takes_off_from_its_own_day_on(contract, as_of, expected):
    cells = {"退款金额(元)": "30", "退款时间": "2025-04-15", "支付金额(元)": "80"}
    buy(contract, **PAID, **cells)
    assert amounts(total(contract, as_of=date.fromisoformat(as_of))) == expected


def test_refund_of_a_later_year_counts_back_where_there_is_no_cut_off(contract):
    buy(contract, **PAID, **{"退款金额(元)": "30", "退款时间": "2026-02-01"})
    assert total(contract)["paid"] == "70.00"
    assert total(contract, as_of=date(2025, 12, 31))["paid"] == "100.00"
    assert amounts(total(contract, 2026)) == ["0.00"] * 4


def test_refund_without_a_day_counts_from_the_day_of_the_basis(contract):
    buy(contract, **PAID, **{"退款金额(元)": "30"})
    assert amounts(total(contract, as_of=date(2025, 4, 1))) == ["70.00", "70.00", "0.00", "0.00"]


def test_refund_above_a_part_payment_leaves_nothing_of_it(contract):
    buy(contract, **PAID, **{"退款金额(元)": "30", "支付金额(元)": "20"})
    assert amounts(total(contract)) == ["70.00", "0.00", "0.00", "0.00"]


def test_first_open_unit_along_the_successors_is_credited(contract):
    closing = {"停用日期": "2025-01-31"}
    first = lines.unit("D1", "440100", 承接单位编码="D2", **closing)
    second = lines.unit("D2", "440100", 承接单位编码="C", **closing)
    load(contract, "units", first, second)
    buy(contract, "D1", "2025-01-31")
    buy(contract, "D1", "2025-02-01")
    answer = contract.progress(2025, by="unit")
    assert [row(answer, code)["ordered"] for code in ("D1", "D2", "C")] == [
        "100.00",
        "0.00",
        "100.00",
    ]


def test_excluded_amounts_stay_with_the_buyer(contract):
    closed = lines.unit("D", "440106", 停用日期="2025-01-31", 承接单位编码="C")
    load(contract, "units", closed)
    buy(contract, "D", 采购渠道="线下")
    assert total(contract, region="440106")["excluded"]["off_platform"] == "100.00"
    assert total(contract, region="420100")["excluded"]["off_platform"] == "0.00"


def test_excluded_goes_by_the_day_ordered_up_to_the_cut_off(contract):
    buy(contract, ordered="2025-03-05", 采购渠道="线下", 支付时间="2025-03-06")
    for as_of, expected in ((date(2025, 3, 4), "0.00"), (date(2025, 3, 5), "100.00")):
        assert total(contract, as_of=as_of)["excluded"]["off_platform"] == expected


OWN = lines.own_canteen(2025, "A", "1000", "15")
MEMBER = lines.filing(2025, "A", "共用", 代表单位编码="C")


def share_canteen(contract: Contract) -> None:
    """From 2025 on A eats at C; 2024 is its own."""
    load(contract, "filings", lines.own_canteen(2025, "C", "1000", "10"))
    load(contract, "filings", MEMBER)


def test_members_canteen_purchases_count_towards_the_representative(contract):
    share_canteen(contract)
    buy(contract)
    buy(contract, 资金类型="工会")
    buy(contract, 采购渠道="线下")
    answer = contract.progress(2025, by="unit")
    assert (row(answer, "A")["ordered"], row(answer, "C")["ordered"]) == ("100.00", "100.00")
    assert row(answer, "A")["excluded"]["off_platform"] == "100.00"
    assert total(contract, region="420000")["ordered"] == "100.00"


def test_membership_is_that_of_the_year_of_each_basis_day(contract):
    share_canteen(contract)
    buy(contract, ordered="2024-12-30", 支付时间="2025-01-02")
    assert row(contract.progress(2024, by="unit"), "A")["ordered"] == "100.00"
    assert row(contract.progress(2025, by="unit"), "C")["paid"] == "100.00"


def test_membership_of_the_confirmed_version_holds_during_an_amendment(contract):
    share_canteen(contract)
    confirm(contract, MEMBER)
    buy(contract)
    amended = OWN | {"代表单位编码": ""}
    load(contract, "filings", amended, update=True)
    assert row(contract.progress(2025, by="unit"), "C")["ordered"] == "100.00"
    confirm(contract, amended)
    assert row(contract.progress(2025, by="unit"), "A")["ordered"] == "100.00"


def test_counts_tell_not_filed_from_not_due_and_zero_filed(contract):
    load(contract, "policies", lines.policy(2025, "000000", 填报截止="2025-03-31"))
    late = lines.unit("L", "440100", 启用日期="2025-04-01")
    due = lines.unit("M", "440100", 启用日期="2025-03-31")
    gone = lines.unit("G", "440100", 停用日期="2024-12-31")
    load(contract, "units", late, due, gone)
    load(contract, "filings", lines.filing(2025, "A", "无"), OWN | {"单位编码": "B"})
    figures = total(contract)
    counts = [figures[name] for name in ("units", "filed", "zero_filed", "not_filed", "not_due")]
    assert counts == [5, 2, 1, 2, 1]


def test_nothing_is_not_due_without_a_day(contract):
    load(contract, "units", lines.unit("L", "440100", 启用日期="2025-12-31"))
    assert (total(contract)["not_filed"], total(contract)["not_due"]) == (4, 0)


def test_member_counts_as_zero_filed_and_its_representative_does_not(contract):
    share_canteen(contract)
    assert (total(contract)["filed"], total(contract)["zero_filed"]) == (2, 1)


def test_rate_is_of_sums_half_up(contract):
    confirm(contract, lines.own_canteen(2025, "A", "800", "100"))
    for ordered in ("2025-01-01", "2025-01-02"):
        buy(contract, ordered=ordered)
    buy(contract, "B", **{"订单金额(元)": "0.04"})
    assert total(contract, basis="ordered")["rate"] == "25.01"
    assert row(contract.progress(2025, "440100", basis="ordered"), "440106")["rate"] is None


def test_by_region_has_a_row_for_each_child_and_one_for_its_own_level(contract):
    buy(contract)
    buy(contract, "B")
    answer = contract.progress(2025, "440100")
    assert answer["rows"][0]["code"] == "440100"
    assert answer["rows"][0]["name"] == "广州市本级"
    assert len(answer["rows"]) == 12
    assert [row(answer, code)["ordered"] for code in ("440100", "440106")] == ["100.00", "100.00"]
    assert (answer["total"]["name"], answer["total"]["ordered"]) == ("广州市", "200.00")


def test_county_right_under_a_province_is_a_row_of_it(contract):
    load(contract, "units", lines.unit("X", "429004"))
    assert row(contract.progress(2025, "420000"), "429004")["units"] == 1


def test_by_unit_lists_closed_units_and_no_enterprise(contract):
    load(contract, "units", lines.unit("G", "440100", 停用日期="2024-12-31"))
    answer = contract.progress(2025, "440000", by="unit")
    assert [(r["code"], r["units"]) for r in answer["rows"]] == [("A", 1), ("B", 1), ("G", 0)]


def test_by_department_groups_under_the_topmost_ancestor_inside(contract):
    """B answers to C in another province, whose own parent A is inside again."""
    load(contract, "units", lines.unit("C", "420100", 上级单位编码="A"), update=True)
    load(contract, "units", lines.unit("B", "440106", 上级单位编码="C"), update=True)
    answer = contract.progress(2025, "440000", by="department")
    assert [(r["code"], r["units"]) for r in answer["rows"]] == [("A", 2)]
    county = contract.progress(2025, "440106", by="department")
    assert [(r["code"], r["units"]) for r in county["rows"]] == [("B", 1)]


def test_unit_answers_with_its_subtree_by_unit(contract):
    load(contract, "units", lines.unit("C", "420100", 上级单位编码="A"), update=True)
    answer = contract.progress(2025, unit="A")
    assert [r["code"] for r in answer["rows"]] == ["A", "C"]
    assert (answer["total"]["code"], answer["total"]["units"]) == ("A", 2)


@pytest.mark.parametrize(
    "question", [{"region": "999999"}, {"unit": "X"}, {"as_of": date(2024, 12, 31)}]
)
def test_question_that_cannot_be_asked(contract, question):
    with pytest.raises(UsageError):
        contract.progress(2025, **question)
