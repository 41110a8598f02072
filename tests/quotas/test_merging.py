"""Merging down the path (section 2 of the contract, policies); no database."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from organizations.models import Region
from quotas.merging import contradictions, loosenings, merge_paths
from quotas.models import Policy

PATHS = {
    "000000": "000000/",
    "450000": "000000/450000/",
    "450100": "000000/450000/450100/",
    "450102": "000000/450000/450100/450102/",
    "450200": "000000/450000/450200/",
}
COUNTY = PATHS["450102"]


def policy(code: str, **values) -> Policy:
    values.setdefault("document_number", f"{code}号")
    return Policy(year=2025, region=Region(code=code, path=PATHS[code]), **values)


def merged(field: str, *policies: Policy, path: str = COUNTY):
    return merge_paths(policies, PATHS.values())[path].values.get(field)


def levels(field: str, *values) -> list[Policy]:
    """A policy for the country, the province, the prefecture and the county, in this order."""
    return [policy(code, **{field: value}) for code, value in zip(PATHS, values, strict=False)]


D = [date(2025, month, 1) for month in range(1, 5)]


@pytest.mark.parametrize(
    ("field", "values", "result"),
    [
        ("min_ratio", (10, 15, None, 12), 15),
        ("min_ratio", (10, None, 20, None), 20),
        ("encouraged_ratio", (30, 20, None, 25), 30),
        ("filing_opens", (D[1], D[2], None, D[0]), D[2]),
        ("filing_due", (D[2], D[1], D[3], None), D[1]),
        ("confirm_due", (None, D[1], D[3], D[0]), D[0]),
        ("base", ("canteen", "farm_products", "", "canteen"), "canteen"),
        ("basis", ("ordered", "paid", "", ""), "paid"),
        ("union_in_target", (True, None, False, None), False),
        ("no_canteen_rule", ("union_demand", "union_funds", "", ""), "union_funds"),
        ("union_funds_ratio", (None, Decimal(20), None, Decimal(30)), Decimal(30)),
        ("amount_floor", ("last_reserved", "", "last_purchased", ""), "last_purchased"),
        ("checkpoints", ([["06-30", "50"]], [], [["09-30", "75"]], []), [["09-30", "75"]]),
    ],
)
def test_values_merge_down_the_path_whatever_the_order_of_the_rows(field, values, result):
    """Ratios the highest, opening the latest, due days the earliest; the rest the lowest."""
    for order in permutations(levels(field, *values)):
        assert merged(field, *order) == result


def test_blank_values_are_inherited_and_nobody_above_hears_of_them():
    policies = levels("min_ratio", 10, None, 20)
    assert merged("min_ratio", *policies, path=PATHS["450000"]) == 10
    assert merged("min_ratio", *policies, path=PATHS["450200"]) == 10
    assert merged("min_ratio", *policies) == 20
    assert merged("base", *policies) is None


def test_zero_and_no_are_values():
    assert merged("min_ratio", policy("000000", min_ratio=0)) == 0
    chosen = levels("union_in_target", True, False)
    assert merged("union_in_target", *chosen) is False


def test_separate_region_merges_directly_under_the_country():
    """And what lies below it merges under it."""
    policies = [
        policy("000000", min_ratio=10, basis="ordered"),
        policy("450000", min_ratio=20, basis="paid", base="farm_products"),
        policy("450100", separate=True),
        policy("450102", min_ratio=12),
    ]
    values = {path: m.values for path, m in merge_paths(policies, PATHS.values()).items()}
    assert values[PATHS["450100"]] == {"min_ratio": 10, "basis": "ordered"}
    assert values[COUNTY] == {"min_ratio": 12, "basis": "ordered"}
    assert values[PATHS["450200"]]["min_ratio"] == 20


def test_source_of_a_value_is_the_policy_that_gave_it():
    policies = levels("min_ratio", 10, 15, 15, 12)
    sources = merge_paths(policies, PATHS.values())[COUNTY].sources
    assert sources["min_ratio"] is policies[1]


def found(*policies: Policy) -> list[tuple[str, str, str]]:
    return [(f.policy.region.code, f.field, f.upper.region.code) for f in loosenings(policies)]


@pytest.mark.parametrize(
    ("field", "values", "result"),
    [
        ("min_ratio", (10, 15, 20, 25), []),
        ("min_ratio", (10, 10, 10, 10), []),
        ("min_ratio", (10, None, None, 9), [("450102", "000000")]),
        ("min_ratio", (10, 20, 15, None), [("450100", "450000")]),
        ("min_ratio", (10, 20, 15, 12), [("450100", "450000"), ("450102", "450000")]),
        ("encouraged_ratio", (30, 20, None, None), [("450000", "000000")]),
        ("union_funds_ratio", (30, 20, None, None), [("450000", "000000")]),
        ("no_canteen_rule", ("union_demand", "none", "", ""), [("450000", "000000")]),
        ("no_canteen_rule", ("union_funds", "union_demand", "", ""), []),
        ("no_canteen_rule", ("none", "none", "union_funds", ""), []),
        ("amount_floor", ("last_purchased", "last_reserved", "", ""), []),
        ("amount_floor", ("last_reserved", "", "", "none"), [("450102", "000000")]),
        ("base", ("canteen_and_union", "canteen", "", ""), []),
    ],
)
def test_lower_ratio_and_mildest_choice_below_a_stricter_one_loosen(field, values, result):
    assert found(*levels(field, *values)) == [(low, field, high) for low, high in result]


def test_separate_region_is_held_against_the_country_alone():
    policies = [
        policy("000000", min_ratio=10),
        policy("450000", min_ratio=20),
        policy("450100", min_ratio=12, separate=True),
    ]
    assert found(*policies) == []
    policies[2].min_ratio = 9
    assert found(*policies) == [("450100", "min_ratio", "000000")]


@pytest.mark.parametrize(
    ("bases", "unions", "codes"),
    [
        (("canteen_and_union",), (True,), ["000000"]),
        (("canteen_and_union", ""), (None, True), ["450000"]),
        (("", "canteen_and_union"), (True, None), ["450000"]),
        (("", "canteen_and_union"), (True, False), []),
        (("canteen_and_union", "canteen"), (False, True), []),
        (("canteen_and_union",), (None,), []),
    ],
)
def test_union_counts_in_the_base_or_in_the_target_as_merged(bases, unions, codes):
    policies = [
        policy(code, base=base, union_in_target=union)
        for code, base, union in zip(PATHS, bases, unions, strict=False)
    ]
    assert [contradicting.region.code for contradicting, _ in contradictions(policies)] == codes
