"""Purchase records by API: the page's filters, the verdict and its reason, pages without counts."""

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Role, User
from procurement.models import PurchaseRecord
from tests.apis import Api, codes_of
from tests.builders import accept, person, purchase, supplier, unit

pytestmark = pytest.mark.django_db

YEAR = 2025


@pytest.fixture(autouse=True)
def world() -> SimpleNamespace:
    accept("units", unit("A", "450102"), unit("B", "450102"), unit("N", "450200"))
    accept("suppliers", supplier("S"))
    accept(
        "purchases",
        purchase("O2", "A", paid_at="2025-03-11", accepted_at="2025-03-12", rated_at="2025-03-13"),
        purchase("O1", "B", ordered_at="2025-04-10", channel="offline"),
        purchase("O3", "N"),
    )
    return SimpleNamespace(
        bureau=person("bureau", Role.BUREAU_REVIEWER, region="450102"),
        clerk=person("clerk", Role.UNIT_CLERK, unit="A"),
        neighbour=person("neighbour", Role.AUDITOR, region="450200"),
        keeper=person("keeper", Role.COUNTY_KEEPER, region="450102"),
        stranger=User.objects.create_user("stranger"),
    )


def orders(api: Api, **asked: Any) -> list[str]:
    rows = api.get("purchases/", **{"year": YEAR, **asked}).json()["results"]
    return [row["order_no"] for row in rows]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("bureau", (200, 200)), ("clerk", (200, 200)), ("neighbour", (200, 404)),
        ("keeper", (403, 404)), ("stranger", (404, 404)),
    ],
)  # fmt: skip
def test_records_answer_each_person(world: SimpleNamespace, who: str, expected: tuple) -> None:
    api, pk = Api(getattr(world, who)), PurchaseRecord.objects.get(order_no="O2").pk
    answers = api.get("purchases/"), api.get(f"purchases/{pk}/")
    assert tuple(answer.status_code for answer in answers) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["O2", "O1"]), ({"order": "O1"}, ["O1"]), ({"unit_name": "A"}, ["O2"]),
        ({"channel": "offline"}, ["O1"]), ({"verdict": "off_platform"}, ["O1"]),
        ({"verdict": "counted"}, ["O2"]), ({"year": 2024}, []),
    ],
)  # fmt: skip
def test_filters_are_those_of_the_page(
    world: SimpleNamespace, asked: dict[str, Any], expected: list[str]
) -> None:
    assert orders(Api(world.bureau), **asked) == expected


def test_record_says_its_verdict_and_the_reason(world: SimpleNamespace) -> None:
    api = Api(world.bureau)
    row = api.get(f"purchases/{PurchaseRecord.objects.get(order_no='O1').pk}/").json()
    shown = ("verdict", "reason", "supplier", "amount", "credited_unit", "gives")
    assert [row[name] for name in shown] == [
        "off_platform", "Only purchases on the 832 platform count; this one was made elsewhere.",
        "S", "100.00", "B", [],
    ]  # fmt: skip
    row = api.get(f"purchases/{PurchaseRecord.objects.get(order_no='O2').pk}/").json()
    assert (row["verdict"], row["reason"], row["ordered_at"]) == (
        "counted", "", "2025-03-10T00:00:00+08:00",
    )  # fmt: skip
    assert [(one["figure"], one["known_on"], one["amount"]) for one in row["gives"]] == [
        ("ordered", "2025-03-10", "100.00"), ("paid", "2025-03-11", "100.00"),
        ("accepted", "2025-03-12", "100.00"), ("completed", "2025-03-13", "100.00"),
    ]  # fmt: skip


@pytest.mark.parametrize("today", ["2025-06-01", "2026-06-01"])
def test_pages_follow_each_other_in_this_year_and_in_a_past_one(
    world: SimpleNamespace, today: str
) -> None:
    accept("purchases", *(purchase(f"P{n}", "B", ordered_at="2025-04-10") for n in range(5)))
    with time_machine.travel(f"{today}T12:00:00+08:00", tick=False):
        api = Api(world.bureau)
        whole = orders(api)
        found, address = [], f"purchases/?year={YEAR}&size=2"
        while address:
            answer = api.get(address).json()
            assert len(answer["results"]) <= 2
            found += [row["order_no"] for row in answer["results"]]
            address = answer["next"]
    assert found == whole
    assert sorted(found) == ["O1", "O2", "P0", "P1", "P2", "P3", "P4"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"verdict": "0"}, ("verdict", "bad_choice")), ({"year": "1999"}, ("year", "bad_choice")),
        ({"unit": "wan"}, ("unit", "unknown_field")),
    ],
)  # fmt: skip
def test_bad_question_is_refused(world: SimpleNamespace, asked: dict, code: tuple) -> None:
    answer = Api(world.bureau).get("purchases/", **asked)
    assert (answer.status_code, codes_of(answer)) == (400, [code])


def test_list_that_takes_too_long_is_refused(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.api.paging.within", lambda seconds, read: None)
    answer = Api(world.bureau).get("purchases/", year=YEAR, verdict="supplier_unknown")
    assert (answer.status_code, codes_of(answer)) == (400, [(None, "too_slow")])


def test_list_costs_the_same_with_many_records_and_counts_none(world: SimpleNamespace) -> None:
    api = Api(world.bureau)
    orders(api)
    numbers = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            orders(api)
        # A limit of time stands in a savepoint here, which asks nothing of the tables.
        numbers.append(len([query for query in asked if "SAVEPOINT" not in query["sql"]]))
        assert [query for query in asked if "COUNT(" in query["sql"]] == []
        accept("purchases", *(purchase(f"P{number}", "B") for number in range(30)))
    assert numbers[0] == numbers[1] <= 6
