"""Filings by file: what stands, what moves, who may (section 2 of the contract, filings)."""

from decimal import Decimal

import pytest
import time_machine

from exchange import imports
from exchange.resources import resource_of
from organizations.models import BudgetUnit, Role
from quotas import progress
from quotas.contents import content_from
from quotas.models import Filing
from quotas.proof import differences
from quotas.review import save_draft
from tests.builders import (
    accept,
    filing,
    member,
    own_canteen,
    person,
    policy,
    purchase,
    refusals,
    supplier,
    take,
    unit,
)
from tests.contract.test_against_oracle import write_csv

pytestmark = pytest.mark.django_db

CONFIRMED = {"state": "confirmed"}


@pytest.fixture(autouse=True)
def units() -> None:
    accept("units", unit("A"), unit("B"), unit("E", kind="state_enterprise"))


def versions(unit_code: str = "A", year: int = 2025) -> list[tuple]:
    """(version, state, in force, base amount) of each version of a filing."""
    found = Filing.objects.filter(unit__code=unit_code, year=year).order_by("version")
    return list(found.values_list("version", "state", "in_force", "base_amount"))


def move(state: str) -> None:
    """Bring the open filing into a state that only people give it."""
    Filing.objects.exclude(state="confirmed").update(state=state, return_reason="补充材料")


def base_in_figures(year: int = 2025) -> Decimal:
    filed = Filing.objects.select_related("unit__region").first()
    return progress.by_unit(filed.unit.region, year).total.figures.base_amount


def test_same_file_again_changes_nothing_and_says_so():
    rows = [own_canteen(2025, "A", phone="1"), filing(2025, "B", "none", **CONFIRMED)]
    assert accept("filings", *rows).counts == (2, 0, 0)
    assert accept("filings", *rows).counts == (0, 0, 2)
    assert accept("filings", *rows, update=True).counts == (0, 0, 2)
    assert versions("A") == [(1, "submitted", False, Decimal(1000))]
    assert versions("B") == [(1, "confirmed", True, Decimal(0))]


def test_other_content_without_update_is_a_conflict_and_changes_nothing():
    accept("filings", own_canteen(2025, "A"), own_canteen(2025, "B", **CONFIRMED))
    rows = [own_canteen(2025, "A", phone="1"), own_canteen(2025, "B", "1001")]
    conflicts = [(2, "phone"), (3, "base_amount")]
    assert take("filings", *rows).errors == [(*place, "conflict") for place in conflicts]
    assert versions("B") == [(1, "confirmed", True, Decimal(1000))]
    given = own_canteen(2025, "B", "1001", reserved_amount="100.10")
    conflicts = [("base_amount", "conflict"), ("reserved_amount", "conflict")]
    assert refusals("filings", given) == conflicts


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"食堂情况": "大食堂", "代表单位编码": "B"}, ("canteen", "bad_choice")),
        ({"预留比例(%)": "5", "下达任务金额(元)": "abc"}, ("assigned_amount", "bad_number")),
        ({"食堂食材采购总额(元)": "abc"}, ("base_amount", "bad_number")),
        ({"预留金额(元)": "abc"}, ("reserved_amount", "bad_number")),
        ({"工会预计采购金额(元)": "abc", "预留金额(元)": "7"}, ("union_amount", "bad_number")),
        (
            {"食堂情况": "共用", "代表单位编码": "1.2E+19", "预留金额(元)": "0",
             "食堂食材采购总额(元)": "", "预留比例(%)": ""},
            ("representative", "numeric_key"),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("standing", [False, True])
def test_what_depends_on_a_wrong_cell_is_not_judged(typed, wrong, standing, tmp_path):
    """Neither the rules that it is part of, nor a reserve that follows from it."""
    accept("policies", policy(2025, "450102", min_ratio="10"))
    accept("filings", own_canteen(2024, "A", "9000", **CONFIRMED))
    if standing:
        accept("filings", own_canteen(2025, "A", explanation="减少"))
    row = {"年度": "2025", "单位编码": "A", "食堂情况": "自有", "食堂食材采购总额(元)": "1000",
           "预留比例(%)": "10"} | typed  # fmt: skip
    if "reserved_amount" not in wrong and "union_amount" not in wrong:
        row["情况说明"] = "减少"
    path = write_csv(tmp_path / "filings.csv", [row])
    found = imports.run(resource_of("filings"), path, path.name, by=None, update=True)
    fields = {column.heading: column.field for column in resource_of("filings").columns()}
    assert [(fields[error.column], error.code) for error in found.errors] == [wrong]


def test_every_error_is_listed_also_of_a_row_without_a_good_key(tmp_path):
    """Of an unknown unit, of no year or unit, of the same key a second time."""
    headings = ("年度", "单位编码", "食堂情况", "代表单位编码")
    rows = [
        ("2025", "X1", "共用", "X2"), ("", "X1", "共用", "X2"), ("2025", "", "共用", "X2"),
        ("2025", "A", "无", ""), ("2025", "A", "共用", "X2"),
    ]  # fmt: skip
    path = write_csv(tmp_path / "f.csv", [dict(zip(headings, row, strict=True)) for row in rows])
    found = imports.run(resource_of("filings"), path, path.name, by=None)
    assert [(error.row, error.column, error.code) for error in found.errors] == [
        (2, "单位编码", "unknown_code"), (2, "代表单位编码", "unknown_code"),
        (3, "年度", "required"), (3, "单位编码", "unknown_code"),
        (3, "代表单位编码", "unknown_code"),
        (4, "单位编码", "required"), (4, "代表单位编码", "unknown_code"),
        (6, "单位编码", "duplicate"), (6, "代表单位编码", "unknown_code"),
    ]  # fmt: skip


def test_update_of_a_waiting_filing_changes_it_in_place():
    accept("filings", own_canteen(2025, "A", phone="1", contact="张三"))
    changed = own_canteen(2025, "A", "2000", phone=None)
    assert accept("filings", changed, update=True).counts == (0, 1, 0)
    assert versions() == [(1, "submitted", False, Decimal(2000))]
    stands = Filing.objects.get()
    assert (stands.phone, stands.contact, stands.reserved_amount) == ("", "张三", 200)


def test_update_of_a_confirmed_filing_opens_an_amendment():
    """A confirmed filing is never overwritten; figures use it until the amendment is confirmed."""
    accept("filings", own_canteen(2025, "A", **CONFIRMED))
    assert accept("filings", own_canteen(2025, "A", "2000"), update=True).counts == (0, 1, 0)
    amended = [(1, "confirmed", True, Decimal(1000)), (2, "submitted", False, Decimal(2000))]
    assert versions() == amended
    assert base_in_figures() == 1000
    assert accept("filings", own_canteen(2025, "A", "2000")).counts == (0, 0, 1)
    assert accept("filings", own_canteen(2025, "A", "3000"), update=True).counts == (0, 1, 0)
    assert versions()[1] == (2, "submitted", False, Decimal(3000))
    assert accept("filings", own_canteen(2025, "A", "3000", **CONFIRMED)).counts == (0, 1, 0)
    assert versions() == [
        (1, "confirmed", False, Decimal(1000)), (2, "confirmed", True, Decimal(3000)),
    ]  # fmt: skip
    assert base_in_figures() == 3000
    assert list(differences()) == []


def test_confirmed_update_replaces_the_version_in_force_at_once():
    accept("filings", own_canteen(2025, "A", **CONFIRMED))
    accept("filings", own_canteen(2025, "A", "2000", **CONFIRMED), update=True)
    assert versions() == [
        (1, "confirmed", False, Decimal(1000)), (2, "confirmed", True, Decimal(2000)),
    ]  # fmt: skip
    assert list(differences()) == []


@pytest.mark.parametrize("state", ["submitted", "endorsed", "returned"])
@pytest.mark.parametrize("typed", [None, "submitted"])
def test_submitted_or_blank_never_moves_a_filing_whose_content_is_unchanged(state, typed):
    accept("filings", own_canteen(2025, "A"))
    move(state)
    accept("filings", own_canteen(2025, "A", state=typed), update=True)
    assert versions()[0][1] == state


@pytest.mark.parametrize("state", ["submitted", "endorsed", "returned"])
def test_confirmation_made_elsewhere_is_taken_over_without_update(state):
    accept("filings", own_canteen(2025, "A"))
    move(state)
    assert accept("filings", own_canteen(2025, "A", **CONFIRMED)).counts == (0, 1, 0)
    stands = Filing.objects.get()
    assert (stands.state, stands.in_force, stands.taken_over) == ("confirmed", True, True)
    assert stands.decided_at
    assert list(differences()) == []


def test_draft_is_left_as_it_is_until_its_content_changes():
    Filing.objects.create(
        year=2025, unit=BudgetUnit.objects.get(code="A"), canteen="own", base_amount=1000, ratio=10,
        reserved_amount=100,
    )  # fmt: skip
    assert accept("filings", own_canteen(2025, "A")).counts == (0, 0, 1)
    assert versions()[0][1] == "draft"
    assert refusals("filings", own_canteen(2025, "A", phone="1")) == [("phone", "conflict")]
    accept("filings", own_canteen(2025, "A", phone="1"), update=True)
    assert versions()[0][1] == "submitted"


@pytest.mark.parametrize("returned", [False, True])
def test_confirmation_of_what_was_only_kept_is_held_to_the_rules(returned):
    """Nobody has looked at a draft, nor at what was typed over a returned filing."""
    accept("policies", policy(2025, "450102", min_ratio="10"))
    if returned:
        accept("filings", own_canteen(2025, "A", "2000"))
        move("returned")
    typed = {"canteen": "own", "base_amount": Decimal(1000), "ratio": Decimal(1)}
    save_draft(BudgetUnit.objects.get(code="A"), 2025, content_from(typed, base=""), by=None)
    low = own_canteen(2025, "A", ratio="1")
    assert refusals("filings", low | CONFIRMED) == [("ratio", "rule")]
    assert accept("filings", low).counts == (0, 0, 1)
    typed["ratio"] = Decimal(10)
    save_draft(BudgetUnit.objects.get(code="A"), 2025, content_from(typed, base=""), by=None)
    assert accept("filings", own_canteen(2025, "A", **CONFIRMED)).counts == (0, 1, 0)
    assert versions() == [(1, "confirmed", True, Decimal(1000))]
    assert Filing.objects.get().taken_over
    assert list(differences()) == []


@pytest.mark.parametrize("state", ["endorsed", "returned"])
def test_changed_content_begins_the_review_again_and_needs_an_update(state):
    accept("filings", own_canteen(2025, "A"))
    move(state)
    changed = own_canteen(2025, "A", remark="改")
    assert refusals("filings", changed) == [("remark", "conflict")]
    accept("filings", changed, update=True)
    stands = Filing.objects.get()
    assert (stands.state, stands.return_reason, stands.remark) == ("submitted", "", "改")


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (own_canteen(2025, "NOBODY"), ("unit", "unknown_code")),
        (own_canteen(2025, "E"), ("unit", "rule")),
        (own_canteen(2025, "A", reserved_amount="99"), ("reserved_amount", "rule")),
        (own_canteen(2025, "A", ratio="9"), ("ratio", "rule")),
        (filing(2025, "A", "outsourced", base_amount="1", ratio="10"), ("executor", "required")),
        (member(2025, "A", "NOBODY"), ("representative", "unknown_code")),
    ],
)
def test_row_that_breaks_a_rule_is_refused_with_its_whole_file(row, error):
    accept("policies", policy(2025, "450102", min_ratio="10"))
    assert refusals("filings", own_canteen(2025, "B"), row) == [error]
    assert not Filing.objects.exists()


@pytest.mark.parametrize("explanation", [None, "人数减少"])
@pytest.mark.parametrize("together", [True, False])
def test_fall_below_last_years_confirmed_filing_is_explained(together, explanation):
    """Whether last year was confirmed by an earlier file or by an earlier row of this one."""
    last = own_canteen(2024, "A", **CONFIRMED)
    now = own_canteen(2025, "A", "900", explanation=explanation)
    if not together:
        accept("filings", last)
    found = refusals("filings", *([now, last] if together else [now]))
    assert found == ([] if explanation else [("explanation", "required")])


def test_last_year_that_is_not_confirmed_is_no_measure():
    accept("filings", own_canteen(2024, "A"))
    accept("filings", own_canteen(2025, "A", "900"))


@pytest.mark.parametrize(
    ("basis", "base", "errors"),
    [
        ("ordered", "700", []),
        ("ordered", "699", [("explanation", "required")]),
        ("paid", "500", []),
        ("paid", "499", [("explanation", "required")]),
        (None, "0", []),
    ],
)
def test_last_years_purchases_are_the_floor_on_the_policys_basis(basis, base, errors):
    """70 yuan ordered, 50 paid, nothing completed; the ratio is 10 %."""
    accept("suppliers", supplier("S"))
    accept(
        "purchases",
        purchase("1", ordered_at="2024-03-10", refunded="30"),
        purchase("2", "A", amount="50", ordered_at="2023-12-31", paid_at="2024-01-01"),
        purchase("3", "A", ordered_at="2024-03-10", channel="offline"),
    )
    accept("policies", policy(2025, "450102", amount_floor="last_purchased", basis=basis))
    assert refusals("filings", own_canteen(2025, "A", base)) == errors


def test_new_ratio_does_not_judge_what_stands_and_judges_what_changes():
    accept("filings", own_canteen(2025, "A"))
    accept("policies", policy(2025, "450102", min_ratio="15"))
    assert accept("filings", own_canteen(2025, "A", **CONFIRMED)).counts == (0, 1, 0)
    changed = own_canteen(2025, "A", "2000")
    assert refusals("filings", changed, update=True) == [("ratio", "rule")]


def test_blank_reserve_follows_a_new_base_once_something_else_changes():
    """A reserve that is not given is no error of the sender's: it is computed."""
    accept("filings", own_canteen(2025, "A", union_amount="500"))
    accept("policies", policy(2025, "450102", base="canteen_and_union"))
    accept("filings", own_canteen(2025, "A", union_amount="500", phone="1"), update=True)
    assert Filing.objects.get().reserved_amount == 150


@pytest.mark.parametrize(
    ("today", "late"), [("2025-03-31", False), ("2025-04-01", True), ("2024-12-01", False)]
)
def test_filing_handed_in_after_the_due_day_is_late(today, late):
    accept("policies", policy(2025, "450102", filing_due="2025-03-31"))
    with time_machine.travel(f"{today}T23:30:00+08:00", tick=False):
        accept("filings", own_canteen(2025, "A"), own_canteen(2025, "B", **CONFIRMED))
    lateness = dict(Filing.objects.values_list("unit__code", "late"))
    assert lateness == {"A": late, "B": False}


SENDERS = [
    (Role.UNIT_CLERK, {"unit": "A"}, None, ("state", "rule")),
    (Role.UNIT_CLERK, {"unit": "B"}, ("unit", "unknown_code"), ("unit", "unknown_code")),
    (Role.DEPARTMENT, {"unit": "A"}, None, ("state", "rule")),
    (Role.BUREAU_REVIEWER, {"region": "450102"}, None, None),
    (Role.BUREAU_ADMINISTRATOR, {"region": "450102"}, None, None),
    (Role.AUDITOR, {"region": "450102"}, ("unit", "unknown_code"), ("unit", "unknown_code")),
    (Role.BUREAU_ADMINISTRATOR, {"region": "450100"}, None, ("state", "rule")),
    (Role.BUREAU_ADMINISTRATOR, {"region": "450103"}, ("unit", "unknown_code"),
     ("unit", "unknown_code")),
    (Role.BUREAU_ADMINISTRATOR, {"region": "440000"}, ("unit", "unknown_code"),
     ("unit", "unknown_code")),
]  # fmt: skip


@pytest.mark.parametrize(("role", "place", "submitting", "confirming"), SENDERS)
def test_confirmation_is_taken_over_by_the_bureau_of_the_units_own_region(
    role, place, submitting, confirming
):
    """By the system or a bureau of that unit's region; the unit must lie in the scope."""
    sender = person("sender", role, **place)
    found = refusals("filings", own_canteen(2025, "A", **CONFIRMED), by=sender)
    assert found == ([confirming] if confirming else [])
    Filing.objects.exclude(state="confirmed").delete()
    if confirming:
        found = refusals("filings", own_canteen(2025, "A"), by=sender)
        assert found == ([submitting] if submitting else [])


OTHERS = [
    (Role.UNIT_CLERK, {"unit": "A"}),
    (Role.DEPARTMENT, {"unit": "A"}),
    (Role.BUREAU_ADMINISTRATOR, {"region": "450100"}),
]


@pytest.mark.parametrize(("role", "place"), OTHERS)
@pytest.mark.parametrize("update", [False, True])
def test_confirmed_filing_sent_back_unchanged_changes_nothing(role, place, update):
    """Whoever takes it away finds it confirmed, and confirms nothing by sending it back."""
    row = own_canteen(2025, "A", assigned_amount="70", **CONFIRMED)
    accept("filings", row)
    sender = person("sender", role, **place)
    assert accept("filings", row, by=sender, update=update).counts == (0, 0, 1)
    changed = row | {"phone": "1"}
    assert ("state", "rule") in refusals("filings", changed, by=sender, update=True)


@pytest.mark.parametrize(("role", "place"), OTHERS)
def test_task_is_the_bureaus_alone(role, place):
    """A clerk's task of a cent would lift the minimum, a blank one undo the bureau's."""
    sender = person("sender", role, **place)
    error = [("assigned_amount", "rule")]
    begun = own_canteen(2025, "A", assigned_amount="0.01")
    assert refusals("filings", begun, by=sender) == error
    accept("filings", own_canteen(2025, "A", assigned_amount="70"))
    for task in (None, "0.01"):
        changed = own_canteen(2025, "A", "2000", assigned_amount=task)
        assert refusals("filings", changed, by=sender, update=True) == error
    accept("filings", own_canteen(2025, "A", "2000", assigned_amount="70"), by=sender, update=True)
    accept("filings", own_canteen(2025, "A", "3000"), by=sender, update=True)
    assert Filing.objects.get().assigned_amount == 70


def test_bureau_of_the_units_region_assigns_a_task_by_file():
    sender = person("sender", Role.BUREAU_REVIEWER, region="450102")
    accept("filings", own_canteen(2025, "A", assigned_amount="70"), by=sender)
    assert Filing.objects.get().assigned_amount == 70


def test_who_reads_a_unit_and_files_elsewhere_does_not_file_for_it():
    """An auditor of the province who is a clerk of one unit hands in that unit's filing alone."""
    accept("units", unit("X", "450103"))
    sender = person("sender", Role.AUDITOR, region="450000")
    held = {"role": Role.UNIT_CLERK, "unit": BudgetUnit.objects.get(code="A")}
    sender.memberships.create(**held)
    found = take("filings", own_canteen(2025, "X"), own_canteen(2025, "A"), by=sender)
    assert found.errors == [(2, "unit", "unknown_code")]


def test_filing_remembers_who_handed_it_in_and_who_confirmed_it():
    clerk = person("clerk", Role.UNIT_CLERK, unit="A")
    reviewer = person("reviewer", Role.BUREAU_REVIEWER, region="450102")
    accept("filings", own_canteen(2025, "A"), by=clerk)
    accept("filings", own_canteen(2025, "A", **CONFIRMED), by=reviewer)
    stands = Filing.objects.get()
    assert (stands.submitted_by, stands.decided_by) == (clerk, reviewer)
