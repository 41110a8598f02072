"""The parent's side of reading: streams, limits, and what is left behind."""

import os
import subprocess
import tempfile
from datetime import date
from pathlib import Path

import psutil
import pytest

from exchange.columns import Column
from exchange.sheets import open_sheet
from tests.exchange.reader.builders import write_csv, write_xlsx

TODAY = date(2026, 3, 5)
COLUMNS = [
    Column("编码", "key", field="code", required=True, key=True),
    Column("金额(元)", "amount", field="amount", minimum=0, above=True),
]


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def read(path, **options):
    with open_sheet(path, path.name, COLUMNS, today=TODAY, **options) as sheet:
        return sheet.stream.read(), sheet.result


def only_error(result):
    assert result.error_count == 1
    return result.errors[0]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_rows_are_streamed_and_reported(tmp_path, write):
    path = write(tmp_path, ["金额（万元）", "编码", "备注"], ["0.5", "A1", "x"], ["", "A2", ""])
    rows, result = read(path)
    assert rows.decode() == "2\tA1\t5000\n3\tA2\t\n"
    assert (result.rows, result.present) == (2, frozenset({"code", "amount"}))
    assert (result.extra, result.scaled) == (["备注"], ["amount"])
    assert (result.errors, result.bad_cells) == ([], frozenset())
    assert result.sheet == ("Sheet1" if write is write_xlsx else None)


def test_cell_errors_carry_messages(tmp_path):
    path = write_xlsx(tmp_path, ["编码", "金额(元)"], ["", "-1"])
    _rows, result = read(path)
    required, negative = result.errors
    assert (required.code, required.row, required.column) == ("required", 2, "编码")
    assert (negative.code, negative.value, negative.sheet) == ("out_of_range", "-1", "Sheet1")
    assert required.message and negative.message
    assert result.bad_cells == {(2, "code"), (2, "amount")}


def test_file_that_is_refused_gives_one_error(tmp_path):
    path = tmp_path / "rows.xlsx"
    path.write_bytes(b"\x89PNG")
    rows, result = read(path)
    error = only_error(result)
    assert (rows, error.code, error.row, error.column) == (b"", "unreadable", None, None)


def test_csv_that_breaks_off_gives_one_error_with_its_record(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('编码,金额(元)\nA1,x\n"A2')
    _rows, result = read(path)
    assert (only_error(result).code, only_error(result).row) == ("unreadable", 3)


def test_result_may_be_asked_for_before_the_stream_ends(tmp_path):
    path = write_csv(tmp_path, ["编码"], *[[f"A{number}"] for number in range(50_000)])
    with open_sheet(path, path.name, COLUMNS, today=TODAY) as sheet:
        assert sheet.result.rows == 50_000


def test_leaving_early_ends_the_child(tmp_path):
    path = write_csv(tmp_path, ["编码"], *[[f"A{number}"] for number in range(50_000)])
    with pytest.raises(ZeroDivisionError), open_sheet(path, path.name, COLUMNS, today=TODAY):
        _ = 1 / 0
    children = (" ".join(child.cmdline()) for child in psutil.Process().children())
    assert not any("exchange.reader" in command for command in children)


def test_child_out_of_memory_is_unreadable(tmp_path, settings):
    settings.IMPORT_CHILD_MEMORY = 40 * 1024**2
    rows = [[f"A{row}-{cell}" for cell in range(100)] for row in range(4000)]
    _rows, result = read(write_xlsx(tmp_path, ["编码", "金额(元)"], *rows))
    assert only_error(result).code == "unreadable"


def test_child_out_of_time_is_unreadable(tmp_path, settings):
    settings.IMPORT_CHILD_SECONDS = 1
    path = tmp_path / "rows.csv"
    path.write_text("编码\n" + "".join(f"A{number}\n" for number in range(2_000_000)))
    _rows, result = read(path)
    assert only_error(result).code == "unreadable"


def test_child_that_is_killed_is_unreadable(tmp_path):
    path = write_csv(tmp_path, ["编码"], *[[f"A{number}"] for number in range(200_000)])
    with open_sheet(path, path.name, COLUMNS, today=TODAY) as sheet:
        sheet.stream.read(10)
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        subprocess.run(["kill", "-KILL", *children], check=True)
        assert only_error(sheet.result).code == "unreadable"


def test_missing_file_is_unreadable(tmp_path):
    _rows, result = read(tmp_path / "nowhere.csv")
    assert only_error(result).code == "unreadable"


def test_row_limit_is_passed_on(tmp_path):
    _rows, result = read(write_csv(tmp_path, ["编码"], ["A1"], ["A2"]), max_rows=1)
    assert only_error(result).code == "unreadable"
