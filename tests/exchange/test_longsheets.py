"""What the database makes of a row is what independent readers read."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from exchange import longsheets
from exchange.longsheets import Extent, Formats, LongTable, long_workbook
from exchange.rowtext import Cells

pytestmark = pytest.mark.django_db
TEXTS = [
    "=1+1", "@x", "+1", "-1", " spaces ", "a & b < c > d", '"quoted" \'twice\'', "😀", "二\n行",
    "007", "100%", "%(year)s", "&amp;", "tab\there",
]  # fmt: skip
COLUMNS = [Cells("text", "text", "word"), Cells("number", "amount", "amount")]


def written(path: Path, rows: list[tuple], columns: list[Cells] = COLUMNS) -> LongTable:
    """Rows of (key, word, amount, day, instant), by key."""
    given = [(*row, *[None] * (5 - len(row))) for row in rows]
    places = ", ".join(["(%s::int, %s::text, %s::numeric, %s::date, %s::timestamptz)"] * len(given))
    flat = [value for row in given for value in row]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE given (key int, word text, amount numeric, day date,"
            " instant timestamptz)"
        )
        cursor.execute(f"INSERT INTO given VALUES {places}", flat)
    with long_workbook(path) as workbook:
        table = LongTable(workbook, Formats(workbook), name="行", title="title", headings=columns)
        source = "SELECT * FROM given"
        table.fill(source, {}, order="key, word", cut="… (cut)")
    return table


def read(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("always", [False, True])
def test_text_comes_back_as_written(tmp_path, text, always):
    path = tmp_path / "a.xlsx"
    columns = [Cells("text", "text", "word", always=always), COLUMNS[1]]
    assert written(path, [(1, text, "1.50"), (2, text, None)], columns).rows == 2
    _title, _heads, first, second = openpyxl.load_workbook(path).active.iter_rows(max_col=2)
    assert (first[0].value, first[0].data_type, first[1].value) == (text, "s", 1.5)
    assert (second[0].value, second[1].value) == (text, None)
    assert read(path)[2:] == [[text, 1.5], [text, ""]]


@pytest.mark.parametrize("text", ["a|b", "|", *TEXTS])
def test_texts_of_a_row_do_not_touch_each_other(tmp_path, text):
    path = tmp_path / "a.xlsx"
    columns = [
        Cells("one", "text", "word"),
        Cells("two", "text", "day"),
        Cells("three", "text", "word"),
    ]
    written(path, [(1, text, None, "2026-03-05"), (2, "plain", None, "2026-03-05")], columns)
    day = "2026-03-05"
    assert read(path)[2:] == [[text, day, text], ["plain", day, "plain"]]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x01a\x1f", "\ufffda\ufffd"), ("\ufffe\uffff", "\ufffd\ufffd"), ("甲\r\n乙", "甲\r\n乙")],
)
def test_what_xml_cannot_hold_is_replaced(tmp_path, text, shown):
    path = tmp_path / "a.xlsx"
    written(path, [(1, text, 1)])
    assert openpyxl.load_workbook(path).active["A3"].value == shown
    assert read(path)[2] == [shown, 1]


def test_text_that_looks_like_an_escape_of_excels_is_told_apart(tmp_path):
    """As Excel itself writes it; readers that know no such escapes show them."""
    path = tmp_path / "a.xlsx"
    written(path, [(1, "_x0041_", 1)])
    assert openpyxl.load_workbook(path).active["A3"].value == "_x005F_x0041_"


def test_long_text_is_cut_with_a_word(tmp_path):
    path = tmp_path / "a.xlsx"
    written(path, [(1, "字" * 40_000, 1), (2, "😀" * 20_000, 2), (3, "字" * 16_000, 3)])
    texts = [row[0] for row in read(path)[2:]]
    assert texts == ["字" * 16_000 + "… (cut)", "😀" * 16_000 + "… (cut)", "字" * 16_000]
    assert max(len(text.encode("utf-16-le")) // 2 for text in texts) <= 32_767


def test_days_and_moments_are_dates_of_the_wall_clock(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = [Cells("day", "day", "day"), Cells("moment", "moment", "instant")]
    written(path, [(1, "", None, "2026-03-05", "2026-03-05 23:59:59+08")], columns)
    day, moment = (cell.value for cell in openpyxl.load_workbook(path).active[3])
    assert (day, moment) == (datetime(2026, 3, 5), datetime(2026, 3, 5, 23, 59, 59))


def test_sheets_are_split_and_groups_know_where_they_stand(tmp_path, monkeypatch):
    monkeypatch.setattr(longsheets, "ROWS_A_SHEET", 4)
    path = tmp_path / "a.xlsx"
    table = written(path, [(1, "a", 1), (2, "b", 2), (2, "c", 3), (2, "d", 4), (3, "e", 5)])
    book = openpyxl.load_workbook(path)
    assert [[row[0] for row in sheet.iter_rows(min_row=3, values_only=True)] for sheet in book] == [
        ["a", "b"], ["c", "d"], ["e"],
    ]  # fmt: skip
    assert table.groups == {
        1: [Extent("行", 3, 3)],
        2: [Extent("行", 4, 4), Extent("行(2)", 3, 4)],
        3: [Extent("行(3)", 3, 3)],
    }


def test_workbook_that_breaks_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), long_workbook(tmp_path / "a.xlsx") as workbook:
        workbook.add_worksheet()
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
