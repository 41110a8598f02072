"""The nightly proof finds what no service could have written."""

import pytest

from procurement.proof import SHOWN, differences
from tests.builders import accept, execute, purchase, supplier, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market() -> None:
    accept("units", unit("A"), unit("B"))
    accept("suppliers", supplier("S"))
    accept("purchases", *(purchase(str(number)) for number in range(SHOWN + 5)))


def test_nothing_differs_after_the_services():
    assert list(differences()) == []


def test_stale_verdict_is_named_by_its_order_and_the_sums_follow_what_is_written():
    execute("UPDATE procurement_purchaserecord SET verdict = 6 WHERE order_no = '3'")
    (line,) = differences()
    assert line.startswith("verdict of order 3 line 1: kept (6,")


def test_credit_at_another_unit_is_found():
    execute(
        "UPDATE procurement_purchaserecord SET credited_unit_id ="
        " (SELECT id FROM organizations_budgetunit WHERE code = 'B') WHERE order_no = '3'"
    )
    assert [line.split(":")[0] for line in differences()] == ["verdict of order 3 line 1"]


@pytest.mark.parametrize(
    "table",
    ["procurement_unittotal", "procurement_regiontotal", "procurement_regiondaytotal"],
)
@pytest.mark.parametrize("change", ["UPDATE {} SET ordered = ordered + 0.01", "DELETE FROM {}"])
def test_sum_that_is_wrong_or_missing_is_found(table, change):
    execute(change.format(table))
    (line,) = differences()
    assert line.startswith(f"{table} (")


def test_sum_of_nothing_is_found():
    execute("UPDATE procurement_regiontotal SET year = 2031")
    lines = sorted(differences())
    assert [line.split(",")[1].split(")")[0] for line in lines] == ["2025", "2031"]


def test_no_more_than_some_differences_of_a_kind_are_spelled_out():
    execute("UPDATE procurement_purchaserecord SET verdict = 6")
    assert len(list(differences())) == SHOWN
