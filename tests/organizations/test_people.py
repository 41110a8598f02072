"""People by file: roles at their places, who may send them, what stands and what changes."""

from typing import Any

import pytest

from exchange.resources import resource_of
from organizations.models import Membership, PersonState, Region, Role, User
from organizations.people import obstacle, readmit, stop, take_role
from tests.builders import Row, accept, person, refusals, take, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> None:
    accept(
        "units", unit("D", "450100", level="prefecture"), unit("X", "450102"), unit("N", "450203")
    )


def clerk(username: str = "wei", **cells: Any) -> Row:
    return {"username": username, "name": "韦华", "role": "unit_clerk", "unit": "X"} | cells


def at(role: str, region: str | None = None, unit: str | None = None) -> Row:
    return clerk(role=role, region=region, unit=unit)


def posts(username: str = "wei") -> list[tuple[str, str]]:
    held = Membership.objects.filter(user__username=username).order_by("pk")
    return [(post.role, post.place.code) for post in held]


def test_new_person_has_a_role_and_no_password_yet():
    assert accept("people", clerk(phone="19900001234")).counts == (1, 0, 0)
    made = User.objects.get(username="wei")
    assert (made.name, made.phone, made.state) == ("韦华", "19900001234", PersonState.INVITED)
    assert posts() == [("unit_clerk", "X")]


def test_same_file_again_changes_nothing():
    rows = [clerk(), clerk("qin", role="auditor", unit=None, region="450000")]
    assert accept("people", *rows).counts == (2, 0, 0)
    assert accept("people", *rows).counts == (0, 0, 2)
    assert accept("people", *rows, update=True).counts == (0, 0, 2)


def test_other_content_without_update_is_a_conflict_and_changes_nothing():
    accept("people", clerk())
    found = refusals("people", clerk(name="秦明", role="department"), clerk("new"))
    assert found == [("name", "conflict"), ("role", "conflict")]
    assert list(User.objects.values_list("username", "name")) == [("wei", "韦华")]


def test_update_replaces_the_role_and_clears_what_is_blank():
    accept("people", clerk(phone="1"))
    row = {"username": "wei", "phone": None, "role": "bureau_reviewer", "region": "450102"}
    assert accept("people", row, update=True).counts == (0, 1, 0)
    changed = User.objects.get(username="wei")
    assert (changed.name, changed.phone) == ("韦华", "")
    assert posts() == [("bureau_reviewer", "450102")]


def test_update_without_a_column_of_places_leaves_the_place():
    accept("people", clerk(), at("auditor", region="450000") | {"username": "qin"})
    rows = [clerk(role="department"), clerk("qin", role="auditor")]
    for row in rows:
        del row["unit"]
    assert accept("people", *rows, update=True).counts == (0, 1, 1)
    assert (posts(), posts("qin")) == ([("department", "X")], [("auditor", "450000")])


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"region": None}, ("region", "required")),
        ({"role": "bureau_reviewer"}, ("region", "required")),
    ],
)
def test_place_of_another_sort_does_not_stand_in_for_the_one_that_is_needed(row, error):
    """A present column with a blank cell is asked for what the role needs."""
    accept("people", at("auditor", region="450000") if "region" in row else clerk())
    standing = {"username": "wei", "role": "auditor", "name": "别名"}
    assert refusals("people", standing | row, update=True) == [error]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (at("unit_clerk"), ("unit", "required")),
        (at("department", region="450100"), ("region", "rule")),
        (at("bureau_administrator"), ("region", "required")),
        (at("bureau_reviewer", unit="D"), ("unit", "rule")),
        (at("auditor"), ("region", "required")),
        (at("auditor", region="450100", unit="D"), ("unit", "rule")),
        (at("county_keeper", unit="X"), ("unit", "rule")),
        (at("county_keeper", region="450102"), ("region", "rule")),
        (at("system_administrator", region="999999"), ("region", "unknown_code")),
        (at("unit_clerk", unit="NOBODY"), ("unit", "unknown_code")),
        (clerk("魏 华"), ("username", "rule")),
    ],
)
def test_row_that_breaks_a_rule_is_refused(row, error):
    assert refusals("people", row) == [error]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("auditor", {"region": "450000"}),
        ("auditor", {"unit": "D"}),
        ("county_keeper", {"region": "450125"}),
        ("system_administrator", {"region": "000000"}),
    ],
)
def test_role_is_held_where_its_terms_say(role, place):
    accept("people", at(role, **place))
    assert posts() == [(role, *place.values())]


def test_name_that_differs_in_capitals_alone_is_refused():
    accept("people", clerk("wei"))
    assert refusals("people", clerk("Wei")) == [("username", "rule")]
    assert refusals("people", clerk("Qin"), clerk("qin")) == [("username", "rule")]


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        (at("bureau_reviewer", region="450100"), []),
        (at("bureau_administrator", region="450102"), []),
        (at("unit_clerk", unit="X"), []),
        (at("unit_clerk", unit="N"), [("unit", "unknown_code")]),
        (at("bureau_reviewer", region="450000"), [("region", "unknown_code")]),
        (at("bureau_reviewer", region="450203"), [("region", "unknown_code")]),
        (at("system_administrator", region="450102"), [("role", "rule")]),
    ],
)
def test_administrator_gives_roles_at_the_own_place_and_below(row, errors):
    sender = person("chen", Role.BUREAU_ADMINISTRATOR, region="450100")
    assert refusals("people", row, by=sender) == errors


@pytest.mark.parametrize("role", [Role.BUREAU_REVIEWER, Role.AUDITOR])
def test_who_does_not_manage_people_sends_none(role):
    sender = person("chen", role, region="450000")
    assert refusals("people", clerk(), by=sender) == [("unit", "unknown_code")]


def test_system_administrator_makes_another():
    sender = person("chen", Role.SYSTEM_ADMINISTRATOR, region="450000")
    accept("people", at("system_administrator", region="450100"), by=sender)
    assert posts() == [("system_administrator", "450100")]


def test_person_outside_the_scope_is_not_found():
    person("wei", Role.BUREAU_REVIEWER, region="450203")
    sender = person("chen", Role.BUREAU_ADMINISTRATOR, region="450100")
    assert refusals("people", clerk(), by=sender, update=True) == [("username", "unknown_code")]


def test_nobody_changes_themselves():
    sender = person("chen", Role.BUREAU_ADMINISTRATOR, region="450100")
    own = clerk("chen", role="bureau_administrator", region="450100", unit=None, name=None)
    assert accept("people", own, by=sender, update=True).counts == (0, 0, 1)
    changed = refusals("people", own | {"name": "陈"}, by=sender, update=True)
    assert changed == [("username", "rule")]


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.AUDITOR, {"region": "450000"}), (Role.SYSTEM_ADMINISTRATOR, {"region": "450102"})],
)
def test_person_with_a_role_beyond_the_sender_is_not_changed(role, place):
    accept("people", clerk())
    wei = User.objects.get(username="wei")
    wei.memberships.create(role=role, region=Region.objects.get(code=place["region"]))
    sender = person("chen", Role.BUREAU_ADMINISTRATOR, region="450100")
    assert accept("people", clerk(), by=sender).counts == (0, 0, 1)
    changed = refusals("people", clerk(name="别名"), by=sender, update=True)
    assert changed == [("username", "rule")]
    assert obstacle(sender, wei) != ""


def test_file_leaves_several_roles_of_a_person_alone():
    accept("people", clerk())
    wei = User.objects.get(username="wei")
    wei.memberships.create(role=Role.AUDITOR, region=Region.objects.get(code="450102"))
    assert accept("people", clerk(phone="2"), update=True).counts == (0, 1, 0)
    assert accept("people", at("auditor", region="450102") | {"phone": "2"}).counts == (0, 0, 1)
    found = take("people", at("department", unit="D"), update=True)
    assert found.errors == [(2, "username", "rule")]
    assert posts() == [("unit_clerk", "X"), ("auditor", "450102")]


def test_export_holds_who_the_sender_manages_and_goes_back_unchanged():
    accept("people", clerk(), clerk("qin", unit="N"), at("auditor", unit="D") | {"username": "lu"})
    sender = person("chen", Role.BUREAU_ADMINISTRATOR, region="450100")
    resource = resource_of("people")
    rows = list(resource.export_rows(resource.visible_to(sender)))
    assert rows == [
        ["chen", "", "", "财政管理员", "450100", None],
        ["lu", "韦华", "", "审计", None, "D"],
        ["wei", "韦华", "", "单位填报员", None, "X"],
    ]


def test_last_role_stays():
    chen = person("chen", Role.BUREAU_ADMINISTRATOR, region="450100")
    wei = person("wei", Role.UNIT_CLERK, unit="X")
    assert not take_role(wei.memberships.get(), by=chen)
    more = wei.memberships.create(role=Role.DEPARTMENT, unit=wei.memberships.get().unit)
    assert take_role(more, by=chen)
    assert posts() == [("unit_clerk", "X")]


def test_stopped_person_is_admitted_again():
    wei = person("wei", Role.UNIT_CLERK, unit="X")
    stop(wei, by=None)
    assert User.objects.get(username="wei").state == PersonState.STOPPED
    readmit(wei, by=None)
    assert User.objects.get(username="wei").state == PersonState.INVITED
