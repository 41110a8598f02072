"""Units by file: rules, scope, what stands and what changes."""

import pytest

from organizations.models import BudgetUnit, Role, User
from tests.builders import accept, person, refusals, take, unit

pytestmark = pytest.mark.django_db


def paths() -> dict[str, list[str]]:
    """The codes along each unit's path, by its code."""
    units = {unit.pk: unit for unit in BudgetUnit.objects.all()}
    return {
        found.code: [units[int(pk)].code for pk in found.path.strip("/").split("/")]
        for found in units.values()
    }


def test_same_file_again_changes_nothing_and_says_so():
    rows = [unit("A", phone="0771-1"), unit("B", parent="A", opened_on="2024-01-01")]
    assert accept("units", *rows).counts == (2, 0, 0)
    assert accept("units", *rows).counts == (0, 0, 2)
    assert accept("units", *rows, update=True).counts == (0, 0, 2)


def test_parent_may_stand_later_in_the_file():
    accept("units", unit("C", parent="B"), unit("B", parent="A"), unit("A"))
    assert paths() == {"A": ["A"], "B": ["A", "B"], "C": ["A", "B", "C"]}


def test_moved_unit_takes_its_subtree_along():
    accept("units", unit("A"), unit("B", parent="A"), unit("C", parent="B"), unit("D"))
    accept("units", unit("B", parent="D"), unit("E", parent="C"), update=True)
    assert paths()["C"] == ["D", "B", "C"]
    assert paths()["E"] == ["D", "B", "C", "E"]


def test_other_content_without_update_is_a_conflict_and_changes_nothing():
    accept("units", unit("A"), unit("B"))
    found = take("units", unit("B", name="别名", phone="1"), unit("C"))
    assert found.errors == [(2, "name", "conflict"), (2, "phone", "conflict")]
    assert set(BudgetUnit.objects.values_list("name", flat=True)) == {"单位A", "单位B"}


def test_update_clears_what_is_blank_and_leaves_what_is_absent():
    accept("units", unit("A", phone="1", responsible_person="张三", opened_on="2024-01-01"))
    taken = accept("units", unit("A", phone=None, opened_on=None), update=True)
    assert taken.counts == (0, 1, 0)
    changed = BudgetUnit.objects.get(code="A")
    assert (changed.phone, changed.opened_on) == ("", None)
    assert changed.responsible_person == "张三"


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"region": "999999"}, ("region", "unknown_code")),
        ({"parent": "NOBODY"}, ("parent", "unknown_code")),
        ({"closed_on": "2025-06-30", "successor": "NOBODY"}, ("successor", "unknown_code")),
        ({"opened_on": "2025-07-01", "closed_on": "2025-06-30"}, ("closed_on", "out_of_range")),
        ({"successor": "B"}, ("successor", "rule")),
        ({"closed_on": "2025-06-30", "successor": "ENTERPRISE"}, ("successor", "rule")),
        ({"level": "central"}, ("level", "rule")),
        ({"region": "000000", "level": "province"}, ("level", "rule")),
        ({"parent": "A"}, ("parent", "cycle")),
        ({"closed_on": "2025-06-30", "successor": "A"}, ("successor", "cycle")),
    ],
)
def test_row_that_breaks_a_rule_is_refused(cells, error):
    accept("units", unit("B"), unit("ENTERPRISE", kind="state_enterprise"))
    assert refusals("units", unit("A") | cells) == [error]
    assert not BudgetUnit.objects.filter(code="A").exists()


@pytest.mark.parametrize("field", ["parent", "successor"])
def test_circle_is_refused_when_part_of_it_stands(field):
    """A to B stands; B to C and C to A come by file, in any order."""
    closed = {"closed_on": "2025-06-30"}
    accept("units", unit("A", **closed, **{field: "B"}), unit("B", **closed))
    rows = [unit("B", **closed, **{field: "C"}), unit("C", **closed, **{field: "A"})]
    for ordered in (rows, rows[::-1]):
        assert set(refusals("units", *ordered, update=True)) == {(field, "cycle")}
    accept("units", unit("B", **closed, **{field: "C"}), unit("C", **closed), update=True)


def test_successor_may_not_become_a_state_owned_enterprise():
    accept("units", unit("A", closed_on="2025-06-30", successor="B"), unit("B"))
    found = refusals("units", unit("B", kind="state_enterprise"), update=True)
    assert found == [("kind", "rule")]


def test_closing_day_may_not_go_while_there_is_a_successor():
    accept("units", unit("A", closed_on="2025-06-30", successor="B"), unit("B"))
    assert refusals("units", unit("A", closed_on=None), update=True) == [("successor", "rule")]


@pytest.mark.parametrize(
    ("role", "place", "errors"),
    [
        (Role.BUREAU_ADMINISTRATOR, {"region": "450100"}, []),
        (Role.BUREAU_ADMINISTRATOR, {"region": "450102"}, []),
        (Role.BUREAU_ADMINISTRATOR, {"region": "450103"}, ["region"]),
        (Role.BUREAU_ADMINISTRATOR, {"region": "440000"}, ["region"]),
        (Role.DEPARTMENT, {"unit": "D"}, ["region"]),
    ],
)
def test_new_unit_must_lie_in_a_region_of_the_sender(role, place, errors):
    """The row's own region outside the scope is refused; parents need only exist."""
    accept("units", unit("D", "450203"))
    sender = person("sender", role, **place)
    found = refusals("units", unit("A", "450102", parent="D"), by=sender)
    assert found == [(field, "unknown_code") for field in errors]


@pytest.mark.parametrize(
    ("place", "errors"),
    [
        ({"region": "450100"}, []),
        ({"region": "450102"}, ["region"]),
        ({"region": "450103"}, ["code"]),
        ({"region": "440000"}, ["code", "region"]),
    ],
)
def test_unit_moves_only_between_regions_of_the_sender(place, errors):
    accept("units", unit("A", "450102"))
    sender = person("sender", Role.BUREAU_ADMINISTRATOR, **place)
    found = refusals("units", unit("A", "450103"), by=sender, update=True)
    assert found == [(field, "unknown_code") for field in errors]


def test_superuser_acts_like_the_system():
    root = User.objects.create_user("root", is_superuser=True)
    assert accept("units", unit("A"), by=root).counts == (1, 0, 0)
