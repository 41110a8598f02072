"""Departments endorse; and which act each state allows to whom."""

from itertools import product

import pytest

from organizations.models import BudgetUnit, Role, User
from quotas.choices import FilingState
from quotas.models import Filing
from quotas.proof import differences
from quotas.review import Decision, confirm, endorse, return_for_correction
from tests.builders import accept, own_canteen, person, unit

pytestmark = pytest.mark.django_db

STATES = ("draft", "submitted", "endorsed", "confirmed", "returned")
ACTS = {
    "endorse": endorse,
    "confirm": confirm,
    "return": lambda filings, by: return_for_correction(filings, reason="总额不准确", by=by),
}
#: What each act of a bureau or department makes of a filing; every other pair is refused.
BUREAU = {
    ("submitted", "confirm"): "confirmed",
    ("endorsed", "confirm"): "confirmed",
    ("submitted", "return"): "returned",
    ("endorsed", "return"): "returned",
}
DEPARTMENT = {("submitted", "endorse"): "endorsed", ("submitted", "return"): "returned"}


@pytest.fixture(autouse=True)
def units() -> None:
    """D above A (of another county) and B; N has no superior."""
    accept(
        "units", unit("D", "450100"), unit("A", "450102", parent="D"),
        unit("B", "450103", parent="D"), unit("N", "450102"),
    )  # fmt: skip


@pytest.fixture
def department() -> User:
    return person("department", Role.DEPARTMENT, unit="D")


@pytest.fixture
def bureau() -> User:
    return person("bureau", Role.BUREAU_REVIEWER, region="450102")


def standing(code: str, state: str) -> Filing:
    """A filing that came into its state by legal moves."""
    accept("filings", own_canteen(2025, code))
    filing = Filing.objects.filter(unit__code=code)
    if state == "draft":
        filing.delete()
        return Filing.objects.create(unit_id=unit_id(code), year=2025)
    if state == "confirmed":
        confirm(filing.values_list("pk", flat=True), by=None)
    elif state != "submitted":
        filing.update(state=state, return_reason="再看")
    return filing.get()


def unit_id(code: str) -> int:
    return BudgetUnit.objects.get(code=code).pk


def act(name: str, filing: Filing, by: User | None) -> Decision:
    (decision,) = ACTS[name]([filing.pk], by=by)
    return decision


@pytest.mark.parametrize("who", ["bureau", "department"])
@pytest.mark.parametrize(("state", "action"), list(product(STATES, ACTS)))
def test_each_state_allows_the_acts_of_the_table(request, who, state, action):
    filing = standing("A", state)
    allowed = BUREAU if who == "bureau" else DEPARTMENT
    decision = act(action, filing, request.getfixturevalue(who))
    filing.refresh_from_db()
    assert filing.state == allowed.get((state, action), state)
    assert (decision.refused == "") == ((state, action) in allowed)
    assert list(differences()) == []


def test_endorsing_says_who_and_when_until_new_content_comes(department):
    filing = standing("A", "submitted")
    act("endorse", filing, department)
    filing.refresh_from_db()
    assert (filing.endorsed_by, filing.endorsed_at is None) == (department, False)
    accept("filings", own_canteen(2025, "A", "2000"), update=True)
    filing.refresh_from_db()
    assert (filing.state, filing.endorsed_by, filing.endorsed_at) == ("submitted", None, None)


def test_confirmed_filing_still_says_who_endorsed_it(department, bureau):
    filing = standing("A", "submitted")
    act("endorse", filing, department)
    act("confirm", filing, bureau)
    filing.refresh_from_db()
    assert (filing.endorsed_by, filing.decided_by) == (department, bureau)


def test_department_endorses_below_itself_in_any_region_and_not_itself(department):
    filings = [standing(code, "submitted").pk for code in "ABDN"]
    decisions = endorse(filings, by=department)
    done = {d.filing.unit.code: d.refused == "" for d in decisions}
    assert done == {"A": True, "B": True, "D": False, "N": False}


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.BUREAU_REVIEWER, {"region": "450102"}),
        (Role.BUREAU_ADMINISTRATOR, {"region": "450100"}),
        (Role.AUDITOR, {"unit": "D"}),
        (Role.UNIT_CLERK, {"unit": "A"}),
        (Role.DEPARTMENT, {"unit": "A"}),
        (Role.DEPARTMENT, {"unit": "N"}),
    ],
)
def test_nobody_else_endorses(role, place):
    filing = standing("A", "submitted")
    assert act("endorse", filing, person("somebody", role, **place)).refused
    assert Filing.objects.get(pk=filing.pk).state == FilingState.SUBMITTED


def test_unit_without_a_superior_is_not_endorsed_even_by_the_system():
    assert act("endorse", standing("N", "submitted"), None).refused


def test_filing_that_nobody_endorsed_is_confirmed_all_the_same(bureau):
    filing = standing("A", "submitted")
    assert act("confirm", filing, bureau).refused == ""
    assert Filing.objects.get(pk=filing.pk).endorsed_at is None
