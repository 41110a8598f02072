"""One filing: what stands beside it, its target in words, its screens, its canteen, its history."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quotas.models import Filing
from quotas.review import confirm, endorse
from tests.builders import accept, filing, member, own_canteen, policy, purchase, supplier, unit
from tests.quotas.reviewing import COUNTY, YEAR, client_of, filed, make_county
from tests.reports.conftest import plain_static_files  # noqa: F401  an autouse fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    make_county()


@pytest.fixture
def owner() -> Client:
    return client_of("owner")


def page(client: Client, code: str = "A", **values: Any) -> Any:
    return client.get(f"/filings/{filed(code, **values).pk}/")


def tones(client: Client, code: str = "A") -> list[str]:
    """Of the screens that the filing trips: what each says, in order."""
    return [s.says for s in page(client, code).context["screens"] if s.tone == "idle"]


def test_last_years_confirmed_filing_stands_beside_with_the_difference(owner: Client) -> None:
    lines = {line.label: line for line in page(owner).context["lines"]}
    base = next(line for line in lines.values() if line.now == Decimal(1000))
    assert (base.last, base.difference, base.is_changed) == (2000, -1000, True)
    ratio = next(line for line in lines.values() if line.kind == "ratio")
    assert (ratio.now, ratio.last, ratio.difference) == (10, 10, 0)


def test_filing_of_a_first_year_stands_alone(owner: Client) -> None:
    context = page(owner, "B").context
    assert context["last"] is None
    assert {line.difference for line in context["lines"]} == {None}


def test_minimum_names_the_document_behind_it(owner: Client) -> None:
    context = page(owner).context
    assert context["policy"].min_ratio == 10
    assert context["documents"]["min_ratio"].document_number == f"财办{YEAR}-{COUNTY}号"


@pytest.mark.parametrize(
    ("rules", "code", "cells", "target", "made_of"),
    [
        ({}, "N", own_canteen(YEAR, "N"), 100, 1),
        ({}, "N", own_canteen(YEAR, "N", assigned_amount="77"), 77, 1),
        ({"union_in_target": "true"}, "N", own_canteen(YEAR, "N", union_amount="30"), 130, 2),
        ({"no_canteen_rule": "union_demand"}, "N", filing(YEAR, "N", "none", union_amount="30"),
         30, 1),
        ({"no_canteen_rule": "union_funds", "union_funds_ratio": "20"}, "N",
         filing(YEAR, "N", "none", union_funds="1000"), 200, 1),
        ({}, "N", filing(YEAR, "N", "none", union_amount="30"), 0, 0),
        ({}, "N", member(YEAR, "N", "B", union_amount="30"), 0, 0),
    ],
)  # fmt: skip
def test_target_is_said_in_as_many_parts_as_it_has(
    owner: Client, rules: dict, code: str, cells: dict, target: int, made_of: int
) -> None:
    accept("policies", policy(YEAR, COUNTY, min_ratio="10", **rules), update=True)
    accept("filings", cells)
    context = page(owner, code).context
    assert (context["evidence"].target, len(context["made_of"])) == (target, made_of)


def test_fall_and_floor_are_screened(owner: Client) -> None:
    assert len(tones(owner, "A")) == 2
    assert "就餐人数减少" in " ".join(tones(owner, "A"))
    assert len(tones(owner, "B")) == 1  # exactly the minimum


def test_canteen_without_a_total_is_screened(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "N", "0", "12"))
    assert len(tones(owner, "N")) == 1


def test_outsourced_canteen_without_a_contractor_is_screened(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "N", ratio="12", canteen="outsourced", executor="某公司"))
    assert tones(owner, "N") == []
    Filing.objects.filter(unit__code="N").update(executor="")
    assert len(tones(owner, "N")) == 1


def test_purchases_above_the_whole_total_are_screened(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "N", "1000", "12"))
    accept("suppliers", supplier("S"))
    assert tones(owner, "N") == []
    days = dict.fromkeys(("ordered_at", "paid_at", "accepted_at", "rated_at"), f"{YEAR}-03-10")
    accept("purchases", purchase("1", "N", amount="1001", **days))
    (says,) = tones(owner, "N")
    assert "100.10%" in says


def test_total_per_head_far_below_its_like_is_screened(owner: Client) -> None:
    codes = [f"H{number}" for number in range(5)]
    accept("units", *(unit(code, COUNTY, headcount=10) for code in [*codes, "L"]))
    accept(
        "filings", *(own_canteen(YEAR, code, "10000", "12", state="confirmed") for code in codes)
    )
    accept("filings", own_canteen(YEAR, "L", "4999", "12"))
    (says,) = tones(owner, "L")
    assert ("499.90" in says, "1,000.00" in says) == (True, True)


def test_shared_canteen_names_its_members_and_its_representative(owner: Client) -> None:
    accept("filings", member(YEAR, "N", "B"))
    assert [unit.code for unit in page(owner, "B").context["members"]] == ["N"]
    assert page(owner, "N").context["representative"].code == "B"


def test_every_version_opens_and_the_newest_comes_first(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "Z", "7000"), update=True)
    first = page(owner, "Z", version=1)
    assert [version.version for version in first.context["versions"]] == [2, 1]
    assert first.context["confirms"] is False
    assert page(owner, "Z", version=2).context["confirms"] is True


def test_history_is_for_whoever_may_read_it(owner: Client) -> None:
    confirm([filed("A").pk], by=None)
    address = f"/filings/{filed('A').pk}/history/"
    changes = owner.get(address).context["changes"]
    assert [change.what for change in changes] == ["update", "insert"]
    people = ("auditor", "higher", "department", "clerk", "neighbour", "stranger")
    statuses = [client_of(name).get(address).status_code for name in people]
    assert statuses == [200, 200, 403, 403, 404, 404]
    assert page(owner).context["reads_history"] is True


@pytest.mark.parametrize(
    ("who", "acts"),
    [
        ("owner", (True, False, True)),
        ("department", (False, True, True)),
        ("higher", (False, False, False)),
        ("auditor", (False, False, False)),
        ("clerk", (False, False, False)),
    ],
)
def test_only_acts_that_one_has_are_offered(who: str, acts: tuple) -> None:
    context = page(client_of(who)).context
    assert tuple(context[act] for act in ("confirms", "endorses", "returns")) == acts


def test_endorsed_filing_is_the_bureaus_alone(owner: Client) -> None:
    endorse([filed("A").pk], by=None)
    department = page(client_of("department")).context
    assert (department["endorses"], department["returns"]) == (False, False)
    assert page(owner).context["confirms"] is True


def test_filing_that_does_not_exist_is_not_found(owner: Client) -> None:
    assert owner.get("/filings/999999/").status_code == 404


def test_page_takes_the_same_queries_whatever_surrounds_the_filing(owner: Client) -> None:
    page(owner)  # the first page of a session writes that it has begun
    with CaptureQueriesContext(connection) as few:
        page(owner)
    codes = [f"M{number}" for number in range(20)]
    accept("units", *(unit(code, COUNTY) for code in codes))
    accept("filings", *(member(YEAR, code, "B") for code in codes))
    confirm([filed("B").pk], by=None)
    accept("filings", own_canteen(YEAR, "B", "6000"), update=True)
    with CaptureQueriesContext(connection) as many:
        page(owner, "B", version=2)
    # One of each is this test's own look at the filing.
    assert (len(many), len(many) - 1) == (len(few), 11)
