"""Purchases by file: growth, conflicts, updates, scope."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Region, Role
from procurement.models import PurchaseRecord
from quotas.proof import differences
from tests.builders import Row, accept, person, purchase, refusals, supplier, take, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market() -> None:
    accept("units", unit("A"), unit("B", "450103", parent="A"))
    accept("suppliers", supplier("S"), supplier("T"))


def test_same_file_again_changes_nothing_and_says_so():
    rows = [purchase("1"), purchase("1", line_no=2, paid_at="2025-03-11", refunded="5")]
    assert accept("purchases", *rows).counts == (2, 0, 0)
    assert accept("purchases", *rows).counts == (0, 0, 2)
    assert accept("purchases", *rows, update=True).counts == (0, 0, 2)


def test_line_without_a_number_is_the_first():
    accept("purchases", purchase("1", line_no=None), purchase("1", line_no=2))
    assert accept("purchases", purchase("1", line_no=1)).counts == (0, 0, 1)
    assert set(PurchaseRecord.objects.values_list("line_no", flat=True)) == {1, 2}


#: What stands before each change.
STANDING = {
    "status": "open", "refunded": "30", "refunded_at": "2025-05-01", "paid_at": "2025-04-01",
    "accepted_at": None, "rated_at": None, "paid_amount": None, "category": "粮油",
    "payer": None, "quantity": None, "unit_price": "2.5", "settlement": None, "origin": "450328",
}  # fmt: skip

GROWTH = [
    ("status", "closed"), ("status", "cancelled"), ("refunded", "30.01"), ("refunded", "100"),
    ("refunded_at", "2025-05-02"), ("paid_at", "2025-04-02"), ("accepted_at", "2025-03-01"),
    ("rated_at", "2025-06-01"), ("paid_amount", "0"), ("payer", "某单位"), ("quantity", "3"),
    ("settlement", "prepaid"),
]  # fmt: skip

CONFLICTS = [
    ("refunded", "29.99"), ("refunded", None), ("refunded_at", "2025-04-30"),
    ("refunded_at", None), ("paid_at", "2025-03-31"), ("paid_at", None), ("unit", "B"),
    ("supplier", "T"), ("origin", "450125"), ("origin", None), ("fund", "union"),
    ("amount", "101"), ("ordered_at", "2025-03-11"), ("ordered_at", "2025-03-09"),
    ("product", "面粉"), ("channel", "offline"), ("category", "肉类"), ("category", None),
    ("unit_price", "2.6"), ("unit_price", None),
]  # fmt: skip


def changes(cases: list[tuple[str, str | None]]) -> tuple[list[Row], list[Row]]:
    """An order for each case, as it stands and as the next file brings it."""
    stand, come = [], []
    for number, (field, value) in enumerate(cases):
        order = {"order_no": str(number)}
        stand.append(purchase(**order, **STANDING))
        name = "unit_code" if field == "unit" else field
        come.append(purchase(**order, **STANDING | {name: value}))
    return stand, come


def test_ordinary_progress_of_an_order_is_taken_without_asking():
    stand, come = changes(GROWTH)
    accept("purchases", *stand)
    assert accept("purchases", *come).counts == (0, len(GROWTH), 0)
    assert accept("purchases", *come).counts == (0, 0, len(GROWTH))
    assert list(differences()) == []


def test_everything_else_is_a_conflict_that_an_update_settles():
    stand, come = changes(CONFLICTS)
    accept("purchases", *stand)
    found = take("purchases", *come)
    assert found.errors == [(row, case[0], "conflict") for row, case in enumerate(CONFLICTS, 2)]
    assert accept("purchases", *stand).counts == (0, 0, len(CONFLICTS))
    assert accept("purchases", *come, update=True).counts == (0, len(CONFLICTS), 0)
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("closed", "open"), ("closed", "cancelled"), ("cancelled", "open"), ("cancelled", "closed")],
)
def test_order_that_has_ended_does_not_go_on(before, after):
    accept("purchases", purchase("1", status=before))
    assert refusals("purchases", purchase("1", status=after)) == [("status", "conflict")]


def test_row_in_conflict_names_every_cell_that_differs_and_its_growth_is_no_error():
    accept("purchases", purchase("1", **STANDING), purchase("2"))
    row = purchase("1", **STANDING | {"rated_at": "2025-06-01"}, amount="99") | {"product": "面粉"}
    found = take("purchases", purchase("2"), row, purchase("3"))
    assert found.errors == [(3, "product", "conflict"), (3, "amount", "conflict")]
    assert set(PurchaseRecord.objects.values_list("order_no", flat=True)) == {"1", "2"}


def test_another_time_of_the_same_day_is_no_other_content():
    """Times are kept; only days are compared."""
    noon = purchase("1") | {"ordered_at": "2025-03-10 12:00+08"}
    accept("purchases", noon)
    assert accept("purchases", purchase("1"), update=True).counts == (0, 0, 1)
    accept("purchases", purchase("1", rated_at="2025-06-01"))
    assert PurchaseRecord.objects.get().ordered_at.hour == 4


def test_update_clears_what_is_blank_and_leaves_what_is_absent():
    accept("purchases", purchase("1", **STANDING, account="123"))
    row = purchase("1", **STANDING | {"paid_at": None, "category": None, "unit_price": None})
    del row["origin"]
    accept("purchases", row, update=True)
    record = PurchaseRecord.objects.get()
    assert (record.paid_at, record.category, record.unit_price) == (None, "", None)
    assert (record.account, record.origin_code) == ("123", "450328")


def test_update_is_judged_with_the_cells_that_the_file_does_not_bring():
    accept("purchases", purchase("1", refunded="30", origin="450102"))
    row = purchase("1", amount="30")
    accept("purchases", row, update=True)
    assert PurchaseRecord.objects.get().verdict == 1
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"unit_code": "NOBODY"}, ("unit", "unknown_code")),
        ({"origin": "45012"}, ("origin", "unknown_code")),
        ({"origin": "45012X"}, ("origin", "unknown_code")),
        ({"refunded": "100.01"}, ("refunded", "out_of_range")),
    ],
)
def test_row_that_breaks_a_rule_is_refused(cells, error):
    assert refusals("purchases", purchase("1", **cells), purchase("2")) == [error]
    assert not PurchaseRecord.objects.exists()


@pytest.mark.parametrize(
    ("update", "errors"),
    [
        (True, [(2, "refunded", "out_of_range")]),
        (False, [(2, "amount", "conflict"), (2, "refunded", "out_of_range")]),
    ],
)
def test_amount_below_a_refund_that_the_file_does_not_bring_is_refused(update, errors):
    accept("purchases", purchase("1", refunded="80"))
    found = take("purchases", purchase("1", amount="50"), purchase("2"), update=update)
    assert found.errors == errors
    assert "80.00" in found.messages[-1]
    assert accept("purchases", purchase("1", amount="80"), update=True).counts == (0, 1, 0)


def test_days_out_of_order_and_unknown_suppliers_are_no_errors():
    """Hints for the reader; an unknown supplier is stored."""
    early = {"paid_at": "2025-01-01", "accepted_at": "2024-01-01", "refunded_at": "2024-01-01"}
    accept("purchases", purchase("1", supplier="NOBODY", origin="999999", **early))


@pytest.mark.parametrize(
    ("role", "place", "errors"),
    [
        (Role.BUREAU_REVIEWER, {"region": "450100"}, []),
        (Role.BUREAU_ADMINISTRATOR, {"region": "450000"}, []),
        (Role.BUREAU_REVIEWER, {"region": "450102"}, ["B"]),
        (Role.BUREAU_REVIEWER, {"region": "450203"}, ["A", "B"]),
        (Role.AUDITOR, {"region": "450100"}, ["A", "B"]),
        (Role.UNIT_CLERK, {"unit": "A"}, ["A", "B"]),
    ],
)
def test_unit_of_an_order_must_be_one_whose_purchases_the_sender_keeps(role, place, errors):
    sender = person("sender", role, **place)
    rows = [purchase("1", "A"), purchase("2", "B")]
    found = take("purchases", *rows, by=sender)
    refused = [rows[row - 2]["unit"] for row, field, code in found.errors
               if (field, code) == ("unit", "unknown_code")]  # fmt: skip
    assert refused == errors
    assert PurchaseRecord.objects.count() == (0 if errors else 2)


def test_who_reads_a_unit_and_keeps_another_brings_the_others_purchases_alone():
    """An auditor of the city who reviews one of its districts."""
    sender = person("sender", Role.BUREAU_REVIEWER, region="450103")
    city = Region.objects.get(code="450100")
    sender.memberships.create(role=Role.AUDITOR, region=city)
    found = take("purchases", purchase("1", "A"), purchase("2", "B"), by=sender)
    assert found.errors == [(2, "unit", "unknown_code")]


def test_sender_cannot_take_over_an_order_of_a_stranger():
    """The order stands with a unit outside the scope, whatever unit the file gives it."""
    accept("purchases", purchase("1", "A"))
    reviewer = person("reviewer", Role.BUREAU_REVIEWER, region="450103")
    found = refusals("purchases", purchase("1", "B"), by=reviewer, update=True)
    assert [code for _, code in found] == ["unknown_code"]
    assert PurchaseRecord.objects.get().unit.code == "A"


def test_conflict_with_an_order_of_a_stranger_does_not_show_it():
    accept("purchases", purchase("1", "A", product="机密采购"))
    reviewer = person("reviewer", Role.BUREAU_REVIEWER, region="450103")
    found = take("purchases", purchase("1", "B"), by=reviewer)
    assert found.errors
    assert "机密采购" not in "".join(found.messages)


def test_number_of_queries_does_not_grow_with_the_rows():
    asked = []
    for rows in (1, 40):
        orders = [purchase(f"{rows}-{number}") for number in range(rows)]
        with CaptureQueriesContext(connection) as queries:
            accept("purchases", *orders)
        asked.append(len(queries))
    assert asked[0] == asked[1]
