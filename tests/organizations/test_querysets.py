from datetime import date

import pytest

from organizations.models import BudgetUnit, Region, Role, User
from tests.builders import accept, person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> None:
    """A department of Nanning with a unit in one of its counties, and strangers."""
    accept(
        "units",
        unit("P", "450000", level="province"),
        unit("D", "450100", level="prefecture"),
        unit("D1", "450102", parent="D"),
        unit("D11", "450203", parent="D1"),
        unit("X", "450102"),
        unit("E", "450102", kind="state_enterprise"),
    )


def codes(units) -> set[str]:
    return set(units.values_list("code", flat=True))


@pytest.mark.parametrize(
    ("place", "visible"),
    [
        ({"region": "000000"}, {"P", "D", "D1", "D11", "X", "E"}),
        ({"region": "450100"}, {"D", "D1", "X", "E"}),
        ({"region": "450102"}, {"D1", "X", "E"}),
        ({"region": "450103"}, set()),
        ({"unit": "D"}, {"D", "D1", "D11"}),
        ({"unit": "D1"}, {"D1", "D11"}),
        ({"unit": "X"}, {"X"}),
    ],
)
def test_person_sees_units_of_the_own_regions_or_of_the_own_department(place, visible):
    role = Role.BUREAU_REVIEWER if "region" in place else Role.DEPARTMENT
    assert codes(BudgetUnit.objects.visible_to(person("somebody", role, **place))) == visible


def test_person_sees_what_any_membership_shows():
    user = person("somebody", Role.DEPARTMENT, unit="D")
    county = Region.objects.get(code="450203")
    user.memberships.create(role=Role.BUREAU_REVIEWER, region=county)
    other = Region.objects.get(code="440300")
    user.memberships.create(role=Role.AUDITOR, region=other)
    assert codes(BudgetUnit.objects.visible_to(user)) == {"D", "D1", "D11"}
    visible = Region.objects.visible_to(user)
    assert {"450203", "440300", "440303"} <= codes(visible)
    assert "450200" not in codes(visible)


def test_person_without_membership_sees_nothing_and_the_system_everything():
    stranger = User.objects.create_user("stranger")
    assert not BudgetUnit.objects.visible_to(stranger).exists()
    assert not Region.objects.visible_to(stranger).exists()
    assert BudgetUnit.objects.visible_to(None).count() == 6
    assert Region.objects.visible_to(User(is_superuser=True)).count() == Region.objects.count()


def test_region_is_within_itself_and_not_within_one_whose_code_begins_alike():
    nanning = Region.objects.get(code="450100")
    within = codes(Region.objects.within(nanning))
    assert {"450100", "450102", "450125"} <= within
    assert not {"450000", "450203"} & within


def test_units_of_a_region_lie_in_its_subtree_and_figures_leave_enterprises_out():
    units = BudgetUnit.objects.in_region(Region.objects.get(code="450100"))
    assert codes(units) == {"D", "D1", "X", "E"}
    assert codes(units.in_figures()) == {"D", "D1", "X"}


@pytest.mark.parametrize(
    ("day", "is_open"),
    [("2025-02-28", False), ("2025-03-01", True), ("2025-06-30", True), ("2025-07-01", False)],
)
def test_unit_is_open_on_both_its_first_and_its_last_day(day, is_open):
    BudgetUnit.objects.filter(code="X").update(opened_on="2025-03-01", closed_on="2025-06-30")
    assert ("X" in codes(BudgetUnit.objects.open_on(date.fromisoformat(day)))) is is_open


def test_paths_follow_parents_again_after_bare_changes():
    moved = BudgetUnit.objects.get(code="D1")
    new_parent = BudgetUnit.objects.get(code="P")
    BudgetUnit.objects.filter(code="D1").update(parent=new_parent)
    BudgetUnit.objects.rebuild_paths()
    below = BudgetUnit.objects.get(code="D11")
    assert below.path == f"{new_parent.pk}/{moved.pk}/{below.pk}/"
