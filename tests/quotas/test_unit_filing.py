"""The filing form: what it saves is what the same row of a file saves."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import BudgetUnit, Role
from quotas.contents import FIELDS
from quotas.models import CanteenMembership, Filing
from quotas.review import confirm, return_for_correction
from tests.builders import accept, filing, member, own_canteen, person, policy, unit
from tests.reports.conftest import plain_static_files  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

YEAR = 2025
ADDRESS = f"/units/A/filing/{YEAR}/"
OWN = {"canteen": "own", "base_amount": "1,000.00", "ratio": "15%"}


@pytest.fixture(autouse=True)
def units() -> None:
    accept("units", unit("D"), unit("A", parent="D"), unit("B"), unit("C", "450103"))


def client_of(username: str, role: Role, **place: str) -> Client:
    client = Client()
    client.force_login(person(username, role, **place))
    return client


@pytest.fixture
def clerk() -> Client:
    return client_of("clerk", Role.UNIT_CLERK, unit="A")


def opened(client: Client) -> dict[str, str]:
    """The form as it is served: its fields by name."""
    form = client.get(ADDRESS).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def send(client: Client, typed: dict[str, str], act: str = "hand_in", **more: Any) -> Any:
    """Type over what the form was opened with, and press a button."""
    standing = more.pop("standing", None) or opened(client)["standing"]
    return client.post(ADDRESS, {"standing": standing, act: "1", **typed})


def said(unit_code: str = "A", **chosen: Any) -> dict[str, Any]:
    found = Filing.objects.get(unit__code=unit_code, year=YEAR, **chosen)
    return {name: getattr(found, name) for name in (*FIELDS, "state", "version", "in_force")}


def memberships() -> list[tuple[str, str]]:
    rows = CanteenMembership.objects.order_by("unit__code")
    return list(rows.values_list("unit__code", "representative__code"))


def forget() -> None:
    CanteenMembership.objects.all().delete()
    Filing.objects.all().delete()


UNION_FUNDS = {"no_canteen_rule": "union_funds", "union_funds_ratio": "20"}
#: What is typed, the same as a row of a file, and the policy's values.
CASES = {
    "own": (OWN, {"base_amount": "1000", "ratio": "15"}, {}),
    "own, hidden fields full": (
        OWN | {"representative": "B", "part": "member", "executor": "膳食公司"},
        {"base_amount": "1000", "ratio": "15"},
        {},
    ),
    "own, base with the union": (
        OWN | {"union_amount": "33.33"},
        {"base_amount": "1000", "ratio": "15", "union_amount": "33.33"},
        {"base": "canteen_and_union"},
    ),
    "own, half a cent": (
        {"canteen": "own", "base_amount": "0.10", "ratio": "15"},
        {"base_amount": "0.10", "ratio": "15"},
        {},
    ),
    "below the minimum with a document": (
        OWN | {"ratio": "5", "approval_document": "财办1号"},
        {"base_amount": "1000", "ratio": "5", "approval_document": "财办1号"},
        {"min_ratio": "10"},
    ),
    "outsourced": (
        OWN | {"canteen": "outsourced", "executor": "膳食公司", "diners": "63"},
        {"base_amount": "1000", "ratio": "15", "executor": "膳食公司", "diners": "63"},
        {},
    ),
    "member": (
        OWN | {"canteen": "shared", "part": "member", "representative": "B", "union_amount": "50"},
        {"representative": "B", "union_amount": "50"},
        {"no_canteen_rule": "union_demand"},
    ),
    "representative": (
        OWN | {"canteen": "shared", "part": "represents", "representative": "B"},
        {"base_amount": "1000", "ratio": "15"},
        {},
    ),
    "none": (
        OWN | {"canteen": "none", "contact": "王芳", "phone": "138", "remark": "无食堂"},
        {"contact": "王芳", "phone": "138", "remark": "无食堂"},
        {},
    ),
    "none, of the union's funds": (
        {"canteen": "none", "union_funds": "8,000"},
        {"union_funds": "8000"},
        UNION_FUNDS,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_page_and_file_end_in_the_same_filing(clerk: Client, case: str) -> None:
    typed, cells, asked = CASES[case]
    accept("policies", policy(YEAR, "450000", **asked))
    assert send(clerk, typed).status_code == 302
    by_page = said(), memberships()
    forget()
    accept("filings", filing(YEAR, "A", typed["canteen"], **cells))
    assert (said(), memberships()) == by_page


@pytest.mark.parametrize(
    ("typed", "asked", "wrong"),
    [
        ({}, {}, {"canteen"}),
        (OWN | {"base_amount": "12x", "ratio": "101"}, {}, {"base_amount", "ratio"}),
        ({"canteen": "own"}, {}, {"base_amount", "ratio"}),
        (OWN | {"ratio": "5"}, {"min_ratio": "10"}, {"ratio"}),
        (OWN | {"canteen": "outsourced"}, {}, {"executor"}),
        ({"canteen": "shared"}, {}, {"part"}),
        ({"canteen": "shared", "part": "member"}, {}, {"representative"}),
        ({"canteen": "shared", "part": "member", "representative": "X"}, {}, {"representative"}),
        ({"canteen": "shared", "part": "member", "representative": "A"}, {}, {"representative"}),
        ({"canteen": "none"}, UNION_FUNDS, {"union_funds"}),
        ({"canteen": "none", "union_amount": "-1"}, {}, {"union_amount"}),
        ({"canteen": "castle"}, {}, {"canteen"}),
    ],
)
def test_refused_form_names_the_fields_and_keeps_what_was_typed(
    clerk: Client, typed: dict, asked: dict, wrong: set
) -> None:
    accept("policies", policy(YEAR, "450000", **asked))
    response = send(clerk, typed)
    form = response.context["form"]
    assert (response.status_code, set(form.errors)) == (422, wrong)
    assert {name: form[name].value() for name in typed} == typed
    assert not Filing.objects.exists()


def test_same_form_sent_twice_is_handed_in_once(clerk: Client) -> None:
    standing = opened(clerk)["standing"]
    first, second = (send(clerk, OWN, standing=standing) for _time in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert said()["state"] == "submitted"


def test_form_is_stale_once_a_colleague_has_changed_the_filing(clerk: Client) -> None:
    standing = opened(clerk)["standing"]
    send(client_of("colleague", Role.UNIT_CLERK, unit="A"), OWN)
    before = said()
    response = send(clerk, OWN | {"ratio": "20"}, standing=standing)
    assert (response.status_code, said()) == (409, before)
    stale = response.context["stale"]["differing"]
    assert [(row["stands"], row["typed"]) for row in stale] == [
        ("15%", "20%"), ("150.00", "200.00"),
    ]  # fmt: skip
    # The page holds the typed text over what stands now: sent once more, it is taken.
    shown = response.context["form"]
    assert send(clerk, OWN | {"ratio": "20"}, standing=shown["standing"].value()).status_code == 302
    assert said()["ratio"] == Decimal(20)


def test_form_sent_again_after_its_return_is_stale(clerk: Client) -> None:
    standing = opened(clerk)["standing"]
    send(clerk, OWN, standing=standing)
    return_for_correction(Filing.objects.values_list("pk", flat=True), reason="不实", by=None)
    assert send(clerk, OWN, standing=standing).status_code == 409
    assert said()["state"] == "returned"


def test_draft_is_kept_and_then_handed_in_as_it_is(clerk: Client) -> None:
    assert send(clerk, {"canteen": "own", "base_amount": "500"}, "keep").status_code == 302
    assert (said()["state"], said()["base_amount"]) == ("draft", Decimal(500))
    assert opened(clerk)["ratio"] == ""
    send(clerk, OWN, "keep")
    assert said()["state"] == "draft"
    assert send(clerk, OWN).status_code == 302
    assert (said()["state"], said()["reserved_amount"]) == ("submitted", Decimal(150))


def test_draft_with_a_cell_that_cannot_be_read_is_not_kept(clerk: Client) -> None:
    response = send(clerk, OWN | {"ratio": "many"}, "keep")
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"ratio"})
    assert not Filing.objects.exists()


def test_draft_is_not_kept_over_what_waits(clerk: Client) -> None:
    send(clerk, OWN)
    assert clerk.get(ADDRESS).context["about"].keeps_drafts is False
    assert send(clerk, OWN | {"ratio": "20"}, "keep").status_code == 403
    assert said()["ratio"] == Decimal(15)


def test_returned_filing_shows_its_reason_and_is_corrected(clerk: Client) -> None:
    send(clerk, OWN)
    return_for_correction(Filing.objects.values_list("pk", flat=True), reason="总额不实", by=None)
    assert "总额不实" in clerk.get(ADDRESS).content.decode()
    send(clerk, OWN | {"base_amount": "2000"}, "keep")
    assert (said()["state"], said()["base_amount"]) == ("returned", Decimal(2000))
    assert send(clerk, OWN | {"base_amount": "2000"}).status_code == 302
    assert said()["state"] == "submitted"


def test_confirmed_filing_is_amended_and_stays_in_force(clerk: Client) -> None:
    accept("filings", own_canteen(YEAR, "A", state="confirmed"))
    send(clerk, OWN | {"base_amount": "1100"}, "keep")
    assert (said(version=2)["state"], said(version=1)["in_force"]) == ("draft", True)
    send(clerk, OWN | {"base_amount": "1100"})
    assert (said(version=2)["state"], said(version=1)["in_force"]) == ("submitted", True)
    confirm([Filing.objects.get(version=2).pk], by=None)
    assert (said(version=2)["in_force"], said(version=1)["in_force"]) == (True, False)


def test_unchanged_confirmed_filing_opens_no_amendment(clerk: Client) -> None:
    accept("filings", own_canteen(YEAR, "A", executor="旧承包", state="confirmed"))
    typed = opened(clerk)
    assert send(clerk, typed).status_code == 302
    assert Filing.objects.count() == 1


def test_draft_of_an_amendment_is_thrown_away(clerk: Client) -> None:
    accept("filings", own_canteen(YEAR, "A", state="confirmed"))
    send(clerk, OWN | {"base_amount": "1100"}, "keep")
    assert clerk.post(f"{ADDRESS}discard/").status_code == 302
    assert (Filing.objects.count(), said()["version"]) == (1, 1)
    assert clerk.get(f"{ADDRESS}discard/").status_code == 405


def test_unit_never_changes_its_task(clerk: Client) -> None:
    accept("filings", own_canteen(YEAR, "A", assigned_amount="777"))
    send(clerk, OWN | {"assigned_amount": "1"})
    assert (said()["assigned_amount"], said()["ratio"]) == (Decimal(777), Decimal(15))


def test_fall_against_last_year_asks_for_an_explanation(clerk: Client) -> None:
    accept("filings", own_canteen(YEAR - 1, "A", ratio="20", state="confirmed"))
    typed = OWN | {"ratio": "18"}
    preview = clerk.post(f"{ADDRESS}preview/", typed).context["preview"]
    assert set(preview.asks) == {"explanation"}
    assert set(send(clerk, typed).context["form"].errors) == {"explanation"}
    assert send(clerk, typed | {"explanation": "人员减少"}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "asked", "reserved", "target"),
    [
        (OWN, {}, "150", "150"),
        (OWN | {"union_amount": "50"}, {"union_in_target": "true"}, "150", "200"),
        (OWN | {"union_amount": "50"}, {"base": "canteen_and_union"}, "157.50", "157.50"),
        ({"canteen": "none", "union_amount": "50"}, {"no_canteen_rule": "union_demand"}, "0", "50"),
        ({"canteen": "none", "union_funds": "123.45"}, UNION_FUNDS, "0", "24.69"),
        (OWN | {"base_amount": "some"}, {}, "0", "0"),
    ],
)
def test_preview_computes_what_the_filing_comes_to(
    clerk: Client, typed: dict, asked: dict, reserved: str, target: str
) -> None:
    accept("policies", policy(YEAR, "450000", **asked))
    preview = clerk.post(f"{ADDRESS}preview/", typed).context["preview"]
    assert preview.content.reserved_amount == Decimal(reserved)
    assert preview.promise.target == Decimal(target)
    assert not Filing.objects.exists()


def test_first_form_of_a_year_begins_as_last_year_without_its_amounts(clerk: Client) -> None:
    accept(
        "filings",
        own_canteen(YEAR - 1, "B"),
        member(YEAR - 1, "A", "B", phone="1", union_amount="9"),
    )
    confirm(Filing.objects.values_list("pk", flat=True), by=None)
    form = opened(clerk)
    shown = {name: form[name] for name in ("canteen", "part", "representative", "phone")}
    assert shown == {"canteen": "shared", "part": "member", "representative": "B", "phone": "1"}
    assert (form["union_amount"], form["base_amount"]) == ("", "")


def test_years_are_those_whose_policy_is_open_or_past(clerk: Client) -> None:
    accept(
        "policies",
        policy(2023, "450000"),
        policy(2099, "450000", filing_opens="2099-01-01"),
    )
    years = clerk.get(ADDRESS).context["about"].years()
    assert (2023 in years, YEAR in years, 2099 in years) == (True, True, False)


def test_year_that_opens_later_takes_drafts_alone(clerk: Client) -> None:
    accept("policies", policy(YEAR, "450000", filing_opens="2099-01-01"))
    assert send(clerk, OWN).status_code == 422
    assert send(clerk, OWN, "keep").status_code == 302
    assert said()["state"] == "draft"


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        (Role.UNIT_CLERK, {"unit": "A"}, 200),
        (Role.DEPARTMENT, {"unit": "D"}, 200),  # the department above
        (Role.BUREAU_REVIEWER, {"region": "450102"}, 200),
        (Role.UNIT_CLERK, {"unit": "B"}, 404),  # the neighbour unit
        (Role.BUREAU_REVIEWER, {"region": "450103"}, 404),  # the neighbour county
        (Role.AUDITOR, {"region": "450102"}, 403),
        (Role.AUDITOR, {"unit": "A"}, 403),
    ],
)
def test_who_may_file_for_a_unit(role: Role, place: dict, status: int) -> None:
    client = client_of("somebody", role, **place)
    assert client.get(ADDRESS).status_code == status
    expected = {200: 302}.get(status, status)
    assert client.post(ADDRESS, {"standing": "new", **OWN}).status_code == expected
    assert Filing.objects.exists() == (status == 200)
    assert client.post(f"{ADDRESS}preview/", OWN).status_code == status
    assert client.post(f"{ADDRESS}discard/").status_code == expected


def test_stranger_and_unknown_years_are_not_found(clerk: Client) -> None:
    stranger = Client()
    stranger.force_login(type(person("x", Role.AUDITOR, unit="B")).objects.create_user("nobody"))
    assert stranger.get(ADDRESS).status_code == 404
    assert clerk.get("/units/A/filing/1999/").status_code == 404
    assert Client().get(ADDRESS)["Location"] == f"/sign-in/?next={ADDRESS}"


def test_enterprise_and_closed_unit_are_told_that_they_do_not_file() -> None:
    accept("units", unit("E", kind="state_enterprise"), unit("Z", closed_on="2020-05-05"))
    bureau = client_of("bureau", Role.BUREAU_REVIEWER, region="450102")
    for code in "EZ":
        response = bureau.post(f"/units/{code}/filing/{YEAR}/", OWN)
        assert "quotas/unit_filing_none.html" in [template.name for template in response.templates]
    assert not Filing.objects.exists()


def found(client: Client, **asked: str) -> list[str]:
    response = client.get("/filings/representatives/", {"year": str(YEAR)} | asked)
    return [row["code"] for row in response.json()["results"]]


def test_representatives_are_searched_nationwide_by_name_or_code(clerk: Client) -> None:
    accept("units", unit("E9", kind="state_enterprise"), unit("N9"), unit("C9", "110101"))
    accept("filings", filing(YEAR, "N9", "none"))
    assert found(clerk, q="单位C") == ["C", "C9"]
    assert found(clerk, q="C9") == ["C9"]
    assert found(clerk, q="9") == ["C9"]
    assert found(clerk, q=" ") == []
    row = clerk.get("/filings/representatives/", {"q": "C9"}).json()["results"]
    assert row == [{"code": "C9", "name": "单位C9", "region": "东城区"}]


def test_representatives_are_twenty_at_most_and_for_those_who_file(clerk: Client) -> None:
    accept("units", *(unit(f"M{number}") for number in range(25)))
    assert len(found(clerk, q="M")) == 20
    auditor = client_of("auditor", Role.AUDITOR, unit="A")
    assert auditor.get("/filings/representatives/", {"q": "M"}).status_code == 403


@pytest.mark.parametrize("typed", [None, OWN | {"ratio": "5"}])
def test_form_asks_the_database_a_constant_number_of_times(
    clerk: Client, typed: dict | None
) -> None:
    accept("policies", *(policy(year, "450000") for year in range(2021, 2026)))
    accept("filings", own_canteen(YEAR - 1, "A", state="confirmed"), own_canteen(YEAR, "B"))
    accept("filings", member(YEAR, "A", "B", explanation="并入"))
    clerk.get(ADDRESS)  # the first page of a session writes that it has begun
    with CaptureQueriesContext(connection) as queries:
        if typed is None:
            clerk.get(ADDRESS)
        else:
            clerk.post(f"{ADDRESS}preview/", typed)
    assert len(queries) <= 12


def test_unit_is_named_to_the_search_box(clerk: Client) -> None:
    accept("filings", member(YEAR, "A", "B"))
    assert clerk.get(ADDRESS).context["named"] == BudgetUnit.objects.get(code="B")
