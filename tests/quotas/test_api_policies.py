"""Policies by API: what holds with its documents, and saving as the form does."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Role, User
from quotas.models import EffectivePolicy, Policy
from tests.apis import Api, codes_of
from tests.builders import accept, person, policy, unit

pytestmark = pytest.mark.django_db

YEAR = 2026
ROW = {"min_ratio": "15", "filing_due": f"{YEAR}-03-31", "document_number": "南财购1号"}


@pytest.fixture(autouse=True)
def world() -> SimpleNamespace:
    accept("policies", policy(YEAR, "000000", min_ratio="10"), policy(YEAR, "450000", basis="paid"))
    accept("units", unit("A", "450102"))
    return SimpleNamespace(
        bureau=person("bureau", Role.BUREAU_ADMINISTRATOR, region="450100"),
        reviewer=person("reviewer", Role.BUREAU_REVIEWER, region="450100"),
        clerk=person("clerk", Role.UNIT_CLERK, unit="A"),
        neighbour=person("neighbour", Role.BUREAU_ADMINISTRATOR, region="450200"),
        keeper=person("keeper", Role.COUNTY_KEEPER, region="450125"),
        stranger=User.objects.create_user("stranger"),
    )


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("bureau", (200, 200, 200)), ("reviewer", (200, 200, 403)), ("clerk", (200, 200, 404)),
        ("neighbour", (200, 404, 404)), ("keeper", (403, 403, 404)),
        ("stranger", (404, 404, 404)),
    ],
)  # fmt: skip
def test_policies_answer_each_person(world: SimpleNamespace, who: str, expected: tuple) -> None:
    api = Api(getattr(world, who))
    answers = (
        api.get("policies/", year=YEAR),
        api.get(f"policies/{YEAR}/450100/"),
        api.put(f"policies/{YEAR}/450100/", ROW),
    )
    assert tuple(answer.status_code for answer in answers) == expected


def test_list_holds_the_policies_that_bind(world: SimpleNamespace) -> None:
    rows = Api(world.clerk).get("policies/", year=YEAR).json()["results"]
    assert [(row["region"], row["min_ratio"], row["basis"]) for row in rows] == [
        ("000000", "10", None), ("450000", None, "paid"),
    ]  # fmt: skip


def test_what_holds_names_the_document_of_each_value(world: SimpleNamespace) -> None:
    answer = Api(world.bureau).get(f"policies/{YEAR}/450100/").json()
    assert (answer["own"], answer["in_force"]["min_ratio"], answer["in_force"]["basis"]) == (
        None, "10", "paid",
    )  # fmt: skip
    given = {value["name"]: value for value in answer["values"]}
    assert (given["min_ratio"]["document"], given["min_ratio"]["region"]) == (
        f"财办{YEAR}-000000号", "000000",
    )  # fmt: skip
    assert given["basis"]["region"] == "450000"
    assert given["base"]["document"] is None


def test_policy_is_saved_whole(world: SimpleNamespace) -> None:
    api, address = Api(world.bureau), f"policies/{YEAR}/450100/"
    saved = api.put(address, ROW | {"checkpoints": "06-30:50"}).json()
    assert (saved["own"]["min_ratio"], saved["in_force"]["checkpoints"]) == ("15", "06-30:50")
    saved = api.put(address, {"document_number": "南财购2号"}).json()
    assert (saved["own"]["min_ratio"], saved["own"]["checkpoints"]) == (None, "")
    assert EffectivePolicy.objects.get(region__code="450102", year=YEAR).min_ratio == 10


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({"min_ratio": "5"}, [("min_ratio", "rule")]),
        ({"min_ratio": "101"}, [("min_ratio", "out_of_range")]),
        ({"document_number": None}, [("document_number", "required")]),
        ({"checkpoints": "soon"}, [("checkpoints", "bad_date")]),
        ({"year": 2025}, [("year", "unknown_field")]),
        ({"union_in_target": "perhaps"}, [("union_in_target", "bad_choice")]),
    ],
)
def test_refusal_names_each_field(world: SimpleNamespace, row: dict[str, Any], codes: list) -> None:
    answer = Api(world.bureau).put(f"policies/{YEAR}/450100/", ROW | row)
    assert (answer.status_code, codes_of(answer)) == (400, codes)
    assert not Policy.objects.filter(region__code="450100").exists()


def test_flags_are_flags(world: SimpleNamespace) -> None:
    row = ROW | {"union_in_target": True, "separate": False}
    own = Api(world.bureau).put(f"policies/{YEAR}/450100/", row).json()["own"]
    assert (own["union_in_target"], own["separate"]) == (True, False)


def test_change_that_was_not_seen_is_stale(world: SimpleNamespace) -> None:
    api, address = Api(world.bureau), f"policies/{YEAR}/450100/"
    seen = api.get(address).json()["seen"]
    assert api.put(address, ROW | {"seen": seen}).status_code == 200
    answer = api.put(address, ROW | {"min_ratio": "16", "seen": seen})
    assert (answer.status_code, codes_of(answer)) == (409, [("seen", "stale")])


def test_list_costs_the_same_with_many_policies(world: SimpleNamespace) -> None:
    api = Api(world.bureau)
    api.get("policies/", year=YEAR)
    numbers = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            api.get("policies/", year=YEAR)
        numbers.append(len(asked))
        codes = ("450100", "450102", "450103", "450105", "450107", "450108")
        accept("policies", *(policy(YEAR, code) for code in codes))
    assert numbers[0] == numbers[1] <= 6
