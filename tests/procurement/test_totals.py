"""The kept sums follow the records, whoever writes them and however."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from organizations.models import BudgetUnit
from procurement.models import (
    MovementTotal,
    PurchaseRecord,
    RegionDayTotal,
    RegionTotal,
    UnitTotal,
)
from quotas.proof import differences
from tests.builders import accept, execute, fetch, purchase, supplier, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market() -> None:
    """Two orders of A, one of them refunded, and one of B that does not count."""
    accept("units", unit("A"), unit("B"))
    accept("suppliers", supplier("S"))
    accept(
        "purchases",
        purchase("1", "A", paid_at="2025-04-02", refunded="30", refunded_at="2025-05-06"),
        purchase("2", "A", amount="50", fund="union"),
        purchase("3", "B", amount="7", channel="offline"),
    )


def sums(table: type[MovementTotal], *keys: str) -> set[tuple]:
    """The keys, what was ordered, paid and bought off the platform, row by row."""
    rows = table.objects.values_list(*keys, "ordered", "paid", "off_platform")
    return {row for row in rows if any(row[len(keys) :])}


def test_insert_sums_by_unit_by_region_and_by_region_and_day():
    assert sums(UnitTotal, "unit__code", "year", "fund") == {
        ("A", 2025, "canteen", Decimal(70), Decimal(70), Decimal(0)),
        ("A", 2025, "union", Decimal(50), Decimal(0), Decimal(0)),
        ("B", 2025, "canteen", Decimal(0), Decimal(0), Decimal(7)),
    }
    assert sums(RegionTotal, "region__code", "year") == {
        ("450102", 2025, Decimal(120), Decimal(70), Decimal(7)),
    }
    assert sums(RegionDayTotal, "region__code", "known_on") == {
        ("450102", date(2025, 3, 10), Decimal(150), Decimal(0), Decimal(7)),
        ("450102", date(2025, 4, 2), Decimal(0), Decimal(100), Decimal(0)),
        ("450102", date(2025, 5, 6), Decimal(-30), Decimal(-30), Decimal(0)),
    }
    assert list(differences()) == []


def copy_order(name: str) -> None:
    """Write order 1 once more under another number, by COPY."""
    fields = ", ".join(
        field.column
        for field in PurchaseRecord._meta.concrete_fields
        if not field.generated and field.column not in ("id", "order_no")
    )
    source = f"(SELECT '{name}', {fields} FROM procurement_purchaserecord WHERE order_no = '1')"
    with connection.cursor() as wrapper:
        with wrapper.cursor.copy(f"COPY {source} TO STDOUT") as copy:
            lines = b"".join(bytes(chunk) for chunk in copy)
        table = f"procurement_purchaserecord (order_no, {fields})"
        with wrapper.cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(lines)


def change_by_orm() -> None:
    order = PurchaseRecord.objects.get(order_no="1")
    order.amount, order.fund = Decimal("80.5"), "individual"
    order.save()


def hand_over_to_b() -> None:
    unit_b = BudgetUnit.objects.get(code="B")
    PurchaseRecord.objects.filter(order_no="1").update(unit=unit_b, credited_unit=unit_b)


RECORDS = "procurement_purchaserecord"
TABLES = (UnitTotal, RegionTotal, RegionDayTotal)
CHANGES = {
    "orm save": change_by_orm,
    "orm update": hand_over_to_b,
    "orm delete": lambda: PurchaseRecord.objects.get(order_no="1").delete(),
    "orm bulk delete": lambda: PurchaseRecord.objects.filter(unit__code="A").delete(),
    "copy": lambda: copy_order("4"),
    "bare days": lambda: execute(
        f"UPDATE {RECORDS} SET ordered_at = ordered_at - interval '3 months',"
        " accepted_at = '2025-07-01 12:00+08', rated_at = '2025-08-01 12:00+08'"
    ),
    "bare verdict": lambda: execute(f"UPDATE {RECORDS} SET verdict = 8 WHERE order_no = '2'"),
    "bare delete": lambda: execute(f"DELETE FROM {RECORDS} WHERE order_no <> '2'"),
    "delete of nothing": lambda: execute(f"DELETE FROM {RECORDS} WHERE order_no = '9'"),
}
#: Sums of what was ordered, paid and bought off the platform, after each change.
AFTERWARDS = {
    "orm save": ("100.50", "50.50", "7.00"),
    "orm update": ("120.00", "70.00", "7.00"),
    "orm delete": ("50.00", "0.00", "7.00"),
    "orm bulk delete": ("0.00", "0.00", "7.00"),
    "copy": ("190.00", "140.00", "7.00"),
    "bare days": ("120.00", "70.00", "7.00"),
    "bare verdict": ("70.00", "70.00", "7.00"),
    "bare delete": ("50.00", "0.00", "0.00"),
    "delete of nothing": ("120.00", "70.00", "7.00"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_sums_follow_every_way_of_writing(change):
    """The nightly proof may call for verdicts to be judged anew, never for other sums."""
    CHANGES[change]()
    for table in TABLES:
        query = f"SELECT sum(ordered), sum(paid), sum(off_platform) FROM {table._meta.db_table}"
        found = fetch(query)
        assert found == [tuple(map(Decimal, AFTERWARDS[change]))]
    assert [line for line in differences() if not line.startswith("verdict")] == []


def test_sums_know_the_steps_of_an_order_from_their_days():
    CHANGES["bare days"]()
    found = fetch(
        "SELECT known_on, accepted, completed FROM procurement_regiondaytotal"
        " WHERE accepted <> 0 OR completed <> 0 ORDER BY 1"
    )
    assert found == [
        (date(2025, 7, 1), Decimal(70), Decimal(0)), (date(2025, 8, 1), Decimal(0), Decimal(70)),
    ]  # fmt: skip


def test_truncate_empties_the_sums():
    execute(f"TRUNCATE {RECORDS}")
    assert [table.objects.count() for table in TABLES] == [0, 0, 0]


@pytest.mark.parametrize(
    "assignment",
    ["refunded = amount + 0.01", "refunded = -0.01", "amount = 0", "paid_amount = -1"],
)
def test_amount_out_of_range_is_refused_by_the_database(assignment):
    with pytest.raises(IntegrityError, match="purchase_amounts_in_range"), transaction.atomic():
        execute(f"UPDATE {RECORDS} SET {assignment} WHERE order_no = '2'")
    assert list(differences()) == []


def test_order_line_stands_once():
    with pytest.raises(IntegrityError, match="purchase_order_line"):
        execute(f"UPDATE {RECORDS} SET order_no = '2' WHERE order_no = '1'")
