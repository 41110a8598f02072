"""Units and regions by API: who may, what a row means, what stands in the way."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import BudgetUnit, BudgetUnitEvent, User
from tests.apis import Api, codes_of
from tests.builders import accept, unit

pytestmark = pytest.mark.django_db

NEW = {"code": "NEW", "name": "新单位", "region": "450102", "level": "county", "kind": "school"}


def named(world: SimpleNamespace, who: str) -> User | None:
    """Somebody of the world; a stranger has no membership, and nobody no token."""
    if who == "stranger":
        return User.objects.create_user(who)
    return getattr(world, who, None)


#: What each gets of the list, of X, of a change to X, of a new unit.
ANSWERS = [
    ("chen", (200, 200, 200, 201)),
    ("colleague", (200, 200, 403, 403)),
    ("clerk", (200, 200, 403, 403)),
    ("department", (200, 200, 403, 403)),
    ("keeper", (403, 404, 404, 403)),
    ("neighbour", (200, 404, 404, 400)),
    ("stranger", (404, 404, 404, 404)),
    ("nobody", (401, 401, 401, 401)),
]


@pytest.mark.parametrize(("who", "expected"), ANSWERS)
def test_units_answer_each_person(world: SimpleNamespace, who: str, expected: tuple) -> None:
    api = Api(named(world, who))
    answers = (
        api.get("units/"),
        api.get("units/X/"),
        api.patch("units/X/", {"headcount": 5}),
        api.post("units/", NEW),
    )
    assert tuple(answer.status_code for answer in answers) == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [("chen", ["D", "X"]), ("neighbour", ["N"]), ("department", ["D", "X"]), ("clerk", ["X"])],
)
def test_list_holds_the_scope(world: SimpleNamespace, who: str, expected: list[str]) -> None:
    answer = Api(named(world, who)).get("units/").json()
    assert [row["code"] for row in answer["results"]] == expected
    assert answer["next"] is None


def test_unit_is_read_as_its_row(world: SimpleNamespace) -> None:
    row = Api(world.chen).get("units/X/").json()
    assert len(row.pop("seen")) == 64
    assert row == {
        "code": "X", "name": "兴宁中学", "uscc": "", "region": "450102", "level": "county",
        "parent": "D", "kind": "school", "opened_on": None, "closed_on": None, "successor": None,
        "headcount": None, "responsible_person": "", "phone": "0771-1",
        "region_name": "兴宁区", "contact_confirmed_on": None,
    }  # fmt: skip


def test_row_means_what_it_means_in_a_file(world: SimpleNamespace) -> None:
    row = NEW | {"level": "县级", "kind": "学校", "opened_on": "2026年3月5日", "headcount": "1,200"}
    assert Api(world.chen).post("units/", row).status_code == 201
    saved = BudgetUnit.objects.get(code="NEW")
    assert (saved.level, saved.kind, str(saved.opened_on), saved.headcount) == (
        "county", "school", "2026-03-05", 1200,
    )  # fmt: skip


def test_same_unit_again_changes_nothing_and_another_is_a_conflict(world: SimpleNamespace) -> None:
    api = Api(world.chen)
    assert [api.post("units/", NEW).status_code for _time in range(2)] == [201, 200]
    answer = api.post("units/", NEW | {"name": "别的单位"})
    assert (answer.status_code, codes_of(answer)) == (409, [("name", "conflict")])


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"name": None}, [("name", "required")]),
        (
            {"region": "999999", "kind": "别的"},
            [("region", "unknown_code"), ("kind", "bad_choice")],
        ),
        ({"uscc": "12"}, [("uscc", "check_digit")]),
        ({"headcount": "many"}, [("headcount", "bad_number")]),
        ({"opened_on": "soon"}, [("opened_on", "bad_date")]),
        ({"successor": "X"}, [("successor", "rule")]),
        ({"nmae": "x"}, [("nmae", "unknown_field")]),
        ({"name": 7, "kind": ["school"]}, [("name", "malformed"), ("kind", "malformed")]),
        ({"name": "\ud800"}, [("name", "malformed")]),
        ({"name": "\0"}, [("name", "out_of_range")]),
    ],
)
def test_refusal_names_each_field_and_code(
    world: SimpleNamespace, changed: dict[str, Any], codes: list
) -> None:
    answer = Api(world.chen).post("units/", NEW | changed)
    assert (answer.status_code, sorted(codes_of(answer))) == (400, sorted(codes))
    assert not BudgetUnit.objects.filter(code="NEW").exists()


def test_error_says_the_heading_the_value_and_the_language(world: SimpleNamespace) -> None:
    api = Api(world.chen)
    (error,) = api.post("units/", NEW | {"headcount": "many"}).json()["errors"]
    assert error == {
        "code": "bad_number", "message": "This is no number.", "field": "headcount",
        "column": "职工人数", "value": "many",
    }  # fmt: skip
    api.headers["Accept-Language"] = "zh-CN"
    (error,) = api.post("units/", NEW | {"headcount": "many"}).json()["errors"]
    assert error["message"] == "不是数字。"


def test_change_leaves_what_is_absent_and_clears_null(world: SimpleNamespace) -> None:
    answer = Api(world.chen).patch("units/X/", {"phone": None, "headcount": 30})
    assert answer.status_code == 200
    saved = BudgetUnit.objects.get(code="X")
    assert (saved.phone, saved.headcount, saved.name) == ("", 30, "兴宁中学")


def test_change_over_a_change_that_was_not_seen_is_stale(world: SimpleNamespace) -> None:
    api = Api(world.chen)
    seen = api.get("units/X/").json()["seen"]
    assert api.patch("units/X/", {"headcount": 1, "seen": seen}).status_code == 200
    answer = api.patch("units/X/", {"headcount": 2, "seen": seen})
    assert (answer.status_code, codes_of(answer)) == (409, [("seen", "stale")])
    assert BudgetUnit.objects.get(code="X").headcount == 1


def test_history_names_the_owner_of_the_token_and_the_request(world: SimpleNamespace) -> None:
    answer = Api(world.chen).patch("units/X/", {"headcount": 30})
    event = BudgetUnitEvent.objects.filter(pgh_label="update").latest("pgh_id")
    said = event.pgh_context_id and event.pgh_context.metadata
    assert said["username"] == "chen"
    assert said["request"] == answer["X-Request-ID"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [({"q": "兴宁"}, ["X"]), ({"kind": "school"}, ["X"]), ({"region": "450200"}, [])],
)
def test_filters_are_those_of_the_page(
    world: SimpleNamespace, asked: dict[str, str], expected: list[str]
) -> None:
    rows = Api(world.chen).get("units/", **asked).json()["results"]
    assert [row["code"] for row in rows] == expected


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"kind": "castle"}, ("kind", "bad_choice")),
        ({"knid": "school"}, ("knid", "unknown_field")),
        ({"size": "0"}, ("size", "out_of_range")),
        ({"size": "1001"}, ("size", "out_of_range")),
        ({"cursor": "abc"}, ("cursor", "malformed")),
    ],
)
def test_bad_question_is_refused_and_not_passed_over(
    world: SimpleNamespace, asked: dict[str, str], code: tuple[str, str]
) -> None:
    answer = Api(world.chen).get("units/", **asked)
    assert (answer.status_code, codes_of(answer)) == (400, [code])


def test_cursor_of_one_list_is_none_of_another(world: SimpleNamespace) -> None:
    accept("units", unit("1"), unit("2"))
    api = Api(world.chen)
    following = api.get("units/", size=1).json()["next"]
    assert api.get(following).status_code == 200
    cursor = parse_qs(urlsplit(following).query)["cursor"][0]
    for other in ("jobs/", "inbox/", "regions/"):
        answer = api.get(other, cursor=cursor)
        assert (answer.status_code, codes_of(answer)) == (400, [("cursor", "malformed")])


def test_pages_follow_each_other_without_a_gap(world: SimpleNamespace) -> None:
    accept("units", *(unit(f"U{number}") for number in range(5)))
    api, found, address = Api(world.chen), [], "units/?size=3"
    while address:
        answer = api.get(address).json()
        found.append([row["code"] for row in answer["results"]])
        address = answer["next"]
    assert found == [["D", "U0", "U1"], ["U2", "U3", "U4"], ["X"]]


def test_list_costs_the_same_with_many_units(world: SimpleNamespace) -> None:
    api = Api(world.chen)
    api.get("units/")
    numbers = []
    for _time in range(2):
        with CaptureQueriesContext(
            connection,
        ) as few:
            api.get("units/")
        numbers.append(len(few))
        accept("units", *(unit(f"U{number}", parent="D") for number in range(40)))
    assert numbers[0] == numbers[1] <= 6


def test_session_reads_and_writes_with_its_csrf_token(world: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.chen)
    assert client.get("/api/v1/units/").status_code == 200
    sent = {"data": '{"headcount": 3}', "content_type": "application/json"}
    assert client.patch("/api/v1/units/X/", **sent).status_code == 403
    client.get("/tokens/")
    token = client.cookies["csrftoken"].value
    answer = client.patch("/api/v1/units/X/", **sent, headers={"X-CSRFToken": token})
    assert answer.status_code == 200


def test_regions_of_the_scope_are_read(world: SimpleNamespace) -> None:
    api = Api(world.chen)
    rows = api.get("regions/", level="prefecture").json()["results"]
    assert rows == [
        {
            "code": "450100", "name": "南宁市", "level": "prefecture", "parent": "450000",
            "finance_parent": "450000",
        }
    ]  # fmt: skip
    assert api.get("regions/450102/").json()["name"] == "兴宁区"
    assert api.get("regions/450200/").status_code == 404
