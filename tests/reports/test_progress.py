import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from organizations.models import Region
from procurement.choices import Verdict
from tests.reports.conftest import DOCUMENT, YEAR, confirm, make_record, make_unit

ADDRESS = "/progress/450000/"


def ask(client: Client, address: str, asked: dict[str, Any]) -> Any:
    return client.get(address, asked)


def codes(response: Any) -> list[str]:
    return [line.row.code for line in response.context["lines"]]


def test_total_counts_on_the_basis_of_the_policy(province: Client) -> None:
    response = ask(province, ADDRESS, {"year": 2026})
    total = response.context["total"]
    assert total.basis == "paid"
    assert (total.figures.units, total.figures.filed, total.figures.not_filed) == (3, 1, 2)
    assert (total.reached, total.rate) == (Decimal("500.00"), Decimal("50.00"))
    assert total.excluded == Decimal("77.00")
    assert DOCUMENT in response.content.decode()


def test_basis_asked_for_wins_over_the_policy(province: Client) -> None:
    total = ask(province, ADDRESS, {"year": 2026, "basis": "ordered"}).context["total"]
    assert (total.reached, total.rate) == (Decimal("750.00"), Decimal("75.00"))


def test_cut_off_leaves_later_days_out(province: Client) -> None:
    response = ask(province, ADDRESS, {"year": 2026, "as_of": "2026-03-05"})
    assert response.context["total"].figures.ordered == Decimal("750.00")
    assert response.context["total"].reached == 0


def test_year_is_the_current_one_where_none_is_asked(province: Client) -> None:
    assert province.get(ADDRESS).context["year"] == str(timezone.localdate().year)


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({"year": "abc"}, "abc"),
        ({"year": "1999"}, "1999"),
        ({"year": "2026", "as_of": "2025-12-31"}, "2026"),
        ({"as_of": "tomorrow"}, "2026-06-30"),
        ({"basis": "promised"}, "promised"),
        ({"by": "moon"}, ""),
        ({"sort": "name"}, ""),
        ({"unit": "fen"}, ""),
    ],
)
def test_bad_value_is_named_and_its_default_shown(province: Client, bad: dict, named: str) -> None:
    response = ask(province, ADDRESS, bad)
    assert response.status_code == 200
    assert len(response.context["flaws"]) == 1
    assert named in response.context["flaws"][0]
    assert response.context["asked"].as_of is None
    assert not set(bad) - {"year"} & set(response.context["address"])
    assert response.context["by"] == "region"


def test_region_rows_lead_below_and_the_own_level_to_its_units(province: Client) -> None:
    text = ask(province, ADDRESS, {"year": 2026, "as_of": "2026-06-30"}).content.decode()
    assert 'href="/progress/450100/?year=2026&amp;as_of=2026-06-30"' in text
    own = "year=2026&amp;as_of=2026-06-30&amp;by=unit&amp;own=1"
    assert f'href="/progress/450000/?{own}"' in text


def test_own_level_shows_the_units_attached_to_the_region_itself(province: Client) -> None:
    of_regions = ask(province, ADDRESS, {"year": 2026}).context["lines"]
    response = ask(province, ADDRESS, {"year": 2026, "by": "unit", "own": "1"})
    assert codes(response) == ["U1"]
    assert [region.code for region in response.context["above"]] == ["450000"]
    assert response.context["total"].figures == of_regions[0].figures


def test_unit_rows_say_what_was_filed(province: Client) -> None:
    lines = ask(province, ADDRESS, {"year": 2026, "by": "unit"}).context["lines"]
    assert [(line.row.code, line.filing["tone"]) for line in lines] == [
        ("U1", "done"), ("U2", "idle"), ("U3", "idle"),
    ]  # fmt: skip


def test_department_row_holds_its_subtree(province: Client) -> None:
    lines = ask(province, ADDRESS, {"year": 2026, "by": "department"}).context["lines"]
    assert [(line.row.code, line.figures.units) for line in lines] == [("U1", 2), ("U3", 1)]


def test_county_without_regions_below_opens_by_unit(province: Client) -> None:
    make_unit("U4", "450102")
    response = province.get("/progress/450102/")
    assert (response.context["by"], codes(response)) == ("unit", ["U4"])


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("code", ["U1", "U2", "U3"]),
        ("-code", ["U3", "U2", "U1"]),
        ("rate", ["U3", "U1", "U2"]),
        ("-rate", ["U1", "U3", "U2"]),
    ],
)
def test_sorting_puts_rows_without_a_rate_last(
    province: Client, world: SimpleNamespace, sort: str, expected: list[str]
) -> None:
    confirm(world.third)
    response = ask(province, ADDRESS, {"year": 2026, "by": "unit", "sort": sort})
    assert codes(response) == expected


def test_units_come_a_hundred_a_page_under_the_total_of_all(province: Client) -> None:
    for number in range(120):
        make_unit(f"V{number:03}", "450300")
    response = ask(province, ADDRESS, {"year": 2026, "by": "unit", "page": 2})
    assert len(response.context["lines"]) == 23
    assert response.context["total"].figures.units == 123


@pytest.mark.parametrize("by", ["region", "department", "unit"])
def test_queries_stay_constant_and_few(province: Client, by: str) -> None:
    asked = {"year": 2026, "by": by, "as_of": "2026-06-15"}
    ask(province, ADDRESS, asked)
    with CaptureQueriesContext(connection) as few:
        ask(province, ADDRESS, asked)
    below = Region.objects.filter(path__startswith="000000/450000/").values_list("code", flat=True)
    for number, code in enumerate(list(below)[:90]):
        unit = make_unit(f"W{number:03}", code)
        confirm(unit)
        make_record(unit, 1000 + number, "10.00")
    with CaptureQueriesContext(connection) as many:
        response = ask(province, ADDRESS, asked)
    assert response.context["total"].figures.units == 93
    assert len(few) == len(many) <= 12


def test_excluded_amounts_are_listed_by_reason(province: Client, world: SimpleNamespace) -> None:
    at = datetime(2026, 4, 1, tzinfo=UTC)
    make_record(world.first, 9, "20.00", verdict=Verdict.CANCELLED, ordered_at=at)
    total = ask(province, ADDRESS, {"year": 2026}).context["total"]
    assert [reason["amount"] for reason in total.reasons] == [Decimal("20.00"), Decimal("77.00")]


def test_amounts_switch_between_yuan_and_wan(province: Client, world: SimpleNamespace) -> None:
    confirm(world.third, reserved_amount=Decimal("123456.00"), base_amount=Decimal(2_000_000))
    wan = ask(province, ADDRESS, {"year": 2026}).content.decode()
    yuan = ask(province, ADDRESS, {"year": 2026, "unit": "yuan"}).content.decode()
    assert "12.45" in wan and "124,456.00" not in wan
    assert "124,456.00" in yuan


def test_region_without_units_says_so(province: Client) -> None:
    response = province.get("/progress/450300/", {"by": "unit"})
    assert response.context["lines"] == []
    assert "empty-title" in response.content.decode()


def test_subordinates_add_up_to_the_unit_and_all_below(department: Client) -> None:
    response = ask(department, "/units/U1/subordinates/", {"year": 2026})
    assert codes(response) == ["U1", "U2"]
    assert response.context["total"].figures.units == 2
    assert response.context["answer"].basis == "paid"


def test_progress_is_taken_away_as_seen(province: Client) -> None:
    asked = {"year": YEAR, "by": "unit", "basis": "ordered", "as_of": "2026-06-30", "file": "csv"}
    response = province.get("/progress/450000/", asked)
    name = "progress-450000-2026-unit-ordered-2026-06-30.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["编码"], Decimal(row["下单金额(元)"])) for row in rows] == [
        ("U1", 750), ("U2", 0), ("U3", 0), ("450000", 750),
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["/progress/450000/", "/units/U1/subordinates/"])
def test_progress_workbook_says_what_was_asked(
    province: Client, address: str, tmp_path: Path
) -> None:
    response = province.get(address, {"year": YEAR, "basis": "paid", "file": "xlsx"})
    path = tmp_path / "progress.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    [sheet] = load_workbook(path).worksheets
    assert sheet.title.startswith(f"{YEAR} ")
    assert sheet["A2"].value is not None
