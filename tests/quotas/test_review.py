"""What a bureau decides: confirm, return, assign; each on its own region's filings alone."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import BudgetUnit, Role
from quotas import progress
from quotas.choices import FilingState
from quotas.contents import content_from, content_of
from quotas.models import CanteenMembership, EffectivePolicy, Filing
from quotas.proof import differences
from quotas.review import (
    assign_tasks,
    confirm,
    discard_amendment,
    return_for_correction,
    save_draft,
)
from tests.builders import accept, member, own_canteen, person, unit

pytestmark = pytest.mark.django_db

COUNTY = "450102"


@pytest.fixture(autouse=True)
def units() -> None:
    accept("units", unit("A", COUNTY), unit("B", COUNTY), unit("C", "450103"))


def filing(code: str, **values: object) -> Filing:
    return Filing.objects.get(unit__code=code, **values)


def targets() -> dict[str, Decimal]:
    region = BudgetUnit.objects.get(code="A").region
    return {row.code: row.figures.target for row in progress.by_unit(region, 2025).rows}


def test_confirming_puts_a_filing_in_force():
    accept("filings", own_canteen(2025, "A"), own_canteen(2025, "B"))
    decisions = confirm(Filing.objects.values_list("pk", flat=True), by=None)
    assert [decision.refused for decision in decisions] == ["", ""]
    confirmed = filing("A")
    assert (confirmed.state, confirmed.in_force, confirmed.taken_over) == ("confirmed", True, False)
    assert targets() == {"A": confirmed.reserved_amount, "B": filing("B").reserved_amount}


def test_amendment_takes_the_place_of_the_version_in_force_when_confirmed():
    accept("filings", own_canteen(2025, "A", state="confirmed"))
    accept("filings", own_canteen(2025, "A", base_amount="9000"), update=True)
    assert targets()["A"] == filing("A", version=1).reserved_amount
    confirm([filing("A", version=2).pk], by=None)
    versions = Filing.objects.values_list("version", "state", "in_force").order_by("version")
    assert list(versions) == [(1, "confirmed", False), (2, "confirmed", True)]
    assert targets()["A"] == filing("A", version=2).reserved_amount
    assert list(differences()) == []


def test_member_waits_for_its_representative():
    accept("filings", member(2025, "A", "B"))
    (decision,) = confirm([filing("A").pk], by=None)
    assert "B" in decision.refused
    assert filing("A").state == FilingState.SUBMITTED
    accept("filings", own_canteen(2025, "B"))
    decisions = confirm([filing("A").pk, filing("B").pk], by=None)
    assert [decision.refused for decision in decisions] == ["", ""]


def test_member_waits_for_a_representative_whose_draft_is_chosen_with_it():
    """What is refused beside it has not been handed in by being chosen."""
    accept("filings", member(2025, "A", "B"))
    b = BudgetUnit.objects.get(code="B")
    typed = content_from(
        {"canteen": "own", "base_amount": Decimal(1), "ratio": Decimal(1)}, base=""
    )
    draft = save_draft(b, 2025, typed, by=None)
    decisions = confirm([filing("A").pk, draft.pk], by=None)
    assert [decision.refused != "" for decision in decisions] == [True, True]
    assert "B" in decisions[0].refused
    assert filing("A").state == FilingState.SUBMITTED


def test_amendment_moves_the_membership_only_when_confirmed():
    accept("filings", own_canteen(2025, "A", state="confirmed"), own_canteen(2025, "B"))
    blank = {"base_amount": None, "ratio": None}
    accept("filings", member(2025, "A", "B", explanation="并入", **blank), update=True)
    assert CanteenMembership.objects.get(unit__code="A").representative.code == "A"
    confirm([filing("A", version=2).pk], by=None)
    assert CanteenMembership.objects.get(unit__code="A").representative.code == "B"
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.BUREAU_REVIEWER, {"region": COUNTY}, True),
        (Role.BUREAU_ADMINISTRATOR, {"region": COUNTY}, True),
        (Role.BUREAU_REVIEWER, {"region": "450100"}, False),  # a higher region reads
        (Role.BUREAU_REVIEWER, {"region": "450103"}, False),  # the neighbour county
        (Role.AUDITOR, {"region": COUNTY}, False),
        (Role.UNIT_CLERK, {"unit": "A"}, False),
    ],
)
def test_only_the_bureau_of_the_units_own_region_decides(role, place, may):
    accept("filings", own_canteen(2025, "A"), own_canteen(2025, "B"))
    user = person("somebody", role, **place)
    (confirmed,) = confirm([filing("A").pk], by=user)
    (returned,) = return_for_correction([filing("B").pk], reason="采购总额填报不准确", by=user)
    assert [confirmed.refused == "", returned.refused == ""] == [may, may]
    states = [filing("A").state, filing("B").state]
    assert states == (["confirmed", "returned"] if may else ["submitted", "submitted"])
    if may:
        assert filing("A").decided_by == user


def test_returned_filing_says_why_and_is_not_filed_until_it_comes_back():
    accept("filings", own_canteen(2025, "A"))
    return_for_correction([filing("A").pk], reason=" 预留比例不达标 ", by=None)
    returned = filing("A")
    assert (returned.state, returned.return_reason) == ("returned", "预留比例不达标")
    row = progress.by_unit(returned.unit.region, 2025).rows[0].figures
    assert (row.filed, row.not_filed) == (0, 1)
    accept("filings", own_canteen(2025, "A", ratio="20"), update=True)
    again = filing("A")
    assert (again.state, again.return_reason, again.version) == ("submitted", "", 1)


def test_return_needs_a_reason():
    with pytest.raises(ValueError, match="reason"):
        return_for_correction([], reason="  ", by=None)


def test_filing_that_is_decided_is_not_decided_again():
    accept("filings", own_canteen(2025, "A", state="confirmed"))
    (again,) = confirm([filing("A").pk], by=None)
    (returned,) = return_for_correction([filing("A").pk], reason="再看", by=None)
    assert again.refused and returned.refused
    assert filing("A").state == FilingState.CONFIRMED


def test_task_amends_what_is_in_force_and_waits_in_a_draft_where_nothing_is():
    accept("filings", own_canteen(2025, "A", state="confirmed"), own_canteen(2025, "B"))
    amounts = {u.pk: Decimal("777.77") for u in BudgetUnit.objects.all()}
    decisions = assign_tasks(2025, amounts, by=None)
    assert [decision.refused for decision in decisions] == ["", "", ""]
    assert (filing("A", in_force=True).version, targets()["A"]) == (2, Decimal("777.77"))
    assert (filing("B").state, filing("B").assigned_amount) == ("submitted", Decimal("777.77"))
    assert (filing("C").state, filing("C").assigned_amount) == ("draft", Decimal("777.77"))
    assert list(differences()) == []


def test_task_of_another_region_is_refused():
    user = person("reviewer", Role.BUREAU_REVIEWER, region=COUNTY)
    (decision,) = assign_tasks(2025, {BudgetUnit.objects.get(code="C").pk: Decimal(1)}, by=user)
    assert decision.refused
    assert not Filing.objects.exists()


def test_task_that_stands_makes_no_new_version():
    accept("filings", own_canteen(2025, "A", state="confirmed"))
    amounts = {BudgetUnit.objects.get(code="A").pk: Decimal("777.77")}
    assign_tasks(2025, amounts, by=None)
    assign_tasks(2025, amounts, by=None)
    assert Filing.objects.count() == 2


@pytest.mark.parametrize("is_returned", [False, True])
def test_task_acts_at_once_beside_an_amendment_that_stays_open(is_returned: bool):
    accept("filings", own_canteen(2025, "A", state="confirmed"))
    confirmed = filing("A")
    if is_returned:
        accept("filings", own_canteen(2025, "A", ratio="20"), update=True)
        return_for_correction([filing("A", in_force=False).pk], reason="核对", by=None)
    else:
        save_draft(confirmed.unit, 2025, content_of(confirmed), by=None)
    for _twice in range(2):
        [decision] = assign_tasks(2025, {confirmed.unit_id: Decimal(500)}, by=None)
        assert decision.refused == ""
    versions = Filing.objects.order_by("version").values_list(
        "state", "in_force", "assigned_amount"
    )
    open_state = "returned" if is_returned else "draft"
    assert list(versions) == [
        ("confirmed", False, None), ("confirmed", True, 500), (open_state, False, 500),
    ]  # fmt: skip
    assert targets()["A"] == 500
    assert list(differences()) == []


def test_task_stays_when_the_amendment_beside_it_is_thrown_away():
    accept("filings", own_canteen(2025, "A", state="confirmed"))
    confirmed = filing("A")
    save_draft(confirmed.unit, 2025, content_of(confirmed), by=None)
    assign_tasks(2025, {confirmed.unit_id: Decimal(500)}, by=None)
    assert discard_amendment(confirmed.unit, 2025, by=None) is True
    assert (filing("A", in_force=True).version, targets()["A"]) == (2, 500)


def test_task_of_a_closed_unit_or_an_enterprise_is_refused():
    accept(
        "units",
        unit("E", COUNTY, kind="state_enterprise"),
        unit("Z", COUNTY, closed_on="2024-12-31"),
    )
    amounts = {u.pk: Decimal(1) for u in BudgetUnit.objects.filter(code__in="EZ")}
    decisions = assign_tasks(2025, amounts, by=None)
    assert [bool(decision.refused) for decision in decisions] == [True, True]
    assert not Filing.objects.exists()


def test_tasks_take_the_same_statements_whatever_the_number_of_units():
    accept("filings", own_canteen(2025, "A", state="confirmed"), own_canteen(2025, "B"))
    three = {u.pk: Decimal(1) for u in BudgetUnit.objects.filter(code__in="ABC")}
    with CaptureQueriesContext(connection) as few:
        assign_tasks(2025, three, by=None)
    codes = [f"X{number}" for number in range(60)]
    accept("units", *(unit(code, COUNTY) for code in codes))
    accept("filings", *(own_canteen(2025, code, state="confirmed") for code in codes[:20]))
    accept("filings", *(own_canteen(2025, code) for code in codes[20:40]))
    everybody = {u.pk: Decimal(2) for u in BudgetUnit.objects.all()}
    with CaptureQueriesContext(connection) as many:
        decisions = assign_tasks(2025, everybody, by=None)
    assert [decision.refused for decision in decisions] == [""] * 63
    assert len(many) == len(few)
    assert list(differences()) == []


def test_draft_is_kept_and_counts_nowhere():
    budget_unit = BudgetUnit.objects.get(code="A")
    entered = {"canteen": "own", "base_amount": Decimal(1000), "ratio": Decimal(15)}
    draft = save_draft(budget_unit, 2025, content_from(entered, base=""), by=None)
    again = save_draft(
        budget_unit, 2025, content_from(entered | {"contact": "王芳"}, base=""), by=None
    )
    assert (again.pk, again.state, again.contact) == (draft.pk, "draft", "王芳")
    assert progress.by_unit(budget_unit.region, 2025).rows[0].figures.filed == 0
    assert not EffectivePolicy.objects.exists()


def test_draft_does_not_replace_what_was_handed_in():
    accept("filings", own_canteen(2025, "A"))
    with pytest.raises(PermissionDenied):
        save_draft(
            BudgetUnit.objects.get(code="A"), 2025, content_from({"canteen": "none"}, base=""),
            by=None,
        )  # fmt: skip
