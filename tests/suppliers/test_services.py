"""Suppliers by file: rules, scope, what stands and what changes."""

import pytest

from organizations.models import Region, Role
from suppliers.models import DesignatedCounty, Supplier
from suppliers.services import counties_by_code
from tests.builders import accept, person, refusals, supplier, take

pytestmark = pytest.mark.django_db


def test_same_file_again_changes_nothing_and_says_so():
    rows = [supplier("S", "2024-01-01", valid_to="2024-12-31"), supplier("S", "2025-01-01")]
    assert accept("suppliers", *rows).counts == (2, 0, 0)
    assert accept("suppliers", *rows, update=True).counts == (0, 0, 2)


def test_other_content_without_update_is_a_conflict_and_changes_nothing():
    accept("suppliers", supplier("S"))
    changed = supplier("S", name="别名", county="450328", valid_to="2025-01-01")
    found = take("suppliers", changed, supplier("T"))
    assert found.errors == [(2, name, "conflict") for name in ("name", "county", "valid_to")]
    assert list(Supplier.objects.values_list("name", "valid_to")) == [("供应商S", None)]


def test_update_clears_what_is_blank_and_leaves_what_is_absent():
    accept("suppliers", supplier("S", valid_to="2025-12-31"), supplier("T", valid_to="2025-12-31"))
    absent = supplier("S", name="别名")
    del absent["valid_to"]
    accept("suppliers", absent, update=True)
    accept("suppliers", supplier("T", valid_to=None), update=True)
    ends = dict(Supplier.objects.values_list("code", "valid_to"))
    assert (str(ends["S"]), ends["T"]) == ("2025-12-31", None)


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([supplier("S", "2025-06-30")], [(2, "valid_from", "rule")]),
        ([supplier("S", "2025-07-01", valid_to=None)], []),
        ([supplier("S", "2024-01-01", valid_to="2025-01-01")], [(2, "valid_from", "rule")]),
        ([supplier("S", "2024-01-01", valid_to="2024-12-31")], []),
        ([supplier("S", "2024-01-01")], [(2, "valid_from", "rule")]),
        ([supplier("T", "2024-01-01"), supplier("T", "2024-02-01")], [(3, "valid_from", "rule")]),
        ([supplier("T", "2024-02-01"), supplier("T", "2024-01-01")], [(3, "valid_from", "rule")]),
        ([supplier("T", "2025-02-01", valid_to="2025-01-31")], [(2, "valid_to", "out_of_range")]),
        ([supplier("T", county="450102")], [(2, "county", "unknown_code")]),
    ],
)
def test_row_is_held_against_the_periods_that_stand(rows, errors):
    """S is listed from 2025-01-01 to 2025-06-30; both days are valid days."""
    accept("suppliers", supplier("S", "2025-01-01", valid_to="2025-06-30"))
    assert take("suppliers", *rows).errors == errors


def test_open_period_is_ended_and_the_next_one_begun_in_one_file():
    accept("suppliers", supplier("S", "2024-01-01"))
    rows = [supplier("S", "2025-01-01"), supplier("S", "2024-01-01", valid_to="2024-12-31")]
    assert refusals("suppliers", *rows) != []
    assert accept("suppliers", *rows, update=True).counts == (1, 1, 0)


@pytest.mark.parametrize("code", ["540581", "540530"])
def test_county_is_found_by_current_and_by_listed_code(code):
    """Six of the 832 were re-coded since the list was made."""
    accept("suppliers", supplier("S", county=code))
    assert Supplier.objects.get().county.name == "错那市"
    assert counties_by_code()[code].code == "540581"


def test_every_designated_county_is_found_by_both_of_its_codes():
    counties = counties_by_code()
    for county in DesignatedCounty.objects.all():
        assert counties[county.code] == counties[county.listed_code] == county


@pytest.mark.parametrize(
    ("region", "errors"),
    [
        ("450125", []),
        ("450100", []),
        ("450328", [("county", "unknown_code")]),
        ("440000", [("county", "unknown_code")]),
    ],
)
def test_keeper_lists_suppliers_of_the_own_counties_alone(region, errors):
    """The row's own region is outside the sender's scope."""
    keeper = person("keeper", Role.COUNTY_KEEPER, region=region)
    assert refusals("suppliers", supplier("S", county="450125"), by=keeper) == errors


def test_who_reads_the_directory_keeps_no_more_of_it():
    """A keeper of one county who audits the whole country."""
    keeper = person("keeper", Role.COUNTY_KEEPER, region="450125")
    keeper.memberships.create(role=Role.AUDITOR, region=Region.objects.get(code="000000"))
    rows = [supplier("S", county="450328"), supplier("T", county="450125")]
    assert take("suppliers", *rows, by=keeper).errors == [(2, "county", "unknown_code")]


def test_directory_as_read_is_sent_back_by_whoever_keeps_a_part_of_it():
    """An export sent back unchanged changes nothing, also what other counties keep."""
    rows = [supplier("S", county="450125"), supplier("T", county="450328")]
    accept("suppliers", *rows)
    keeper = person("keeper", Role.COUNTY_KEEPER, region="450125")
    for update in (False, True):
        assert accept("suppliers", *rows, by=keeper, update=update).counts == (0, 0, 2)
    changed = supplier("T", county="450328", name="别名")
    found = take("suppliers", rows[0], changed, by=keeper, update=True)
    assert found.errors == [(3, "code", "unknown_code"), (3, "county", "unknown_code")]


def test_keeper_cannot_take_over_a_listing_of_another_county():
    """A row that stands elsewhere is outside the scope, whatever county the file gives it."""
    accept("suppliers", supplier("S", county="450328"))
    keeper = person("keeper", Role.COUNTY_KEEPER, region="450125")
    found = take("suppliers", supplier("S", county="450125"), by=keeper, update=True)
    assert [code for _, _, code in found.errors] == ["unknown_code"]
    assert Supplier.objects.get().county.code == "450328"
