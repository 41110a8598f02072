"""Target of a unit (section 2 of the contract, filings): one table of cases for both readings."""

from decimal import Decimal

import pytest

from organizations.models import Region
from quotas import progress
from tests.builders import accept, filing, member, own_canteen, policy, unit

pytestmark = pytest.mark.django_db

#: Every situation once; all have a union amount of 7, those without a canteen union funds of 33.33.
UNION = {"union_amount": "7", "state": "confirmed"}
FILINGS = [
    own_canteen(2025, "OWN", **UNION),
    filing(2025, "OUT", "outsourced", executor="某公司", base_amount="500", ratio="10", **UNION),
    filing(2025, "REP", "shared", base_amount="200", ratio="10", **UNION),
    member(2025, "MEM", "REP", union_funds="33.33", **UNION),
    filing(2025, "NONE", "none", union_funds="33.33", **UNION),
    filing(2025, "NONE2", "none", union_funds="0.05", **UNION),
    own_canteen(2025, "TASK", assigned_amount="42", **UNION),
    filing(2025, "TASK0", "none", assigned_amount="0", union_funds="9", **UNION),
    own_canteen(2025, "WAITS", **UNION | {"state": "submitted"}),
]
CANTEENS = {"OWN": "100", "OUT": "50", "REP": "20", "TASK": "42"}
CASES = {
    "no policy": (None, CANTEENS),
    "nothing asked": ({"no_canteen_rule": "none"}, CANTEENS),
    "union in target": (
        {"union_in_target": "true"},
        {"OWN": "107", "OUT": "57", "REP": "27", "MEM": "7", "NONE": "7", "NONE2": "7",
         "TASK": "42"},
    ),
    "union demand": (
        {"no_canteen_rule": "union_demand"}, CANTEENS | {"MEM": "7", "NONE": "7", "NONE2": "7"},
    ),
    "union once": (
        {"no_canteen_rule": "union_demand", "union_in_target": "true"},
        {"OWN": "107", "OUT": "57", "REP": "27", "MEM": "7", "NONE": "7", "NONE2": "7",
         "TASK": "42"},
    ),
    "union funds, each half-up": (
        {"no_canteen_rule": "union_funds", "union_funds_ratio": "10"},
        CANTEENS | {"NONE": "3.33", "NONE2": "0.01"},
    ),
    "union funds and union": (
        {"no_canteen_rule": "union_funds", "union_funds_ratio": "50", "union_in_target": "true"},
        {"OWN": "107", "OUT": "57", "REP": "27", "MEM": "7", "NONE": "23.67", "NONE2": "7.03",
         "TASK": "42"},
    ),
    "canteen and union": (
        {"base": "canteen_and_union"},
        {"OWN": "100.70", "OUT": "50.70", "REP": "20.70", "TASK": "42"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_confirmed_filing_makes_the_target_that_its_policy_asks_for(case):
    cells, expected = CASES[case]
    accept("units", *(unit(row["unit"]) for row in FILINGS))
    if cells:
        accept("policies", policy(2025, "450102", **cells))
    accept("filings", *FILINGS)
    county = Region.objects.get(code="450102")
    answer = progress.by_unit(county, 2025)
    targets = {row.code: row.figures.target for row in answer.rows}
    wanted = {row["unit"]: Decimal(expected.get(row["unit"], 0)) for row in FILINGS}
    assert targets == wanted
    assert progress.by_region(county, 2025).total.figures.target == sum(wanted.values())
