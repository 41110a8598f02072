"""The list of filings: which units stand in it, under which word, and what is taken away."""

from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exchange import imports
from exchange.resources import resource_of
from organizations.models import BudgetUnit, User
from quotas.contents import content_from
from quotas.models import Filing
from quotas.review import assign_tasks, endorse, return_for_correction, save_draft
from tests.builders import accept, filing, member, own_canteen, unit
from tests.quotas.reviewing import COUNTY, YEAR, client_of, filed, make_county
from tests.reports.conftest import plain_static_files  # noqa: F401  an autouse fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    make_county()


@pytest.fixture
def owner() -> Client:
    return client_of("owner")


def ask(client: Client, **asked: Any) -> Any:
    return client.get("/filings/", {"year": YEAR} | asked)


def listed(client: Client, **asked: Any) -> list[str]:
    return [line.unit.code for line, _ticks in ask(client, **asked).context["rows"]]


def standing(client: Client, code: str) -> str:
    (line,) = [line for line, _ in ask(client).context["rows"] if line.unit.code == code]
    return line.standing


def chips(client: Client, **asked: Any) -> dict[str, int]:
    return {chip["state"]: chip["number"] for chip in ask(client, **asked).context["chips"]}


def test_every_unit_stands_under_one_word(owner: Client) -> None:
    words = {line.unit.code: line.standing for line, _ in ask(owner).context["rows"]}
    assert words == {
        "A": "to_endorse", "B": "to_confirm", "N": "not_filed", "Z": "confirmed",
    }  # fmt: skip


def test_chips_count_what_they_show(owner: Client) -> None:
    counts = chips(owner)
    assert counts == {
        "not_filed": 1, "filed": 3, "zero": 1, "late": 3, "to_endorse": 1, "to_confirm": 1,
        "confirmed": 1,
    }  # fmt: skip
    assert {state: len(listed(owner, state=state)) for state in counts} == counts
    assert ask(owner, state="zero").context["counted"] == 4


def test_not_filed_zero_and_no_canteen_are_three_things(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "B", "5000"), update=True)
    accept("filings", member(YEAR, "N", "B"))
    accept("units", unit("O", COUNTY))
    assert listed(owner, state="not_filed") == ["O"]
    assert listed(owner, state="zero") == ["N", "Z"]
    assert listed(owner, canteen="none") == ["Z"]


def test_draft_is_not_filed_and_said_to_have_been_begun(owner: Client) -> None:
    draft = Filing.objects.create(unit_id=unit_id("N"), year=YEAR)
    (line,) = [line for line, _ in ask(owner, state="not_filed").context["rows"]]
    assert (line.unit.code, line.filing, line.draft) == ("N", None, draft)


def unit_id(code: str) -> int:
    return BudgetUnit.objects.get(code=code).pk


def test_endorsed_waits_for_confirmation_and_returned_for_the_unit(owner: Client) -> None:
    endorse([filed("A").pk], by=None)
    return_for_correction([filed("B").pk], reason="总额不准确", by=None)
    assert (standing(owner, "A"), standing(owner, "B")) == ("to_confirm", "returned")


def test_waiting_amendment_is_shown_in_place_of_the_version_in_force(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "Z", "7000"), update=True)
    (line,) = [line for line, _ in ask(owner, mark="amendment").context["rows"]]
    assert (line.unit.code, line.standing, line.filing.version) == ("Z", "to_confirm", 2)


def test_enterprises_and_closed_units_are_not_asked_for_a_filing(owner: Client) -> None:
    accept(
        "units", unit("E", COUNTY, kind="state_enterprise"),
        unit("C", COUNTY, closed_on=f"{YEAR - 1}-12-31"),
    )  # fmt: skip
    assert listed(owner) == ["A", "B", "N", "Z"]


def test_unit_that_opens_after_the_due_day_is_not_due(owner: Client) -> None:
    accept("units", unit("O", COUNTY, opened_on=f"{YEAR}-06-01"))
    assert listed(owner, state="not_due") == ["O"]
    assert listed(owner, state="not_filed") == ["N"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "单位B"}, ["B"]),
        ({"q": "Z"}, ["Z"]),
        ({"region": COUNTY}, ["A", "B", "N", "Z"]),
        ({"region": "450100"}, []),  # outside the reader's scope
        ({"mark": "explained"}, ["A"]),
        ({"mark": "below_minimum"}, []),
        ({"mark": "taken_over"}, []),
        ({"canteen": "own"}, ["A", "B"]),
        ({"state": "to_confirm", "canteen": "own"}, ["B"]),
        ({"year": YEAR - 1, "state": "confirmed"}, ["A"]),
    ],
)
def test_filters_narrow_the_list(owner: Client, asked: dict, expected: list[str]) -> None:
    assert listed(owner, **asked) == expected


def test_higher_bureau_narrows_to_a_region_or_department_below() -> None:
    higher = client_of("higher")
    assert listed(higher) == ["A", "B", "D", "N", "X", "Z"]
    assert listed(higher, region="450103") == ["X"]
    assert listed(higher, department="D") == ["A", "D"]
    assert listed(higher, department="单位D", state="to_endorse") == ["A"]


def test_ratio_below_the_minimum_is_found_with_the_task_that_excuses_it(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "N", ratio="5", assigned_amount="100"))
    (line,) = [line for line, _ in ask(owner, mark="below_minimum").context["rows"]]
    assert (line.unit.code, line.is_below_minimum, str(line.target)) == ("N", True, "100.00")


def test_late_stays_with_an_amendment(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "Z", "7000"), update=True)
    assert listed(owner, state="late") == ["A", "B", "Z"]


@pytest.mark.parametrize("bad", [{"state": "gold"}, {"mark": "x"}, {"year": "1800"}])
def test_bad_filter_is_named_and_left_out(owner: Client, bad: dict) -> None:
    response = ask(owner, **bad)
    assert len(response.context["flaws"]) == 1


def test_only_waiting_filings_that_one_decides_on_can_be_ticked() -> None:
    ticks = {
        name: [line.unit.code for line, ticks in ask(client_of(name)).context["rows"] if ticks]
        for name in ("owner", "department", "higher", "auditor", "clerk")
    }
    assert ticks == {
        "owner": ["A", "B"], "department": ["A"], "higher": [], "auditor": [], "clerk": [],
    }  # fmt: skip


def rows_of(response: Any, tmp_path: Any) -> list[tuple]:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [row[:6] for row in rows]


def test_list_is_taken_away_as_seen(owner: Client, tmp_path: Any) -> None:
    response = ask(owner, file="xlsx")
    assert response["Content-Disposition"] == f'attachment; filename="filings-{YEAR}.xlsx"'
    rows = rows_of(response, tmp_path)
    assert [row[:3] for row in rows[1:]] == [
        (YEAR, "A", "自有食堂"), (YEAR, "B", "自有食堂"), (YEAR, "Z", "无食堂"),
    ]  # fmt: skip


def test_list_of_who_has_not_filed_is_taken_away_to_be_filled_in(
    owner: Client, tmp_path: Any
) -> None:
    """With the task that the bureau has assigned, which a blank cell would clear."""
    assign_tasks(YEAR, {unit_id("N"): 5}, by=None)
    _headings, row = rows_of(ask(owner, file="xlsx", state="not_filed"), tmp_path)
    assert row == (YEAR, "N", None, None, None, None)
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    values = dict(zip(*(list(sheet.values)), strict=True))
    assert values["下达任务金额(元)"] == 5


def test_list_sent_back_unchanged_changes_nothing(owner: Client, tmp_path: Any) -> None:
    """Also beside drafts: one with a task alone, one typed over a confirmed filing."""
    assign_tasks(YEAR, {unit_id("N"): 5}, by=None)
    typed = content_from({"canteen": "own", "base_amount": Decimal(7)}, base="")
    save_draft(BudgetUnit.objects.get(code="Z"), YEAR, typed, by=None)
    return_for_correction([filed("B").pk], reason="采购总额填报不准确", by=None)
    rows_of(ask(owner, file="xlsx"), tmp_path)
    path, sender = tmp_path / "list.xlsx", User.objects.get(username="owner")
    before = list(Filing.objects.order_by("pk").values())
    for update in (False, True):
        found = imports.run(resource_of("filings"), path, path.name, by=sender, update=update)
        assert (found.errors, found.unchanged, found.rows) == ([], 3, 3)
    assert list(Filing.objects.order_by("pk").values()) == before


def test_list_takes_the_same_queries_with_three_rows_and_with_fifty(owner: Client) -> None:
    ask(owner)  # the first page of a session writes that it has begun
    with CaptureQueriesContext(connection) as few:
        ask(owner)
    codes = [f"Y{number}" for number in range(60)]
    accept("units", *(unit(code, COUNTY, parent="D") for code in codes))
    accept("filings", *(filing(YEAR, code, "none") for code in codes[:40]))
    assign_tasks(YEAR, {unit_id("N"): 5}, by=None)
    with CaptureQueriesContext(connection) as many:
        response = ask(owner)
    assert len(response.context["page"]) == 50
    assert (len(many), len(many) <= 12) == (len(few), True)
