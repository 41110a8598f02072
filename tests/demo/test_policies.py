import pytest

from demo.geography import load_divisions
from demo.policies import plan_policies


def rows_of(province: str, *years: int) -> dict[tuple[int, str], tuple]:
    rows = plan_policies(load_divisions()[province], years).rows()
    return {(row[0], row[1]): row for row in rows}


def test_policies_are_the_provinces_and_a_stricter_prefecture(files):
    ratios = {(row["行政区划代码"], row["最低比例(%)"]) for row in files["02-policies"]}
    assert ratios == {("450000", "10"), ("450100", "15")}
    assert all(row["文号"].startswith("演示") for row in files["02-policies"])


@pytest.mark.parametrize("province", ["150000", "340000", "440000", "630000"])
def test_published_key_is_left_out(province):
    rows = rows_of(province, 2025, 2026)
    assert (2025, province) not in rows
    assert (2026, province) in rows


def test_stricter_prefecture_stands_above_a_published_minimum():
    assert rows_of("440000", 2025, 2026)[2025, "440100"][3] == 35


def test_stricter_prefecture_has_no_published_row_of_its_own():
    assert (2024, "440300") not in rows_of("440000", 2023, 2024)


def test_rules_that_a_published_part_might_loosen_are_left_to_it():
    shanxi = rows_of("140000", 2025, 2026)
    assert "填报工会需求" not in shanxi[2025, "140000"]
    assert "填报工会需求" in shanxi[2026, "140000"]
