from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procurement.choices import Verdict
from quotas.choices import Basis
from quotas.models import CanteenMembership, Filing
from tests.reports.conftest import DOCUMENT, YEAR, confirm, make_record, make_unit

ADDRESS = "/units/U1/"


def orders(response: Any) -> list[str]:
    return sorted(record.order_no for record in response.context["page"])


def ask(client: Client, address: str = ADDRESS, **asked: Any) -> Any:
    return client.get(address, {"year": YEAR} | asked)


def test_unit_page_shows_filing_target_and_every_basis(province: Client) -> None:
    response = ask(province)
    assert response.context["filing"].reserved_amount == Decimal("1000.00")
    steps = {step["label"]: step["amount"] for step in response.context["line"].steps}
    assert list(steps.values()) == [Decimal("750.00"), Decimal("500.00"), 0, 0]
    assert response.context["line"].figures.target == Decimal("1000.00")
    assert response.context["subordinates"] == 1


def test_waiting_filing_is_shown_where_none_is_confirmed(
    province: Client, world: SimpleNamespace
) -> None:
    waiting = Filing.objects.create(
        unit=world.third, year=YEAR, canteen="own", base_amount=10, ratio=10, reserved_amount=1,
        state="submitted",
    )  # fmt: skip
    response = ask(province, "/units/U3/")
    assert (response.context["filing"], response.context["waiting"]) == (waiting, None)


def test_amendment_is_announced_beside_the_version_in_force(
    province: Client, world: SimpleNamespace
) -> None:
    amendment = Filing.objects.create(
        unit=world.first, year=YEAR, version=2, canteen="own", base_amount=10, ratio=10,
        reserved_amount=1, state="submitted",
    )  # fmt: skip
    response = ask(province)
    assert response.context["filing"].version == 1
    assert response.context["waiting"] == amendment


def test_unit_without_a_filing_says_so(province: Client) -> None:
    response = ask(province, "/units/U2/")
    assert response.context["filing"] is None
    assert response.context["line"].rate is None
    assert "empty-title" in response.content.decode()


def test_policy_values_name_their_document(province: Client) -> None:
    values = ask(province).context["policy_values"]
    assert [item.value for item in values] == ["10%", Basis.PAID.label]
    assert {item.document.document_number for item in values} == {DOCUMENT}


def test_records_are_counted_or_say_why_not(province: Client) -> None:
    response = ask(province)
    assert orders(response) == ["ORDER1", "ORDER2", "ORDER3"]
    sums = [(row["verdict"], row["number"], row["amount"]) for row in response.context["verdicts"]]
    assert sums == [(0, 2, Decimal("750.00")), (2, 1, Decimal("77.00"))]
    assert str(Verdict.OFF_PLATFORM.label) in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"verdict": 0}, ["ORDER1", "ORDER2"]),
        ({"verdict": 2}, ["ORDER3"]),
        ({"fund": "union"}, ["ORDER1"]),
        ({"fund": "union", "verdict": 2}, []),
        ({"as_of": "2026-03-04"}, []),
    ],
)
def test_records_are_filtered(province: Client, asked: dict, expected: list[str]) -> None:
    response = ask(province, **asked)
    assert orders(response) == expected
    assert set(response.context["address"]) == {"year", *asked}


def test_record_with_a_step_in_the_year_belongs_to_it(
    province: Client, world: SimpleNamespace
) -> None:
    make_record(
        world.first, 4, "9.00", ordered_at=datetime(2025, 12, 30, tzinfo=UTC),
        paid_at=datetime(2025, 12, 31, 17, tzinfo=UTC),
    )  # fmt: skip
    assert "ORDER4" in orders(ask(province))
    assert orders(ask(province, year=2025)) == ["ORDER4"]


def test_record_credited_to_another_unit_stands_on_both_pages(
    province: Client, world: SimpleNamespace
) -> None:
    make_record(
        world.second, 5, "9.00", credited_unit=world.first, credited_region=world.first.region
    )
    assert "ORDER5" in orders(ask(province))
    response = ask(province, "/units/U2/")
    assert orders(response) == ["ORDER5"]
    assert 'href="/units/U1/?year=2026"' in response.content.decode()


def test_shared_canteen_names_both_sides(province: Client, world: SimpleNamespace) -> None:
    CanteenMembership.objects.create(unit=world.first, representative=world.first, year=YEAR)
    CanteenMembership.objects.create(unit=world.third, representative=world.first, year=YEAR)
    assert ask(province).context["members"] == [world.third]
    assert ask(province).context["representative"] is None
    assert ask(province, "/units/U3/").context["representative"] == world.first


def test_state_enterprise_is_shown_and_in_no_figure(province: Client) -> None:
    make_unit("E1", "450000", kind="state_enterprise")
    response = ask(province, "/units/E1/")
    assert response.status_code == 200
    assert response.context["line"].figures.units == 0


def test_code_with_a_slash_opens(province: Client) -> None:
    make_unit("A/1", "450000")
    assert ask(province, "/units/A/1/").context["unit"].code == "A/1"


@pytest.mark.parametrize("bad", [{"verdict": "9"}, {"verdict": "x"}, {"fund": "gold"}])
def test_bad_filter_is_named_and_left_out(province: Client, bad: dict) -> None:
    response = ask(province, **bad)
    assert len(response.context["flaws"]) == 1
    assert orders(response) == ["ORDER1", "ORDER2", "ORDER3"]


def test_records_come_fifty_a_page_with_constant_queries(
    province: Client, world: SimpleNamespace
) -> None:
    ask(province)  # the first page of a session writes that it has begun
    with CaptureQueriesContext(connection) as few:
        ask(province)
    for number in range(100, 160):
        make_record(world.first, number, "1.00")
    confirm(world.second)
    with CaptureQueriesContext(connection) as many:
        response = ask(province)
    assert len(response.context["page"]) == 50
    assert response.context["records_number"] == 63
    assert len(many) == len(few)


def test_links_of_the_ledger_are_for_whoever_may(province: Client, clerk: Client) -> None:
    def links(client: Client) -> list[bool]:
        page = client.get("/units/U2/").content.decode()
        return [f"/units/U2/{part}/" in page for part in ("edit", "contact", "history")]

    assert (links(province), links(clerk)) == ([False, False, True], [False, True, False])
