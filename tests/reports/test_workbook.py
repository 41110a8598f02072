"""The auditor's workbook, recalculated by an engine of others and held against progress."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import ironcalc
import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from exchange import longsheets
from quotas import progress
from quotas.choices import Basis
from reports.workbook import Question, write_workbook
from tests.builders import (
    accept,
    filing,
    member,
    own_canteen,
    policy,
    purchase,
    supplier,
    unit,
)
from tests.quotas.answers import CITY, COUNTY, ELSEWHERE, NEIGHBOUR, PROVINCE, region

pytestmark = pytest.mark.django_db
HOSTILE = '=1+1 & <b> "@x" 😀'


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def world() -> None:
    """Members inside and across the borders, refunds, two years, and records that do not count."""
    accept(
        "units",
        unit("R", CITY), unit("M", COUNTY), unit("FAR", ELSEWHERE), unit("N", NEIGHBOUR),
        unit("OUT", NEIGHBOUR), unit("=1+1", COUNTY, name=HOSTILE), unit("SILENT", PROVINCE),
        unit("ENT", COUNTY, kind="state_enterprise"),
    )  # fmt: skip
    accept("policies", policy(2025, PROVINCE, basis="paid"))
    accept("suppliers", supplier("S"))
    done = {"state": "confirmed"}
    accept(
        "filings",
        own_canteen(2025, "R", "3333.33", "15", **done), own_canteen(2025, "N", "700", **done),
        own_canteen(2025, "FAR", "900", **done), own_canteen(2025, "=1+1", "200.10", **done),
        member(2025, "M", "R", **done), member(2025, "OUT", "FAR", **done),
        filing(2025, "SILENT", "none", **done),
    )  # fmt: skip
    accept(
        "purchases",
        purchase("1", "R", amount="100.10", paid_at="2025-04-02"),
        purchase("2", "M", amount="33.33", paid_at="2025-04-02", refunded="11.11",
                 refunded_at="2026-05-06"),
        purchase("3", "M", amount="5.55", fund="union", paid_at="2026-01-02"),
        purchase("4", "N", amount="24.69", paid_at="2025-04-02", accepted_at="2025-05-01",
                 rated_at="2025-06-01", refunded="0.69", refunded_at="2025-07-01"),
        purchase("5", "OUT", amount="77"),
        purchase("6", "M", amount="1000", channel="offline"),
        purchase("7", "=1+1", amount="9.99", product=HOSTILE, paid_at="2025-12-31"),
        purchase("8", "N", amount="400", ordered_at="2024-12-31", paid_at="2025-01-01"),
        purchase("9", "FAR", amount="1"), purchase("10", "ENT", amount="1"),
        purchase("11", "N", amount="3", status="cancelled"),
    )  # fmt: skip


def written(path: Path, code: str = PROVINCE, **asked) -> Path:
    write_workbook(Question(region(code), 2025, asked.pop("basis", Basis.PAID), **asked), path)
    return path


def recalculated(path: Path) -> dict[str, list[list]]:
    """Every sheet's rows of values as IronCalc computes them, the headings first."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [
            [_value(model, place, row, column) for column in range(1, sheet.max_column + 1)]
            for row in range(2, sheet.max_row + 1)
        ]
        for place, sheet in enumerate(book.worksheets)
    }


def _value(model, sheet: int, row: int, column: int):
    shown = model.get_formatted_cell_value(sheet, row, column)
    return re.sub(r"(?<=\d),(?=\d)", "", shown)


def lines(rows: list[list], key: str) -> dict[str, dict[str, str]]:
    headings, *others = rows
    return {row[headings.index(key)]: dict(zip(headings, row, strict=True)) for row in others}


def assert_equal(shown: dict[str, str], figures: progress.Figures) -> None:
    assert int(shown["Open in the year"]) == figures.units
    assert int(shown["Filed"]) == figures.filed
    assert Decimal(shown["Target (yuan)"]) == figures.target
    assert Decimal(shown["Not counted, order amounts (yuan)"]) == sum(figures.excluded.values())
    for basis in Basis:
        assert Decimal(shown[f"{basis.label} (yuan)"]) == getattr(figures, basis)
    rate = figures.rate(Basis.PAID)
    assert shown["Completion rate (%), paid"] == ("—" if rate is None else str(rate))


@pytest.mark.parametrize("code", [PROVINCE, CITY, COUNTY, NEIGHBOUR, ELSEWHERE, "450200"])
@pytest.mark.parametrize("as_of", [None, date(2025, 6, 30)])
def test_recalculated_workbook_equals_progress(world, tmp_path, code, as_of):
    sheets = recalculated(written(tmp_path / "a.xlsx", code, as_of=as_of))
    answer = progress.by_region(region(code), 2025, as_of=as_of)
    shown = lines(sheets["Summary"], "Name")
    for row in [*answer.rows, answer.total]:
        assert_equal(shown[row.name], row.figures)
    proof = shown["Difference; nothing may be left"]
    assert {Decimal(proof[f"{basis.label} (yuan)"]) for basis in Basis} == {0}
    assert Decimal(proof["Not counted, order amounts (yuan)"]) == 0
    units = lines(sheets["Units of the region"], "Unit code")
    for row in progress.by_unit(region(code), 2025, as_of=as_of).rows:
        assert_equal(units[row.code], row.figures)


def test_values_beside_the_formulas_are_the_same(world, tmp_path):
    path = written(tmp_path / "a.xlsx")
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets[:2]:
        kept = {row[1]: row for row in sheet.iter_rows(min_row=3, values_only=True)}
        assert kept
    headings, *rows = openpyxl.load_workbook(path, data_only=True)["Summary"].iter_rows(
        min_row=2, values_only=True
    )
    total = dict(
        zip(
            headings,
            next(row for row in rows if row[0] == PROVINCE and row[1] == "广西壮族自治区"),
            strict=True,
        )
    )
    figures = progress.by_region(region(PROVINCE), 2025).total.figures
    assert Decimal(str(total["paid (yuan)"])) == figures.paid
    assert Decimal(str(total["Completion rate (%), paid"])) == figures.rate("paid")


def test_sheets_are_split_and_the_sums_go_on(world, tmp_path, monkeypatch):
    monkeypatch.setattr(longsheets, "ROWS_A_SHEET", 4)
    sheets = recalculated(written(tmp_path / "a.xlsx"))
    assert [name for name in sheets if name.startswith("Records that count")] == [
        "Records that count", "Records that count(2)", "Records that count(3)",
    ]  # fmt: skip
    shown = {}
    for name in (name for name in sheets if name.startswith("Units of the region")):
        shown |= lines(sheets[name], "Unit code")
    for row in progress.by_unit(region(PROVINCE), 2025).rows:
        assert_equal(shown[row.code], row.figures)
    answer = progress.by_region(region(PROVINCE), 2025)
    for row in [*answer.rows, answer.total]:
        assert_equal(lines(sheets["Summary"], "Name")[row.name], row.figures)


def test_hostile_text_stays_text(world, tmp_path):
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx"))
    texts = [
        cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
        if cell.value == HOSTILE or cell.value == "=1+1"
    ]  # fmt: skip
    assert len(texts) >= 4
    assert {cell.data_type for cell in texts} <= {"s", "inlineStr"}


def test_killed_attempt_leaves_no_file(world, tmp_path, monkeypatch):
    def breaks(*_parts):
        raise ZeroDivisionError

    monkeypatch.setattr("reports.workbook.book.method.write_method", breaks)
    with pytest.raises(ZeroDivisionError):
        written(tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_excluded_records_stand_with_their_reasons(world, tmp_path):
    sheets = recalculated(written(tmp_path / "a.xlsx"))
    listed = lines(sheets["Excluded records"], "order number")
    reasons = {number: line["Reason why it does not count"] for number, line in listed.items()}
    assert reasons == {"6": "bought off the platform", "11": "cancelled or wholly refunded"}
    counts = {row[0]: (row[2], row[3]) for row in sheets["Summary"]}
    assert counts["bought off the platform"] == ("1", "1000.00")
    assert counts["cancelled or wholly refunded"] == ("1", "3.00")
    assert counts["bought by a third party"] == ("0", "0.00")


def test_record_stands_in_the_row_where_it_counts(world, tmp_path):
    """A member's canteen purchase in its representative's, union money in the buyer's."""
    records = lines(
        recalculated(written(tmp_path / "a.xlsx"))["Records that count"], "order number"
    )
    names = "Counts in the row of", "Code of the buyer", "Counts in 2025 as paid (yuan)"
    assert {
        number: tuple(line[name] for name in names)
        for number, line in records.items()
    } == {
        "1": ("R", "R", "100.10"), "2": ("R", "M", "22.22"), "3": ("M", "M", "0.00"),
        "4": ("N", "N", "24.00"), "7": ("=1+1", "=1+1", "9.99"), "8": ("N", "N", "400.00"),
    }  # fmt: skip


def test_method_says_the_question_the_sheets_and_the_documents(world, tmp_path):
    book = openpyxl.load_workbook(written(tmp_path / "a.xlsx", asker="Ann"))
    said = dict(book["Method"].iter_rows(max_col=2, values_only=True))
    assert (said["Counting basis"], said["Cut-off day"], said["Made for"]) == (
        "paid", "no cut-off", "Ann",
    )  # fmt: skip
    assert said["Records that count"].endswith("Rows of data: 6.")
    assert said["Excluded records"].endswith("Rows of data: 2.")
    documents = list(book["Policy documents"].iter_rows(min_row=2, max_col=8, values_only=True))
    headings, own = documents[0], documents[-1]
    assert dict(zip(headings, own, strict=True))["counting basis"] == "paid"
    assert own[2] == f"财办2025-{PROVINCE}号"


def test_command_writes_and_says_so(world, tmp_path, capsys):
    path = tmp_path / "a.xlsx"
    call_command("auditor_workbook", "--region", CITY, "--year", "2025", "--out", str(path))
    assert path.exists()
    assert str(path) in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("auditor_workbook", "--region", "1", "--year", "2025", "--out", str(path))
