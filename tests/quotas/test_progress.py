"""Progress (section 4 of the contract): who is answered in which row, and with what."""

from datetime import date
from decimal import Decimal

import pytest

from organizations.models import Region
from quotas import progress
from quotas.choices import Basis
from quotas.models import Filing
from quotas.progress import Figures, Progress
from tests.builders import (
    accept,
    filing,
    member,
    own_canteen,
    policy,
    purchase,
    supplier,
    unit,
)
from tests.quotas.answers import (
    CITY,
    COUNTRY,
    COUNTY,
    DIRECT,
    ELSEWHERE,
    NEIGHBOUR,
    PROVINCE,
    by_department,
    by_region,
    by_unit,
    column,
    make_divisions,
    of_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> None:
    """Units that each bought another power of ten, so that every sum tells who is in it."""
    make_divisions()
    units = [
        unit("PROV", PROVINCE),
        unit("CITY", CITY, parent="PROV"),
        unit("CNTY", COUNTY, parent="CITY"),
        unit("NGHB", NEIGHBOUR),
        unit("ZONE", "450102Z1", parent="CNTY"),
        unit("DRCT", DIRECT),
        unit("FAR", ELSEWHERE, parent="CNTY"),
    ]
    accept(
        "units", *units,
        unit("ENT", COUNTY, kind="state_enterprise"), unit("OLD", COUNTY, closed_on="2024-12-31"),
    )  # fmt: skip
    accept("suppliers", supplier("S"))
    bought = [
        purchase(str(place), row["code"], amount=10**place) for place, row in enumerate(units)
    ]
    accept("purchases", *bought, purchase("e", "ENT"), purchase("o", "OLD"))


def test_region_has_a_row_for_each_child_and_one_for_its_own_units(world):
    """A county that answers to the province stands beside its city, not below it."""
    assert column(by_region(COUNTRY), "ordered") == {PROVINCE: 111111, "440000": 1000000}
    assert column(by_region(PROVINCE), "ordered") == {PROVINCE: 1, CITY: 11110, DIRECT: 100000}
    assert column(by_region(CITY), "ordered") == {CITY: 10, COUNTY: 10100, NEIGHBOUR: 1000}
    assert column(by_region(COUNTY), "ordered") == {COUNTY: 100, "450102Z1": 10000}
    assert column(by_region("450102Z1"), "ordered") == {"450102Z1": 10000}


def test_rows_are_there_also_with_zeros_and_sorted_and_named():
    answer = by_region(CITY)
    children = Region.objects.filter(finance_parent__code=CITY).values_list("code", flat=True)
    assert [row.code for row in answer.rows] == sorted([CITY, *children])
    assert (answer.rows[0].name, answer.total.name) == ("南宁市本级", "南宁市")
    assert all(row.figures == Figures() for row in [*answer.rows, answer.total])
    country = by_region(COUNTRY)
    assert (country.rows[0].name, country.total.name) == ("全国本级", "全国")


def test_separate_city_stays_a_row_of_its_province():
    accept("policies", policy(2025, CITY, separate="true"))
    assert CITY in {row.code for row in by_region(PROVINCE).rows}


def test_every_unit_of_the_subtree_has_a_row_but_enterprises(world):
    """Also those not open in the year, which are 0 units; excluded amounts stay with the buyer."""
    answer = by_unit(CITY)
    assert [row.code for row in answer.rows] == ["CITY", "CNTY", "NGHB", "OLD", "ZONE"]
    assert {row.code: row.figures.units for row in answer.rows}["OLD"] == 0
    assert column(answer, "ordered") == {"CITY": 10, "CNTY": 100, "NGHB": 1000, "ZONE": 10000}
    assert sum(answer.total.figures.excluded.values()) == 100
    assert (answer.total.code, answer.total.figures.units) == (CITY, 4)


def test_department_is_the_topmost_ancestor_inside_the_region(world):
    """With its whole subtree inside the region, wherever its own ancestors are."""
    assert column(by_department(COUNTRY), "ordered") == {
        "PROV": 1010111, "NGHB": 1000, "DRCT": 100000,
    }  # fmt: skip
    assert column(by_department(CITY), "ordered") == {"CITY": 10110, "NGHB": 1000}
    assert column(by_department(COUNTY), "ordered") == {"CNTY": 10100}
    assert column(by_department(ELSEWHERE), "ordered") == {"FAR": 1000000}


def test_unit_has_a_row_for_each_unit_of_its_subtree_in_any_region(world):
    answer = of_unit("CITY")
    assert column(answer, "ordered") == {"CITY": 10, "CNTY": 100, "ZONE": 10000, "FAR": 1000000}
    assert (answer.total.code, answer.total.name) == ("CITY", "单位CITY")
    assert answer.region is None
    assert of_unit("ENT").rows == []


def test_moved_unit_takes_its_figures_of_every_year_along(world):
    accept("units", unit("CNTY", NEIGHBOUR, parent="CITY"), update=True)
    assert column(by_region(CITY), "ordered") == {CITY: 10, COUNTY: 10000, NEIGHBOUR: 1100}
    assert column(by_region(COUNTY), "units") == {"450102Z1": 1}


@pytest.mark.parametrize(
    ("as_of", "ordered", "paid"),
    [
        ("2025-03-09", "0", "0"),
        ("2025-03-10", "100", "0"),
        ("2025-03-31", "100", "0"),
        ("2025-04-01", "100", "0"),
        ("2025-04-02", "100", "100"),
        ("2025-05-05", "100", "100"),
        ("2025-05-06", "70", "70"),
        ("2025-05-31", "70", "70"),
        ("2025-06-01", "75", "70"),
        ("2025-12-31", "75", "70"),
        (None, "74", "70"),
    ],
)
def test_cut_off_knows_the_days_up_to_and_including_its_own(as_of, ordered, paid):
    """Without one, refunds of later years known now are taken off too."""
    accept("units", unit("A"))
    accept("suppliers", supplier("S"))
    accept(
        "purchases",
        purchase("1", paid_at="2025-04-02", refunded="30", refunded_at="2025-05-06"),
        purchase("2", amount="5", ordered_at="2025-06-01", refunded="1", refunded_at="2026-02-01"),
        purchase("3", ordered_at="2024-12-31"),
        purchase("4", ordered_at="2026-01-01"),
    )
    day = as_of and date.fromisoformat(as_of)
    answers = [ask(COUNTY, as_of=day) for ask in (by_region, by_unit, by_department)]
    for answer in [*answers, of_unit("A", as_of=day)]:
        total = answer.total.figures
        assert (total.ordered, total.paid) == (Decimal(ordered), Decimal(paid))


def test_units_and_filings_are_counted_as_the_contract_says():
    accept(
        "units",
        *(unit(code) for code in ("OWN", "NONE", "MEMBER", "WAITS", "SENT_BACK", "SILENT")),
        unit("LATE", opened_on="2025-07-01"),
        unit("GONE", closed_on="2025-03-30"),
        unit("GOES", closed_on="2025-03-31"),
        unit("NEVER", closed_on="2024-12-31"),
    )
    accept("policies", policy(2025, COUNTY, filing_due="2025-03-31"))
    done = {"state": "confirmed"}
    accept(
        "filings",
        own_canteen(2025, "OWN", "1234.56", **done),
        filing(2025, "NONE", "none", **done),
        member(2025, "MEMBER", "OWN"),
        own_canteen(2025, "WAITS", "99"),
        own_canteen(2025, "SENT_BACK", "99"),
    )
    Filing.objects.filter(unit__code="SENT_BACK").update(state="returned", return_reason="改")
    for answer in (by_region(COUNTY), by_unit(COUNTY), by_department(COUNTY)):
        total = answer.total.figures
        assert (total.units, total.filed, total.zero_filed) == (9, 4, 2)
        assert (total.not_filed, total.not_due, total.confirmed) == (3, 2, 2)
        assert total.base_amount == Decimal("1234.56")


def test_without_a_due_day_nobody_is_not_due():
    accept("units", unit("A"), unit("LATE", opened_on="2025-07-01"))
    for answer in (by_region(COUNTY), by_unit(COUNTY)):
        assert (answer.total.figures.not_due, answer.total.figures.not_filed) == (0, 2)


@pytest.fixture
def shared() -> None:
    """M of the county buys with each fund and once off the platform; R is far away."""
    accept("units", unit("M"), unit("R", ELSEWHERE), unit("N", NEIGHBOUR))
    accept("suppliers", supplier("S"))
    accept(
        "purchases",
        purchase("1", "M", paid_at="2026-01-05"),
        purchase("2", "M", amount="10", fund="union"),
        purchase("3", "M", amount="1", fund="individual"),
        purchase("4", "M", amount="1000", channel="offline"),
    )


def test_canteen_purchases_of_a_member_count_for_its_representative(shared):
    """In the representative's region; union, individual and excluded purchases stay."""
    assert by_region(PROVINCE).total.figures.ordered == 111
    accept("filings", member(2025, "M", "R"))
    assert column(by_region(COUNTRY), "ordered") == {PROVINCE: 11, "440000": 100}
    assert column(by_region(CITY), "ordered") == {COUNTY: 11}
    assert column(by_unit(COUNTRY), "ordered") == {"M": 11, "R": 100}
    assert column(by_department(COUNTRY), "ordered") == {"M": 11, "R": 100}
    assert column(of_unit("R"), "ordered") == {"R": 100}
    assert column(of_unit("M"), "ordered") == {"M": 11}
    assert sum(by_unit(COUNTY).total.figures.excluded.values()) == 1000
    assert by_region(ELSEWHERE, as_of=date(2025, 3, 10)).total.figures.ordered == 100
    assert by_unit(ELSEWHERE, as_of=date(2025, 3, 9)).total.figures.ordered == 0


def test_each_basis_follows_the_membership_of_the_year_of_its_own_day(shared):
    """Ordered in 2025, when M bought for itself; paid in 2026, when R represents it."""
    accept("filings", member(2026, "M", "R"))
    assert column(by_region(COUNTRY), "ordered") == {PROVINCE: 111}
    assert column(by_region(COUNTRY, 2026), "paid") == {"440000": 100}


def test_membership_within_a_row_moves_nothing_and_across_rows_within_a_region_does(shared):
    accept("filings", member(2025, "M", "N"))
    assert column(by_region(PROVINCE), "ordered") == {CITY: 111}
    assert column(by_region(CITY), "ordered") == {COUNTY: 11, NEIGHBOUR: 100}


def test_returned_filing_keeps_its_effect(shared):
    accept("filings", member(2025, "M", "R"))
    Filing.objects.update(state="returned", return_reason="改")
    assert by_region(ELSEWHERE).total.figures.ordered == 100


@pytest.mark.parametrize(
    ("done", "target", "rate"),
    [
        ("1", "3", "33.33"),
        ("2", "3", "66.67"),
        ("24.69", "200", "12.35"),  # 12.345, half-up
        ("0", "200", "0.00"),
        ("250", "100", "250.00"),
        ("5", "0", None),
    ],
)
def test_rate_is_half_up_to_two_decimals_and_null_without_a_target(done, target, rate):
    figures = Figures(target=Decimal(target), paid=Decimal(done))
    assert figures.rate("paid") == (rate and Decimal(rate))
    shown = progress.Row("A", "单位", figures).as_json("paid")
    assert shown["rate"] == rate


def test_total_rate_is_computed_from_sums():
    rows = [
        progress.Row(str(n), "", Figures(target=Decimal(target), ordered=Decimal(done)))
        for n, (target, done) in enumerate([(100, 100), (300, 0)])
    ]
    given = {"asked": ("T", "合计"), "year": 2025, "region": None, "as_of": None}
    answer = Progress.of(rows, basis=Basis.ORDERED, **given)
    assert answer.as_json()["total"]["rate"] == "25.00"


def test_basis_is_that_of_the_policy_of_what_is_asked_for():
    accept("units", unit("A"))
    assert by_region(COUNTY).basis == "completed"
    accept("policies", policy(2025, CITY, basis="paid"), policy(2025, COUNTY, basis="ordered"))
    assert (by_region(CITY).basis, by_unit(COUNTY).basis) == ("paid", "ordered")
    assert of_unit("A").basis == "ordered"
    assert by_region(CITY, basis=Basis.ACCEPTED).basis == "accepted"
