"""Steps and months of a region: the same sums as its answers by unit and by region."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import BudgetUnit
from quotas import progress
from quotas.choices import Basis
from quotas.models import Filing
from quotas.progress import Steps
from quotas.progress.steps import of_rows
from tests.builders import accept, filing, member, own_canteen, purchase, supplier, unit
from tests.quotas.answers import (
    CITY,
    COUNTRY,
    COUNTY,
    ELSEWHERE,
    NEIGHBOUR,
    PROVINCE,
    by_region,
    by_unit,
    make_divisions,
    region,
)

pytestmark = pytest.mark.django_db
PLACES = [COUNTRY, PROVINCE, CITY, COUNTY, NEIGHBOUR, ELSEWHERE, "450102Z1"]
PAID = Basis.PAID


@pytest.fixture
def world() -> None:
    """Canteens shared within a county, across counties and across provinces, and refunds."""
    make_divisions()
    accept(
        "units",
        unit("TOP", CITY), unit("OWN", COUNTY, parent="TOP"), unit("SMALL", COUNTY),
        unit("NEAR", COUNTY), unit("NEXT", NEIGHBOUR), unit("FAR", ELSEWHERE),
        unit("ZONE", "450102Z1"), unit("ENT", COUNTY, kind="state_enterprise"),
        unit("LATE", COUNTY),
    )  # fmt: skip
    accept("suppliers", supplier("S"))
    filed = [
        own_canteen(2025, "TOP", "10000"), own_canteen(2025, "OWN", "1000"),
        own_canteen(2025, "SMALL", "20000", ratio="20"), own_canteen(2025, "FAR", "3000"),
        own_canteen(2025, "NEXT", "100"), member(2025, "NEAR", "NEXT"),
        member(2025, "ZONE", "FAR"), filing(2025, "LATE", "none"),
    ]  # fmt: skip
    accept("filings", *(row | {"state": "confirmed"} for row in filed))
    paid = "2025-05-20"
    accept(
        "purchases",
        purchase("1", "OWN", amount=100, paid_at=paid), purchase("2", "SMALL", paid_at=paid),
        purchase("3", "NEAR", amount=30, paid_at="2025-03-31"),
        purchase("4", "ZONE", amount=400, paid_at=paid),
        purchase("5", "ZONE", amount=7, paid_at=paid, fund="union"),
        purchase("6", "TOP", amount=500, paid_at="2025-11-02", refunded=200,
                 refunded_at="2026-01-10"),
        purchase("7", "LATE", amount=9, paid_at="2026-02-01"),
        purchase("8", "ENT", amount=5000, paid_at=paid),
    )  # fmt: skip


@pytest.mark.parametrize("code", PLACES)
def test_overview_answers_by_region(world: None, code: str) -> None:
    seen = progress.overview(region(code), 2025, basis=PAID)
    assert seen.progress == by_region(code, basis=PAID)


@pytest.mark.parametrize("code", PLACES)
@pytest.mark.parametrize("basis", [PAID, Basis.ORDERED])
def test_steps_count_the_units_of_the_answer_by_unit(world: None, code: str, basis: Basis) -> None:
    counted = progress.overview(region(code), 2025, basis=basis).total
    units = of_rows(by_unit(code, basis=basis).rows, basis)
    assert (counted.promised, counted.bought, counted.reached) == (
        units.promised, units.bought, units.reached,
    )  # fmt: skip


def test_steps_follow_shared_canteens_and_stand_in_the_row_of_their_region(world: None) -> None:
    steps = progress.overview(region(CITY), 2025, basis=PAID).steps
    counted = {
        code: (row.promised, row.bought, row.reached) for code, row in steps.items() if row.promised
    }
    # NEXT reached its 10 yuan with what NEAR bought; OWN its 100 exactly.
    assert counted == {CITY: (1, 1, 0), COUNTY: (2, 2, 1), NEIGHBOUR: (1, 1, 1)}
    far = progress.overview(region(ELSEWHERE), 2025, basis=PAID).total
    assert (far.promised, far.bought, far.reached) == (1, 1, 1)


def test_overall_ratio_divides_the_sums(world: None) -> None:
    steps = progress.overview(region(COUNTY), 2025, basis=PAID).total
    assert (steps.reserved_amount, steps.base_amount) == (Decimal(4100), Decimal(21000))
    assert steps.ratio == Decimal("19.52")
    assert Steps().ratio is None


def test_steps_count_open_filings_by_what_they_wait_for(world: None) -> None:
    waiting = {"canteen": "none", "state": "submitted", "year": 2026}
    by_code = {row.unit.code: row.unit for row in Filing.objects.select_related("unit")}
    for code in ("OWN", "SMALL", "NEAR"):
        Filing.objects.create(unit=by_code[code], **waiting)
    Filing.objects.filter(unit__code="SMALL", year=2026).update(state="endorsed")
    Filing.objects.filter(unit__code="NEAR", year=2026).update(state="returned", return_reason="改")
    steps = progress.overview(region(COUNTY), 2026, basis=PAID).total
    assert (steps.submitted, steps.to_endorse, steps.endorsed, steps.returned) == (0, 1, 1, 1)


@pytest.mark.parametrize("code", PLACES)
@pytest.mark.parametrize("basis", [PAID, Basis.ORDERED])
def test_months_are_what_the_region_totals_up_to_their_last_days(
    world: None, code: str, basis: Basis
) -> None:
    months = progress.by_month(region(code), (2025, 2026), basis=basis)
    for year in (2025, 2026):
        ends = [date(year, month, monthrange(year, month)[1]) for month in range(1, 13)]
        answers = [by_region(code, year, basis=basis, as_of=end) for end in ends]
        assert months[year] == [getattr(answer.total.figures, basis) for answer in answers]


@pytest.mark.parametrize("code", ["TOP", "OWN", "FAR", "NEXT", "ZONE", "NEAR"])
@pytest.mark.parametrize("basis", [PAID, Basis.ORDERED])
def test_months_of_a_department_are_what_it_totals_up_to_their_last_days(
    world: None, code: str, basis: Basis
) -> None:
    department = BudgetUnit.objects.get(code=code)
    months = progress.unit_by_month(department, (2025, 2026), basis=basis)
    for year in (2025, 2026):
        ends = [date(year, month, monthrange(year, month)[1]) for month in range(1, 13)]
        answers = [progress.of_unit(department, year, basis=basis, as_of=end) for end in ends]
        assert months[year] == [getattr(answer.total.figures, basis) for answer in answers]


def test_refund_after_the_year_is_in_none_of_its_months(world: None) -> None:
    months = progress.by_month(region(CITY), (2025,), basis=PAID)
    whole = by_region(CITY, basis=PAID).total.figures.paid
    assert months[2025][11] - whole == 200


def test_overview_asks_as_much_of_a_county_as_of_the_country(world: None) -> None:
    with CaptureQueriesContext(connection) as few:
        progress.overview(region(COUNTY), 2025, basis=PAID)
    with CaptureQueriesContext(connection) as many:
        progress.overview(region(COUNTRY), 2025, basis=PAID)
    assert len(few) == len(many) == 5
