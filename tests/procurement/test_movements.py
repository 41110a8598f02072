"""What a counted record gives, and when it is known (section 3 of the contract)."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from organizations.models import BudgetUnit
from procurement.movements import AMOUNTS, movements
from tests.builders import Row, accept, fetch, purchase, supplier, unit

pytestmark = pytest.mark.django_db

RECORDS = "(SELECT 1 AS sign, * FROM procurement_purchaserecord)"


@pytest.fixture(autouse=True)
def market() -> None:
    accept(
        "units",
        unit("A"),
        unit("E", kind="state_enterprise"),
        unit("CLOSED", closed_on="2020-12-31"),
    )
    accept("suppliers", supplier("S"))


def found(keys: str = "year, known_on") -> list[tuple]:
    """The keys, the name of the column and the amount, for each sum that is not 0."""
    sums = fetch(
        f"SELECT {keys}, slot, sum(amount) FROM ({movements(RECORDS)}) m"
        f" GROUP BY {keys}, slot HAVING sum(amount) <> 0"
    )
    return sorted((*map(str, key), AMOUNTS[slot], amount) for *key, slot, amount in sums)


def moved(**cells) -> list[tuple]:
    accept("purchases", purchase("1", **cells))
    return found()


def test_steps_count_in_the_year_of_their_own_day():
    """Paid on the day paid; accepted on the later of both; completed on the latest of three."""
    assert moved(
        paid_at="2025-04-02", accepted_at="2025-05-03", rated_at="2026-01-04", paid_amount="90",
    ) == [
        ("2025", "2025-03-10", "ordered", Decimal("100.00")),
        ("2025", "2025-04-02", "paid", Decimal("90.00")),
        ("2025", "2025-05-03", "accepted", Decimal("90.00")),
        ("2026", "2026-01-04", "completed", Decimal("90.00")),
    ]  # fmt: skip


def expected_days(paid: str, accepted: str, rated: str) -> dict[str, str]:
    days = {"ordered": "2025-03-10", "paid": paid}
    days["accepted"] = max(paid, accepted) if paid and accepted else ""
    days["completed"] = max(paid, accepted, rated) if paid and accepted and rated else ""
    return {basis: day for basis, day in days.items() if day}


def test_every_combination_of_days_gives_what_the_contract_says():
    """Two other days must both be there, three all; days out of order are hints, not errors."""
    choices = ("", "2025-02-01", "2025-06-15", "2026-01-01")
    combinations = list(product(choices, repeat=3))
    accept("units", *(unit(f"U{n}") for n in range(len(combinations))))
    accept(
        "purchases",
        *(
            purchase(str(n), f"U{n}", paid_at=p or None, accepted_at=a or None, rated_at=r or None)
            for n, (p, a, r) in enumerate(combinations)
        ),
    )
    codes = {str(pk): code for pk, code in BudgetUnit.objects.values_list("pk", "code")}
    days: dict[str, dict[str, str]] = {}
    for buyer, known_on, basis, _amount in found("unit_id, known_on"):
        days.setdefault(codes[buyer], {})[basis] = known_on
    assert days == {f"U{n}": expected_days(*chosen) for n, chosen in enumerate(combinations)}


@pytest.mark.parametrize(
    ("refunded_at", "known_on"),
    [
        (None, {"ordered": "2025-03-10", "paid": "2025-04-02", "accepted": "2025-05-03"}),
        ("2025-03-01", {"ordered": "2025-03-10", "paid": "2025-04-02", "accepted": "2025-05-03"}),
        ("2025-04-02", {"ordered": "2025-04-02", "paid": "2025-04-02", "accepted": "2025-05-03"}),
        ("2025-04-20", {"ordered": "2025-04-20", "paid": "2025-04-20", "accepted": "2025-05-03"}),
        ("2026-02-05", {"ordered": "2026-02-05", "paid": "2026-02-05", "accepted": "2026-02-05"}),
    ],
)
def test_refund_is_known_from_its_day_and_never_before_what_it_takes_back(refunded_at, known_on):
    """In the same year as what it takes back; without a day, from the basis day."""
    lines = moved(
        paid_at="2025-04-02", accepted_at="2025-05-03", refunded="30", refunded_at=refunded_at
    )
    given = {"ordered": "2025-03-10", "paid": "2025-04-02", "accepted": "2025-05-03"}
    sums: dict[tuple, Decimal] = {}
    for basis, first in given.items():
        for day, amount in ((first, Decimal(100)), (known_on[basis], Decimal(-30))):
            key = ("2025", day, basis)
            sums[key] = sums.get(key, Decimal(0)) + amount
    assert lines == sorted((*key, amount) for key, amount in sums.items())


@pytest.mark.parametrize(
    ("paid", "refunded", "left"),
    [("60", "50", "10.00"), ("60", "60", None), ("60", "80", None), (None, "80", "20.00")],
)
def test_whole_refund_is_taken_off_a_part_payment_and_never_below_nothing(paid, refunded, left):
    lines = moved(paid_at="2025-04-02", paid_amount=paid, refunded=refunded)
    amounts = {basis: amount for _, _, basis, amount in lines}
    assert amounts.get("paid") == (left and Decimal(left))
    assert amounts["ordered"] == 100 - Decimal(refunded)


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"status": "cancelled"}, ["cancelled"]),
        ({"channel": "offline"}, ["off_platform"]),
        ({"channel": "offline", "refunded": "40"}, ["off_platform"]),
        ({"channel": "third_party"}, ["third_party"]),
        ({"origin": "450102"}, ["origin_not_designated"]),
        ({"supplier": "NOBODY"}, ["supplier_unknown"]),
        ({"ordered_at": "2019-03-10"}, ["supplier_not_eligible"]),
        ({"unit_code": "CLOSED"}, ["unit_not_active"]),
        ({"unit_code": "E"}, []),
    ],
)
def test_excluded_record_moves_its_order_amount_once_under_its_reason(cells, reasons):
    """By day ordered; enterprises are in no figure."""
    days: Row = {"paid_at": "2025-04-02", "accepted_at": "2025-05-03", "rated_at": "2025-06-04"}
    day = cells.get("ordered_at", "2025-03-10")
    lines = [(day[:4], day, reason, Decimal("100.00")) for reason in reasons]
    assert moved(**days | cells) == lines


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 1, 1)])
def test_year_is_that_of_the_basis_day(day):
    lines = moved(paid_at=str(day), refunded="10", refunded_at="2026-03-01")
    years = {basis: {year for year, _, name, _ in lines if name == basis} for basis in AMOUNTS[:2]}
    assert years == {"ordered": {"2025"}, "paid": {str(day.year)}}
