"""The empty workbooks: their headings, what each means, and an example that is accepted."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from exchange.models import JobState
from exchange.resources import resource_of
from organizations.models import Role, User
from reports.examples import EXAMPLES
from reports.kinds import KINDS
from tests.reports.conftest import signed_in
from tests.reports.sending import performed, send, sheet

pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture
def template(owner: Client, tmp_path: Path) -> Callable[[str], Any]:
    def load(kind: str) -> Any:
        path = tmp_path / f"{kind}.xlsx"
        path.write_bytes(b"".join(owner.get(f"/files/{kind}/template/").streaming_content))
        return load_workbook(path)

    return load


@pytest.mark.parametrize("kind", list(EXAMPLES))
def test_template_has_headings_meanings_and_an_example(kind: str, template: Any) -> None:
    to_fill, meanings, example = template(kind).worksheets
    columns = [c for c in resource_of(kind).columns() if not c.export_only]
    headings = [c.heading for c in columns]
    assert [cell.value for cell in to_fill[1]] == headings
    assert to_fill.max_row == 1
    assert [row[0].value for row in meanings.iter_rows(min_row=2)] == headings
    assert [cell.value for cell in example[1]] == headings
    red = [cell.value for cell in to_fill[1] if cell.font.color and cell.font.color.rgb]
    assert set(red) >= {column.heading for column in columns if column.required}


def test_template_sent_back_untouched_is_empty(owner: Client) -> None:
    content = b"".join(owner.get("/files/units/template/").streaming_content)
    job = performed(send(owner, content, name="单位.xlsx"))
    assert [error["code"] for error in job.result["errors"]] == ["empty"]


def test_examples_of_all_templates_are_accepted_one_after_the_other(
    owner: Client, template: Any
) -> None:
    """In the order in which a new bureau sends them; a supplier stands before what it sold."""
    for kind in KINDS:
        headings, cells = (
            [cell.value for cell in row] for row in template(kind).worksheets[2].iter_rows()
        )
        row = {heading: cell or "" for heading, cell in zip(headings, cells, strict=True)}
        job = performed(send(owner, sheet(row), kind=kind))
        assert (kind, job.state, job.result.get("errors")) == (kind, JobState.DONE, [])
        assert job.result["created"] == 1
    for kind in set(KINDS) - {"filings"}:
        content = b"".join(owner.get(f"/files/{kind}/template/?filled=1").streaming_content)
        job = performed(send(owner, content, kind=kind, name=f"{kind}.xlsx"))
        assert (kind, job.state, job.result.get("errors")) == (kind, JobState.DONE, [])
        counts = [job.result[name] for name in ("created", "updated")]
        assert (counts, job.result["unchanged"] > 0) == ([0, 0], True)


def test_template_of_filings_holds_what_was_filed_and_a_line_for_who_has_not(
    world: SimpleNamespace, city: Client, tmp_path: Path
) -> None:
    def filled(client: Client) -> list[tuple]:
        path = tmp_path / "filings.xlsx"
        content = client.get("/files/filings/template/?filled=1").streaming_content
        path.write_bytes(b"".join(content))
        sheet = load_workbook(path).worksheets[0]
        headings = [cell.value for cell in sheet[1]]
        places = [headings.index(name) for name in ("单位编码", "食堂情况", "预留金额(元)")]
        return [tuple(row[place] for place in places) for row in sheet.values][1:]

    chief = signed_in("chief", Role.BUREAU_REVIEWER, region=world.first.region)
    assert filled(chief) == [("U1", "自有食堂", 1000), ("U2", None, None), ("U3", None, None)]
    assert filled(city) == [("U2", None, None)]


def test_filled_template_holds_what_the_sender_may_send_back(
    world: SimpleNamespace, tmp_path: Path
) -> None:
    """Who keeps the ledger of one city and looks at another's does not get the other's."""
    chief = signed_in("chief", Role.BUREAU_ADMINISTRATOR, region=world.second.region)
    user = User.objects.get(username="chief")
    user.memberships.create(role=Role.AUDITOR, region=world.third.region)
    path = tmp_path / "units.xlsx"
    answer = chief.get("/files/units/template/?filled=1")
    path.write_bytes(b"".join(answer.streaming_content))
    assert [row[0] for row in load_workbook(path).worksheets[0].values] == ["单位编码", "U2"]


def test_template_holds_no_more_than_a_page_gives(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.listing.ROWS_A_FILE", 2)
    answer = owner.get("/files/units/template/?filled=1")
    assert (answer.status_code, answer["Location"]) == (302, "/files/units/")
