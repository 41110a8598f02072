"""Published figures of real places, put in as files and read back through the commands."""

import csv
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from quotas.reference import PublishedCompletion, published_completion
from suppliers.models import DesignatedCounty

pytestmark = pytest.mark.django_db

#: Puts rows in as a file of a kind; returns what the command answers.
Take = Callable[..., dict[str, Any]]

PUBLISHED = {record.id: record for record in published_completion()}
RECODED = {
    "520221": "水城区", "520522": "黔西市", "540422": "米林市",
    "540530": "错那市", "610928": "旬阳市", "632321": "同仁市",
}  # fmt: skip

#: region of the unit, its level, the last day of the figures, the basis that was reported
PLACES = {
    "NX-ALL": ("640000", "省级", "2020-08-31", "completed"),
    "NX-LV": ("640000", "省级", "2020-08-31", "completed"),
    "NX-CC": ("640100", "市级", "2020-08-31", "completed"),
    "XY-23H1": ("411500", "市级", "2023-06-25", "completed"),
    "GZ-22": ("440100", "市级", "2022-12-31", "completed"),
    "GX-22H1": ("450000", "省级", "2022-06-30", "completed"),
    "DC-24": ("411000", "市级", "2024-08-31", "paid"),
    "JZ-25": ("341524", "县级", "2025-12-31", "ordered"),
    "KZ-24": ("150521", "县级", "2024-12-31", "completed"),
    "LA-24-COUPON": ("341122", "县级", "2024-12-25", "completed"),
}
#: One step of an order after the other, as far as the reported basis goes.
STEPS = {"ordered": "下单时间", "paid": "支付时间", "accepted": "验收时间", "completed": "评价时间"}


@pytest.fixture(autouse=True)
def day() -> Iterator[None]:
    with time_machine.travel("2026-06-30T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Put rows in as a file of a kind, by the command; they are taken or the test fails."""

    def take(kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
        path = tmp_path / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            headings = dict.fromkeys(heading for row in rows for heading in row)
            writer = csv.DictWriter(file, headings)
            writer.writeheader()
            writer.writerows(rows)
        output = StringIO()
        call_command("import_file", kind, str(path), "--json", stdout=output)
        return json.loads(output.getvalue())

    return take


@pytest.fixture
def supplier(take: Take) -> str:
    take("suppliers", supplier_row("GYS-0001", "640422"))
    return "GYS-0001"


def supplier_row(code: str, county: str) -> dict[str, str]:
    return {
        "供应商代码": code, "供应商名称": f"{code}合作社", "类型": "合作社", "所属县代码": county,
        "名录批次": "第一批", "生效日期": "2019-10-31",
    }  # fmt: skip


def unit_row(code: str, region: str, level: str, parent: str = "") -> dict[str, str]:
    return {
        "单位编码": code, "单位名称": f"{code}单位", "行政区划代码": region, "预算级次": level,
        "单位类型": "机关", "上级单位编码": parent,
    }  # fmt: skip


def filing_row(unit: str, year: int, assigned: Decimal) -> dict[str, Any]:
    return {
        "年度": year, "单位编码": unit, "食堂情况": "自有食堂", "食堂食材采购总额(元)": 0,
        "预留比例(%)": 0, "下达任务金额(元)": assigned, "状态": "已确认",
    }  # fmt: skip


def purchase_row(
    order: str, unit: str, supplier: str, amount: Decimal, day: str, basis: str = "completed"
) -> dict[str, Any]:
    """An order of one day that has gone as far as the basis."""
    steps = dict.fromkeys(STEPS.values(), "")
    for step, heading in STEPS.items():
        steps[heading] = day
        if step == basis:
            break
    return {
        "订单编号": order, "所属预算单位编码": unit, "供应商代码": supplier, "商品名称": "大米",
        "订单金额(元)": amount, "资金类型": "食堂", "采购渠道": "832平台",
        "订单状态": "已完结" if basis == "completed" else "进行中", **steps,
    }  # fmt: skip


def progress(*arguments: str) -> dict[str, Any]:
    output = StringIO()
    call_command("progress", *arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def reserved(record: PublishedCompletion) -> Decimal:
    assert record.reserved is not None
    return record.reserved.printed


def put_in(take: Take, supplier: str, record: PublishedCompletion) -> tuple[str, ...]:
    """One unit with what was reserved and bought; returns the arguments that ask for its rate."""
    region, level, day, basis = PLACES[record.id]
    take("units", unit_row(record.id, region, level))
    take("filings", filing_row(record.id, record.year, reserved(record)))
    bought = record.purchased.printed
    take("purchases", purchase_row(record.id, record.id, supplier, bought, day, basis))
    asked = ("--year", str(record.year), "--as-of", day, "--basis", basis)
    return ("--unit", record.id, *asked)


@pytest.mark.parametrize("row", PLACES)
def test_progress_shows_our_rate_of_published_amounts(take: Take, supplier: str, row: str) -> None:
    record = PUBLISHED[row]
    total = progress(*put_in(take, supplier, record))["total"]
    basis = PLACES[row][3]
    assert total["target"] == f"{reserved(record):.2f}"
    assert total[basis] == f"{record.purchased.printed:.2f}"
    assert total["rate"] == str(record.computed_rate)


def test_over_completion_is_the_rate_above_a_hundred(take: Take, supplier: str) -> None:
    record = PUBLISHED["LA-24"]
    assigned = (record.purchased.printed / (1 + record.published_rate / 100)).quantize(Decimal(1))
    take("units", unit_row("LA", "341122", "县级"))
    take("filings", filing_row("LA", 2024, assigned))
    bought = record.purchased.printed
    take("purchases", purchase_row("LA", "LA", supplier, bought, "2024-12-25"))
    total = progress("--year", "2024", "--unit", "LA", "--as-of", "2024-12-25")["total"]
    assert Decimal(total["rate"]) - 100 == record.published_rate


def test_orders_not_yet_rated_stay_out_of_guangxis_rate(take: Take, supplier: str) -> None:
    record = PUBLISHED["GX-22H1"]
    asked = put_in(take, supplier, record)
    open_orders = Decimal(137_000_000) - record.purchased.printed
    take("purchases", purchase_row("2", record.id, supplier, open_orders, "2022-06-30", "accepted"))
    total = progress(*asked)["total"]
    assert (total["ordered"], total["accepted"]) == ("137000000.00", "137000000.00")
    assert (total["completed"], total["rate"]) == ("84655300.00", "35.87")


def test_purchases_after_the_published_day_stay_out(take: Take, supplier: str) -> None:
    record = PUBLISHED["XY-23H1"]
    asked = put_in(take, supplier, record)
    take("purchases", purchase_row("2", record.id, supplier, Decimal(1000), "2023-06-26"))
    assert progress(*asked)["total"]["rate"] == "36.91"
    assert progress("--year", "2023", "--unit", record.id)["total"]["completed"] == "2336200.00"


def ningxia(take: Take, supplier: str) -> None:
    """The two parts of the region's report; the cities' unit is a subordinate of the region's."""
    whole, cities = PUBLISHED["NX-LV"], PUBLISHED["NX-CC"]
    take("units", unit_row("LV", "640000", "省级"), unit_row("CC", "640100", "市级", "LV"))
    parts = (("LV", whole), ("CC", cities))
    take("filings", *(filing_row(unit, 2020, reserved(part)) for unit, part in parts))
    take(
        "purchases",
        *(
            purchase_row(unit, unit, supplier, part.purchased.printed, "2020-08-31")
            for unit, part in parts
        ),
    )


def test_ningxias_parts_add_up_to_its_total_by_region(take: Take, supplier: str) -> None:
    ningxia(take, supplier)
    asked = ("--year", "2020", "--as-of", "2020-08-31")
    answer = progress(*asked, "--region", "640000", "--by", "region")
    shown = {row["code"]: row for row in answer["rows"] if row["target"] != "0.00"}
    assert {code: row["rate"] for code, row in shown.items()} == {
        "640000": "23.43", "640100": "22.86",
    }  # fmt: skip
    assert shown["640000"]["name"] == "宁夏回族自治区本级"
    assert answer["total"]["target"] == f"{reserved(PUBLISHED['NX-ALL']):.2f}"
    assert answer["total"]["completed"] == f"{PUBLISHED['NX-ALL'].purchased.printed:.2f}"
    assert answer["total"]["rate"] == "23.01"


def test_a_departments_row_holds_its_whole_subtree(take: Take, supplier: str) -> None:
    ningxia(take, supplier)
    answer = progress("--year", "2020", "--region", "640000", "--by", "department")
    assert [(row["code"], row["units"], row["target"]) for row in answer["rows"]] == [
        ("LV", 2, "22249300.00")
    ]
    city = progress("--year", "2020", "--region", "640100", "--by", "department")
    assert [(row["code"], row["target"]) for row in city["rows"]] == [("CC", "16226700.00")]


def test_listed_codes_of_2019_resolve_and_their_purchases_count(take: Take) -> None:
    listed = dict(DesignatedCounty.objects.values_list("listed_code", "name"))
    assert {code: listed[code] for code in RECODED} == RECODED
    take("units", unit_row("DW", "450100", "市级"))
    take("suppliers", *(supplier_row(f"GYS-{code}", code) for code in RECODED))
    orders = [
        purchase_row(f"{code}-{place}", "DW", f"GYS-{code}", Decimal(100), "2024-05-06")
        | {"产地县代码": place and code}
        for code in RECODED
        for place in ("", "origin")
    ]
    taken = take("purchases", *orders)
    assert taken["created"] == 12
    total = progress("--year", "2024", "--unit", "DW")["total"]
    assert total["completed"] == "1200.00"
    assert set(total["excluded"].values()) == {"0.00"}


def test_purchases_from_a_county_outside_the_list_do_not_count(take: Take, supplier: str) -> None:
    take("units", unit_row("DW", "450100", "市级"))
    order = purchase_row("1", "DW", supplier, Decimal(100), "2024-05-06")
    take("purchases", order | {"产地县代码": "110101"})
    total = progress("--year", "2024", "--unit", "DW")["total"]
    assert total["completed"] == "0.00"
    assert total["excluded"]["origin_not_designated"] == "100.00"
