import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from exchange import longsheets
from exchange.workbooks import OPTIONS

TEXTS = [
    "=1+1", "@x", "+1", "-1", " spaces ", "a & b < c > d", '"quoted"', "😀", "二\n行",
    "007",
]  # fmt: skip


def written(path, rows, first=1):
    with Workbook(path, OPTIONS) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_string(0, 0, "text")
        sheet.write_string(0, 1, "number")
        form = workbook.add_format({"num_format": "0.00"})
        return longsheets.write_rows(sheet, first, rows, forms=[form, form], numbers=[False, True])


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_as_written(tmp_path, text):
    path = tmp_path / "a.xlsx"
    assert written(path, [(text, "1.50"), (text, None)]) == 2
    (_heads, first, second) = openpyxl.load_workbook(path).active.iter_rows()
    assert (first[0].value, first[0].data_type, first[1].value) == (text, "s", 1.5)
    assert (second[0].value, second[1].value) == (text, None)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows[1] == [text, 1.5]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x01a\x1f", "\ufffda\ufffd"),
        ("甲\r\n乙", "甲\n乙"),
        # Excel takes the first part for an underscore; other readers show it.
        ("_x0041_", "_x005F_x0041_"),
    ],
)
def test_what_a_cell_cannot_hold_is_replaced(tmp_path, text, shown):
    path = tmp_path / "a.xlsx"
    written(path, [(text, 1)])
    assert openpyxl.load_workbook(path).active["A2"].value == shown


def test_long_text_is_cut_with_a_word(tmp_path):
    path = tmp_path / "a.xlsx"
    written(path, [("字" * 40_000, 1), ("😀" * 20_000, 2), ("字" * 32_767, 3)])
    texts = [row[0].value for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
    lengths = [len(text.encode("utf-16-le")) // 2 for text in texts]
    assert max(lengths) <= 32_767 and min(lengths) >= 32_765
    assert [text.endswith("(cut)") for text in texts] == [True, True, False]
