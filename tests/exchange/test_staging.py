from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction

from exchange.staging import Staged, stage
from organizations.resources import UnitResource
from procurement.resources import PurchaseResource
from tests.contract import lines
from tests.exchange.files import write_csv

TODAY = date(2026, 7, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staged(tmp_path) -> Callable[..., object]:
    @contextmanager
    def open_staged(resource, *rows: lines.Line, **options) -> Iterator[Staged]:
        path = write_csv(tmp_path / "f.csv", rows)
        with transaction.atomic():
            yield stage(path, path.name, resource.columns(), today=TODAY, max_rows=None, **options)

    return open_staged


def rows_of(*fields: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row, {', '.join(fields)} FROM staged_rows ORDER BY row")
        return cursor.fetchall()


def listed(staged: Staged) -> list[tuple]:
    return [(error.row, error.column, error.code, error.value) for error in staged.listed()]


def test_rows_stand_under_their_fields_with_null_for_absent_blank_and_wrong(staged):
    first = lines.unit("A", "440100", 职工人数="5", 责任人="")
    second = lines.unit("B", "440100", 职工人数="five", 责任人="王")
    with staged(UnitResource, first, second) as found:
        assert rows_of("code", "headcount", "responsible_person", "phone") == [
            (2, "A", 5, None, None),
            (3, "B", None, "王", None),
        ]
        assert found.rows == 2
        assert "headcount" in found.present
        assert "phone" not in found.present
        assert listed(found) == [(3, "职工人数", "bad_number", "five")]
        assert found.is_wrong(3, "code", "headcount")
        assert not found.is_wrong(2, "headcount")


def test_key_that_comes_again_names_its_first_row(staged):
    with staged(UnitResource, *[lines.unit("A", "440100")] * 3) as found:
        assert listed(found) == [
            (3, "单位编码", "duplicate", "A"),
            (4, "单位编码", "duplicate", "A"),
        ]
        assert "2" in found.errors[0].message


def test_blank_line_number_is_line_one(staged):
    rows = [
        lines.purchase("D", "A", "S", "1", "2026-03-05", 订单行号=number)
        for number in ("", "1", "2")
    ]
    with staged(PurchaseResource, *rows) as found:
        assert listed(found) == [(3, "订单编号", "duplicate", "D")]
        assert "D 1" in found.errors[0].message
        assert [draft.row for draft in found.drafts()] == [2, 4]
        assert [draft.row for draft in found.strays()] == [3]


def test_wrong_part_of_a_key_is_not_taken_for_a_blank_one(staged):
    rows = [
        lines.purchase("D", "A", "S", "1", "2026-03-05", 订单行号=number)
        for number in ("1", "abc", "0")
    ]
    with staged(PurchaseResource, *rows) as found:
        assert [(error.row, error.code) for error in found.listed()] == [
            (3, "bad_number"),
            (4, "out_of_range"),
        ]
        assert [draft.row for draft in found.drafts()] == [2]
        assert [draft.row for draft in found.strays()] == [3, 4]


def test_rows_without_a_key_are_strays_each_for_itself(staged):
    rows = [lines.unit(code, "440100") for code in ("A", "", "")]
    with staged(UnitResource, *rows) as found:
        assert [(error.row, error.code) for error in found.listed()] == [
            (3, "required"),
            (4, "required"),
        ]
        assert [draft.row for draft in found.strays()] == [3, 4]


def test_error_is_told_in_the_words_of_the_file(staged):
    """Under the file's own heading, the value as a cell of it holds it."""
    order = lines.purchase("D", "A", "S", "1", "2026-03-05 08:00")
    del order["订单金额(元)"]
    with staged(PurchaseResource, order | {"订单金额（万元）": "0.5"}) as found:
        [draft] = found.drafts()
        for field in ("amount", "fund", "ordered_at"):
            found.report(2, field, "conflict", "another", getattr(draft, field))
        found.report(2, "refunded", "out_of_range", "more than the amount")
        assert listed(found) == [
            (2, "订单金额（万元）", "conflict", "0.5"),
            (2, "退款金额(元)", "out_of_range", None),
            (2, "资金类型", "conflict", "食堂"),
            (2, "下单时间", "conflict", "2026-03-05 08:00:00"),
        ]


def test_first_error_of_a_cell_stands_for_all(staged):
    with staged(UnitResource, lines.unit("A", "440100")) as found:
        found.report(2, "region", "unknown_code", "first", "440100")
        found.report(2, "region", "rule", "second", "440100")
        found.report(2, "level", "rule", "third")
        assert found.error_count == 2
        assert [error.message for error in found.listed()] == ["first", "third"]


def test_errors_found_by_a_query_carry_its_columns_in_their_words(staged):
    with staged(UnitResource, lines.unit("A", "440100"), lines.unit("B", "440100")) as found:
        found.report_found(
            "SELECT row, code AS value, region FROM staged_rows WHERE code = %(wanted)s",
            "code",
            "rule",
            "%(value)s in %(region)s",
            wanted="B",
        )
        assert listed(found) == [(3, "单位编码", "rule", "B")]
        assert found.errors[0].message == "B in 440100"


def test_errors_come_in_the_order_of_the_sheet(staged):
    with staged(UnitResource, lines.unit("A", "440100"), lines.unit("B", "440100")) as found:
        for row, field in [(3, "code"), (2, "level"), (2, "name")]:
            found.report(row, field, "rule", "")
        assert [(error.row, error.column) for error in found.listed()] == [
            (2, "单位名称"),
            (2, "预算级次"),
            (3, "单位编码"),
        ]


def test_progress_counts_rows_and_not_the_lines_of_their_texts(staged):
    told = []
    rows = [lines.unit(f"U{n}", "440100", 单位名称="两\n行") for n in range(3)]
    with staged(UnitResource, *rows, progress=told.append):
        assert sum(told) == 3


def test_unreadable_file_leaves_no_rows(tmp_path):
    path = tmp_path / "f.xlsx"
    path.write_bytes(b"no workbook")
    with transaction.atomic():
        found = stage(path, path.name, UnitResource.columns(), today=TODAY, max_rows=None)
        assert not found.readable
        assert [error.code for error in found.errors] == ["unreadable"]
        assert rows_of("code") == []


def test_two_files_in_one_transaction_do_not_mix(tmp_path):
    with transaction.atomic():
        for code in "AB":
            path = write_csv(tmp_path / f"{code}.csv", [lines.unit(code, "440100")])
            stage(path, path.name, UnitResource.columns(), today=TODAY, max_rows=None)
        assert rows_of("code") == [(2, "B")]
