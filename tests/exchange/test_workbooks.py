"""Written files come back unchanged, and error workbooks can be sent in again."""

from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from exchange.columns import Column
from exchange.errors import CellError
from exchange.sheets import open_sheet
from exchange.workbooks import error_workbook, write_csv, write_workbook
from tests.exchange.reader import builders

TODAY = date(2026, 3, 5)
KINDS = ["key", "text", "amount", "day", "moment", "percent", "year", "choice"]
COLUMNS = [Column(f"列{kind}", kind, field=kind, choices={"是": "yes"}) for kind in KINDS]
HEADINGS = [column.heading for column in COLUMNS]
ROW = ["00123", "=1+1", Decimal("1234.50"), date(2026, 3, 5),
       datetime(2026, 3, 5, 6, 30, 5, tzinfo=UTC), Decimal("15.25"), 2026, "是"]  # fmt: skip
DANGEROUS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "007", "20260115000123456789", "'=1", "1.5E+5x",
             "a\tb", 'q"uo,te', "line\nbreak", "\\N", "http://x.cn", "张三（甲）"]  # fmt: skip


def read(path, columns=COLUMNS):
    with open_sheet(path, path.name, columns, today=TODAY) as sheet:
        lines = sheet.stream.read().decode().splitlines()
        return [line.split("\t")[1:] for line in lines], sheet.result


def write(path, rows, kinds=KINDS, headings=HEADINGS):
    if path.suffix == ".csv":
        write_csv(path, headings, rows)
    else:
        write_workbook(path, headings, rows, kinds=kinds)


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_export_comes_back_unchanged(tmp_path, name):
    path = tmp_path / name
    write(path, [ROW, [None] * 8])
    rows, result = read(path)
    assert result.errors == []
    assert rows == [
        ["00123", "=1+1", "1234.5", "2026-03-05", "2026-03-05 14:30:05+08", "15.25", "2026", "yes"]
    ]


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_dangerous_text_comes_back_unchanged(tmp_path, name):
    path = tmp_path / name
    text = Column("名称", "text", field="name")
    write(path, [[value] for value in DANGEROUS], kinds=["text"], headings=["名称"])
    escaped = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n"})
    assert read(path, [text])[0] == [[value.translate(escaped)] for value in DANGEROUS]


def test_workbook_holds_text_as_text_and_amounts_as_numbers(tmp_path):
    path = tmp_path / "out.xlsx"
    write_workbook(path, HEADINGS, [ROW], kinds=KINDS, sheet="采购")
    sheet = openpyxl.load_workbook(path)["采购"]
    cells = sheet[2]
    assert [cell.data_type for cell in cells] == ["s", "s", "n", "d", "d", "n", "n", "s"]
    assert [cell.number_format for cell in cells[:4]] == ["@", "@", "#,##0.00", "yyyy-mm-dd"]
    assert sheet.freeze_panes == "A2"


def test_amount_beyond_the_digits_of_excel_is_written_as_text(tmp_path):
    path = tmp_path / "out.xlsx"
    write_workbook(path, ["列amount"], [[Decimal("999999999999999.99")]], kinds=["amount"])
    assert read(path, COLUMNS[2:3])[0] == [["999999999999999.99"]]


def test_csv_starts_with_bom_and_hides_formulas_from_excel(tmp_path):
    path = tmp_path / "out.csv"
    write_csv(path, ["=名称"], [["=1+1"], [-5]])
    assert path.read_bytes() == '\ufeff"\t=名称"\r\n"\t=1+1"\r\n-5\r\n'.replace('"', "").encode()


CODE = Column("编码", "key", field="code", required=True)
AMOUNT = Column("金额(元)", "amount", field="amount")
WRONG_ROWS = [
    ["编码", "金额（万元）", "说明"],
    ["A1", "x", "=1+1"],
    ["", "1", ""],
    ["A3", "2", "fine"],
]


def refuse(path, target, extra_errors=()):
    """Read a wrong file and write its error workbook."""
    _rows, result = read(path, [CODE, AMOUNT])
    errors = [*result.errors, *extra_errors]
    error_workbook(path, path.name, result.sheet, errors, target)
    return result


@pytest.mark.parametrize("write_file", [builders.write_csv, builders.write_xlsx])
def test_error_workbook_marks_the_wrong_cells(tmp_path, write_file):
    source, target = write_file(tmp_path, *WRONG_ROWS), tmp_path / "errors.xlsx"
    whole = CellError("rule", "the whole file", row=None)
    whole_row = CellError("conflict", "=the whole row", row=4)
    result = refuse(source, target, [whole, whole_row])
    workbook = openpyxl.load_workbook(target)
    data, notes = workbook.worksheets
    bad_number, required = (error.message for error in result.errors)
    assert [data.cell(1, column).value for column in (1, 2, 3, 4)] == [*WRONG_ROWS[0], "问题"]
    assert [data.cell(row, 4).value for row in (2, 3, 4)] == [
        bad_number,
        required,
        "=the whole row",
    ]
    assert data["D4"].data_type == "s"
    assert (data["C2"].value, data["C2"].data_type) == ("=1+1", "s")
    assert data["B2"].comment.text == bad_number and data["A3"].comment.text == required
    assert data["B2"].fill.fgColor.rgb[-6:] == data["A3"].fill.fgColor.rgb[-6:] == "FFC7CE"
    assert data["A4"].comment is None and data["A4"].fill.fill_type is None
    assert (notes.title, notes["A1"].value) == ("文件问题", "the whole file")


@pytest.mark.parametrize("write_file", [builders.write_csv, builders.write_xlsx])
def test_error_workbook_can_be_sent_in_again(tmp_path, write_file):
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    before = refuse(write_file(tmp_path, *WRONG_ROWS), first, [CellError("rule", "file", row=None)])
    workbook = openpyxl.load_workbook(first)
    workbook.worksheets[0]["B2"] = "0.5"
    workbook.save(first)
    after = refuse(first, second)
    assert (after.extra, after.rows) == (["说明", "问题"], 3)
    assert [(e.row, e.code) for e in after.errors] == [(3, "required")]
    assert before.error_count == 2
    (data,) = openpyxl.load_workbook(second).worksheets
    assert [cell.value for cell in data[1]] == [*WRONG_ROWS[0], "问题"]
    assert [data.cell(row, 4).value for row in (2, 3, 4)] == [None, after.errors[0].message, None]
    assert data["B2"].comment is None and data["B2"].fill.fill_type is None


def test_own_workbook_keeps_its_other_sheets_and_formulas(tmp_path):
    source, target = tmp_path / "own.xlsx", tmp_path / "errors.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "数据"
    for row in (["编码", "金额(元)"], ["", "x"], ["A2", "=1+1"]):
        workbook.active.append(row)
    workbook.create_sheet("说明")["A1"] = "怎么填"
    workbook.save(source)
    refuse(source, target)
    marked = openpyxl.load_workbook(target)
    assert marked.sheetnames == ["数据", "说明"]
    assert marked["数据"]["B3"].value == "=1+1"


def test_large_workbook_is_written_anew_with_the_same_values(tmp_path):
    ratio = Column("比例(%)", "percent", field="ratio")
    day = Column("日期", "day", field="day")
    rows = [[f"A{n}", 0.5, (0.15, "0%"), (date(2026, 3, 5), "yyyy-mm-dd")] for n in range(5100)]
    rows[5000][0] = ""
    source, target = tmp_path / "rows.xlsx", tmp_path / "errors.xlsx"
    headings = ["编码", "金额(元)", "比例(%)", "日期"]
    builders.write_xlsx(tmp_path, headings, *rows, default_date_format="yyyy-mm-dd")
    before, result = read(source, [CODE, AMOUNT, ratio, day])
    error_workbook(source, source.name, result.sheet, result.errors, target)
    after, again = read(target, [CODE, AMOUNT, ratio, day])
    assert (after, again.sheet) == (before, result.sheet)
    assert again.errors == result.errors
    assert again.extra == ["问题"]


def test_error_cell_of_a_large_workbook_comes_back_as_it_was(tmp_path):
    source, target = tmp_path / "rows.xlsx", tmp_path / "errors.xlsx"
    with xlsxwriter.Workbook(source) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["编码", "金额(元)"])
        sheet.write_column(1, 0, [f"A{number}" for number in range(5100)])
        sheet.write_formula(5100, 1, "=1/0", None, "#DIV/0!")
    result = refuse(source, target)
    assert [(e.row, e.code, e.value) for e in result.errors] == [(5101, "bad_number", "#DIV/0!")]
    assert openpyxl.load_workbook(target).worksheets[0]["B5101"].value == "#DIV/0!"


def test_unreadable_file_comes_back_as_a_list(tmp_path):
    source, target = tmp_path / "rows.xlsx", tmp_path / "errors.xlsx"
    source.write_bytes(b"\x89PNG")
    result = refuse(source, target)
    sheet = openpyxl.load_workbook(target).active
    assert [cell.value for cell in sheet[2]][4:] == ["unreadable", result.errors[0].message]


def test_missing_columns_stand_on_the_note_sheet(tmp_path):
    source, target = builders.write_xlsx(tmp_path, ["别的"], ["x"]), tmp_path / "errors.xlsx"
    result = refuse(source, target)
    notes = openpyxl.load_workbook(target)["文件问题"]
    assert notes["A1"].value.endswith(result.errors[0].message)
    assert "编码" in notes["A1"].value
