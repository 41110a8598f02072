"""What the page of a unit says is to be done now, to whoever files for it and to others."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import Region, Role
from procurement.choices import Verdict
from quotas.models import CanteenMembership, Filing
from reports.advice import ADVICE
from tests.reports.conftest import YEAR, confirm, make_record, make_unit, signed_in

ADDRESS = "/units/U2/"
FORM = f"/units/U2/filing/{YEAR}/"


def ask(client: Client, address: str = ADDRESS, **asked: Any) -> Any:
    return client.get(address, {"year": YEAR} | asked)


def file(world: SimpleNamespace, state: str, **values: Any) -> Filing:
    given = {"canteen": "none", "version": 1, "state": "submitted"}
    made = Filing.objects.create(unit=world.second, year=YEAR, **given | values)
    Filing.objects.filter(pk=made.pk).update(
        state=state, return_reason="总额不实" if state == "returned" else ""
    )
    return made


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("", "not_filed"),
        ("submitted", "waiting"),
        ("endorsed", "waiting"),
        ("returned", "returned"),
    ],
)
def test_clerk_is_told_what_is_to_be_done(
    world: SimpleNamespace, clerk: Client, state: str, word: str
) -> None:
    if state:
        file(world, state)
    response = ask(clerk)
    assert response.context["situation"].word == word
    assert FORM in response.content.decode()
    assert response.context["situation"].waits_for_department == (state == "submitted")
    assert ("总额不实" in response.content.decode()) == (state == "returned")


def test_draft_is_gone_on_with(world: SimpleNamespace, clerk: Client) -> None:
    Filing.objects.create(unit=world.second, year=YEAR, canteen="own")
    assert ask(clerk).context["situation"].word == "draft"


def test_amendment_is_said_beside_the_version_in_force(
    world: SimpleNamespace, clerk: Client
) -> None:
    confirm(world.second)
    assert ask(clerk).context["situation"].word == "confirmed"
    file(world, "returned", version=2)
    response = ask(clerk)
    assert (response.context["situation"].word, response.context["about"].in_force.version) == (
        "returned",
        1,
    )


@time_machine.travel(datetime(YEAR, 6, 1, 4, tzinfo=UTC))
def test_confirmed_filing_says_how_far_it_is_behind_and_the_next_checkpoint(
    world: SimpleNamespace, clerk: Client
) -> None:
    policy = world.second.region.policy_set.create(
        year=YEAR, document_number="桂财", basis="paid", checkpoints=[["06-30", "50"]]
    )
    assert policy.pk
    confirm(world.second)
    paid = datetime(YEAR, 3, 6, 2, tzinfo=UTC)
    make_record(world.second, 9, "100.00", paid_at=paid)
    situation = ask(clerk).context["situation"]
    # 152 of the 181 days to the checkpoint have passed, so 41.99 of its 50 percent are due.
    assert (situation.should, situation.behind.gap) == (Decimal("41.99"), Decimal("319.90"))
    assert situation.checkpoint.day == date(YEAR, 6, 30)
    assert (situation.checkpoint.days_left, situation.checkpoint.missing) == (29, Decimal(400))


@pytest.mark.parametrize(("role", "files"), [(Role.DEPARTMENT, True), (Role.AUDITOR, False)])
def test_others_see_the_same_page_without_what_they_may_not_do(
    world: SimpleNamespace, role: str, files: bool
) -> None:
    response = ask(signed_in("somebody", role, unit=world.first))
    assert response.context["situation"].word == "not_filed"
    assert (FORM in response.content.decode()) == files


def test_enterprise_is_asked_for_nothing(province: Client) -> None:
    make_unit("E1", "450000", kind="state_enterprise")
    response = ask(province, "/units/E1/")
    assert response.context["situation"].word == "idle"
    assert "/units/E1/filing/" not in response.content.decode()


def test_records_that_do_not_count_come_with_what_can_be_done(province: Client) -> None:
    reasons = ask(province, "/units/U1/").context["reasons"]
    assert [(row["verdict"], row["number"]) for row in reasons] == [(Verdict.OFF_PLATFORM, 1)]
    assert reasons[0]["advice"] == ADVICE[Verdict.OFF_PLATFORM]
    assert set(ADVICE) == set(Verdict) - {Verdict.COUNTED}


def test_navigation_leads_whoever_files_at_a_unit_to_it(
    world: SimpleNamespace, clerk: Client, province: Client
) -> None:
    def entries(client: Client, address: str) -> dict[str, bool]:
        shown = client.get(address).context["navigation"]
        return {entry["address"]: entry["is_here"] for entry in shown}

    assert entries(clerk, ADDRESS)[ADDRESS] is True
    assert ADDRESS not in entries(province, ADDRESS)
    auditor = signed_in("auditor", Role.AUDITOR, unit=world.second)
    assert ADDRESS not in entries(auditor, ADDRESS)


def test_trail_holds_the_regions_that_the_reader_sees(
    world: SimpleNamespace, city: Client, province: Client, clerk: Client
) -> None:
    def trail(client: Client) -> list[str]:
        return [region["code"] for region in ask(client).context["above"]]

    assert (trail(province), trail(city), trail(clerk)) == (["450000", "450100"], ["450100"], [])


@pytest.mark.parametrize("who", ["province", "department"])
def test_page_of_a_unit_asks_the_database_twelve_times_at_most(
    world: SimpleNamespace, who: str, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    for unit in (world.first, world.third):
        CanteenMembership.objects.create(unit=unit, representative=world.first, year=YEAR)
    for number in range(100, 160):
        make_record(world.first, number, "1.00", credited_unit=world.second)
    Filing.objects.create(
        unit=world.first, year=YEAR, version=2, canteen="shared", representative=world.third
    )
    ask(client, "/units/U1/")  # the first page of a session writes that it has begun
    with CaptureQueriesContext(connection) as queries:
        response = ask(client, "/units/U1/")
    assert response.context["records_number"] == 63
    assert len(queries) <= 12


def test_number_of_units_below_counts_the_whole_subtree(
    world: SimpleNamespace, province: Client
) -> None:
    make_unit("U21", "450100", parent=world.second)
    make_unit("U22", "450100", parent=world.second, kind="state_enterprise")
    assert ask(province, "/units/U1/").context["subordinates"] == 2
    assert ask(province, "/units/U3/").context["subordinates"] == 0
    assert Region.objects.filter(code="450100").exists()
