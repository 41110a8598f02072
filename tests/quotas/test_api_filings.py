"""Filings by API: what it saves and refuses is what the page and the file save and refuse."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from organizations.models import Role, User
from quotas.contents import FIELDS
from quotas.models import Filing
from quotas.review import confirm, endorse, return_for_correction
from tests.apis import Api, codes_of
from tests.builders import accept, filing, own_canteen, person, policy, unit
from tests.quotas.reviewing import PEOPLE, YEAR, filed, make_county
from tests.reports.conftest import plain_static_files  # noqa: F401  an autouse fixture

pytestmark = pytest.mark.django_db

REASON = "采购总额填报不准确"


def someone(name: str) -> User:
    if name not in PEOPLE:
        return User.objects.create_user(name)
    role, place = PEOPLE[name]
    return person(name, role, **place)


@pytest.fixture
def county() -> None:
    make_county()


@pytest.fixture
def owner(county: None) -> Api:
    return Api(someone("owner"))


# --- Reading ---


def test_list_says_how_every_unit_stands(owner: Api) -> None:
    rows = owner.get("filings/", year=YEAR).json()["results"]
    assert {row["unit"]: row["standing"] for row in rows} == {
        "A": "to_endorse", "B": "to_confirm", "N": "not_filed", "Z": "confirmed",
    }  # fmt: skip
    first = rows[0]
    assert (first["department"], first["last_reserved"], first["target"]) == (
        "D",
        "200.00",
        "100.00",
    )
    assert (first["filing"]["base_amount"], first["filing"]["ratio"]) == ("1000.00", "10")
    assert (rows[2]["filing"], rows[2]["target"]) == (None, None)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [({"state": "not_filed"}, ["N"]), ({"q": "A"}, ["A"]), ({"canteen": "none"}, ["Z"])],
)
def test_filters_are_those_of_the_page(owner: Api, asked: dict, expected: list[str]) -> None:
    rows = owner.get("filings/", year=YEAR, **asked).json()["results"]
    assert [row["unit"] for row in rows] == expected


def test_list_costs_the_same_with_many_units(owner: Api) -> None:
    owner.get("filings/")
    numbers = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            owner.get("filings/", year=YEAR)
        numbers.append(len(asked))
        accept("units", *(unit(f"U{number}", parent="D") for number in range(30)))
        accept("filings", *(own_canteen(YEAR, f"U{number}") for number in range(30)))
    assert numbers[0] == numbers[1] <= 10


def test_filing_is_read_with_the_target_that_it_makes(owner: Api) -> None:
    row = owner.get(f"filings/{filed('B').pk}/").json()
    shown = (
        "unit",
        "year",
        "canteen",
        "reserved_amount",
        "state",
        "in_force",
        "target",
        "min_ratio",
    )
    assert [row[name] for name in shown] == [
        "B", YEAR, "own", "500.00", "submitted", False, "500.00", "10",
    ]  # fmt: skip


# --- Handing in: one table for service, page and API ---

#: What is sent for the unit F of the county; how each door answers.
HANDED_IN: list[tuple[dict[str, str], list[tuple[str, str]]]] = [
    ({"canteen": "own", "base_amount": "1,000.00", "ratio": "15%"}, []),
    ({"canteen": "own", "base_amount": "1000", "ratio": "9"}, [("ratio", "rule")]),
    ({"canteen": "own", "base_amount": "1000"}, [("ratio", "required")]),
    ({"canteen": "own", "base_amount": "much", "ratio": "10"}, [("base_amount", "bad_number")]),
    ({"canteen": "none", "union_amount": "30"}, []),
    ({"canteen": "outsourced", "base_amount": "1000", "ratio": "10"}, [("executor", "required")]),
    (
        {"canteen": "outsourced", "base_amount": "1000", "ratio": "10", "executor": "某公司"},
        [],
    ),
    ({"canteen": "shared", "representative": "NONE"}, [("representative", "unknown_code")]),
    ({"canteen": "shared", "representative": "B"}, []),
]


def said(code: str) -> dict[str, Any] | None:
    found = Filing.objects.filter(unit__code=code, year=YEAR).first()
    return found and {name: getattr(found, name) for name in (*FIELDS, "state", "version")}


def by_page(clerk: User, sent: dict[str, str]) -> set[str]:
    client = Client()
    client.force_login(clerk)
    address = f"/units/F/filing/{YEAR}/"
    part = {"part": "member"} if sent["canteen"] == "shared" else {}
    standing = client.get(address).context["form"]["standing"].value()
    answer = client.post(address, {"standing": standing, "hand_in": "1", **sent, **part})
    return set(answer.context["form"].errors) if answer.status_code == 422 else set()


@pytest.mark.parametrize(("sent", "errors"), HANDED_IN)
def test_service_page_and_api_agree(
    county: None, sent: dict[str, str], errors: list[tuple[str, str]]
) -> None:
    accept("units", unit("F"))
    clerk = person("filer", Role.UNIT_CLERK, unit="F")
    with transaction.atomic():
        by_page_errors = by_page(clerk, sent)
        by_page_saved = said("F")
        transaction.set_rollback(True)
    answer = Api(clerk).post("filings/", {"year": YEAR, "unit": "F", **sent})
    by_api_saved = said("F")
    assert by_api_saved == by_page_saved
    if errors:
        assert (answer.status_code, codes_of(answer)) == (400, errors)
        assert by_page_errors == {field for field, _code in errors}
        assert by_api_saved is None
    else:
        assert (answer.status_code, by_page_errors) == (201, set())
        assert by_api_saved["state"] == "submitted"


def test_row_of_a_file_saves_the_same(county: None) -> None:
    accept("units", unit("F"), unit("G"))
    clerk = person("filer", Role.UNIT_CLERK, unit="F")
    row = {"canteen": "own", "base_amount": "1000.10", "ratio": "12.5", "diners": 7}
    assert Api(clerk).post("filings/", {"year": YEAR, "unit": "F", **row}).status_code == 201
    accept("filings", filing(YEAR, "G", **row))
    assert said("F") == said("G")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("clerk", 200), ("department", 200), ("owner", 200), ("colleague", 200), ("higher", 200),
        ("auditor", 403), ("neighbour", 400), ("stranger", 404),
    ],
)  # fmt: skip
def test_handing_in_is_for_who_files(county: None, who: str, expected: int) -> None:
    row = {"year": YEAR, "unit": "A", "diners": 3}
    assert Api(someone(who)).post("filings/", row).status_code == expected
    assert filed("A").diners == (3 if expected == 200 else None)


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({"unit": "B"}, [("year", "required")]),
        ({"year": "soon", "unit": "B"}, [("year", "bad_date")]),
        ({"year": 1999, "unit": "B"}, [("year", "bad_date")]),
        ({"year": 2001, "unit": "B"}, [("year", "out_of_range")]),
        ({"year": YEAR}, [("unit", "required")]),
        ({"year": YEAR, "unit": "NONE"}, [("unit", "unknown_code")]),
        (
            {"year": YEAR, "unit": "B", "assigned_amount": "1"},
            [("assigned_amount", "unknown_field")],
        ),
        ({"year": YEAR, "unit": "B", "state": "confirmed"}, [("state", "unknown_field")]),
    ],
)
def test_row_must_name_a_year_and_a_unit(owner: Api, row: dict, codes: list) -> None:
    answer = owner.post("filings/", row)
    assert (answer.status_code, codes_of(answer)) == (400, codes)


def test_filing_before_its_day_is_refused_as_on_the_page(county: None) -> None:
    accept("policies", policy(YEAR + 1, "450102", filing_opens=f"{YEAR + 1}-12-31"))
    row = {"year": YEAR + 1, "unit": "B", "canteen": "none"}
    answer = Api(someone("owner")).post("filings/", row)
    assert (answer.status_code, codes_of(answer)) == (400, [("year", "rule")])


def test_change_that_was_not_seen_is_stale(owner: Api) -> None:
    seen = owner.get(f"filings/{filed('B').pk}/").json()["seen"]
    row = {"year": YEAR, "unit": "B", "seen": seen}
    assert owner.post("filings/", row | {"diners": 1}).status_code == 200
    answer = owner.post("filings/", row | {"diners": 2})
    assert (answer.status_code, codes_of(answer)) == (409, [("seen", "stale")])
    assert owner.post("filings/", row | {"diners": 1}).status_code == 200


def test_handing_in_over_a_confirmed_filing_opens_an_amendment(owner: Api) -> None:
    row = {"year": YEAR, "unit": "Z", "union_amount": "5"}
    answer = owner.post("filings/", row)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert [f.in_force for f in Filing.objects.filter(unit__code="Z").order_by("version")] == [
        True, False,
    ]  # fmt: skip


# --- Drafts ---


def test_draft_is_kept_handed_in_and_thrown_away(owner: Api) -> None:
    kept = owner.post("filings/drafts/", {"year": YEAR, "unit": "N", "canteen": "none"})
    assert (kept.status_code, kept.json()["state"]) == (200, "draft")
    handed = owner.post("filings/", {"year": YEAR, "unit": "N"})
    assert (handed.status_code, handed.json()["state"]) == (200, "submitted")
    answer = owner.post("filings/drafts/", {"year": YEAR, "unit": "N", "remark": "x"})
    assert (answer.status_code, codes_of(answer)) == (409, [(None, "conflict")])
    draft = owner.post("filings/drafts/", {"year": YEAR, "unit": "Z", "remark": "x"}).json()
    assert owner.delete(f"filings/{draft['id']}/").status_code == 204
    answer = owner.delete(f"filings/{filed('Z').pk}/")
    assert (answer.status_code, codes_of(answer)) == (409, [(None, "conflict")])


def test_draft_may_hold_what_does_not_go_together(owner: Api) -> None:
    typed = {"year": YEAR, "unit": "N", "canteen": "none", "base_amount": "100"}
    kept = owner.post("filings/drafts/", typed)
    assert (kept.status_code, kept.json()["base_amount"]) == (200, "100.00")
    answer = owner.post("filings/", typed)
    assert codes_of(answer) == [("base_amount", "out_of_range")]


def test_draft_holds_what_is_typed_so_far(owner: Api) -> None:
    kept = owner.post("filings/drafts/", {"year": YEAR, "unit": "N", "base_amount": "12"})
    assert (kept.status_code, kept.json()["base_amount"], kept.json()["canteen"]) == (
        200,
        "12.00",
        None,
    )
    answer = owner.post("filings/drafts/", {"year": YEAR, "unit": "N", "base_amount": "x"})
    assert (answer.status_code, codes_of(answer)) == (400, [("base_amount", "bad_number")])


# --- Deciding: one table for service, page and API ---

SERVICES = {
    "confirm": lambda pks, by: confirm(pks, by=by),
    "endorse": lambda pks, by: endorse(pks, by=by),
    "return": lambda pks, by: return_for_correction(pks, reason=REASON, by=by),
}
ALL_DECISIONS = [(who, act) for who in ("owner", "colleague", "department") for act in SERVICES]


@pytest.mark.parametrize(("who", "act"), ALL_DECISIONS)
def test_deciding_by_service_page_and_api_agrees(county: None, who: str, act: str) -> None:
    """Every filing that the person sees, decided at once: row by row the same answer."""
    user = someone(who)
    pks = list(Filing.objects.visible_to(user).filter(year=YEAR).values_list("pk", flat=True))
    client = Client()
    client.force_login(user)
    doors: dict[str, Any] = {}
    with transaction.atomic(), translation.override("zh-hans"):
        doors["service"] = {d.filing.pk: d.refused for d in SERVICES[act](pks, user)}
        transaction.set_rollback(True)
    with transaction.atomic():
        page = client.post(f"/filings/{act}/", {"filing": pks, "reason": REASON})
        if page.status_code == 403:
            doors["page"] = 403
        else:
            doors["page"] = {d.filing.pk: d.refused for d, _now in page.context["rows"]}
        transaction.set_rollback(True)
    api = Api(user)
    api.headers["Accept-Language"] = "zh-CN"
    answer = api.post(
        f"filings/{act}/", {"filings": pks} | ({"reason": REASON} if act == "return" else {})
    )
    if doors["page"] == 403:
        assert (answer.status_code, codes_of(answer)) == (403, [(None, "forbidden")])
        assert all(doors["service"].values())
        return
    by_api = {row["id"]: row["refused"] for row in answer.json()["results"]}
    assert by_api == doors["page"] == doors["service"]
    assert answer.json()["done"] == sum(not refused for refused in by_api.values())


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("owner", [200, 403, 200]), ("higher", [200, 403, 200]), ("department", [403, 200, 200]),
        ("auditor", [403, 403, 403]), ("clerk", [403, 403, 403]), ("stranger", [404, 404, 404]),
    ],
)  # fmt: skip
def test_deciding_is_for_who_reviews_or_endorses(county: None, who: str, expected: list) -> None:
    api, chosen = Api(someone(who)), {"filings": [filed("A").pk]}
    statuses = []
    for act, more in (("confirm", {}), ("endorse", {}), ("return", {"reason": REASON})):
        with transaction.atomic():
            statuses.append(api.post(f"filings/{act}/", chosen | more).status_code)
            transaction.set_rollback(True)
    assert statuses == expected


def test_what_cannot_be_seen_is_answered_as_nothing(owner: Api) -> None:
    mine, foreign = filed("B").pk, filed("X").pk
    answer = owner.post("filings/confirm/", {"filings": [foreign, mine, mine]}).json()
    assert [(row["id"], row["done"], row["state"]) for row in answer["results"]] == [
        (mine, True, "confirmed"), (foreign, False, None),
    ]  # fmt: skip
    assert (filed("X").state, filed("B").state) == ("submitted", "confirmed")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, ("filings", "required")),
        ({"filings": []}, ("filings", "empty")),
        ({"filings": ["x"]}, ("filings.0", "malformed")),
        ({"filings": list(range(1, 202))}, ("filings", "malformed")),
        ({"filings": [2**70]}, ("filings.0", "malformed")),
    ],
)
def test_decision_must_name_filings(owner: Api, body: dict, code: tuple) -> None:
    answer = owner.post("filings/confirm/", body)
    assert (answer.status_code, codes_of(answer)) == (400, [code])


def test_return_needs_a_reason(owner: Api) -> None:
    answer = owner.post("filings/return/", {"filings": [filed("B").pk], "reason": " "})
    assert answer.status_code == 400
    assert filed("B").state == "submitted"
