"""The empty workbooks: their headings, what each means, and an example that is accepted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from exchange.models import JobState
from exchange.resources import resource_of
from reports.examples import EXAMPLES
from reports.kinds import KINDS
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
