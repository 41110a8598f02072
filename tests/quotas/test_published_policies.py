"""The published policies as they are loaded: ratios, days and bases, and what is left out."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from quotas.models import EffectivePolicy, Policy
from quotas.reference import load_policies

Remarks = dict[tuple[int, str], str]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Remarks]:
    """The published policies, loaded once around the tests, which undo what each of them does."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("en"):
        yield {(remark.year, remark.region): remark.text for remark in load_policies().remarks}
        transaction.set_rollback(True)


@pytest.fixture
def remarks(loaded: Remarks, db: None) -> Remarks:
    return loaded


def policy(year: int, code: str) -> Policy:
    return Policy.objects.get(year=year, region__code=code)


def in_force(year: int, code: str) -> EffectivePolicy:
    return EffectivePolicy.objects.get(year=year, region__code=code)


def test_rows_that_no_policy_can_express_are_remarked(remarks: Remarks) -> None:
    assert remarks == {
        (2020, "安阳市文峰区(河南)"): (
            "not loaded: its ratio is of canteen and welfare purchases together,"
            " and no base says that"
        ),
        (2025, "庄浪县(甘肃)"): (
            "not loaded: its ratio is of the county's own products,"
            " not of those of the 832 counties"
        ),
        (2023, "合肥高新区(安徽)"): ("not loaded: the region is not in the table of divisions"),
        (2020, "宁夏"): "not loaded: it gives neither a ratio nor a day",
        (2023, "许昌市"): (
            "loaded without its condition: canteens with a fiscal subsidy reserve 20 percent"
        ),
        (2021, "全国"): "its days, meant for local units, hold for central units too",
        (2022, "全国"): "its days, meant for local units, hold for central units too",
    }


def test_policies_have_the_published_ratios_and_bases(remarks: Remarks) -> None:
    expected = {
        (2021, "000000"): (10, None, "canteen"),
        (2025, "000000"): (10, 15, "canteen"),
        (2023, "120000"): (15, None, "farm_products"),
        (2023, "420000"): (15, None, "farm_products"),
        (2020, "431102"): (15, None, "farm_products"),
        (2023, "620700"): (15, None, "canteen_and_union"),
        (2023, "511722"): (10, None, "canteen_and_union"),
        (2023, "411000"): (10, None, "canteen"),
        (2025, "340700"): (15, 20, "canteen"),
        (2021, "320200"): (None, None, ""),
    }
    found = {key: policy(*key) for key in expected}
    assert expected == {
        key: (each.min_ratio, each.encouraged_ratio, each.base) for key, each in found.items()
    }


def test_units_without_canteen_owe_a_share_of_union_funds(remarks: Remarks) -> None:
    ruled = Policy.objects.exclude(no_canteen_rule="").order_by("year")
    assert list(
        ruled.values_list("year", "region__code", "no_canteen_rule", "union_funds_ratio")
    ) == [(2024, "653101", "union_funds", 20), (2025, "652700", "union_funds", 20)]


def test_ratio_and_days_of_one_document_make_one_row(remarks: Remarks) -> None:
    found = policy(2024, "510822")
    assert found.min_ratio == 30
    assert found.filing_opens == date(2024, 2, 1)
    assert found.filing_due == found.confirm_due == date(2024, 2, 20)
    assert found.document_number == "青财采〔2024〕1号"


def test_differing_documents_of_a_row_are_joined(remarks: Remarks) -> None:
    assert policy(2021, "000000").document_number == (
        "财库〔2021〕19号；财政部《关于组织地方预算单位做好2021年政府采购脱贫地区农副产品工作的通知》"
        "（2021-05-20）"
    )


def test_shenzhen_stands_beside_guangdong(remarks: Remarks) -> None:
    separate = Policy.objects.filter(separate=True).order_by("year")
    assert list(separate.values_list("year", "region__code")) == [
        (2023, "440300"),
        (2024, "440300"),
    ]
    assert in_force(2023, "440300").min_ratio == 20
    assert in_force(2023, "440100").min_ratio == 30


def test_earliest_days_and_highest_ratios_are_in_force(remarks: Remarks) -> None:
    jinzhai = in_force(2025, "341524")
    assert (jinzhai.min_ratio, jinzhai.encouraged_ratio) == (15, 20)
    assert jinzhai.filing_due == date(2025, 3, 31)
    assert jinzhai.confirm_due == date(2025, 3, 20)
    assert in_force(2025, "652700").filing_due == date(2025, 3, 21)
