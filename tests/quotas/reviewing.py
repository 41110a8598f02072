"""A county with what its units filed, and who looks at it: the ground of the review's tests."""

from typing import Any

from django.test import Client

from organizations.models import Role, User
from quotas.models import Filing
from quotas.review import confirm
from tests.builders import accept, filing, own_canteen, person, policy, unit

YEAR = 2026
COUNTY = "450102"
PEOPLE: dict[str, tuple[Role, dict[str, str]]] = {
    "owner": (Role.BUREAU_REVIEWER, {"region": COUNTY}),
    "colleague": (Role.BUREAU_ADMINISTRATOR, {"region": COUNTY}),
    "higher": (Role.BUREAU_REVIEWER, {"region": "450100"}),
    "neighbour": (Role.BUREAU_REVIEWER, {"region": "450103"}),
    "auditor": (Role.AUDITOR, {"region": COUNTY}),
    "department": (Role.DEPARTMENT, {"unit": "D"}),
    "clerk": (Role.UNIT_CLERK, {"unit": "A"}),
}


def make_county() -> None:
    """A (below D, of the city) and B wait, Z confirmed without a canteen, N filed nothing.

    X of the neighbour county waits, too. The minimum is 10 %; filings were due long ago.
    """
    accept("policies", policy(YEAR, COUNTY, min_ratio="10", filing_due=f"{YEAR}-03-31"))
    accept(
        "units", unit("D", "450100"), unit("A", COUNTY, parent="D", headcount=10),
        unit("B", COUNTY), unit("N", COUNTY), unit("Z", COUNTY), unit("X", "450103"),
    )  # fmt: skip
    accept("filings", own_canteen(YEAR - 1, "A", "2000", state="confirmed"))
    accept(
        "filings", own_canteen(YEAR, "A", explanation="就餐人数减少"),
        own_canteen(YEAR, "B", "5000"), filing(YEAR, "Z", "none"), own_canteen(YEAR, "X"),
    )  # fmt: skip
    confirm([filed("Z").pk], by=None)


def filed(code: str, **values: Any) -> Filing:
    return Filing.objects.get(**{"unit__code": code, "year": YEAR} | values)


def client_of(name: str) -> Client:
    """Someone of ``PEOPLE`` signed in; any other name has no membership."""
    if name in PEOPLE:
        role, place = PEOPLE[name]
        user = person(name, role, **place)
    else:
        user = User.objects.create_user(name)
    client = Client()
    client.force_login(user)
    return client
