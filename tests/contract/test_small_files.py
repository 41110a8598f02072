"""The system and the oracle take the same few lines: what random files seldom hold."""

from pathlib import Path

import pytest
import time_machine

from . import lines
from .expectations import COUNTIES, REGIONS, TODAY
from .lines import Line, Step
from .oracle import Contract, settled
from .test_against_oracle import error_cells, import_step, summary

pytestmark = pytest.mark.django_db

UNITS = Step("units", [lines.unit("A", "440106")])
ORDER = lines.purchase("1", "A", "S", "100", "2026-03-05")
REFUNDED = Step("purchases", [ORDER | {"退款金额(元)": "80"}])
CLERK = {"登录名": "u1", "姓名": "王", "角色": "财政管理员", "行政区划代码": "440000"}
SUPPLIER = lines.supplier("S", "2020-01-01")


def without(line: Line, *headings: str) -> Line:
    return {heading: cell for heading, cell in line.items() if heading not in headings}


def in_ten_thousands(cell: str) -> Line:
    return without(ORDER, "订单金额(元)") | {"订单金额（万元）": cell, "单价(万元)": "0.0001"}


CASES = {
    "amount under a refund that stands": [
        UNITS, REFUNDED, Step("purchases", [ORDER | {"订单金额(元)": "50"}], update=True),
    ],
    "the same without an update": [
        UNITS, REFUNDED, Step("purchases", [ORDER | {"订单金额(元)": "50"}]),
    ],
    "amount down to the refund": [
        UNITS, REFUNDED, Step("purchases", [ORDER | {"订单金额(元)": "80"}], update=True),
    ],
    "columns in ten thousands": [UNITS, Step("purchases", [in_ten_thousands("0.01")])],
    "wrong cell of such a column": [UNITS, Step("purchases", [in_ten_thousands("x")])],
    "times with fraction and zone": [
        UNITS,
        Step("purchases", [ORDER | {"支付时间": "2026-06-30T17:00:00Z"}]),
        Step("purchases", [ORDER | {"支付时间": "2026-06-29T17:00:00.5Z"}]),
        Step("purchases", [ORDER | {"支付时间": "2026-06-30 01:00:00.0"}]),
    ],
    "people without a column of places": [
        Step("people", [CLERK]),
        Step("people", [without(CLERK, "行政区划代码") | {"姓名": "李"}], update=True),
        Step("people", [without(CLERK, "行政区划代码") | {"角色": "审计"}], update=True),
        Step("people", [without(CLERK, "行政区划代码") | {"角色": "主管部门"}], update=True),
        Step("people", [CLERK | {"行政区划代码": ""}], update=True),
    ],
    "periods that share days": [
        Step("suppliers", [
            SUPPLIER,
            lines.supplier("S", "2021-01-01", "2021-12-31"),
            lines.supplier("S", "2023-01-01", "2023-12-31"),
            lines.supplier("T", "2023-01-01", "2023-12-31"),
            lines.supplier("T", "2023-12-31", "2024-12-31"),
            lines.supplier("T", "2024-12-31"),
            lines.supplier("U", "2024-01-01", "2024-13-31"),
            lines.supplier("U", "2025-01-01"),
        ]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("steps", CASES.values(), ids=CASES.keys())
def test_system_agrees_with_oracle_on_a_few_lines(steps: list[Step], tmp_path: Path) -> None:
    oracle = Contract(REGIONS, COUNTIES, TODAY)
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        for number, step in enumerate(steps):
            expected = oracle.import_rows(step.kind, step.rows, step.update)
            found = import_step(step, tmp_path)
            assert (number, error_cells(found)) == (number, settled(expected.errors))
            assert (number, summary(found)) == (number, summary(expected))
