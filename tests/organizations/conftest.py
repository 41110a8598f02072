"""Pages of people and units: a bureau, its city, a unit, and who is elsewhere."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from organizations.models import Role
from tests.builders import accept, person, unit
from tests.reports.conftest import plain_static_files  # noqa: F401  an autouse fixture


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """D of 450100 above X of 450102; N in the neighbour city 450200. A person for each place."""
    accept(
        "units",
        unit("D", "450100", level="prefecture", name="南宁市教育局", responsible_person="黄一"),
        unit("X", "450102", parent="D", name="兴宁中学", kind="school", phone="0771-1"),
        unit("N", "450200", level="prefecture", name="柳州市教育局"),
    )
    given = {
        "chen": (Role.BUREAU_ADMINISTRATOR, {"region": "450100"}),
        "colleague": (Role.BUREAU_REVIEWER, {"region": "450100"}),
        "above": (Role.BUREAU_REVIEWER, {"region": "450000"}),
        "neighbour": (Role.BUREAU_ADMINISTRATOR, {"region": "450200"}),
        "system": (Role.SYSTEM_ADMINISTRATOR, {"region": "450000"}),
        "clerk": (Role.UNIT_CLERK, {"unit": "X"}),
        "department": (Role.DEPARTMENT, {"unit": "D"}),
        "keeper": (Role.COUNTY_KEEPER, {"region": "450125"}),
    }
    made = {name: person(name, role, **place) for name, (role, place) in given.items()}
    return SimpleNamespace(**made)


@pytest.fixture
def signed(world: SimpleNamespace) -> Callable[[str], Client]:
    """A client signed in under a name of the world."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(world, name))
        return client

    return sign_in


def status(client: Client, address: str, **posted: Any) -> int:
    return (client.post(address, posted) if posted else client.get(address)).status_code
