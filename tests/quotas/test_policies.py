"""Policies by file, and the effective policy of every region from them."""

from datetime import date
from decimal import Decimal

import pytest

from exchange import imports
from exchange.resources import resource_of
from organizations.models import Region, Role
from quotas.models import EffectivePolicy, Policy
from tests.builders import accept, person, policy, refusals, take
from tests.contract.test_against_oracle import write_csv

pytestmark = pytest.mark.django_db

COUNTRY, PROVINCE, CITY, COUNTY, NEIGHBOUR = "000000", "450000", "450100", "450102", "450103"


def effective(code: str, year: int = 2025) -> EffectivePolicy | None:
    return EffectivePolicy.objects.filter(region__code=code, year=year).first()


def ratio(code: str) -> Decimal | None:
    found = effective(code)
    return found and found.min_ratio


def test_year_without_any_row_is_legal_and_has_no_floor():
    assert effective(COUNTY) is None


def test_row_is_in_force_at_once_everywhere_below_and_nowhere_else():
    accept("policies", policy(2025, COUNTRY, min_ratio="10"), policy(2025, PROVINCE, basis="paid"))
    accept("policies", policy(2025, CITY, min_ratio="15.5", checkpoints="06-30:50"))
    raised = Decimal("15.5")
    assert [ratio(code) for code in (COUNTRY, PROVINCE, CITY, COUNTY)] == [10, 10, raised, raised]
    assert ratio("440300") == 10
    assert effective(COUNTY).basis == "paid"
    assert effective(COUNTY).checkpoints == [["06-30", "50"]]
    assert effective("440300").basis == ""
    assert effective(COUNTY, 2026) is None
    assert EffectivePolicy.objects.filter(year=2025).count() == Region.objects.count()


def test_effective_policy_names_the_source_of_each_value():
    accept("policies", policy(2025, PROVINCE, min_ratio="10"), policy(2025, CITY, basis="paid"))
    ids = dict(Policy.objects.values_list("region__code", "pk"))
    assert effective(COUNTY).sources == {"min_ratio": ids[PROVINCE], "basis": ids[CITY]}


def test_same_file_again_changes_nothing_and_says_so():
    rows = [
        policy(
            2025, PROVINCE, min_ratio="10", union_in_target="true", checkpoints="9-30:75;6-30:50"
        ),
        policy(2025, CITY, separate="false", filing_due="2025-03-31", no_canteen_rule="none"),
    ]
    assert accept("policies", *rows).counts == (2, 0, 0)
    assert accept("policies", *rows).counts == (0, 0, 2)
    assert accept("policies", *rows, update=True).counts == (0, 0, 2)


def test_other_content_without_update_is_a_conflict_and_changes_nothing():
    accept("policies", policy(2025, PROVINCE, min_ratio="10"))
    row = policy(2025, PROVINCE, min_ratio="12", checkpoints="06-30:50")
    found = take("policies", policy(2026, PROVINCE), row)
    assert found.errors == [(3, "min_ratio", "conflict"), (3, "checkpoints", "conflict")]
    assert (Policy.objects.count(), ratio(COUNTY)) == (1, 10)


def test_update_clears_what_is_blank_and_leaves_what_is_absent():
    accept("policies", policy(2025, PROVINCE, min_ratio="10", basis="paid", base="farm_products"))
    assert accept(
        "policies", policy(2025, PROVINCE, min_ratio=None, base=None), update=True
    ).counts == (0, 1, 0)
    found = effective(COUNTY)
    assert (found.min_ratio, found.base, found.basis) == (None, "", "paid")


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"region": "999999"}, ("region", "unknown_code")),
        ({"min_ratio": "15", "encouraged_ratio": "14"}, ("encouraged_ratio", "out_of_range")),
        ({"no_canteen_rule": "union_funds"}, ("union_funds_ratio", "required")),
        ({"checkpoints": "06-31:50"}, ("checkpoints", "bad_date")),
        ({"checkpoints": "06-30:150"}, ("checkpoints", "out_of_range")),
        (
            {"filing_opens": "2025-03-01", "filing_due": "2025-02-28"},
            ("filing_due", "out_of_range"),
        ),
        (
            {"filing_opens": "2025-03-01", "confirm_due": "2025-02-28"},
            ("confirm_due", "out_of_range"),
        ),
        (
            {"filing_due": "2025-03-31", "confirm_due": "2025-03-30"},
            ("confirm_due", "out_of_range"),
        ),
        ({"min_ratio": "9.9999"}, ("min_ratio", "rule")),
        ({"encouraged_ratio": "29"}, ("encouraged_ratio", "rule")),
        ({"no_canteen_rule": "none"}, ("no_canteen_rule", "rule")),
        ({"amount_floor": "none"}, ("amount_floor", "rule")),
        ({"base": "canteen_and_union", "union_in_target": "true"}, ("union_in_target", "rule")),
        ({"base": "canteen_and_union"}, ("base", "rule")),
    ],
)
def test_row_that_breaks_a_rule_or_loosens_is_refused(cells, error):
    """Below a province that asks for 10 %, encourages 30 %, and counts the union in targets."""
    accept("policies", policy(
        2025, PROVINCE, min_ratio="10", encouraged_ratio="30", no_canteen_rule="union_demand",
        amount_floor="last_reserved", union_in_target="true",
    ))  # fmt: skip
    assert refusals("policies", policy(2025, CITY) | cells) == [error]
    assert Policy.objects.count() == 1


def test_days_of_one_row_may_be_equal():
    day = "2025-03-31"
    accept("policies", policy(2025, PROVINCE, filing_opens=day, filing_due=day, confirm_due=day))
    assert effective(COUNTY).confirm_due == date(2025, 3, 31)


def test_refusal_names_the_document_that_would_be_broken():
    accept("policies", policy(2025, PROVINCE, min_ratio="10", document_number="财库2021-19号"))
    (message,) = take("policies", policy(2025, COUNTY, min_ratio="9")).messages
    assert "财库2021-19号" in message
    assert "10" in message


def test_stricter_row_over_a_looser_one_is_refused_naming_it_unless_the_file_raises_it():
    accept("policies", policy(2025, CITY, min_ratio="12", document_number="南财2025-1号"))
    stricter = policy(2025, PROVINCE, min_ratio="15")
    found = take("policies", stricter)
    assert found.errors == [(2, "min_ratio", "rule")]
    assert "南财2025-1号" in found.messages[0]
    raised = policy(2025, CITY, min_ratio="15", document_number="南财2025-1号")
    accept("policies", stricter, raised, update=True)
    assert ratio(COUNTY) == 15


def test_stricter_row_names_every_looser_one_below_it():
    accept(
        "policies",
        policy(2025, CITY, min_ratio="12", document_number="南财2025-1号"),
        policy(2025, NEIGHBOUR, min_ratio="13.5", document_number="兴财2025-2号"),
        policy(2025, COUNTY, min_ratio="16", document_number="青财2025-3号"),
    )
    found = take("policies", policy(2025, PROVINCE, min_ratio="15"))
    assert found.errors == [(2, "min_ratio", "rule")]
    (message,) = found.messages
    named = ["南财2025-1号", "12 %", "兴财2025-2号", "13.5 %", "青财2025-3号"]
    assert [word in message for word in named] == [True, True, True, True, False]


def test_every_error_is_listed_also_of_a_row_without_a_good_key(tmp_path):
    """Of an unknown region, of no year, of the same key a second time."""
    headings = ("年度", "行政区划代码", "进度节点", "文号")
    rows = [
        ("2025", "999999", "abc", "文"), ("", "999999", "abc", "文"), ("2026", CITY, "", "文"),
        ("2026", CITY, "06-30", "文"),
    ]  # fmt: skip
    path = write_csv(tmp_path / "p.csv", [dict(zip(headings, row, strict=True)) for row in rows])
    found = imports.run(resource_of("policies"), path, path.name, by=None)
    assert [(error.row, error.column, error.code) for error in found.errors] == [
        (2, "行政区划代码", "unknown_code"), (2, "进度节点", "bad_date"), (3, "年度", "required"),
        (3, "行政区划代码", "unknown_code"), (3, "进度节点", "bad_date"),
        (5, "行政区划代码", "duplicate"), (5, "进度节点", "bad_number"),
    ]  # fmt: skip


def test_separate_city_answers_to_the_country():
    accept(
        "policies",
        policy(2025, COUNTRY, min_ratio="10"),
        policy(2025, PROVINCE, min_ratio="20"),
        policy(2025, CITY, min_ratio="12", separate="true"),
        policy(2025, COUNTY, min_ratio="13"),
    )
    assert [ratio(code) for code in (PROVINCE, CITY, COUNTY, NEIGHBOUR)] == [20, 12, 13, 12]


def test_city_that_stops_being_separate_brings_its_counties_under_the_province():
    """The county's 13 % would loosen the province's 20 %, so the city's row is refused."""
    accept(
        "policies",
        policy(2025, PROVINCE, min_ratio="20"),
        policy(2025, CITY, separate="true"),
        policy(2025, COUNTY, min_ratio="13"),
    )
    back = policy(2025, CITY, separate="false")
    assert [code for _, code in refusals("policies", back, update=True)] == ["rule"]


def test_value_that_is_withdrawn_may_not_uncover_a_contradiction_below():
    """The city's own base shields its county from counting the union twice."""
    accept(
        "policies",
        policy(2025, PROVINCE, base="canteen_and_union"),
        policy(2025, CITY, base="canteen"),
        policy(2025, COUNTY, union_in_target="true"),
    )
    withdrawn = policy(2025, CITY, base=None)
    assert [code for _, code in refusals("policies", withdrawn, update=True)] == ["rule"]


def test_county_answers_to_the_region_that_is_its_finance_parent():
    """Merging runs along the finance parent: 省直管县 answer to the province in money matters."""
    county = Region.objects.get(code=COUNTY)
    county.finance_parent = Region.objects.get(code=PROVINCE)
    county.path = f"{COUNTRY}/{PROVINCE}/{COUNTY}/"
    county.save()
    accept("policies", policy(2025, PROVINCE, min_ratio="10"), policy(2025, CITY, min_ratio="15"))
    assert [ratio(code) for code in (COUNTY, NEIGHBOUR)] == [10, 15]


@pytest.mark.parametrize(
    ("region", "errors"),
    [(CITY, []), (COUNTY, [("region", "unknown_code")]), ("440000", [("region", "unknown_code")])],
)
def test_policy_of_a_region_outside_the_scope_is_refused(region, errors):
    sender = person("sender", Role.BUREAU_ADMINISTRATOR, region=region)
    assert refusals("policies", policy(2025, CITY, min_ratio="12"), by=sender) == errors


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BUREAU_REVIEWER])
def test_who_reads_a_region_does_not_set_its_policy(role):
    """The administrator of a county who only reads its province sets the county's policy alone."""
    sender = person("sender", Role.BUREAU_ADMINISTRATOR, region=COUNTY)
    sender.memberships.create(role=role, region=Region.objects.get(code=PROVINCE))
    found = take("policies", policy(2025, PROVINCE), policy(2025, COUNTY), by=sender)
    assert found.errors == [(2, "region", "unknown_code")]
