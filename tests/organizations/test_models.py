"""What the database refuses of regions, units and memberships, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from organizations.models import BudgetUnit, Membership, Region, Role, User
from tests.builders import accept, execute, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> None:
    accept("units", unit("A"), unit("B", closed_on="2025-06-30"))


@pytest.mark.parametrize(
    ("constraint", "assignment"),
    [
        ("unit_closes_after_opening", "opened_on = '2025-07-01', closed_on = '2025-06-30'"),
        ("unit_successor_only_when_closed", "closed_on = NULL, successor_id = 0"),
        ("unit_not_its_own_parent_or_successor", "parent_id = id"),
        ("unit_not_its_own_parent_or_successor", "successor_id = id"),
    ],
)
def test_unit_breaking_a_rule_is_refused_by_the_database(units, constraint, assignment):
    with pytest.raises(IntegrityError, match=constraint):
        execute(f"UPDATE organizations_budgetunit SET {assignment} WHERE code = 'B'")


def test_unit_may_close_on_the_day_it_opens(units):
    day = "2025-06-30"
    BudgetUnit.objects.filter(code="A").update(opened_on=day, closed_on=day)
    assert BudgetUnit.objects.get(code="A").open_in(2025)


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "open_years"),
    [
        (None, None, {2024, 2025, 2026}),
        ("2025-12-31", None, {2025, 2026}),
        (None, "2025-01-01", {2024, 2025}),
        ("2025-05-01", "2025-05-01", {2025}),
    ],
)
def test_unit_is_open_in_a_year_when_open_on_one_of_its_days(
    units, opened_on, closed_on, open_years
):
    BudgetUnit.objects.filter(code="A").update(opened_on=opened_on, closed_on=closed_on)
    opened = BudgetUnit.objects.get(code="A")
    assert {year for year in (2024, 2025, 2026) if opened.open_in(year)} == open_years


@pytest.mark.parametrize(
    ("code", "parent", "finance_parent"),
    [
        ("450999", None, None),
        ("450999", "450000", None),
        ("450999", None, "450000"),
    ],
)
def test_region_without_parents_is_refused_unless_it_is_the_root(code, parent, finance_parent):
    """The region table has one root, 000000; every other region hangs below another."""
    regions = {region.code: region for region in Region.objects.filter(code="450000")}
    with pytest.raises(IntegrityError, match="region_only_root_has_no_parent"):
        Region.objects.create(
            code=code, name="新区", level="subregion", path=f"{code}/",
            parent=regions.get(parent), finance_parent=regions.get(finance_parent),
        )  # fmt: skip


def test_root_with_a_parent_is_refused():
    with pytest.raises(IntegrityError, match="region_only_root_has_no_parent"):
        execute("UPDATE organizations_region SET parent_id = id, finance_parent_id = id"
                " WHERE code = '000000'")  # fmt: skip


@pytest.mark.parametrize("places", [(), ("region", "unit")])
def test_membership_stands_at_one_place(units, places):
    found = {"region": Region.objects.get(code="450102"), "unit": BudgetUnit.objects.get(code="A")}
    user = User.objects.create_user("somebody")
    with pytest.raises(IntegrityError, match="membership_region_or_unit"):
        Membership.objects.create(
            user=user, role=Role.AUDITOR, **{place: found[place] for place in places}
        )


@pytest.mark.parametrize("place", ["region", "unit"])
def test_membership_stands_once(units, place):
    """Unique also where one of the places is NULL."""
    found = {"region": Region.objects.get(code="450102"), "unit": BudgetUnit.objects.get(code="A")}
    given = {"user": User.objects.create_user("somebody"), "role": Role.AUDITOR}
    Membership.objects.create(**given, **{place: found[place]})
    with pytest.raises(IntegrityError, match="membership_once"), transaction.atomic():
        Membership.objects.create(**given, **{place: found[place]})
    Membership.objects.create(**given | {"role": Role.DEPARTMENT}, **{place: found[place]})
