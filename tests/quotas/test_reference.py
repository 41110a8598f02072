"""The reference data: divisions, counties and the published policies."""

from collections.abc import Iterator
from decimal import Decimal
from io import StringIO

import pytest
import tablib
from django.core.management import call_command
from django.utils import translation

from exchange import imports
from organizations.models import Region
from quotas.models import Policy
from quotas.reference import load_policies, published_completion
from quotas.resources import PolicyResource
from suppliers.models import DesignatedCounty


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def import_policy(update: bool = False, **cells: object) -> None:
    """A bureau's own row, through the ordinary import; cells by field."""
    headings = {column.field: column.heading for column in PolicyResource.columns()}
    dataset = tablib.Dataset(cells.values(), headers=[headings[field] for field in cells])
    result = imports.run_dataset(PolicyResource(), dataset, by=None, update=update)
    assert result.errors == []


def policy(year: int, code: str) -> Policy:
    return Policy.objects.get(year=year, region__code=code)


def seed() -> str:
    output = StringIO()
    call_command("seed_reference", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_seed_loads_divisions_counties_and_policies() -> None:
    words = seed()
    assert Region.objects.count() == 3213
    assert DesignatedCounty.objects.count() == 832
    assert Policy.objects.count() == 34
    assert words.startswith(
        "Regions: 3213; designated counties: 832.\nPublished policies: 34 created, 0 unchanged.\n"
    )


@pytest.mark.django_db
def test_second_seed_changes_nothing_and_says_so() -> None:
    seed()
    before = list(Policy.objects.order_by("pk").values())
    assert "Published policies: 0 created, 34 unchanged." in seed()
    assert list(Policy.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_counties_recoded_since_2019_keep_their_listed_codes() -> None:
    recoded = {
        county.listed_code: county.code
        for county in DesignatedCounty.objects.all()
        if county.listed_code != county.code
    }
    assert recoded == {
        "520221": "520204", "520522": "520581", "540422": "540481",
        "540530": "540581", "610928": "610981", "632321": "632301",
    }  # fmt: skip


@pytest.mark.django_db
def test_policy_changed_by_a_bureau_is_kept_and_remarked() -> None:
    load_policies()
    import_policy(update=True, year=2025, region="630000", min_ratio=18, document_number="青1号")
    load = load_policies()
    assert (load.created, load.unchanged) == (0, 33)
    assert [remark.text for remark in load.remarks if remark.region == "青海省"] == [
        "not loaded: a policy with other content stands and is kept"
    ]
    assert policy(2025, "630000").min_ratio == 18


@pytest.mark.django_db
def test_policy_below_a_bureaus_stricter_one_is_left_out_alone() -> None:
    import_policy(year=2025, region="650000", min_ratio=12, document_number="新财购〔2025〕2号")
    load = load_policies()
    reasons = [remark.text for remark in load.remarks if remark.region == "新疆博州"]
    assert load.created == 33
    assert len(reasons) == 1
    assert "would loosen what stands above it: 新财购〔2025〕2号" in reasons[0]
    assert not Policy.objects.filter(year=2025, region__code="652700").exists()
    assert policy(2025, "340000").min_ratio == 15


@pytest.mark.parametrize(
    ("row", "published", "computed", "verdict"),
    [
        ("NX-ALL", "22.8", "23.01", "differs"),
        ("NX-LV", "23.43", "23.43", "agrees"),
        ("NX-CC", "22.86", "22.86", "agrees"),
        ("XY-23H1", "36.92", "36.91", "differs"),
        ("GZ-22", "126.53", "126.53", "agrees"),
        ("GX-22H1", "35.83", "35.87", "agrees"),
        ("DC-24", "101.99", "101.99", "agrees"),
        ("JZ-25", "106.86", "106.96", "differs"),
        ("KZ-24", "111.84", "111.84", "agrees"),
        ("LA-24", "20.37", None, "cannot be checked"),
        ("LA-24-COUPON", "19.92", "19.92", "agrees"),
    ],
)
def test_published_rate_stands_beside_ours(
    row: str, published: str, computed: str | None, verdict: str
) -> None:
    found = next(record for record in published_completion() if record.id == row)
    ours = None if computed is None else Decimal(computed)
    assert (found.published_rate, found.computed_rate) == (Decimal(published), ours)
    assert found.verdict == verdict


def test_amount_in_hundred_millions_allows_a_range_of_rates() -> None:
    guangxi = next(record for record in published_completion() if record.id == "GX-22H1")
    assert guangxi.reserved and guangxi.rate_bounds
    assert guangxi.reserved.lowest == Decimal("235500000")
    assert guangxi.reserved.highest == Decimal("236500000")
    assert [round(rate, 2) for rate in guangxi.rate_bounds] == [Decimal("35.80"), Decimal("35.95")]
