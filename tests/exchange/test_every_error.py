"""Every error of a file is listed, and none that only comes of another one."""

from pathlib import Path

import pytest

from exchange import imports
from exchange.resources import resource_of
from tests.contract import lines
from tests.exchange.files import write_csv

pytestmark = pytest.mark.django_db

PERSON = {"登录名": "u1", "姓名": "王", "角色": "财政管理员", "行政区划代码": "450000"}


def send(folder: Path, kind: str, *rows: lines.Line, update: bool = False) -> imports.ImportResult:
    path = write_csv(folder / f"{kind}.csv", rows)
    return imports.run(resource_of(kind), path, path.name, by=None, update=update)


def found(result: imports.ImportResult) -> list[tuple]:
    return [(error.row, error.column, error.code) for error in result.errors]


OTHERS = [
    ("units", lines.unit("A", "450102"), {"行政区划代码": "999999"}, "单位编码", "unknown_code"),
    ("people", PERSON, {"行政区划代码": "999999"}, "登录名", "unknown_code"),
    ("suppliers", lines.supplier("S", "2024-01-01"), {"所属县代码": "440106"}, "供应商代码",
     "unknown_code"),
    ("suppliers", lines.supplier("S", "2024-01-01"), {"失效日期": "2023-01-01"}, "供应商代码",
     "out_of_range"),
    ("purchases", lines.purchase("1", "A", "S", "1", "2026-03-05"),
     {"所属预算单位编码": "NOBODY"}, "订单编号", "unknown_code"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "line", "wrong", "key", "code"), OTHERS)
def test_row_whose_key_is_wrong_is_held_against_what_stands_too(
    tmp_path, kind, line, wrong, key, code
):
    assert send(tmp_path, "units", lines.unit("A", "450102")).accepted
    ((column, _cell),) = wrong.items()
    rows = [line, line | wrong, line | wrong | {key: ""}]
    result = send(tmp_path, kind, *rows)
    assert set(found(result)) == {
        (3, key, "duplicate"), (3, column, code), (4, key, "required"), (4, column, code),
    }  # fmt: skip


def test_successor_of_a_unit_whose_closing_day_is_wrong_is_not_judged(tmp_path):
    closing = {"停用日期": "昨天", "承接单位编码": "U2"}
    rows = [lines.unit("U1", "450102") | closing, lines.unit("U2", "450102")]
    rows[1] |= dict.fromkeys(closing, "")
    assert found(send(tmp_path, "units", *rows)) == [(2, "停用日期", "bad_date")]


def test_wrong_line_number_is_neither_line_one_again_nor_a_conflict_with_it(tmp_path):
    assert send(tmp_path, "units", lines.unit("A", "450102")).accepted
    order = lines.purchase("1", "A", "S", "1", "2026-03-05", 订单行号="1")
    wrong = order | {"订单行号": "abc", "订单金额(元)": "2"}
    assert found(send(tmp_path, "purchases", order, wrong)) == [(3, "订单行号", "bad_number")]
    assert send(tmp_path, "purchases", order).created == 1
    assert found(send(tmp_path, "purchases", wrong)) == [(2, "订单行号", "bad_number")]


def test_period_whose_end_is_wrong_overlaps_nothing(tmp_path):
    rows = [lines.supplier("S", "2024-01-01", "2024-13-31"), lines.supplier("S", "2025-01-01")]
    assert found(send(tmp_path, "suppliers", *rows)) == [(2, "失效日期", "bad_date")]
    rows[0]["失效日期"] = "2023-12-31"
    assert found(send(tmp_path, "suppliers", *rows)) == [(2, "失效日期", "out_of_range")]


def test_each_period_that_overlaps_an_earlier_row_is_named(tmp_path):
    rows = [
        lines.supplier("S", "2020-01-01"),
        lines.supplier("S", "2021-01-01", "2021-12-31"),
        lines.supplier("S", "2023-01-01", "2023-12-31"),
    ]
    assert found(send(tmp_path, "suppliers", *rows)) == [
        (3, "生效日期", "rule"),
        (4, "生效日期", "rule"),
    ]
    assert found(send(tmp_path, "suppliers", *rows[::-1])) == [(4, "生效日期", "rule")]
