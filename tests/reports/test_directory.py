"""A county's and a supplier's page: what they sold, for whom it is shown."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import Region, Role
from procurement.choices import Verdict
from procurement.sales import sales_of
from suppliers.models import DesignatedCounty, Supplier
from tests.builders import accept, supplier
from tests.reports.conftest import YEAR, make_record, make_unit, signed_in

HERE, NEIGHBOUR = "450125", "450124"
COUNTY = f"/counties/{HERE}/"


@pytest.fixture
def sold(world: SimpleNamespace) -> SimpleNamespace:
    """S1 of the county sold 750 yuan in Guangxi and 40 in Guangdong; S2 is the neighbour's."""
    accept("suppliers", supplier("S1"), supplier("S2", county=NEIGHBOUR))
    far = make_unit("FAR", "440100")
    make_record(far, 8, "40.00", category="茶叶")
    make_record(far, 9, "1000.00", supplier_code="S2")
    return world


def keeper(code: str = HERE) -> Client:
    return signed_in(f"keeper{code}", Role.COUNTY_KEEPER, region=Region.objects.get(code=code))


def ask(client: Client, address: str = COUNTY) -> Any:
    return client.get(address, {"year": YEAR})


def ordered(rows: Any) -> dict[str, Decimal]:
    return {name: sums["ordered"] for name, sums in rows}


def test_keeper_sees_what_the_own_county_sold(sold: SimpleNamespace) -> None:
    shown = ask(keeper()).context
    assert ordered(shown["by_year"]) == {"2026": Decimal("790.00")}
    assert ordered(shown["by_category"]) == {"—": Decimal("750.00"), "茶叶": Decimal("40.00")}
    assert ordered(shown["by_province"]) == {
        "广西壮族自治区": Decimal("750.00"),
        "广东省": Decimal("40.00"),
    }
    assert dict(shown["by_year"])["2026"]["paid"] == Decimal("500.00")


def test_county_stands_among_those_of_its_province(sold: SimpleNamespace) -> None:
    shown = ask(keeper()).context
    assert [(place.rank, place.code, place.amount) for place in shown["places"][:3]] == [
        (1, NEIGHBOUR, Decimal("1000.00")), (2, HERE, Decimal("790.00")), (3, "450123", 0),
    ]  # fmt: skip
    assert (shown["own"].code, shown["counties"]) == (HERE, 33)
    code = DesignatedCounty.objects.filter(province="广西壮族自治区").latest("code").code
    last = ask(keeper(code), f"/counties/{code}/").context
    assert (last["own"].rank, len(last["places"]), last["places"][-1]) == (3, 11, last["own"])


def test_ranking_says_what_the_sales_say(sold: SimpleNamespace) -> None:
    make_record(sold.first, 11, "100.00", refunded="30.00")
    make_record(sold.first, 12, "9.00", verdict=Verdict.CANCELLED)
    make_record(sold.first, 13, "5.00", ordered_at=datetime(YEAR - 1, 5, 5, tzinfo=UTC))
    shown = ask(keeper()).context
    assert shown["own"].amount == dict(shown["by_year"])[str(YEAR)]["ordered"]


def test_buyers_elsewhere_see_their_own_units_purchases(
    sold: SimpleNamespace, nobody: Client
) -> None:
    bureau = signed_in("gd", Role.BUREAU_REVIEWER, region=Region.objects.get(code="440000"))
    shown = ask(bureau, "/suppliers/S1/").context
    assert (shown["sees_sales"], shown["only_own"]) == (False, True)
    assert ordered(shown["by_year"]) == {"2026": Decimal("40.00")}
    other = ask(keeper(NEIGHBOUR), "/suppliers/S1/").context
    assert (other["only_own"], other["by_year"]) == (False, [])


def test_no_buyer_is_named(sold: SimpleNamespace) -> None:
    client = keeper()
    for address in (COUNTY, "/suppliers/S1/"):
        assert sold.first.name not in ask(client, address).content.decode()


@pytest.mark.parametrize("address", [COUNTY, "/suppliers/S1/"])
def test_sales_are_for_the_keeper_and_who_oversees_the_county(
    sold: SimpleNamespace, province: Client, clerk: Client, nobody: Client, address: str
) -> None:
    seen = [
        ask(client, address).context["sees_sales"]
        for client in (keeper(), province, keeper(NEIGHBOUR), clerk)
    ]
    assert seen == [True, True, False, False]
    assert ask(nobody, address).status_code == 404


def test_only_the_keeper_is_offered_to_keep(sold: SimpleNamespace, province: Client) -> None:
    keeps = [ask(c).context["keeps"] for c in (keeper(), province, keeper(NEIGHBOUR))]
    assert keeps == [True, False, False]


def test_home_of_a_keeper_is_the_county(sold: SimpleNamespace) -> None:
    assert keeper().get("/")["Location"] == COUNTY


def test_navigation_of_a_keeper_leads_to_the_own_county(
    sold: SimpleNamespace, province: Client
) -> None:
    shown = ask(keeper()).context["navigation"]
    assert [entry["address"] for entry in shown if entry["is_here"]] == [COUNTY]
    assert COUNTY not in [entry["address"] for entry in ask(province).context["navigation"]]


def test_what_the_directory_does_not_have_is_not_found(sold: SimpleNamespace) -> None:
    client = keeper()
    assert client.get("/counties/440100/").status_code == 404
    assert client.get("/suppliers/NONE/").status_code == 404


def test_sales_stop_where_the_period_of_the_county_ends(sold: SimpleNamespace) -> None:
    """What a supplier sold before it moved stays with the county it belonged to."""
    Supplier.objects.filter(code="S1").update(valid_to="2026-03-04")
    moved = Supplier.objects.create(
        code="S1", name="S1", kind="cooperative", batch="二", valid_from="2026-03-05",
        county=Supplier.objects.get(code="S2").county,
    )  # fmt: skip
    first = Supplier.objects.get(code="S1", valid_to__isnull=False)
    assert sales_of([first.pk], YEAR).by_year == {}
    assert sales_of([moved.pk], YEAR).by_year[YEAR]["ordered"] == Decimal("790.00")


def test_refund_is_taken_from_the_year_of_the_order(sold: SimpleNamespace) -> None:
    make_record(
        sold.first, 11, "100.00", refunded="30.00", ordered_at=datetime(YEAR - 1, 5, 5, tzinfo=UTC)
    )
    make_record(sold.first, 12, "9.00", verdict=Verdict.CANCELLED)
    sums = sales_of(Supplier.objects.filter(code="S1").values_list("pk", flat=True), YEAR)
    assert {year: bases["ordered"] for year, bases in sums.by_year.items()} == {
        YEAR: Decimal("790.00"),
        YEAR - 1: Decimal("70.00"),
    }


@pytest.mark.parametrize("address", [COUNTY, "/suppliers/S1/"])
def test_pages_take_a_constant_number_of_queries(sold: SimpleNamespace, address: str) -> None:
    client = keeper()
    ask(client, address)
    numbers = []
    for start in (100, 200):
        with CaptureQueriesContext(connection) as queries:
            ask(client, address)
        numbers.append(len(queries))
        accept("suppliers", *(supplier(f"M{start + n}") for n in range(5)))
        for n in range(5):
            make_record(sold.first, start + n, "1.00", category=f"C{n}")
    # The ranking's limit of time takes three of them.
    assert numbers[0] == numbers[1] <= 12
