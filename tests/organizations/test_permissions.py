"""The table of roles, where a permission reaches, and what the guard answers."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from organizations.models import BudgetUnit, Region, Role, User
from organizations.permissions import may, requires
from organizations.roles import ROLES, Permission
from organizations.scope import unit_in_scope
from tests.builders import accept, person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> None:
    """A department of Nanning with a unit in one of its counties, and a neighbour."""
    accept(
        "units",
        unit("D", "450100", level="prefecture"),
        unit("D1", "450102", parent="D"),
        unit("X", "450102"),
        unit("N", "450200", level="prefecture"),
    )


def test_every_role_has_its_terms() -> None:
    assert set(ROLES) == set(Role)


def test_every_permission_belongs_to_some_role() -> None:
    assert frozenset().union(*(terms.permissions for terms in ROLES.values())) == set(Permission)


@pytest.mark.parametrize(
    ("role", "place", "permission", "reached"),
    [
        (Role.BUREAU_REVIEWER, {"region": "450100"}, Permission.READ, {"D", "D1", "X"}),
        (Role.BUREAU_REVIEWER, {"region": "450100"}, Permission.REVIEW, {"D"}),
        (Role.BUREAU_REVIEWER, {"region": "450102"}, Permission.REVIEW, {"D1", "X"}),
        (Role.BUREAU_REVIEWER, {"region": "450100"}, Permission.SET_POLICY, set()),
        (Role.BUREAU_ADMINISTRATOR, {"region": "450100"}, Permission.KEEP_UNITS, {"D", "D1", "X"}),
        (Role.DEPARTMENT, {"unit": "D"}, Permission.FILE, {"D", "D1"}),
        (Role.DEPARTMENT, {"unit": "D"}, Permission.ENDORSE, {"D1"}),
        (Role.DEPARTMENT, {"unit": "D"}, Permission.REVIEW, set()),
        (Role.UNIT_CLERK, {"unit": "X"}, Permission.FILE, {"X"}),
        (Role.COUNTY_KEEPER, {"region": "450102"}, Permission.READ, set()),
        (Role.AUDITOR, {"region": "450000"}, Permission.READ_HISTORY, {"D", "D1", "X", "N"}),
        (Role.AUDITOR, {"region": "450000"}, Permission.FILE, set()),
    ],
)
def test_permission_reaches_the_same_units_by_query_and_one_by_one(
    role: Role, place: dict, permission: Permission, reached: set
) -> None:
    user = person("somebody", role, **place)
    found = BudgetUnit.objects.where_may(user, permission)
    assert set(found.values_list("code", flat=True)) == reached
    units = BudgetUnit.objects.select_related("region")
    assert {u.code for u in units if may(user, permission, u)} == reached


@pytest.mark.parametrize(
    "permission", [Permission.REVIEW, Permission.MAKE_NOTICES, Permission.ISSUE_NOTICES]
)
def test_decision_ends_at_the_own_region(permission: Permission) -> None:
    user = person("somebody", Role.BUREAU_ADMINISTRATOR, region="450100")
    decides = Region.objects.where_may(user, permission)
    assert [region.code for region in decides] == ["450100"]
    assert not may(user, permission, Region.objects.get(code="450102"))


@requires(Permission.FILE, fetch=unit_in_scope)
def _file(request: object, unit: BudgetUnit) -> HttpResponse:
    return HttpResponse(unit.code)


def _asked(user: object, method: str = "get", **headers: str) -> HttpResponse:
    request = getattr(RequestFactory(), method)("/units/X/filing/2026/", headers=headers)
    request.user = user
    return _file(request, code="X")


def test_guard_gives_the_thing_to_who_may() -> None:
    assert _asked(person("clerk", Role.UNIT_CLERK, unit="X")).content == b"X"


def test_guard_refuses_inside_the_scope_and_hides_outside() -> None:
    with pytest.raises(PermissionDenied):
        _asked(person("auditor", Role.AUDITOR, region="450102"))
    with pytest.raises(Http404):
        _asked(person("neighbour", Role.UNIT_CLERK, unit="N"))
    with pytest.raises(Http404):
        _asked(User.objects.create_user("stranger"))


def test_guard_leads_to_the_sign_in_and_back(client) -> None:
    address = "/progress/450100/?by=unit"
    assert client.get(address)["Location"] == "/sign-in/?next=/progress/450100/%3Fby%3Dunit"
    sent = client.post("/password/", headers={"Referer": "http://testserver/password/"})
    assert sent["Location"] == "/sign-in/?next=/password/"
    elsewhere = client.post("/password/", headers={"Referer": "https://example.com/password/"})
    assert elsewhere["Location"] == "/sign-in/?next=/"
