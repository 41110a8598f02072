"""The pages of people: who opens them, what they list, what they change."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import Membership, PersonState, Role, User
from organizations.roles import Permission
from tests.builders import person
from tests.organizations.conftest import status

pytestmark = pytest.mark.django_db

Signed = Callable[[str], Client]


def names(response: Any) -> list[str]:
    return [found.username for found in response.context["page"]]


@pytest.mark.parametrize("address", ["/people/", "/people/new/"])
@pytest.mark.parametrize(
    ("who", "expected"),
    [("chen", 200), ("neighbour", 200), ("system", 200), ("colleague", 403), ("clerk", 403)],
)
def test_people_are_for_who_manages_them(signed: Signed, address, who, expected):
    assert status(signed(who), address) == expected


@pytest.mark.parametrize("address", ["/people/", "/people/new/", "/roles/", "/units/"])
def test_stranger_is_asked_to_sign_in(client: Client, world, address):
    assert client.get(address)["Location"] == f"/sign-in/?next={address}"


def test_person_without_a_role_finds_no_people(client: Client, world):
    client.force_login(User.objects.create_user("nobody"))
    assert status(client, "/people/") == 404


@pytest.mark.parametrize(
    ("who", "looked", "changed"),
    [
        ("chen", 200, 200),
        ("system", 200, 200),
        ("neighbour", 404, 404),
        ("colleague", 404, 404),
        ("clerk", 403, 403),
    ],
)
def test_person_is_opened_by_who_manages_them(signed: Signed, world, who, looked, changed):
    pk = world.clerk.pk
    client = signed(who)
    assert status(client, f"/people/{pk}/") == looked
    assert status(client, f"/people/{pk}/edit/") == changed
    assert status(client, f"/people/{pk}/roles/") == changed


@pytest.mark.parametrize("act", ["stop", "readmit", "edit", "roles", "roles/{post}/take"])
def test_nobody_changes_themselves(signed: Signed, world, act):
    own = world.chen
    address = act.format(post=own.memberships.get().pk)
    assert status(signed("chen"), f"/people/{own.pk}/") == 200
    assert status(signed("chen"), f"/people/{own.pk}/{address}/", name="x") == 403
    own.refresh_from_db()
    assert (own.is_active, own.name, own.memberships.count()) == (True, "", 1)


@pytest.mark.parametrize("act", ["stop", "readmit", "roles/{post}/take"])
def test_acts_need_a_post(signed: Signed, world, act):
    address = act.format(post=world.clerk.memberships.get().pk)
    assert status(signed("chen"), f"/people/{world.clerk.pk}/{address}/") == 405


def test_list_holds_the_own_places_and_below(signed: Signed, world):
    found = ["chen", "clerk", "colleague", "department", "keeper"]
    assert names(signed("chen").get("/people/")) == found
    assert names(signed("neighbour").get("/people/")) == ["neighbour"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "CLER"}, ["clerk"]),
        ({"q": "黄"}, ["keeper"]),
        ({"role": "unit_clerk"}, ["clerk"]),
        ({"region": "450102"}, ["clerk"]),
        ({"region": "上林"}, ["keeper"]),
        ({"region": "450200"}, []),
        ({"role": "department", "region": "450102"}, []),
        ({"state": "active"}, ["chen"]),
        ({"state": "stopped"}, ["colleague"]),
        ({"state": "invited", "role": "county_keeper"}, ["keeper"]),
    ],
)
def test_list_is_filtered(signed: Signed, world, asked, expected):
    User.objects.filter(username="keeper").update(name="黄二")
    User.objects.filter(username="colleague").update(is_active=False)
    world.chen.set_password("some secret of theirs")
    world.chen.save()
    assert names(signed("chen").get("/people/", asked)) == expected


def test_unknown_role_is_named_and_all_are_listed(signed: Signed, world):
    response = signed("chen").get("/people/", {"role": "king"})
    assert response.context["flaws"] != []
    assert len(names(response)) == 5


def test_list_is_taken_away_as_seen(signed: Signed, world):
    response = signed("chen").get("/people/", {"role": "unit_clerk", "file": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == [
        "登录名,姓名,手机,角色,行政区划代码,单位编码", "clerk,,,单位填报员,,X"
    ]  # fmt: skip


def test_number_of_queries_does_not_grow_with_the_people(signed: Signed, world):
    client = signed("chen")
    client.get("/people/")
    counts = []
    for number in (0, 40):
        for one in range(number):
            person(f"more{one}", Role.UNIT_CLERK, unit="X")
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_new_person_is_entered_and_shown(signed: Signed, world):
    given = {"username": "wei", "name": "韦华", "phone": "", "role": "unit_clerk", "unit": "X"}
    response = signed("chen").post("/people/new/", given | {"region": ""})
    made = User.objects.get(username="wei")
    assert response["Location"] == f"/people/{made.pk}/"
    assert (made.name, made.state) == ("韦华", PersonState.INVITED)


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"unit": "N"}, "unit"),
        ({"username": ""}, "username"),
        ({"username": "clerk", "name": "别名"}, "name"),
        ({"role": "auditor", "unit": "", "region": "450000"}, "region"),
        ({"role": "system_administrator", "unit": "", "region": "450100"}, "role"),
    ],
)
def test_refusal_of_a_new_person_stands_at_its_field(signed: Signed, world, cells, field):
    given = {"username": "wei", "name": "", "phone": "", "role": "unit_clerk", "unit": "X"}
    response = signed("chen").post("/people/new/", given | {"region": ""} | cells)
    assert set(response.context["form"].errors) == {field}
    assert not User.objects.filter(username="wei").exists()


def test_system_administrators_are_offered_to_their_own_kind_alone(signed: Signed, world):
    offered = {
        who: Role.SYSTEM_ADMINISTRATOR
        in dict(signed(who).get("/people/new/").context["form"].fields["role"].choices)
        for who in ("chen", "system")
    }
    assert offered == {"chen": False, "system": True}


def test_name_and_phone_change_and_the_role_stays(signed: Signed, world):
    address = f"/people/{world.clerk.pk}/edit/"
    signed("chen").post(address, {"name": "韦华", "phone": "199"})
    world.clerk.refresh_from_db()
    assert (world.clerk.name, world.clerk.phone) == ("韦华", "199")
    assert [post.role for post in world.clerk.memberships.all()] == [Role.UNIT_CLERK]


def test_role_is_given_and_another_taken_away(signed: Signed, world):
    client, pk = signed("chen"), world.clerk.pk
    old = world.clerk.memberships.get()
    assert status(client, f"/people/{pk}/roles/{old.pk}/take/", sure="1") == 302
    assert Membership.objects.filter(pk=old.pk).exists()
    client.post(f"/people/{pk}/roles/", {"role": "department", "unit": "D", "region": ""})
    client.post(f"/people/{pk}/roles/{old.pk}/take/")
    assert [post.role for post in world.clerk.memberships.all()] == [Role.DEPARTMENT]


def test_role_that_a_person_has_is_not_given_twice(signed: Signed, world):
    given = {"role": "unit_clerk", "unit": "X", "region": ""}
    response = signed("chen").post(f"/people/{world.clerk.pk}/roles/", given)
    assert set(response.context["form"].errors) == {"role"}


def test_role_of_somebody_else_is_not_found(signed: Signed, world):
    post = world.department.memberships.get()
    assert status(signed("chen"), f"/people/{world.clerk.pk}/roles/{post.pk}/take/", a="1") == 404


def test_stopped_person_is_out_at_once_and_in_again_later(signed: Signed, world):
    theirs = signed("clerk")
    assert status(theirs, "/units/") == 200
    signed("chen").post(f"/people/{world.clerk.pk}/stop/")
    assert theirs.get("/units/")["Location"] == "/sign-in/?next=/units/"
    signed("chen").post(f"/people/{world.clerk.pk}/readmit/")
    assert status(signed("clerk"), "/units/") == 200


def test_page_of_a_person_tells_what_was_changed(signed: Signed, world):
    client, pk = signed("chen"), world.clerk.pk
    client.post(f"/people/{pk}/edit/", {"name": "韦华", "phone": ""})
    client.post(f"/people/{pk}/stop/")
    with CaptureQueriesContext(connection) as queries:
        changes = client.get(f"/people/{pk}/").context["changes"]
    found = [(change.what, [value.field for value in change.values]) for change in changes]
    assert found[:2] == [("update", ["is_active"]), ("update", ["name"])]
    assert changes[0].who == "chen"
    assert {what for what, _fields in found[2:]} == {"insert"}
    assert len(queries) <= 13


@pytest.mark.parametrize("who", ["chen", "clerk", "keeper"])
def test_table_of_roles_is_for_everybody(signed: Signed, who):
    response = signed(who).get("/roles/")
    marked = [row["label"] for row in response.context["roles"] if row["is_own"]]
    held = Membership.objects.get(user__username=who).role
    assert marked == [Role(held).label]
    assert len(response.context["matrix"]) == len(Permission)
