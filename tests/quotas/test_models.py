"""What the database refuses of policies, filings and canteen memberships, whoever writes."""

from itertools import permutations, product

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from organizations.models import BudgetUnit, Region
from quotas.models import Filing, Policy
from tests.builders import check_deferred, execute

pytestmark = pytest.mark.django_db

STATES = ("draft", "submitted", "endorsed", "confirmed", "returned")
LEGAL_MOVES = {
    ("draft", "submitted"),
    ("submitted", "endorsed"),
    ("submitted", "confirmed"),
    ("submitted", "returned"),
    ("endorsed", "submitted"),
    ("endorsed", "confirmed"),
    ("endorsed", "returned"),
    ("returned", "submitted"),
}


@pytest.fixture(autouse=True)
def units() -> dict[str, BudgetUnit]:
    county = Region.objects.get(code="450102")
    given = {"region": county, "level": "county", "kind": "government"}
    return {code: BudgetUnit.objects.create(code=code, name=code, **given) for code in "ABC"}


def filed(unit_code: str = "A", year: int = 2025, **values) -> Filing:
    given = {"state": "submitted", "canteen": "own", "base_amount": 1000, "ratio": 10} | values
    found = BudgetUnit.objects.get(code=unit_code)
    return Filing.objects.create(unit=found, year=year, **given, submitted_at=timezone.now())


def confirmed(**values) -> Filing:
    return filed(state="confirmed", taken_over=True, in_force=True, **values)


def standing(state: str) -> Filing:
    """A filing that came into its state by legal moves."""
    if state == "confirmed":
        return confirmed()
    filing = filed(state="draft" if state == "draft" else "submitted", return_reason="补充材料")
    if state in ("endorsed", "returned"):
        Filing.objects.update(state=state)
    return filing


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
def test_filing_makes_legal_moves_and_no_others(before, after):
    """A confirmed filing is never overwritten; a draft is never confirmed unsubmitted."""
    filing = standing(before)
    chosen = Filing.objects.filter(pk=filing.pk)
    if before == after or (before, after) in LEGAL_MOVES:
        chosen.update(state=after, in_force=after == "confirmed")
        return
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        chosen.update(state=after, in_force=False)
    assert chosen.get().state == before


@pytest.mark.parametrize(
    ("state", "taken_over", "legal"),
    [
        ("draft", False, True),
        ("submitted", False, True),
        ("endorsed", False, False),
        ("returned", False, False),
        ("confirmed", False, False),
        ("confirmed", True, True),
    ],
)
def test_filing_begins_as_draft_or_submitted_or_as_confirmed_elsewhere(state, taken_over, legal):
    if legal:
        filed(state=state, taken_over=taken_over)
        return
    with pytest.raises(ProgrammingError, match=f"cannot begin as {state}"):
        filed(state=state, taken_over=taken_over, return_reason="补充材料")


def test_filing_begins_as_confirmed_where_a_confirmed_one_stands():
    filed(state="confirmed", taken_over=True)
    assert filed(state="confirmed", version=2).state == "confirmed"


@pytest.mark.parametrize(
    "assignment",
    [
        "canteen = 'none', base_amount = 0, ratio = 0", "executor = '某公司'", "base_amount = 1001",
        "ratio = 11", "approval_document = '文'", "reserved_amount = 1", "union_amount = 1",
        "union_funds = 0", "assigned_amount = 0", "diners = 1", "contact = '张三'", "phone = '1'",
        "remark = '注'", "explanation = '说明'",
        "canteen = 'shared', base_amount = 0, ratio = 0, representative_id ="
        " (SELECT id FROM organizations_budgetunit WHERE code = 'B')",
    ],
)  # fmt: skip
def test_content_of_a_confirmed_filing_never_changes(assignment):
    confirmed()
    with pytest.raises(ProgrammingError, match="a confirmed filing is never overwritten"):
        execute(f"UPDATE quotas_filing SET {assignment}")


def test_confirmed_filing_is_never_deleted_and_may_give_way():
    confirmed()
    with pytest.raises(ProgrammingError, match="never overwritten"), transaction.atomic():
        Filing.objects.all().delete()
    assert Filing.objects.update(in_force=False) == 1
    confirmed(version=2)


@pytest.mark.parametrize("second", ["draft", "submitted"])
@pytest.mark.parametrize("first", ["draft", "submitted", "endorsed", "returned"])
def test_unit_has_one_open_filing_a_year(first, second):
    standing(first)
    with pytest.raises(IntegrityError, match="filing_one_open"), transaction.atomic():
        filed(state=second, version=2)
    filed("B", state=second)
    filed("A", 2026, state=second)


def test_unit_has_one_filing_in_force_a_year_and_an_amendment_beside_it():
    confirmed()
    with pytest.raises(IntegrityError, match="filing_one_in_force"), transaction.atomic():
        confirmed(version=2)
    filed(version=2)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("filing_in_force_is_confirmed", {"in_force": True}),
        ("filing_says_canteen", {"canteen": ""}),
        ("filing_without_canteen_reserves_nothing", {"canteen": "none"}),
        ("filing_numbers_in_range", {"base_amount": -1}),
        ("filing_numbers_in_range", {"ratio": 101}),
        ("filing_numbers_in_range", {"union_funds": -1}),
        ("filing_numbers_in_range", {"assigned_amount": -1}),
    ],
)
def test_filing_that_contradicts_itself_is_refused(constraint, values):
    with pytest.raises(IntegrityError, match=constraint):
        filed(**values)


@pytest.mark.parametrize(
    ("canteen", "representative", "refused"),
    [("shared", "B", False), ("own", "B", True), ("none", "B", True), ("shared", "A", True)],
)
def test_only_a_member_has_a_representative_and_it_is_another(
    units, canteen, representative, refused
):
    values = {"canteen": canteen, "representative": units[representative]}
    values |= {"base_amount": 0, "ratio": 0}
    if not refused:
        filed(**values)
        return
    with pytest.raises(IntegrityError, match="filing_only_members_have_representative"):
        filed(**values)


def test_returned_filing_has_a_reason():
    filing = filed()
    with pytest.raises(IntegrityError, match="filing_returned_has_reason"):
        Filing.objects.filter(pk=filing.pk).update(state="returned")


MEMBERSHIPS = [
    ("alone", ["AA"], True),
    ("member and representative", ["AA", "BA"], True),
    ("two members", ["AA", "BA", "CA"], True),
    ("representative that has none", ["BA"], False),
    ("chain", ["CB", "BA", "AA"], False),
    ("circle of two", ["AB", "BA"], False),
    ("circle of three", ["AB", "BC", "CA"], False),
]
ORDERED = [
    pytest.param(order, legal, id=f"{name} {' '.join(order)}")
    for name, rows, legal in MEMBERSHIPS
    for order in permutations(rows)
]


def membership(units: dict[str, BudgetUnit], pair: str) -> None:
    execute(
        "INSERT INTO quotas_canteenmembership (year, unit_id, representative_id)"
        " VALUES (2025, %s, %s)",
        units[pair[0]].pk,
        units[pair[1]].pk,
    )


@pytest.mark.parametrize(("order", "legal"), ORDERED)
def test_representative_represents_itself_whatever_the_order_of_writing(units, order, legal):
    for pair in order:
        membership(units, pair)
    if legal:
        check_deferred()
        return
    with pytest.raises(IntegrityError, match="membership_representative_represents_itself"):
        check_deferred()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quotas_canteenmembership SET representative_id = %(c)s WHERE unit_id = %(a)s",
        "UPDATE quotas_canteenmembership SET year = 2026 WHERE unit_id = %(a)s",
        "DELETE FROM quotas_canteenmembership WHERE unit_id = %(a)s",
    ],
)
def test_representative_of_others_neither_turns_member_nor_goes(units, change):
    for pair in ("AA", "BA", "CC"):
        membership(units, pair)
    ids = {code.lower(): found.pk for code, found in units.items()}
    with pytest.raises(IntegrityError, match="membership_representative_represents_itself"):
        execute(change % ids)
        check_deferred()


def test_unit_shares_one_canteen_a_year(units):
    membership(units, "AA")
    with pytest.raises(IntegrityError):
        membership(units, "AB")


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("policy_ratios_in_range", {"min_ratio": 101}),
        ("policy_ratios_in_range", {"encouraged_ratio": -1}),
        ("policy_ratios_in_range", {"union_funds_ratio": 101}),
        ("policy_encourages_at_least_the_minimum", {"min_ratio": 15, "encouraged_ratio": 14}),
        ("policy_union_funds_need_ratio", {"no_canteen_rule": "union_funds"}),
        ("policy_has_document", {"document_number": ""}),
    ],
)
def test_policy_that_contradicts_itself_is_refused(constraint, values):
    given = {"document_number": "文", "region": Region.objects.get(code="450000")} | values
    with pytest.raises(IntegrityError, match=constraint):
        Policy.objects.create(year=2025, **given)


def test_region_has_one_policy_a_year():
    given = {"document_number": "文", "region": Region.objects.get(code="450000")}
    Policy.objects.create(year=2025, **given)
    with pytest.raises(IntegrityError, match="policy_year_region"):
        Policy.objects.create(year=2025, **given)


def test_filing_knows_whether_it_is_zero():
    """A zero filing: no canteen, or a member."""
    assert [Filing(canteen=c).is_zero for c in ("own", "shared", "outsourced", "none")] == [
        False, False, False, True,
    ]  # fmt: skip
    assert Filing(canteen="shared", representative_id=1).is_zero
