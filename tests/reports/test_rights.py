"""Who may open what: owner, colleague, stranger, and who is not signed in."""

from types import SimpleNamespace

import pytest
from django.test import Client

from tests.reports.conftest import PAGES


@pytest.mark.parametrize("address", PAGES)
def test_pages_ask_a_stranger_to_sign_in(
    client: Client, world: SimpleNamespace, address: str
) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={address}")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("province", {"450000", "450100", "450200", "U1", "U2", "U3"}),
        ("city", {"450100", "U2"}),
        ("department", {"U1", "U2"}),
        ("clerk", {"U2"}),
        ("nobody", set()),
    ],
)
def test_pages_outside_the_scope_are_not_found(
    who: str, allowed: set, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    opened = set()
    for code in ("000000", "440000", "450000", "450100", "450200", "U1", "U2", "U3", "NONE"):
        page = "progress" if code.isdigit() else "units"
        status = client.get(f"/{page}/{code}/").status_code
        assert status in (200, 404)
        if status == 200:
            opened.add(code)
    assert opened == allowed


def test_subordinates_of_a_unit_outside_the_scope_are_not_found(clerk: Client) -> None:
    assert clerk.get("/units/U1/subordinates/").status_code == 404


@pytest.mark.parametrize(
    ("who", "address"),
    [("province", "/progress/450000/"), ("department", "/units/U1/"), ("clerk", "/units/U2/")],
)
def test_progress_leads_to_the_highest_place_of_the_user(
    who: str, address: str, request: pytest.FixtureRequest
) -> None:
    response = request.getfixturevalue(who).get("/progress/")
    assert (response.status_code, response["Location"]) == (302, address)


def test_home_without_a_membership_says_whom_to_ask(nobody: Client) -> None:
    response = nobody.get("/")
    assert response.status_code == 200
    assert response.templates[0].name == "reports/no_scope.html"
    assert "nobody" in response.content.decode()


def test_trail_ends_at_the_border_of_the_scope(city: Client, province: Client) -> None:
    assert city.get("/progress/450100/").context["above"] == []
    above = province.get("/progress/450100/").context["above"]
    assert [region.code for region in above] == ["450000"]


def test_unit_page_links_only_units_that_the_reader_may_open(
    clerk: Client, department: Client
) -> None:
    link = 'href="/units/U1/"'
    assert link not in clerk.get("/units/U2/").content.decode()
    assert link in department.get("/units/U2/").content.decode()
