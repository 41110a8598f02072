"""Deciding by page: who may, what each row answers, two reviewers at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import translation

from organizations.models import Role, User
from quotas.choices import FilingState
from quotas.models import Filing
from quotas.review import Decision, assign_tasks, confirm, endorse, return_for_correction
from tests.builders import accept, own_canteen, person, unit
from tests.quotas.reviewing import PEOPLE, YEAR, client_of, filed, make_county
from tests.reports.conftest import plain_static_files  # noqa: F401  an autouse fixture

ACTS = ("confirm", "endorse", "return")
REASON = {"reason": "采购总额填报不准确"}


@pytest.fixture
def county(db: None) -> None:
    make_county()


def send(client: Client, act: str, *codes: str, **more: Any) -> Any:
    ticked = [filed(code).pk for code in codes]
    return client.post(f"/filings/{act}/", {"filing": ticked, "back": f"year={YEAR}"} | more)


def answers(response: Any) -> dict[str, bool]:
    """By unit: whether the row was carried out."""
    return {d.filing.unit.code: not d.refused for d, _now in response.context["rows"]}


@pytest.mark.parametrize(
    ("who", "page", "confirmed", "endorsed", "returned"),
    [
        ("owner", 200, 302, 403, 302),
        ("colleague", 200, 302, 403, 302),
        ("higher", 200, 403, 403, 403),
        ("department", 200, 403, 302, 302),
        ("auditor", 200, 403, 403, 403),
        ("clerk", 200, 403, 403, 403),
        ("neighbour", 404, 404, 404, 404),
        ("stranger", 404, 404, 404, 404),
    ],
)
def test_one_filing_answers_each_person(
    county: None, who: str, page: int, confirmed: int, endorsed: int, returned: int
) -> None:
    client, pk = client_of(who), filed("A").pk
    assert client.get(f"/filings/{pk}/").status_code == page
    statuses = []
    for act in ACTS:
        with transaction.atomic():
            statuses.append(client.post(f"/filings/{pk}/{act}/", REASON).status_code)
            transaction.set_rollback(True)
    assert statuses == [confirmed, endorsed, returned]


@pytest.mark.parametrize("who", [*PEOPLE, "stranger"])
def test_list_of_filings_is_open_to_whoever_reads(county: None, who: str) -> None:
    status = client_of(who).get("/filings/").status_code
    assert status == (404 if who == "stranger" else 200)


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("owner", [200, 403, 200]),
        ("department", [403, 200, 200]),
        ("auditor", [403, 403, 403]),
        ("clerk", [403, 403, 403]),
        ("stranger", [404, 404, 404]),
    ],
)
def test_bulk_answers_each_person(county: None, who: str, statuses: list[int]) -> None:
    client = client_of(who)
    found = [send(client, act, "A", **REASON).status_code for act in ACTS]
    assert found == statuses


@pytest.mark.parametrize("act", ACTS)
def test_decisions_are_made_by_post_alone(county: None, act: str) -> None:
    client = client_of("department" if act == "endorse" else "owner")
    assert client.get(f"/filings/{act}/").status_code == 405
    assert client.get(f"/filings/{filed('A').pk}/{act}/").status_code == 405


def test_bulk_confirms_what_it_can_and_says_why_not(county: None) -> None:
    response = send(client_of("owner"), "confirm", "A", "B", "Z")
    assert answers(response) == {"A": True, "B": True, "Z": False}
    assert (response.context["done"], response.context["refused"]) == (2, 1)
    assert response.context["back"] == f"/filings/?year={YEAR}"
    assert [filed(code).state for code in "AB"] == ["confirmed", "confirmed"]
    assert filed("A").decided_by.username == "owner"


def test_sending_twice_changes_nothing_and_says_so(county: None) -> None:
    owner = client_of("owner")
    send(owner, "confirm", "A")
    before = filed("A")
    response = send(owner, "confirm", "A")
    assert answers(response) == {"A": False}
    assert filed("A").decided_at == before.decided_at


def test_bulk_returns_with_a_reason_and_not_without(county: None) -> None:
    owner = client_of("owner")
    assert send(owner, "return", "A", reason="  ").status_code == 302
    assert filed("A").state == FilingState.SUBMITTED
    assert answers(send(owner, "return", "A", "B", **REASON)) == {"A": True, "B": True}
    assert (filed("B").state, filed("B").return_reason) == ("returned", REASON["reason"])


def test_bulk_leaves_out_what_the_sender_cannot_see(county: None) -> None:
    response = send(client_of("owner"), "confirm", "A", "X")
    assert answers(response) == {"A": True}
    assert filed("X").state == FilingState.SUBMITTED


def test_higher_bureau_is_refused_row_by_row_where_it_only_reads(county: None) -> None:
    response = send(client_of("higher"), "confirm", "A", "B")
    assert answers(response) == {"A": False, "B": False}


def test_department_endorses_its_units_alone(county: None) -> None:
    response = send(client_of("department"), "endorse", "A")
    assert answers(response) == {"A": True}
    assert (filed("A").state, filed("A").endorsed_by.username) == ("endorsed", "department")


def test_nothing_ticked_leads_back_to_the_list(county: None) -> None:
    owner = client_of("owner")
    response = owner.post("/filings/confirm/", {"filing": ["x", "", "9" * 30], "back": "year=2025"})
    assert (response.status_code, response["Location"]) == (302, "/filings/?year=2025")


def test_way_back_stays_on_the_list(county: None) -> None:
    response = client_of("owner").post("/filings/confirm/", {"back": "https://elsewhere.example/"})
    assert response["Location"].startswith("/filings/?")


def test_reviewer_goes_through_the_pile(county: None) -> None:
    owner = client_of("owner")
    first, second = filed("A").pk, filed("B").pk
    page = owner.get(f"/filings/{first}/")
    assert (page.context["before"], page.context["after"].pk) == (None, second)
    response = owner.post(f"/filings/{first}/confirm/", {"then": "next"})
    assert response["Location"] == f"/filings/{second}/"
    response = owner.post(f"/filings/{second}/confirm/", {"then": "next"})
    assert response["Location"] == f"/filings/{second}/"


def test_pile_of_a_department_holds_what_waits_for_it(county: None) -> None:
    accept("units", unit("F", parent="D"))
    accept("filings", own_canteen(YEAR, "F"))
    department = client_of("department")
    assert department.get(f"/filings/{filed('A').pk}/").context["after"] == filed("F")
    endorse([filed("F").pk], by=None)
    assert department.get(f"/filings/{filed('A').pk}/").context["after"] is None


# Two reviewers at once, each with a connection of its own.

PATIENCE = 0.5


def at_once(first: Any, second: Any) -> tuple[list[Decision], list[Decision]]:
    """Decide a second time while the first has decided and not yet committed."""
    decided, ended = Event(), Event()

    def run_first() -> list[Decision]:
        try:
            with transaction.atomic():
                decisions = first()
                decided.set()
                ended.wait(PATIENCE)
            return decisions
        finally:
            decided.set()
            connections.close_all()

    def run_second() -> list[Decision]:
        decided.wait()
        try:
            with translation.override("en"):
                return second()
        finally:
            ended.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(run) for run in (run_first, run_second)]
        return futures[0].result(), futures[1].result()


def _deciders() -> dict[str, Any]:
    bureau = person("bureau", Role.BUREAU_REVIEWER, region="450102")
    department = person("above", Role.DEPARTMENT, unit="D")
    return {
        "confirm": lambda pk: confirm([pk], by=User.objects.get(pk=bureau.pk)),
        "return": lambda pk: return_for_correction(
            [pk], reason="再看", by=User.objects.get(pk=bureau.pk)
        ),
        "endorse": lambda pk: endorse([pk], by=User.objects.get(pk=department.pk)),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "second", "state", "word"),
    [
        ("confirm", "confirm", "confirmed", "it is confirmed"),
        ("confirm", "return", "confirmed", "it is confirmed"),
        ("return", "confirm", "returned", "it is returned"),
        ("return", "endorse", "returned", "it is returned"),
        ("endorse", "endorse", "endorsed", "endorsed already"),
        ("confirm", "endorse", "confirmed", "it is confirmed"),
    ],
)
def test_second_of_two_reviewers_is_told_what_the_first_did(
    first: str, second: str, state: str, word: str
) -> None:
    accept("units", unit("D"), unit("A", parent="D"))
    accept("filings", own_canteen(YEAR, "A"))
    pk, deciders = filed("A").pk, _deciders()
    won, lost = at_once(lambda: deciders[first](pk), lambda: deciders[second](pk))
    assert [decision.refused for decision in won] == [""]
    assert [word in decision.refused for decision in lost] == [True]
    assert Filing.objects.get(pk=pk).state == state


@pytest.mark.django_db(transaction=True)
def test_bureau_confirms_what_a_department_has_just_endorsed() -> None:
    accept("units", unit("D"), unit("A", parent="D"))
    accept("filings", own_canteen(YEAR, "A"))
    pk, deciders = filed("A").pk, _deciders()
    both = at_once(lambda: deciders["endorse"](pk), lambda: deciders["confirm"](pk))
    assert [decisions[0].refused for decisions in both] == ["", ""]
    confirmed = Filing.objects.get(pk=pk)
    assert (confirmed.state, confirmed.endorsed_by.username) == ("confirmed", "above")


@pytest.mark.django_db(transaction=True)
def test_two_tasks_at_once_make_one_version_each() -> None:
    accept("units", unit("A"))
    accept("filings", own_canteen(YEAR, "A", state="confirmed"))
    unit_pk = filed("A").unit_id
    at_once(
        lambda: assign_tasks(YEAR, {unit_pk: 10}, by=None),
        lambda: assign_tasks(YEAR, {unit_pk: 20}, by=None),
    )
    versions = Filing.objects.order_by("version").values_list("version", "in_force")
    assert list(versions) == [(1, False), (2, False), (3, True)]
