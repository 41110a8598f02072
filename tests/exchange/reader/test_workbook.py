"""Reading of xlsx: sheets, dates, formulas, percent formats."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from exchange.reader.cells import NULL
from exchange.reader.flaws import Refused
from tests.exchange.reader.builders import (
    AMOUNT,
    CODE,
    column,
    raw_xlsx,
    run,
    text_cell,
    write_xlsx,
)

DAY = column("day", "日期", "day")
RATIO = column("ratio", "比例(%)", "percent")


def test_rows_keep_their_numbers_across_blank_ones(tmp_path):
    path = write_xlsx(tmp_path, ["编码", "金额(元)"], [], ["A1", 0.1 + 0.2], ["", " "], ["A2", 0])
    rows, report = run(path, [CODE, AMOUNT])
    assert rows == [["3", "A1", "0.3"], ["5", "A2", "0"]]
    assert (report["sheet"], report["rows"]) == ("Sheet1", 2)


def test_columns_before_the_first_filled_one_count(tmp_path):
    path = write_xlsx(tmp_path, ["", "", "编码"], ["", "", "A1"])
    assert run(path, [CODE])[0] == [["2", "A1"]]


def test_first_visible_sheet_that_matches_is_read(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheets = [workbook.add_worksheet(name) for name in ("隐藏", "说明", "数据", "旧数据")]
        for sheet, heading in zip(sheets, ["编码", "怎么填", "编码", "编码"], strict=True):
            sheet.write_column(0, 0, [heading, f"in {sheet.name}"])
        sheets[0].hide()
        sheets[1].activate()
    rows, report = run(path, [CODE])
    assert (rows, report["sheet"]) == ([["2", "in 数据"]], "数据")


def test_missing_columns_are_those_of_the_first_visible_sheet(tmp_path):
    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name in ("一", "二"):
            workbook.add_worksheet(name).write_column(0, 0, ["别的", "x"])
    rows, report = run(path, [CODE])
    assert (rows, report["sheet"]) == ([], "一")
    assert [(e["code"], e["row"], e["heading"]) for e in report["errors"]] == [
        ("missing_column", 1, "编码")
    ]


@pytest.mark.parametrize("rows", [[], [["编码"]], [["编码"], [" "]]])
def test_workbook_without_data_rows_is_empty(tmp_path, rows):
    with pytest.raises(Refused) as refused:
        run(write_xlsx(tmp_path, *rows), [CODE])
    assert refused.value.code == "empty"


@pytest.mark.parametrize("date_1904", [False, True])
def test_excel_dates_are_read_in_both_calendars(tmp_path, date_1904):
    moment = column("at", "时间", "moment")
    cells = [
        (date(2026, 3, 5), "yyyy-mm-dd"),
        (datetime(2026, 3, 5, 14, 30, 5), "yyyy-mm-dd hh:mm:ss"),
    ]
    path = write_xlsx(tmp_path, ["编码", "日期", "时间"], ["A1", *cells], date_1904=date_1904,
                      default_date_format="yyyy-mm-dd")  # fmt: skip
    assert run(path, [CODE, DAY, moment])[0] == [
        ["2", "A1", "2026-03-05", "2026-03-05 14:30:05+08"]
    ]


def test_bare_number_is_no_date(tmp_path):
    _rows, report = run(write_xlsx(tmp_path, ["编码", "日期"], ["A1", 46086]), [CODE, DAY])
    error = report["errors"][0]
    assert (error["code"], error["value"], error["field"]) == ("bad_date", "46086", "day")


def test_numeric_key_of_more_than_15_digits_is_refused(tmp_path):
    path = write_xlsx(
        tmp_path, ["编码"], [20260115000123456789], [123456789012345], ["20260115000123456789"]
    )
    rows, report = run(path, [CODE])
    assert rows == [["2", NULL], ["3", "123456789012345"], ["4", "20260115000123456789"]]
    assert [(e["row"], e["code"]) for e in report["errors"]] == [(2, "numeric_key")]


@pytest.mark.parametrize(
    ("number_format", "percent"),
    [
        ("0%", "15"),
        ("0.00%", "15"),
        ('0.0"约"%', "15"),
        ('0"%"', "0.15"),
        ("0\\%", "0.15"),
        ("0.00", "0.15"),
    ],
)
def test_percent_cell_means_what_it_shows(tmp_path, number_format, percent):
    path = write_xlsx(
        tmp_path, ["编码", "比例(%)"], ["A1", (0.15, number_format)], ["A2", 15], ["A3", "15%"]
    )
    rows, _report = run(path, [CODE, RATIO])
    assert [row[2] for row in rows] == [percent, "15", "15"]


def test_percent_cell_has_no_float_noise(tmp_path):
    path = write_xlsx(tmp_path, ["编码", "比例(%)"], ["A1", (0.07, "0%")], ["A2", (0.123456, "0%")])
    assert [row[2] for row in run(path, [CODE, RATIO])[0]] == ["7", "12.3456"]


def test_formula_is_refused_in_code_columns_only(tmp_path):
    path = tmp_path / "rows.xlsx"
    year = column("year", "年度", "year", key=True)
    uscc = column("uscc", "信用代码", "uscc")
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["编码", "年度", "信用代码", "金额(元)"])
        for column_number, value in enumerate(["A1", 2024, "91110000600037341L", 5]):
            sheet.write_formula(1, column_number, "=X1", None, value)
        sheet.write_row(2, 0, ["A2", 2024, "", 5])
    rows, report = run(path, [CODE, year, uscc, AMOUNT])
    assert rows == [["2", NULL, NULL, NULL, "5"], ["3", "A2", "2024", NULL, "5"]]
    assert [(e["code"], e["field"], e["value"]) for e in report["errors"]] == [
        ("formula", "code", "A1"),
        ("formula", "year", "2024"),
        ("formula", "uscc", "91110000600037341L"),
    ]


def test_shared_and_array_formulas_are_found_in_each_cell(tmp_path):
    rows = (
        f'<row r="1">{text_cell("编码", "A1")}</row>'
        '<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">B2</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="4"><c r="A4"><f t="array" ref="A4:A5">B4:B5</f><v>3</v></c></row>'
        '<row r="5"><c r="A5"><v>4</v></c></row><row r="6"><c r="A6"><v>5</v></c></row>'
    )
    _rows, report = run(raw_xlsx(tmp_path / "f.xlsx", rows), [CODE])
    assert [(e["row"], e["code"]) for e in report["errors"]] == [
        (row, "formula") for row in (2, 3, 4, 5)
    ]


def test_formula_is_found_in_cells_without_references(tmp_path):
    rows = (
        f"<row>{text_cell('金额(元)')}{text_cell('编码')}</row>"
        f"<row><c><v>1</v></c><c><f>A1</f><v>7</v></c></row><row><c/>{text_cell('A2')}</row>"
    )
    rows, report = run(raw_xlsx(tmp_path / "f.xlsx", rows), [CODE, AMOUNT])
    assert rows == [["2", NULL, "1"], ["3", "A2", NULL]]
    assert [(e["row"], e["code"], e["value"]) for e in report["errors"]] == [(2, "formula", "7")]


ERRORS = [
    (column("value", "值", "amount"), "#DIV/0!", "bad_number"),
    (column("value", "值", "percent"), "#NUM!", "bad_number"),
    (column("value", "值", "integer"), "#VALUE!", "bad_number"),
    (column("value", "值", "day"), "#N/A", "bad_date"),
    (column("value", "值", "moment", required=True), "#REF!", "bad_date"),
    (column("value", "值", "choice", choices={"是": "true"}), "#NAME?", "bad_choice"),
    (column("value", "值", "key"), "#N/A", "formula"),
]


@pytest.mark.parametrize(("wanted", "shown", "code"), ERRORS)
def test_error_cell_is_wrong_where_a_value_is_wanted(tmp_path, wanted, shown, code):
    """A blank cell would mean that there is no value, and an update would clear the standing."""
    path = error_book(tmp_path, shown)
    rows, report = run(path, [CODE, wanted])
    assert rows == [["2", "A1", NULL], ["3", "A2", NULL]]
    found = [(e["row"], e["field"], e["code"], e["value"]) for e in report["errors"]]
    assert found[-1] == (3, "value", code, shown)


def test_error_cell_of_a_text_is_the_text_that_it_shows(tmp_path):
    """As in the csv that Excel saves of the same sheet."""
    path = error_book(tmp_path, "#N/A")
    assert run(path, [CODE, column("value", "值", "text")])[0][1] == ["3", "A2", "#N/A"]


def test_sheet_that_calls_a_building_by_number_holds_no_error(tmp_path):
    path = raw_xlsx(
        tmp_path / "rows.xlsx",
        f'<row r="1">{text_cell("编码", "A1")}</row><row r="2">{text_cell("1#楼", "A2")}</row>',
    )
    assert run(path, [CODE])[0] == [["2", "1#楼"]]


def error_book(folder: Path, shown: str) -> Path:
    """A workbook whose last row holds the cached error of a formula, below a blank cell."""
    path = folder / "rows.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["编码", "值"])
        sheet.write_column(1, 0, ["A1", "A2"])
        sheet.write_formula(2, 1, "=1/0", None, shown)
    return path


def test_line_breaks_and_backslashes_survive(tmp_path):
    text = column("name", "名称", "text")
    path = write_xlsx(tmp_path, ["编码", "名称"], ["A1", "a\\b\tc\nd _x0041_"])
    assert run(path, [CODE, text])[0] == [["2", "A1", r"a\\b\tc\nd _x0041_"]]
