"""Half-typed filings: kept wherever nothing waits for a decision, and counting nowhere."""

from decimal import Decimal

import pytest

from organizations.models import BudgetUnit
from quotas import progress
from quotas.contents import Content, content_from
from quotas.models import CanteenMembership, Filing
from quotas.proof import differences
from quotas.review import confirm, discard_amendment, return_for_correction, save_draft
from tests.builders import accept, member, own_canteen, refusals, take, unit

pytestmark = pytest.mark.django_db

YEAR = 2025


@pytest.fixture(autouse=True)
def units() -> None:
    accept("units", unit("A"), unit("B"))


def typed(**values: object) -> Content:
    given = {"canteen": "own", "base_amount": Decimal(500), "ratio": Decimal(20)}
    return content_from(given | values, base="")


def keep(**values: object) -> Filing:
    return save_draft(BudgetUnit.objects.get(code="A"), YEAR, typed(**values), by=None)


def versions() -> list[tuple]:
    found = Filing.objects.filter(unit__code="A").order_by("version")
    return list(found.values_list("version", "state", "in_force", "base_amount"))


def target() -> Decimal:
    region = BudgetUnit.objects.get(code="A").region
    return progress.by_unit(region, YEAR).total.figures.target


def test_draft_over_a_confirmed_filing_is_an_amendment_that_counts_nowhere():
    accept("filings", own_canteen(YEAR, "A", state="confirmed"))
    kept = [keep(), keep(base_amount=Decimal(600))]
    assert kept[0] == kept[1]
    assert versions() == [
        (1, "confirmed", True, Decimal(1000)),
        (2, "draft", False, Decimal(600)),
    ]
    assert target() == Decimal(100)
    assert list(differences()) == []


def test_draft_of_an_amendment_goes_its_way_to_force():
    accept("filings", own_canteen(YEAR, "A", state="confirmed"))
    keep()
    accept("filings", own_canteen(YEAR, "A", base="700", explanation="减少"), update=True)
    confirm([Filing.objects.get(version=2).pk], by=None)
    assert versions()[1] == (2, "confirmed", True, Decimal(700))
    assert keep().version == 3


def test_returned_filing_keeps_the_new_text_its_reason_and_its_effect():
    accept("filings", own_canteen(YEAR, "B"), member(YEAR, "A", "B"))
    return_for_correction([Filing.objects.get(unit__code="A").pk], reason="不实", by=None)
    kept = keep()
    assert (kept.state, kept.return_reason, kept.version) == ("returned", "不实", 1)
    assert CanteenMembership.objects.get(unit__code="A").representative.code == "B"
    assert list(differences()) == []


def test_returned_member_that_is_typed_over_represents_nobody_yet():
    accept("units", unit("C"))
    accept("filings", own_canteen(YEAR, "B"), member(YEAR, "A", "B"))
    return_for_correction([Filing.objects.get(unit__code="A").pk], reason="不实", by=None)
    keep()
    assert refusals("filings", member(YEAR, "C", "A")) == [("representative", "rule")]


def test_returned_representative_that_is_typed_over_stays_one():
    accept("units", unit("C"))
    accept("filings", own_canteen(YEAR, "A"), member(YEAR, "B", "A"))
    return_for_correction([Filing.objects.get(unit__code="A").pk], reason="不实", by=None)
    save_draft(
        BudgetUnit.objects.get(code="A"), YEAR, content_from({"canteen": "none"}, base=""), by=None
    )
    accept("filings", member(YEAR, "C", "A"))
    assert list(differences()) == []


def test_returned_filing_always_says_its_canteen():
    accept("filings", own_canteen(YEAR, "A"))
    return_for_correction([Filing.objects.get().pk], reason="不实", by=None)
    assert keep(canteen="").canteen == "own"


@pytest.mark.parametrize("returned", [False, True])
@pytest.mark.parametrize(
    "values",
    [
        {"canteen": "none"},
        {"canteen": "shared", "representative": "B"},
        {"canteen": "own", "representative": "B"},
    ],
)
def test_what_does_not_go_together_is_kept_and_not_handed_in(values, returned):
    """A base beside no canteen: whoever is still typing mends it before it is handed in."""
    if returned:
        accept("filings", own_canteen(YEAR, "A"))
        return_for_correction([Filing.objects.get().pk], reason="不实", by=None)
    named = BudgetUnit.objects.filter(code=values.get("representative", "")).first()
    kept = keep(canteen=values["canteen"], representative_id=named and named.pk)
    assert (kept.canteen, kept.base_amount) == (values["canteen"], Decimal(500))
    assert list(differences()) == []
    row = {"year": YEAR, "unit": "A", "base_amount": "500", "ratio": "20"} | values
    assert accept("filings", row).counts == (0, 0, 1)
    refused = {code for _field, code in refusals("filings", row | {"state": "confirmed"})}
    assert refused & {"out_of_range", "rule"}


def test_unchanged_draft_stays_one_by_file():
    keep(base_amount=Decimal(1000), ratio=Decimal(10))
    assert accept("filings", own_canteen(YEAR, "A"), update=True).counts == (0, 0, 1)
    assert refusals("filings", own_canteen(YEAR, "A", ratio="11")) == [("ratio", "conflict")]
    assert take("filings", own_canteen(YEAR, "A", ratio="11"), update=True).counts == (0, 1, 0)


def test_only_the_draft_of_an_amendment_is_discarded():
    budget_unit = BudgetUnit.objects.get(code="A")
    keep()
    assert discard_amendment(budget_unit, YEAR, by=None) is False
    accept("filings", own_canteen(YEAR, "A", state="confirmed"), update=True)
    keep()
    assert discard_amendment(budget_unit, YEAR, by=None) is True
    assert versions() == [(1, "confirmed", True, Decimal(1000))]
    assert list(differences()) == []
