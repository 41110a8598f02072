"""Section 3 of the contract: counted, or the first reason that applies.

Each table of cases is one file of orders, a case an order.
"""

import pytest

from organizations.models import BudgetUnit
from procurement.choices import Verdict
from procurement.models import PurchaseRecord
from tests.builders import Row, accept, purchase, supplier, unit

pytestmark = pytest.mark.django_db

#: What makes each reason apply, in the order of the contract.
REASONS: dict[Verdict, Row] = {
    Verdict.OUTSIDE_SCOPE: {"unit": "ENTERPRISE"},
    Verdict.CANCELLED: {"status": "cancelled"},
    Verdict.OFF_PLATFORM: {"channel": "offline"},
    Verdict.THIRD_PARTY: {"channel": "third_party"},
    Verdict.ORIGIN_NOT_DESIGNATED: {"origin": "450102"},
    Verdict.SUPPLIER_UNKNOWN: {"supplier": "NOBODY"},
    Verdict.SUPPLIER_NOT_ELIGIBLE: {"ordered_at": "2019-12-31"},
    Verdict.UNIT_NOT_ACTIVE: {"unit": "CLOSED"},
}


@pytest.fixture(autouse=True)
def market() -> None:
    accept(
        "units",
        unit("A"),
        unit("CLOSED", closed_on="2019-01-01"),
        unit("ENTERPRISE", kind="state_enterprise"),
    )
    accept(
        "suppliers",
        supplier("S", "2020-01-01", valid_to="2025-12-31"),
        supplier("EVER", "2000-01-01"),
    )


def judge(cases: dict[str, Row]) -> dict[str, PurchaseRecord]:
    """The records of one file, by the name of the case."""
    rows = []
    for name, cells in cases.items():
        rows.append(
            purchase(name, **{"unit_code" if k == "unit" else k: v for k, v in cells.items()})
        )
    accept("purchases", *rows)
    found = PurchaseRecord.objects.select_related("unit", "credited_unit", "origin_county")
    return {record.order_no: record for record in found}


def verdicts(records: dict[str, PurchaseRecord]) -> dict[str, Verdict]:
    return {name: Verdict(record.verdict) for name, record in records.items()}


def test_record_carries_the_first_reason_that_applies():
    """Every reason alone, and with each later one beside it; where two need one cell, the first."""
    order = list(REASONS)
    cases, expected = {}, {}
    for place, first in enumerate(order):
        for second in order[place:]:
            name = f"{first.name} {second.name}"
            cases[name], expected[name] = REASONS[second] | REASONS[first], first
    records = judge(cases)
    assert verdicts(records) == expected
    assert all(record.credited_unit == record.unit for record in records.values())


def test_details_of_the_reasons():
    """The status decides nothing but cancelled; both days of a period are valid days."""
    cases = {
        "plain": ({}, Verdict.COUNTED),
        "open": ({"status": "open"}, Verdict.COUNTED),
        "union": ({"fund": "union"}, Verdict.COUNTED),
        "individual": ({"fund": "individual"}, Verdict.COUNTED),
        "nearly refunded": ({"refunded": "99.99"}, Verdict.COUNTED),
        "refunded": ({"refunded": "100"}, Verdict.CANCELLED),
        "refunded next year": (
            {"refunded": "100", "refunded_at": "2026-02-01"}, Verdict.CANCELLED,
        ),
        "refund equals a part payment": (
            {"refunded": "60", "paid_at": "2025-04-01", "paid_amount": "60"}, Verdict.COUNTED,
        ),
        "other platform": ({"channel": "other_platform"}, Verdict.OFF_PLATFORM),
        "current code": ({"origin": "540581"}, Verdict.COUNTED),
        "listed code": ({"origin": "540530"}, Verdict.COUNTED),
        "origin alone": ({"origin": "540530", "supplier": "NOBODY"}, Verdict.SUPPLIER_UNKNOWN),
        "neither": ({"supplier": "NOBODY"}, Verdict.SUPPLIER_UNKNOWN),
        "wrong origin": (
            {"origin": "999999", "supplier": "NOBODY"}, Verdict.ORIGIN_NOT_DESIGNATED,
        ),
        "day before": ({"ordered_at": "2019-12-31"}, Verdict.SUPPLIER_NOT_ELIGIBLE),
        "first day": ({"ordered_at": "2020-01-01"}, Verdict.COUNTED),
        "last day": ({"ordered_at": "2025-12-31"}, Verdict.COUNTED),
        "day after": ({"ordered_at": "2026-01-01"}, Verdict.SUPPLIER_NOT_ELIGIBLE),
    }  # fmt: skip
    found = verdicts(judge({name: cells for name, (cells, _) in cases.items()}))
    assert found == {name: verdict for name, (_, verdict) in cases.items()}


def test_days_are_those_of_shanghai():
    """Half past four in the afternoon of 31 December in London is New Year there."""
    accept("purchases", purchase("1") | {"ordered_at": "2025-12-31 16:30+00"})
    record = PurchaseRecord.objects.get()
    assert str(record.ordered_on) == "2026-01-01"
    assert record.verdict == Verdict.SUPPLIER_NOT_ELIGIBLE


def test_origin_is_the_county_of_the_period_that_governs_the_day():
    """Of the period that holds the order's day, else the latest before it, else the first."""
    accept(
        "suppliers",
        supplier("P", "2020-01-01", valid_to="2020-12-31", county="450125"),
        supplier("P", "2022-01-01", valid_to="2022-12-31", county="450328"),
        supplier("P", "2023-01-01", valid_to="2023-12-31", county="540530"),
    )
    expected = {
        "2019-06-01": ("450125", Verdict.SUPPLIER_NOT_ELIGIBLE),
        "2020-06-01": ("450125", Verdict.COUNTED),
        "2021-06-01": ("450125", Verdict.SUPPLIER_NOT_ELIGIBLE),
        "2022-01-01": ("450328", Verdict.COUNTED),
        "2022-12-31": ("450328", Verdict.COUNTED),
        "2023-01-01": ("540581", Verdict.COUNTED),
        "2024-06-01": ("540581", Verdict.SUPPLIER_NOT_ELIGIBLE),
    }
    records = judge({day: {"supplier": "P", "ordered_at": day} for day in expected})
    found = {day: (r.origin_county.code, r.verdict) for day, r in records.items()}
    assert found == expected


def test_given_origin_takes_the_place_of_the_suppliers_county():
    records = judge({"given": {"origin": "450328"}, "not": {}, "wrong": {"origin": "450102"}})
    origins = {name: r.origin_county and r.origin_county.code for name, r in records.items()}
    assert origins == {"given": "450328", "not": "450125", "wrong": None}


def test_order_counts_for_the_first_successor_open_on_its_day():
    accept(
        "units",
        unit("OLD", opened_on="2024-01-01", closed_on="2024-06-30", successor="NEXT"),
        unit("NEXT", "450203", opened_on="2024-07-01", closed_on="2024-09-30", successor="LAST"),
        unit("LAST", "440303", opened_on="2025-01-01", closed_on="2025-12-31"),
    )
    expected = {
        "2023-12-31": ("OLD", Verdict.UNIT_NOT_ACTIVE),  # before opening, and no one is open
        "2024-01-01": ("OLD", Verdict.COUNTED),
        "2024-06-30": ("OLD", Verdict.COUNTED),
        "2024-07-01": ("NEXT", Verdict.COUNTED),
        "2024-09-30": ("NEXT", Verdict.COUNTED),
        "2024-10-01": ("OLD", Verdict.UNIT_NOT_ACTIVE),  # between two of the chain
        "2025-01-01": ("LAST", Verdict.COUNTED),  # past one that is closed again
        "2025-12-31": ("LAST", Verdict.COUNTED),
        "2026-01-01": ("OLD", Verdict.UNIT_NOT_ACTIVE),
    }
    records = judge(
        {day: {"unit": "OLD", "supplier": "EVER", "ordered_at": day} for day in expected}
    )
    assert {day: (r.credited_unit.code, r.verdict) for day, r in records.items()} == expected
    regions = dict(BudgetUnit.objects.values_list("pk", "region"))
    for record in records.values():
        assert record.credited_region_id == regions[record.credited_unit_id]
        assert record.unit.code == "OLD"


def test_nearest_open_successor_is_credited_though_later_ones_are_open_too():
    accept(
        "units",
        unit("OLD", closed_on="2024-06-30", successor="NEAR"),
        unit("NEAR", closed_on="2030-12-31", successor="LATER"),
        unit("LATER"),
    )
    assert judge({"1": {"unit": "OLD"}})["1"].credited_unit.code == "NEAR"


def test_excluded_order_stays_with_the_buyer_though_a_successor_is_open():
    accept("units", unit("OLD", closed_on="2024-06-30", successor="A"))
    record = judge({"1": {"unit": "OLD", "channel": "offline"}})["1"]
    assert (record.verdict, record.credited_unit.code) == (Verdict.OFF_PLATFORM, "OLD")
