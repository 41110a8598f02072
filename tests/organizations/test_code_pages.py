"""Codes on paper, and the page where they are used."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from organizations.activation import make_codes
from organizations.models import Activation, PersonState, User
from tests.organizations.conftest import status

pytestmark = pytest.mark.django_db

Signed = Callable[[str], Client]
PASSWORD = "a long enough secret"


def printed(response: Any) -> dict[str, list[str]]:
    return {
        group: [slip.person.username for slip in slips]
        for group, slips in response.context["groups"]
    }


def use(client: Client, username: str, code: str, **given: Any) -> Any:
    row = {"username": username, "code": code, "password": PASSWORD, "again": PASSWORD}
    return client.post("/activate/", row | given)


def test_codes_of_those_ticked_are_printed_by_department_and_region(signed: Signed, world):
    people = [world.clerk.pk, world.department.pk, world.keeper.pk]
    response = signed("chen").post("/people/codes/", {"person": people})
    assert printed(response) == {"上林县": ["keeper"], "南宁市教育局": ["clerk", "department"]}
    text = response.content.decode()
    slips = [slip for _group, slips in response.context["groups"] for slip in slips]
    assert [slip.code in text for slip in slips] == [True] * 3
    assert "no-store" in response["Cache-Control"]
    assert Activation.objects.count() == 3


def test_codes_are_made_for_all_of_the_list_who_are_not_activated(signed: Signed, world):
    world.department.set_password("their own secret")
    world.department.save()
    response = signed("chen").post("/people/codes/?region=450100", {"all": "1"})
    assert printed(response) == {
        "南宁市": ["colleague"], "上林县": ["keeper"], "南宁市教育局": ["clerk"]
    }  # fmt: skip
    only = signed("chen").post("/people/codes/?role=unit_clerk", {"all": "1"})
    assert printed(only) == {"南宁市教育局": ["clerk"]}


@pytest.mark.parametrize("ticked", [[], ["x"], ["9" * 30]])
def test_nobody_ticked_leads_back_to_the_list_as_it_was(signed: Signed, world, ticked):
    response = signed("chen").post("/people/codes/?role=unit_clerk", {"person": ticked})
    assert response["Location"] == "/people/?role=unit_clerk"
    assert not Activation.objects.exists()


def test_codes_are_never_made_beyond_the_reach_or_for_oneself(signed: Signed, world):
    people = [world.neighbour.pk, world.above.pk, world.chen.pk, world.clerk.pk]
    response = signed("chen").post("/people/codes/", {"person": people})
    assert printed(response) == {"南宁市教育局": ["clerk"]}


@pytest.mark.parametrize(("who", "expected"), [("colleague", 403), ("clerk", 403), ("chen", 405)])
def test_codes_are_made_by_post_and_by_who_manages_people(signed: Signed, who, expected):
    assert status(signed(who), "/people/codes/") == expected


def test_more_people_than_can_be_printed_are_refused(signed: Signed, world, monkeypatch):
    monkeypatch.setattr("organizations.views.codes.SLIPS", 1)
    people = [world.clerk.pk, world.department.pk]
    assert signed("chen").post("/people/codes/", {"person": people})["Location"] == "/people/"
    assert not Activation.objects.exists()


def test_code_sets_the_password_and_signs_in(client: Client, world):
    [slip] = make_codes([world.clerk], by=None)
    response = use(client, "clerk", slip.code)
    assert response["Location"] == "/"
    assert int(client.session["_auth_user_id"]) == world.clerk.pk
    assert User.objects.get(username="clerk").state == PersonState.ACTIVE
    elsewhere = Client()
    elsewhere.post("/sign-in/", {"login": "clerk", "password": PASSWORD})
    assert int(elsewhere.session["_auth_user_id"]) == world.clerk.pk


def test_wrong_code_says_nothing_of_whether_the_name_exists(client: Client, world):
    make_codes([world.clerk], by=None)
    said = [
        dict(use(client, name, "AAAAA-AAAAA").context["form"].errors)
        for name in ("clerk", "department", "nobody")
    ]
    assert said[0] == said[1] == said[2] != {}
    assert list(said[0]) == ["__all__"]
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"again": "something else"}, "again"),
        ({"password": "12345678", "again": "12345678"}, "password"),
    ],
)
def test_bad_password_leaves_the_code_good(client: Client, world, given, field):
    [slip] = make_codes([world.clerk], by=None)
    assert list(use(client, "clerk", slip.code, **given).context["form"].errors) == [field]
    assert Activation.objects.get().tries == 0
    assert use(client, "clerk", slip.code).status_code == 302


def test_five_wrong_codes_void_the_right_one(client: Client, world):
    [slip] = make_codes([world.clerk], by=None)
    for _time in range(5):
        use(client, "clerk", "AAAAA-AAAAA")
    assert use(client, "clerk", slip.code).status_code == 200
    assert "_auth_user_id" not in client.session


def test_no_code_is_logged(signed: Signed, client: Client, world, caplog):
    caplog.set_level(logging.DEBUG)
    response = signed("chen").post("/people/codes/", {"person": [world.clerk.pk]})
    [(_group, [slip])] = response.context["groups"]
    use(client, "clerk", slip.code)
    letters = {slip.code, slip.code.replace("-", "")}
    assert [line for line in caplog.messages if any(part in line for part in letters)] == []


def test_sign_in_leads_to_the_activation(client: Client, world):
    assert 'href="/activate/"' in client.get("/sign-in/").content.decode()
