"""The directory by API: open to whoever may look it up, kept county by county."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Role, User
from procurement.models import PurchaseRecord
from suppliers.models import Supplier
from tests.apis import Api, codes_of
from tests.builders import accept, person, purchase, supplier, unit

pytestmark = pytest.mark.django_db

NEW = {
    "code": "T", "name": "新供应商", "kind": "household", "county": "450125", "batch": "第二批",
    "valid_from": "2026-01-01",
}  # fmt: skip


@pytest.fixture(autouse=True)
def world() -> SimpleNamespace:
    accept("units", unit("A", "450102"))
    accept("suppliers", supplier("S"))
    accept("purchases", purchase("O1", "A"))
    return SimpleNamespace(
        keeper=person("keeper", Role.COUNTY_KEEPER, region="450125"),
        neighbour=person("neighbour", Role.COUNTY_KEEPER, region="451028"),
        bureau=person("bureau", Role.BUREAU_ADMINISTRATOR, region="450100"),
        clerk=person("clerk", Role.UNIT_CLERK, unit="A"),
        stranger=User.objects.create_user("stranger"),
    )


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("keeper", (200, 200, 200, 201)), ("bureau", (200, 200, 200, 201)),
        ("clerk", (200, 200, 403, 403)), ("neighbour", (200, 200, 403, 400)),
        ("stranger", (404, 404, 404, 404)),
    ],
)  # fmt: skip
def test_directory_answers_each_person(world: SimpleNamespace, who: str, expected: tuple) -> None:
    api, pk = Api(getattr(world, who)), Supplier.objects.get().pk
    answers = (
        api.get("suppliers/"),
        api.get(f"suppliers/{pk}/"),
        api.patch(f"suppliers/{pk}/", {"batch": "第三批"}),
        api.post("suppliers/", NEW),
    )
    assert tuple(answer.status_code for answer in answers) == expected


def test_period_is_read_as_its_row(world: SimpleNamespace) -> None:
    row = Api(world.clerk).get(f"suppliers/{Supplier.objects.get().pk}/").json()
    assert len(row.pop("seen")) == 64
    assert row == {
        "id": Supplier.objects.get().pk, "code": "S", "name": "供应商S", "kind": "cooperative",
        "county": "450125", "county_name": "上林县", "batch": "第一批",
        "valid_from": "2020-01-01", "valid_to": None,
    }  # fmt: skip


def test_ended_period_judges_its_purchases_anew(world: SimpleNamespace) -> None:
    pk = Supplier.objects.get().pk
    assert (
        Api(world.keeper).patch(f"suppliers/{pk}/", {"valid_to": "2024-12-31"}).json()["valid_to"]
        == "2024-12-31"
    )
    assert PurchaseRecord.objects.get().get_verdict_display() != "counted"
    assert PurchaseRecord.objects.get().verdict == 6


def test_period_is_not_moved_to_a_county_of_others(world: SimpleNamespace) -> None:
    pk = Supplier.objects.get().pk
    refused = Api(world.keeper).patch(f"suppliers/{pk}/", {"county": "451028"})
    assert (refused.status_code, codes_of(refused)) == (400, [("county", "unknown_code")])
    assert Supplier.objects.get().county.code == "450125"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"county": "110101"}, (400, [("county", "unknown_code")])),
        ({"county": None}, (400, [("county", "required")])),
        ({"code": "S", "valid_from": "2021-01-01"}, (400, [("valid_from", "rule")])),
        ({"code": "S", "valid_from": "2020-01-01", "batch": "x"}, (409, None)),
        ({"valid_to": "2025-01-01"}, (400, [("valid_to", "out_of_range")])),
    ],
)
def test_refusal_is_that_of_the_file(
    world: SimpleNamespace, changed: dict[str, Any], expected: tuple
) -> None:
    answer = Api(world.keeper).post("suppliers/", NEW | changed)
    assert answer.status_code == expected[0]
    if expected[1]:
        assert codes_of(answer) == expected[1]
    else:
        assert {code for _field, code in codes_of(answer)} == {"conflict"}


def test_change_that_was_not_seen_is_stale(world: SimpleNamespace) -> None:
    api, address = Api(world.keeper), f"suppliers/{Supplier.objects.get().pk}/"
    seen = api.get(address).json()["seen"]
    assert api.patch(address, {"batch": "二", "seen": seen}).status_code == 200
    answer = api.patch(address, {"batch": "三", "seen": seen})
    assert (answer.status_code, codes_of(answer)) == (409, [("seen", "stale")])


def test_pages_of_periods_follow_by_code_and_day(world: SimpleNamespace) -> None:
    accept(
        "suppliers", supplier("R", "2021-01-01", valid_to="2021-12-31"), supplier("R", "2022-01-01")
    )
    api, found, address = Api(world.clerk), [], "suppliers/?size=1&valid=all"
    while address:
        answer = api.get(address).json()
        found += [(row["code"], row["valid_from"]) for row in answer["results"]]
        address = answer["next"]
    assert found == [("R", "2021-01-01"), ("R", "2022-01-01"), ("S", "2020-01-01")]


def test_counties_are_read_by_either_code(world: SimpleNamespace) -> None:
    api = Api(world.clerk)
    assert api.get("counties/450125/").json()["name"] == "上林县"
    assert api.get("counties/999999/").status_code == 404
    rows = api.get("counties/", q="上林").json()["results"]
    assert [row["code"] for row in rows] == ["450125"]


def test_list_costs_the_same_with_many_periods(world: SimpleNamespace) -> None:
    api = Api(world.clerk)
    api.get("suppliers/")
    numbers = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            api.get("suppliers/")
        numbers.append(len(asked))
        accept("suppliers", *(supplier(f"T{number}") for number in range(30)))
    assert numbers[0] == numbers[1] <= 5
