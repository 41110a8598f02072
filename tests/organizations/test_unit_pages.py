"""The pages of the ledger: lists, forms, contacts, history."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import BudgetUnit
from tests.builders import accept, unit
from tests.organizations.conftest import status

pytestmark = pytest.mark.django_db

Signed = Callable[[str], Client]


def codes(response: Any) -> list[str]:
    return [found.code for found in response.context["page"]]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("chen", ["D", "X"]),
        ("colleague", ["D", "X"]),
        ("neighbour", ["N"]),
        ("department", ["D", "X"]),
        ("clerk", ["X"]),
    ],
)
def test_ledger_lists_the_scope(signed: Signed, who, expected):
    assert codes(signed(who).get("/units/")) == expected


#: What each person gets of the pages of X: edit, contact, history.
ANSWERS = [
    ("chen", (200, 403, 200)),
    ("colleague", (403, 403, 200)),
    ("clerk", (403, 200, 403)),
    ("department", (403, 200, 403)),
    ("neighbour", (404, 404, 404)),
    ("keeper", (404, 404, 404)),
]


@pytest.mark.parametrize(("who", "expected"), ANSWERS)
def test_pages_of_a_unit_are_for_who_may(signed: Signed, who, expected):
    client = signed(who)
    pages = [f"/units/X/{page}/" for page in ("edit", "contact", "history")]
    assert tuple(status(client, page) for page in pages) == expected
    sent = tuple(status(client, page, name="x") for page in pages[:2])
    assert sent == expected[:2]


def test_ledger_is_closed_to_who_may_not_read_units(signed: Signed):
    assert status(signed("keeper"), "/units/") == 403


@pytest.mark.parametrize(("who", "expected"), [("chen", 200), ("colleague", 403), ("clerk", 403)])
def test_new_unit_is_for_who_keeps_the_ledger(signed: Signed, who, expected):
    assert status(signed(who), "/units/new/") == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "兴宁"}, ["X"]),
        ({"q": "黄一"}, ["D"]),
        ({"q": "D"}, ["D"]),
        ({"region": "450102"}, ["C", "X"]),
        ({"region": "南宁"}, ["C", "D", "X"]),
        ({"region": "450200"}, []),
        ({"department": "D"}, ["D", "X"]),
        ({"department": "教育局"}, ["D", "X"]),
        ({"kind": "school"}, ["X"]),
        ({"level": "prefecture"}, ["D"]),
        ({"open": "closed"}, ["C"]),
        ({"open": "open"}, ["D", "X"]),
        ({"contact": "confirmed"}, ["D"]),
        ({"contact": "open"}, ["C", "X"]),
    ],
)
@time_machine.travel("2026-06-30T12:00:00+08:00", tick=False)
def test_ledger_is_filtered(signed: Signed, world, asked, expected):
    accept("units", unit("C", "450102", closed_on="2026-06-29"))
    BudgetUnit.objects.filter(code="D").update(contact_confirmed_on="2026-01-01")
    BudgetUnit.objects.filter(code="X").update(contact_confirmed_on="2025-12-31")
    assert codes(signed("chen").get("/units/", asked)) == expected


def test_ledger_is_taken_away_as_seen(signed: Signed, world):
    response = signed("chen").get("/units/", {"kind": "school", "file": "csv"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["单位编码", "X"]


def test_number_of_queries_does_not_grow_with_the_units(signed: Signed, world):
    client = signed("chen")
    client.get("/units/")
    counts = []
    for number in (0, 40):
        accept("units", *(unit(f"M{one}", "450102", parent="D") for one in range(number)))
        with CaptureQueriesContext(connection) as queries:
            client.get("/units/", {"region": "450100", "department": "D"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def new_unit(**cells: str) -> dict[str, str]:
    given = {"code": "Ｙ1", "name": "新单位", "region": "450102", "level": "county"}
    blank = "uscc parent opened_on closed_on successor headcount responsible_person phone".split()
    return dict.fromkeys(blank, "") | given | {"kind": "school"} | cells


def test_new_unit_is_saved_by_the_rules_of_the_file(signed: Signed, world):
    response = signed("chen").post("/units/new/", new_unit(headcount="1,200"))
    assert response["Location"] == "/units/Y1/"
    assert BudgetUnit.objects.get(code="Y1").headcount == 1200


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"region": "450200"}, "region"),
        ({"parent": "NOBODY"}, "parent"),
        ({"level": ""}, "level"),
        ({"code": "X"}, "name"),
        ({"uscc": "1"}, "uscc"),
    ],
)
def test_refusal_of_a_new_unit_stands_at_its_field(signed: Signed, world, cells, field):
    response = signed("chen").post("/units/new/", new_unit(**cells))
    assert field in response.context["form"].errors
    assert not BudgetUnit.objects.filter(name="新单位").exists()


def filled(client: Client, **typed: str) -> dict[str, str]:
    """What the browser sends of the form of X as it was served, with ``typed`` over it."""
    form = client.get("/units/X/edit/").context["form"]
    sent = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else str(value) for name, value in sent.items()} | typed


def test_unit_is_edited(signed: Signed, world):
    client = signed("chen")
    response = client.post("/units/X/edit/", filled(client, phone="0771-2", code="OTHER"))
    assert response["Location"] == "/units/X/"
    changed = BudgetUnit.objects.get(code="X")
    assert (changed.phone, changed.name, changed.parent.code) == ("0771-2", "兴宁中学", "D")


def test_change_made_meanwhile_is_shown_and_not_overwritten(signed: Signed, world):
    client = signed("chen")
    sent = filled(client, name="我的名称")
    BudgetUnit.objects.filter(code="X").update(phone="0771-9")
    response = client.post("/units/X/edit/", sent)
    assert response.status_code == 409
    form = response.context["form"]
    shown = [(found["typed"], found["stands"]) for found in form.differences]
    assert shown == [("我的名称", "兴宁中学"), ("0771-1", "0771-9")]
    standing = BudgetUnit.objects.get(code="X")
    assert (standing.name, standing.phone) == ("兴宁中学", "0771-9")
    # Who has seen both may save over it.
    again = {field.html_name: field.value() or "" for field in form}
    assert client.post("/units/X/edit/", again)["Location"] == "/units/X/"
    assert BudgetUnit.objects.get(code="X").name == "我的名称"


def test_unit_confirms_its_contact(signed: Signed, world):
    with time_machine.travel("2026-03-05T23:30:00+08:00", tick=False):
        signed("clerk").post("/units/X/contact/", {"responsible_person": "韦华", "phone": "199"})
    confirmed = BudgetUnit.objects.get(code="X")
    assert (confirmed.responsible_person, confirmed.phone) == ("韦华", "199")
    assert str(confirmed.contact_confirmed_on) == "2026-03-05"


def test_contact_needs_a_person_and_a_phone(signed: Signed, world):
    response = signed("clerk").post("/units/X/contact/", {"responsible_person": " ", "phone": ""})
    assert set(response.context["form"].errors) == {"responsible_person", "phone"}
    assert BudgetUnit.objects.get(code="X").contact_confirmed_on is None


@pytest.mark.parametrize(
    ("cells", "is_confirmed"), [({"name": "别名"}, True), ({"phone": "0771-3"}, False)]
)
def test_contact_that_the_bureau_changes_is_to_be_confirmed_anew(world, cells, is_confirmed):
    BudgetUnit.objects.update(contact_confirmed_on="2026-01-01")
    accept("units", unit("X", "450102", kind="school", name="兴宁中学") | cells, update=True)
    standing = BudgetUnit.objects.get(code="X")
    assert (standing.contact_confirmed_on is not None) is is_confirmed


def test_history_tells_who_changed_what(signed: Signed, world):
    signed("clerk").post("/units/X/contact/", {"responsible_person": "韦华", "phone": "199"})
    latest, *_earlier = signed("chen").get("/units/X/history/").context["changes"]
    assert latest.who == "clerk"
    assert [(value.field, value.after) for value in latest.values[:2]] == [
        ("responsible_person", "韦华"), ("phone", "199")
    ]  # fmt: skip
