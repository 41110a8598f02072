"""Reading of csv: encodings, records, headings."""

import pytest

from exchange.reader.cells import NULL
from exchange.reader.flaws import Refused
from tests.exchange.reader.builders import AMOUNT, CODE, column, run, write_csv

TEXT = column("name", "名称", "text")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_each_encoding(tmp_path, encoding):
    path = write_csv(tmp_path, ["编码", "名称"], ["A1", "㐀张三"], encoding=encoding)
    rows, report = run(path, [CODE, TEXT])
    assert rows == [["2", "A1", "㐀张三"]]
    assert (report["sheet"], report["rows"], set(report["headings"])) == (None, 1, {"code", "name"})


@pytest.mark.parametrize(
    "content",
    ["编码\nA1\n".encode("utf-16"), b"\xff\xfe\x80", "编码\nA\0\n".encode(),
     b"\x89PNG\r\n\x1a\n\xff\xff", b"PK\x03\x04renamed",
     "编码\n".encode() + b"x" * 2_000_000 + b"\xff"],
)  # fmt: skip
def test_csv_that_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        run(path, [CODE])
    assert (refused.value.code, refused.value.reason) == ("unreadable", "not_text")


def test_csv_counts_records_and_skips_blank_ones(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('编码,名称\n\n, \nA1,"first\nsecond, ""quoted"""\n,\nA2,back\\slash\n')
    rows, report = run(path, [CODE, TEXT])
    assert rows == [["4", "A1", r'first\nsecond, "quoted"'], ["6", "A2", r"back\\slash"]]
    assert report["rows"] == 2


@pytest.mark.parametrize("tail", ['"A2"x\n', '"A2\n', '"' + "x" * 200_000 + '"\n'])
def test_csv_with_malformed_record_names_it(tmp_path, tail):
    path = tmp_path / "rows.csv"
    path.write_text("编码\nA1\n" + tail)
    with pytest.raises(Refused) as refused:
        run(path, [CODE])
    assert (refused.value.reason, refused.value.row) == ("quoting", 3)


@pytest.mark.parametrize("content", ["", "编码,名称\n", "编码\n\n  \n", "\n\n"])
def test_csv_without_data_rows_is_empty(tmp_path, content):
    path = tmp_path / "rows.csv"
    path.write_text(content)
    with pytest.raises(Refused) as refused:
        run(path, [CODE])
    assert refused.value.code == "empty"


def test_headings_match_in_any_order_and_width(tmp_path):
    path = write_csv(
        tmp_path, ["备注", " 金额（元）\u00a0", "", "编码", "编码"], ["x", "5", "", "A1", "B1"]
    )
    rows, report = run(path, [CODE, AMOUNT, TEXT])
    assert rows == [["2", "A1", "5", NULL]]
    assert report["extra"] == ["备注", "编码"]
    assert report["headings"] == {"amount": "金额（元）", "code": "编码"}


def test_heading_in_ten_thousands_scales_the_column(tmp_path):
    path = write_csv(tmp_path, ["编码", "金额（万元）"], ["A1", "1.234567"])
    rows, report = run(path, [CODE, AMOUNT])
    assert rows == [["2", "A1", "12345.67"]]
    assert report["scaled"] == ["amount"]


def test_wrong_cell_is_named_by_the_heading_of_its_file(tmp_path):
    path = write_csv(tmp_path, ["编码", "金额（万元）"], ["A1", "x"])
    (error,) = run(path, [CODE, AMOUNT])[1]["errors"]
    assert (error["heading"], error["field"]) == ("金额（万元）", "amount")


def test_only_amounts_can_be_scaled(tmp_path):
    price = column("price", "单价(元)", "decimal")
    path = write_csv(tmp_path, ["编码", "单价(万元)"], ["A1", "1"])
    rows, report = run(path, [CODE, price])
    assert (rows, report["extra"]) == ([["2", "A1", NULL]], ["单价(万元)"])


def test_missing_columns_are_named_and_no_row_is_read(tmp_path):
    path = write_csv(tmp_path, ["名称"], ["张三"])
    rows, report = run(path, [CODE, column("year", "年度", "year", required=True), TEXT])
    assert rows == []
    assert report["error_count"] == 2
    assert [(e["code"], e["row"], e["heading"], e["value"]) for e in report["errors"]] == [
        ("missing_column", 1, "编码", None),
        ("missing_column", 1, "年度", None),
    ]


def test_row_filled_only_in_extra_columns_is_blank(tmp_path):
    path = write_csv(tmp_path, ["编码", "合计"], ["", "100"], ["A1", ""])
    assert run(path, [CODE])[0] == [["3", "A1"]]


def test_short_and_long_records_are_read(tmp_path):
    path = write_csv(tmp_path, ["编码", "金额(元)"], ["A1"], ["A2", "1", "more"])
    assert run(path, [CODE, AMOUNT])[0] == [["2", "A1", NULL], ["3", "A2", "1"]]


def test_errors_are_kept_in_row_order_and_counted_beyond_a_thousand(tmp_path):
    rows = [["", "x" * 300] for _ in range(700)]
    path = write_csv(tmp_path, ["编码", "金额(元)"], *rows)
    copied, report = run(path, [CODE, AMOUNT])
    assert copied[0] == ["2", NULL, NULL]
    assert (report["error_count"], len(report["errors"])) == (1400, 1000)
    first, second = report["errors"][:2]
    assert (first["row"], first["code"], first["value"]) == (2, "required", "")
    assert (second["row"], second["code"], len(second["value"])) == (2, "bad_number", 200)
    assert report["errors"][-1]["row"] == 501


def test_more_rows_than_allowed_are_refused(tmp_path):
    path = write_csv(tmp_path, ["编码"], ["A1"], ["A2"])
    assert run(path, [CODE], max_rows=2)[1]["rows"] == 2
    with pytest.raises(Refused) as refused:
        run(path, [CODE], max_rows=1)
    assert (refused.value.reason, refused.value.params) == ("too_many_rows", {"limit": 1})
