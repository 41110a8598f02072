"""What changes of suppliers and units do to the purchases that stand."""

from decimal import Decimal

import pytest

from organizations.models import BudgetUnit
from procurement.choices import Verdict
from procurement.models import PurchaseRecord, RegionTotal
from procurement.services import rejudge
from quotas.proof import differences
from tests.builders import Row, accept, execute, fetch, purchase, supplier, unit

pytestmark = pytest.mark.django_db

COUNTED, NOT_ELIGIBLE, NOT_ACTIVE = (
    Verdict.COUNTED, Verdict.SUPPLIER_NOT_ELIGIBLE, Verdict.UNIT_NOT_ACTIVE,
)  # fmt: skip


@pytest.fixture(autouse=True)
def market() -> None:
    """An order of A each January, March and May from S, and one of B from T."""
    accept("units", unit("A"), unit("B", "450203"))
    accept("suppliers", supplier("S"), supplier("T"))
    days = ("2025-01-10", "2025-03-10", "2025-05-10")
    accept(
        "purchases",
        *(purchase(day[5:7], "A", ordered_at=day) for day in days),
        purchase("other", "B", supplier="T"),
    )


def judged() -> dict[str, tuple[int, str]]:
    records = PurchaseRecord.objects.values_list("order_no", "verdict", "credited_unit__code")
    return {order_no: (verdict, credited) for order_no, verdict, credited in records}


def versions() -> dict[str, str]:
    """The transaction that wrote each row, as PostgreSQL knows it."""
    return dict(fetch("SELECT order_no, xmin::text || ctid::text FROM procurement_purchaserecord"))


def written(kind: str, row: Row) -> set[str]:
    """The orders that an update of a unit or supplier writes."""
    before = versions()
    accept(kind, row, update=True)
    assert list(differences()) == []
    after = versions()
    return {order_no for order_no in after if after[order_no] != before[order_no]}


@pytest.mark.parametrize(
    ("kind", "row", "orders", "result"),
    [
        ("suppliers", supplier("S", valid_to="2025-03-09"), {"03", "05"}, (NOT_ELIGIBLE, "A")),
        ("suppliers", supplier("S", valid_to="2025-03-10"), {"05"}, (NOT_ELIGIBLE, "A")),
        ("suppliers", supplier("S", county="450328"), {"01", "03", "05"}, (COUNTED, "A")),
        ("suppliers", supplier("S", name="别名", batch="第二批"), set(), None),
        ("units", unit("A", opened_on="2025-03-10"), {"01"}, (NOT_ACTIVE, "A")),
        ("units", unit("A", closed_on="2025-03-10"), {"05"}, (NOT_ACTIVE, "A")),
        ("units", unit("A", closed_on="2025-03-09", successor="B"), {"03", "05"}, (COUNTED, "B")),
        ("units", unit("A", kind="state_enterprise"), {"01", "03", "05"}, (8, "A")),
        ("units", unit("A", "450103"), {"01", "03", "05"}, (COUNTED, "A")),
        ("units", unit("A", name="别名", parent="B", phone="1"), set(), None),
    ],
)
def test_change_writes_the_orders_that_it_touches_and_no_others(kind, row, orders, result):
    assert written(kind, row) == orders
    assert {judged()[order] for order in orders} == ({result} if result else set())


def test_new_period_of_a_supplier_judges_old_orders_anew():
    """Verdicts are as known now: a period that is added later counts for older orders."""
    accept("purchases", purchase("old", "A", ordered_at="2019-03-10"))
    assert judged()["old"] == (NOT_ELIGIBLE, "A")
    accept("suppliers", supplier("S", "2019-01-01", valid_to="2019-12-31"))
    assert judged()["old"] == (COUNTED, "A")
    accept("purchases", purchase("new", "A", supplier="N"))
    assert judged()["new"] == (Verdict.SUPPLIER_UNKNOWN, "A")
    accept("suppliers", supplier("N"))
    assert judged()["new"] == (COUNTED, "A")
    assert list(differences()) == []


def test_change_far_down_the_chain_of_successors_reaches_the_first_buyer():
    accept("units", unit("LAST"), unit("MIDDLE", closed_on="2025-02-01", successor="LAST"))
    accept("units", unit("A", closed_on="2025-01-31", successor="MIDDLE"), update=True)
    assert judged()["05"] == (COUNTED, "LAST")
    assert written("units", unit("LAST", closed_on="2025-04-01")) == {"05"}
    assert judged()["05"] == (NOT_ACTIVE, "A")
    assert written("units", unit("MIDDLE", closed_on="2025-06-30", successor="LAST")) == {
        "03",
        "05",
    }
    assert judged()["05"] == (COUNTED, "MIDDLE")


def region_sums() -> dict[str, Decimal]:
    found = RegionTotal.objects.exclude(ordered=0)
    return dict(found.values_list("region__code", "ordered"))


def test_sums_move_with_a_unit_to_its_new_region():
    assert region_sums() == {"450102": Decimal(300), "450203": Decimal(100)}
    accept("units", unit("A", "440303"), update=True)
    assert region_sums() == {"440303": Decimal(300), "450203": Decimal(100)}


def test_sums_move_with_a_successor_to_its_new_region():
    """A's orders since February count for B, wherever B goes."""
    accept("units", unit("A", closed_on="2025-01-31", successor="B"), update=True)
    assert region_sums() == {"450102": Decimal(100), "450203": Decimal(300)}
    accept("units", unit("B", "440303"), update=True)
    assert region_sums() == {"450102": Decimal(100), "440303": Decimal(300)}


def test_rejudging_by_hand_mends_what_was_written_past_the_services():
    execute("UPDATE procurement_purchaserecord SET verdict = 6 WHERE order_no IN ('01', 'other')")
    assert rejudge(suppliers=["S"]) == 1
    assert rejudge(units=[BudgetUnit.objects.get(code="B").pk]) == 1
    assert rejudge(suppliers=["S", "T"]) == 0
    assert list(differences()) == []
