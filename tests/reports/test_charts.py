"""A chart says in its data what its table says in words."""

import json
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from reports.charts import Chart, Series
from tests.reports.conftest import YEAR, confirm

CHART = re.compile(r'<figure class="chart.*?</figure>', re.DOTALL)
DATA = re.compile(r'<script id="[\w-]+" type="application/json">(.*?)</script>', re.DOTALL)
CELL = re.compile(r'<td class="amount">(.*?)</td>')
HEADING = re.compile(r'<th class="name" scope="row">(.*?)</th>')


def make_chart(**values: str) -> Chart:
    amounts = [Decimal("123456.79"), None, Decimal(0)]
    return Chart(
        "c", "lines", "T", "H", ["a", "b", "c"], [Series("S", "reached", amounts)], "u", **values
    )


@pytest.mark.parametrize(
    ("money", "numbers", "texts"),
    [
        ("wan", [12.35, None, 0.0], ["12.35", "—", "0.00"]),
        ("yuan", [123456.79, None, 0.0], ["123,456.79", "—", "0.00"]),
        ("", [123456.79, None, 0.0], ["123,456.79%", "—", "0.00%"]),
    ],
)
def test_numbers_are_those_of_the_table(
    money: str, numbers: list[float | None], texts: list[str]
) -> None:
    chart = make_chart(money=money)
    assert chart.data["series"][0]["values"] == numbers
    assert [cells for _category, [cells] in chart.rows] == texts


@pytest.mark.parametrize("address", ["/", "/?unit=yuan", "/progress/450000/"])
def test_data_in_the_page_equal_the_table_beside_them(
    province: Client, world: SimpleNamespace, address: str
) -> None:
    confirm(world.second, reserved_amount=Decimal("77777.77"), base_amount=Decimal(900_000))
    text = province.get(address, {"year": YEAR}).content.decode()
    figures = CHART.findall(text)
    assert len(figures) == (1 if "progress" in address else 3)
    for figure in figures:
        data = json.loads(DATA.search(figure)[1])
        columns = [one["values"] for one in data["series"]]
        written = [
            "—" if value is None else f"{value:,.2f}{'%' if data['unit'] == '%' else ''}"
            for row in zip(*columns, strict=True)
            for value in row
        ]
        assert CELL.findall(figure) == written
        assert HEADING.findall(figure) == data["categories"]


def test_progress_by_unit_has_no_chart_and_loads_none(province: Client) -> None:
    text = province.get("/progress/450000/", {"year": YEAR, "by": "unit"}).content.decode()
    assert "data-chart" not in text and "echarts" not in text
