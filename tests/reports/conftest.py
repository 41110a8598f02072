"""One province with two cities, a few units, what they filed and bought, and who looks at it."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from organizations.models import BudgetUnit, Membership, Region, Role, User
from procurement.choices import Verdict
from procurement.models import PurchaseRecord
from quotas.models import EffectivePolicy, Filing, Policy

YEAR = 2026
DOCUMENT = "桂财购2026-1"
PAGES = "/progress/450000/", "/units/U1/", "/units/U1/subordinates/"


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """Pages are tested without collecting the static files first."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def make_unit(code: str, region: str, **values: Any) -> BudgetUnit:
    place = Region.objects.get(code=region)
    unit = BudgetUnit.objects.create(
        code=code,
        name=f"单位{code}",
        region=place,
        **{"level": "county", "kind": "school"} | values,
    )
    BudgetUnit.objects.rebuild_paths()
    unit.refresh_from_db()
    return unit


def make_record(unit: BudgetUnit, number: int, amount: str, **values: Any) -> PurchaseRecord:
    given = {
        "order_no": f"ORDER{number}", "unit": unit, "credited_unit": unit,
        "credited_region": unit.region, "supplier_code": "S1", "product": "大米", "amount": amount,
        "fund": "canteen", "channel": "platform_832", "status": "open",
        "ordered_at": datetime(YEAR, 3, 5, 2, tzinfo=UTC), "verdict": Verdict.COUNTED,
    }  # fmt: skip
    return PurchaseRecord.objects.create(**given | values)


def confirm(unit: BudgetUnit, **values: Any) -> Filing:
    given = {
        "canteen": "own", "base_amount": Decimal(10_000), "ratio": Decimal(10),
        "reserved_amount": Decimal(1_000), "state": "confirmed", "in_force": True,
        "taken_over": True,
    }  # fmt: skip
    return Filing.objects.create(unit=unit, year=YEAR, **given | values)


def set_policy(region: str, **values: Any) -> Policy:
    """A policy of one region, as if it were merged for that region alone."""
    place = Region.objects.get(code=region)
    policy = Policy.objects.create(year=YEAR, region=place, document_number=DOCUMENT, **values)
    EffectivePolicy(
        region=place, year=YEAR, sources=dict.fromkeys(values, policy.pk), **values
    ).save(force_insert=True)
    return policy


def signed_in(username: str, role: str = "", **place: Any) -> Client:
    user = User.objects.create_user(username, name=f"{username} name")
    if place:
        Membership.objects.create(user=user, role=role, **place)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """U1 (of the province) above U2 (of 450100); U3 in 450200. Only U1 filed and bought."""
    set_policy("450000", min_ratio=Decimal(10), basis="paid")
    first = make_unit("U1", "450000")
    world = SimpleNamespace(
        first=first,
        second=make_unit("U2", "450100", parent=first),
        third=make_unit("U3", "450200"),
    )
    confirm(first)
    paid = datetime(YEAR, 3, 6, 2, tzinfo=UTC)
    make_record(first, 1, "500.00", paid_at=paid, fund="union")
    make_record(first, 2, "250.00")
    make_record(first, 3, "77.00", verdict=Verdict.OFF_PLATFORM, channel="offline")
    return world


@pytest.fixture
def province(world: SimpleNamespace) -> Client:
    return signed_in("province", Role.BUREAU_REVIEWER, region=Region.objects.get(code="450000"))


@pytest.fixture
def city(world: SimpleNamespace) -> Client:
    return signed_in("city", Role.BUREAU_REVIEWER, region=Region.objects.get(code="450100"))


@pytest.fixture
def department(world: SimpleNamespace) -> Client:
    return signed_in("department", Role.DEPARTMENT, unit=world.first)


@pytest.fixture
def clerk(world: SimpleNamespace) -> Client:
    return signed_in("clerk", Role.UNIT_CLERK, unit=world.second)


@pytest.fixture
def nobody(world: SimpleNamespace) -> Client:
    return signed_in("nobody")


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def owner(world: SimpleNamespace) -> Client:
    return signed_in("owner", Role.BUREAU_ADMINISTRATOR, region=Region.objects.get(code="450000"))
