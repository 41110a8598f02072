"""Targets and merged policies worked by hand."""

import pytest

from . import lines
from .expectations import COUNTIES, REGIONS, TODAY
from .oracle import Contract
from .oracle_policies import merged_policy


@pytest.fixture
def contract() -> Contract:
    """A in 广州 city, B in its 天河区, C in 武汉."""
    made = Contract(REGIONS, COUNTIES, TODAY)
    units = [("A", "440100"), ("B", "440106"), ("C", "420100")]
    load(made, "units", *(lines.unit(*unit) for unit in units))
    return made


def load(contract: Contract, kind: str, *rows: dict, update: bool = False) -> None:
    assert contract.import_rows(kind, list(rows), update).errors == []


def confirm(contract: Contract, *rows: dict) -> None:
    load(contract, "filings", *(row | {"状态": "已确认"} for row in rows))


def total(contract: Contract, year: int = 2025, **question: object) -> dict:
    return contract.progress(year, **question)["total"]


def target_of(contract: Contract, policy: dict, filing: dict) -> str:
    load(contract, "policies", lines.policy(2025, "000000", **policy))
    confirm(contract, filing)
    return total(contract, unit="A")["target"]


NONE = lines.filing(2025, "A", "无食堂") | {"工会预计采购金额(元)": "70", "工会经费(元)": "333.33"}
OWN = lines.own_canteen(2025, "A", "1000", "15") | {"工会预计采购金额(元)": "70"}
MEMBER = lines.filing(2025, "A", "共用", 代表单位编码="C") | {"工会预计采购金额(元)": "70"}
UNION = {"预留份额含工会": "是"}
DEMAND = {"无食堂要求": "填报工会需求"}
FUNDS = {"无食堂要求": "工会经费比例", "工会经费比例(%)": "20"}


@pytest.mark.parametrize(
    ("policy", "filing", "expected"),
    [
        ({}, OWN, "150.00"),
        (UNION, OWN, "220.00"),
        (DEMAND, OWN, "150.00"),
        ({}, OWN | {"下达任务金额(元)": "0"}, "0.00"),
        (UNION, OWN | {"下达任务金额(元)": "5"}, "5.00"),
        ({}, NONE, "0.00"),
        (DEMAND, NONE, "70.00"),
        (UNION | DEMAND, NONE, "70.00"),
        (FUNDS, NONE, "66.67"),
        (UNION | FUNDS, NONE, "136.67"),
        ({}, MEMBER, "0.00"),
        (UNION, MEMBER, "70.00"),
        (DEMAND, MEMBER, "70.00"),
        (FUNDS, MEMBER, "0.00"),
        (FUNDS, MEMBER | {"工会经费(元)": "500"}, "0.00"),
        ({"填报基数": "食堂和工会"}, OWN, "160.50"),
    ],
)
def test_target_follows_canteen_and_policy(contract, policy, filing, expected):
    load(contract, "filings", lines.own_canteen(2025, "C", "1", "100"))
    assert target_of(contract, policy, filing) == expected


def test_only_a_confirmed_filing_makes_a_target(contract):
    load(contract, "filings", OWN)
    figures = total(contract)
    assert (figures["filed"], figures["confirmed"]) == (1, 0)
    assert (figures["base_amount"], figures["target"]) == ("0.00", "0.00")


def test_open_amendment_leaves_target_base_and_zero_filing(contract):
    confirm(contract, OWN)
    blank = {"食堂食材采购总额(元)": "", "预留比例(%)": ""}
    load(contract, "filings", NONE | blank, update=True)
    figures = total(contract)
    assert (figures["base_amount"], figures["target"]) == ("1000.00", "150.00")
    assert (figures["filed"], figures["zero_filed"], figures["confirmed"]) == (1, 0, 1)


def test_policies_merge_down_the_path(contract):
    rows = [
        lines.policy(2025, "000000", 统计口径="下单", **{"最低比例(%)": "10"}),
        lines.policy(2025, "440000", 统计口径="支付", 填报截止="2025-03-31"),
        lines.policy(2025, "440100", 填报截止="2025-04-30", **{"最低比例(%)": "15"}),
    ]
    load(contract, "policies", *rows)
    bases = {place: contract.progress(2025, place)["basis"] for place in ("440106", "420100")}
    assert bases == {"440106": "paid", "420100": "ordered"}
    assert contract.progress(2025, unit="B")["basis"] == "paid"
    assert contract.progress(2025, unit="B", basis="accepted")["basis"] == "accepted"


def test_separate_city_takes_nothing_from_its_province(contract):
    city = lines.policy(2025, "440300", 单列="是")
    load(contract, "policies", lines.policy(2025, "440000", 统计口径="支付"), city)
    assert contract.progress(2025, "440303")["basis"] == "completed"
    assert contract.progress(2025, "440100")["basis"] == "paid"


def test_ratios_merge_to_the_highest_and_days_to_the_earliest(contract):
    rows = [
        lines.policy(2025, "000000", 填报开始="2025-01-05", 填报截止="2025-03-31"),
        lines.policy(2025, "440000", 填报开始="2025-01-02", 填报截止="2025-04-30"),
        lines.policy(2025, "440100", **{"最低比例(%)": "15"}),
    ]
    rows[0] |= {"最低比例(%)": "10", "确认截止": "2025-05-31"}
    load(contract, "policies", *rows)
    merged = merged_policy(contract.world, 2025, "440106")
    days = (merged.filing_opens, merged.filing_due, merged.confirm_due)
    assert [f"{day:%m-%d}" for day in days] == ["01-05", "03-31", "05-31"]
    assert merged.min_ratio == 15
    assert merged_policy(contract.world, 2025, "440000").min_ratio == 10
    assert merged_policy(contract.world, 2024, "440000").min_ratio is None
