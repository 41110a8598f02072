"""The rules that a filing keeps by itself (section 2 of the contract); no database."""

from datetime import date
from decimal import Decimal

import pytest

from organizations.models import BudgetUnit
from quotas.contents import Circumstances, Content, computed_reserve, content_from, problems
from quotas.models import EffectivePolicy, Filing

OWN = {"canteen": "own", "base_amount": Decimal(1000), "ratio": Decimal(10)}
LAST = OWN | {"reserved_amount": Decimal(100)}


def content(base: str = "", **cells) -> Content:
    numbers = ("base_amount", "ratio", "reserved_amount", "union_amount", "union_funds",
               "assigned_amount")  # fmt: skip
    entered = {n: Decimal(v) if n in numbers and v is not None else v for n, v in cells.items()}
    return content_from(entered, base=base)


def found(
    cells: dict,
    policy: dict | None = None,
    last: dict | None = None,
    last_purchased: str | None = None,
) -> list[tuple[str, str]]:
    rules = EffectivePolicy(**policy or {})
    about = Circumstances(
        unit=BudgetUnit(kind="government"),
        year=2025,
        policy=rules,
        last=content_from(last, base="") if last else None,
        last_purchased=last_purchased and Decimal(last_purchased),
    )
    return [(name, code) for name, code, _ in problems(content(rules.base, **cells), about)]


@pytest.mark.parametrize(
    ("base", "ratio", "union", "kind", "reserved"),
    [
        ("1000", "10", "500", "", "100.00"),
        ("1000", "10", "500", "farm_products", "100.00"),
        ("1000", "10", "500", "canteen_and_union", "150.00"),
        ("0.05", "10", "0", "", "0.01"),
        ("0.04", "10", "0", "", "0.00"),
        ("333.33", "15.5555", "0", "", "51.85"),
    ],
)
def test_reserve_is_base_times_ratio_half_up_to_the_cent(base, ratio, union, kind, reserved):
    made = content(kind, canteen="own", base_amount=base, ratio=ratio, union_amount=union)
    assert computed_reserve(made, kind) == made.reserved_amount == Decimal(reserved)


@pytest.mark.parametrize(
    ("cells", "errors"),
    [
        ({"canteen": "own", "base_amount": "0", "ratio": "0"}, []),
        ({"canteen": "own"}, [("base_amount", "required"), ("ratio", "required")]),
        ({"canteen": "shared", "base_amount": "1"}, [("ratio", "required")]),
        (
            {"canteen": "shared", "base_amount": "0", "ratio": "0"},
            [("base_amount", "out_of_range"), ("ratio", "out_of_range")],
        ),
        ({"canteen": "shared", "base_amount": "0.01", "ratio": "0.0001"}, []),
        ({"canteen": "outsourced", "base_amount": "1", "ratio": "1"}, [("executor", "required")]),
        ({"canteen": "outsourced", "base_amount": "1", "ratio": "1", "executor": "某公司"}, []),
        ({"canteen": "none"}, []),
        ({"canteen": "none", "base_amount": "0", "ratio": "0", "reserved_amount": "0"}, []),
        ({"canteen": "none", "base_amount": "1"}, [("base_amount", "out_of_range")]),
        ({"canteen": "none", "ratio": "1"}, [("ratio", "out_of_range")]),
        ({"canteen": "none", "reserved_amount": "1"}, [("reserved_amount", "rule")]),
        (
            {"canteen": "shared", "representative_id": 7, "reserved_amount": "1"},
            [("reserved_amount", "rule")],
        ),
        ({"canteen": "own", "reserved_amount": "1", "ratio": "1"}, [("base_amount", "required")]),
        ({"canteen": None, "representative_id": 7, "reserved_amount": "1"}, []),
        ({"canteen": "shared", "representative_id": 7}, []),
        (
            {"canteen": "shared", "representative_id": 7, "base_amount": "1"},
            [("base_amount", "out_of_range")],
        ),
        (OWN | {"representative_id": 7}, [("representative", "rule")]),
        (OWN | {"reserved_amount": "100.00"}, []),
        (OWN | {"reserved_amount": "100.01"}, [("reserved_amount", "rule")]),
        (OWN | {"reserved_amount": "0"}, [("reserved_amount", "rule")]),
    ],
)
def test_canteen_decides_what_is_filed(cells, errors):
    assert found(cells) == errors


@pytest.mark.parametrize(
    ("cells", "policy", "errors"),
    [
        (OWN, {"min_ratio": Decimal(10)}, []),
        (OWN, {"min_ratio": Decimal("10.0001")}, [("ratio", "rule")]),
        (OWN | {"approval_document": "文"}, {"min_ratio": Decimal(15)}, []),
        (OWN | {"assigned_amount": "0"}, {"min_ratio": Decimal(15)}, []),
        ({"canteen": "none"}, {"min_ratio": Decimal(15)}, []),
        ({"canteen": "shared", "representative_id": 7}, {"min_ratio": Decimal(15)}, []),
        ({"canteen": "none"}, {"no_canteen_rule": "union_demand"}, []),
        ({"canteen": "none"}, {"no_canteen_rule": "union_funds"}, [("union_funds", "required")]),
        ({"canteen": "none", "union_funds": "0"}, {"no_canteen_rule": "union_funds"}, []),
        (OWN, {"no_canteen_rule": "union_funds"}, []),
        (
            OWN | {"union_amount": "500", "reserved_amount": "100"},
            {"base": "canteen_and_union"},
            [("reserved_amount", "rule")],
        ),
        (OWN | {"union_amount": "500"}, {"base": "canteen_and_union"}, []),
    ],
)
def test_policy_decides_what_is_enough(cells, policy, errors):
    assert found(cells, policy) == errors


@pytest.mark.parametrize(
    ("cells", "last", "last_purchased", "needed"),
    [
        (OWN, LAST, None, False),
        (OWN | {"ratio": "9.9999", "base_amount": "2000"}, LAST, None, True),
        (OWN | {"base_amount": "999.99"}, LAST, None, False),  # still 100.00
        (OWN | {"base_amount": "999.90"}, LAST, None, True),
        ({"canteen": "none"}, LAST, None, True),
        (OWN | {"base_amount": "900", "explanation": "人数减少"}, LAST, None, False),
        (OWN, None, None, False),
        (OWN, None, "100", False),
        (OWN, None, "100.01", True),
        (OWN, {"canteen": "none"}, None, False),
    ],
)
def test_fall_below_last_year_or_the_floor_needs_an_explanation(
    cells, last, last_purchased, needed
):
    errors = [("explanation", "required")] if needed else []
    assert found(cells, last=last, last_purchased=last_purchased) == errors


@pytest.mark.parametrize(
    ("unit", "errors"),
    [
        ({"kind": "state_enterprise"}, [("unit", "rule")]),
        ({"closed_on": date(2024, 12, 31)}, [("unit", "rule")]),
        ({"closed_on": date(2025, 1, 1)}, []),
        ({"opened_on": date(2025, 12, 31)}, []),
        ({"opened_on": date(2026, 1, 1)}, [("unit", "rule")]),
    ],
)
def test_unit_files_that_is_open_on_a_day_of_the_year_and_no_enterprise(unit, errors):
    about = Circumstances(BudgetUnit(**{"kind": "government"} | unit), 2025, EffectivePolicy())
    assert [(name, code) for name, code, _ in problems(content(**OWN), about)] == errors


def test_blank_cell_clears_and_absent_column_leaves_the_standing_value():
    standing = Filing(**LAST, phone="1", contact="张三", union_amount=Decimal(5), diners=3)
    present = frozenset({"canteen", "base_amount", "ratio", "phone", "diners"})
    entered = OWN | {"phone": None, "diners": None}
    made = content_from(entered, base="", standing=standing, present=present)
    assert (made.phone, made.diners, made.contact, made.union_amount) == ("", None, "张三", 5)
    assert set(made.differing(standing)) == {"phone", "diners"}


def test_blank_reserve_is_computed_anew_when_what_makes_it_changes():
    standing = Filing(**LAST, union_amount=Decimal(0))
    changed = OWN | {"base_amount": Decimal(2000)}
    made = content_from(changed, base="", standing=standing, present=frozenset(changed))
    assert made.reserved_amount == 200


def test_unchanged_filing_is_not_judged_again_by_a_new_base():
    """Filings already there are not re-judged: only what makes the reserve changes it."""
    standing = Filing(**LAST, union_amount=Decimal(500))
    same = OWN | {"union_amount": Decimal(500)}
    made = content_from(same, base="canteen_and_union", standing=standing, present=frozenset(same))
    assert made.differing(standing) == []
