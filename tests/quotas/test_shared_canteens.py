"""Members and representatives of shared canteens (section 2 of the contract, filings)."""

import pytest

from quotas.models import CanteenMembership, Filing
from quotas.proof import differences
from tests.builders import accept, filing, member, own_canteen, refusals, take, unit

pytestmark = pytest.mark.django_db

CONFIRMED = {"state": "confirmed"}


@pytest.fixture(autouse=True)
def units() -> None:
    accept(
        "units",
        *(unit(code) for code in "MNR"),
        unit("FAR", "440303"),
        unit("E", kind="state_enterprise"),
    )


def memberships(year: int = 2025) -> dict[str, str]:
    found = CanteenMembership.objects.filter(year=year)
    return dict(found.values_list("unit__code", "representative__code"))


def representative(unit_code: str = "R", **cells):
    return filing(2025, unit_code, "shared", base_amount="1000", ratio="10", **cells)


@pytest.mark.parametrize(
    "rows",
    [
        [representative(), member(2025, "M", "R")],
        [member(2025, "M", "R"), representative()],
        [own_canteen(2025, "R"), member(2025, "M", "R")],
        [filing(2025, "R", "outsourced", executor="某公司", base_amount="1", ratio="1"),
         member(2025, "M", "R")],
    ],
)  # fmt: skip
@pytest.mark.parametrize("together", [True, False])
def test_member_counts_for_its_representative_whoever_files_first(rows, together):
    for files in [rows] if together else [[row] for row in rows]:
        accept("filings", *files)
    assert memberships() == {"M": "R", "R": "R"}
    assert list(differences()) == []


def test_representative_may_lie_in_another_province_and_file_later():
    accept("filings", member(2025, "M", "FAR"))
    assert memberships() == {"M": "FAR", "FAR": "FAR"}


def test_membership_is_of_its_year_alone():
    accept("filings", representative(), member(2025, "M", "R"), own_canteen(2026, "M"))
    assert memberships(2026) == {"M": "M"}


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([member(2025, "M", "M")], (2, "representative", "rule")),
        ([member(2025, "M", "E")], (2, "representative", "rule")),
        ([filing(2025, "R", "none"), member(2025, "M", "R")], (3, "representative", "rule")),
        ([member(2025, "N", "R"), member(2025, "M", "N")], (3, "representative", "rule")),
        ([own_canteen(2025, "M", representative="R")], (2, "representative", "rule")),
    ],
)
def test_representative_is_another_unit_that_files_a_canteen_of_its_own(rows, error):
    """No enterprise, no chain, nobody without a canteen."""
    assert error in take("filings", *rows).errors
    assert memberships() == {}


def test_standing_representative_that_files_no_canteen_is_refused():
    accept("filings", filing(2025, "R", "none"), member(2025, "N", "FAR"))
    assert refusals("filings", member(2025, "M", "R")) == [("representative", "rule")]
    assert refusals("filings", member(2025, "M", "N")) == [("representative", "rule")]


@pytest.mark.parametrize("turn", [filing(2025, "R", "none"), member(2025, "R", "N")])
def test_representative_keeps_its_canteen_while_others_name_it(turn):
    accept("filings", representative(), member(2025, "M", "R"), own_canteen(2025, "N"))
    cleared = {"base_amount": None, "ratio": None}
    found = refusals("filings", turn | cleared, update=True)
    assert ("canteen", "rule") in found
    assert memberships() == {"R": "R", "M": "R", "N": "N"}
    accept("filings", turn | cleared, member(2025, "M", "N") | cleared, update=True)
    assert memberships().get("M") == "N"
    assert list(differences()) == []


def test_member_is_confirmed_after_its_representative_has_submitted():
    mine = member(2025, "M", "R")
    accept("filings", mine)
    assert refusals("filings", mine | CONFIRMED) == [("state", "rule")]
    accept("filings", representative(), mine | CONFIRMED)
    assert Filing.objects.get(unit__code="M").in_force


def test_member_is_confirmed_in_the_file_that_brings_its_representative():
    accept("filings", member(2025, "M", "R") | CONFIRMED, representative())
    assert Filing.objects.get(unit__code="M").in_force


def test_representative_that_was_sent_back_had_submitted():
    accept("filings", representative(), member(2025, "M", "R"))
    Filing.objects.filter(unit__code="R").update(state="returned", return_reason="补充材料")
    assert memberships() == {"M": "R", "R": "R"}
    accept("filings", member(2025, "M", "R") | CONFIRMED)
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (own_canteen(2025, "M"), "M"),
        (member(2025, "M", "N"), "N"),
        (filing(2025, "M", "none"), None),
    ],
)
def test_membership_follows_the_filing_at_once_while_none_is_in_force(now, expected):
    """A returned filing keeps its effect until replaced."""
    accept("filings", representative(), member(2025, "M", "R"))
    Filing.objects.filter(unit__code="M").update(state="returned", return_reason="补充材料")
    assert memberships()["M"] == "R"
    accept("filings", {"representative": None} | now, update=True)
    assert memberships().get("M") == expected
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (own_canteen(2025, "M"), "M"),
        (member(2025, "M", "N"), "N"),
        (filing(2025, "M", "none"), None),
    ],
)
def test_membership_waits_for_the_confirmation_of_an_amendment(now, expected):
    """Every membership uses the confirmed version in force while an amendment is open."""
    accept("filings", representative(), own_canteen(2025, "N"), member(2025, "M", "R") | CONFIRMED)
    now = {"representative": None, "explanation": "变更"} | now
    accept("filings", now, update=True)
    assert memberships()["M"] == "R"
    accept("filings", now | CONFIRMED)
    assert memberships().get("M") == expected
    assert list(differences()) == []


def test_representative_has_a_canteen_in_the_version_in_force_too():
    """Its amendment of this very file does not count before it is confirmed."""
    accept("filings", own_canteen(2025, "N", **CONFIRMED), member(2025, "R", "N") | CONFIRMED)
    turned = {"representative": None, "explanation": "自办食堂"}
    rows = [own_canteen(2025, "R") | turned, member(2025, "M", "R")]
    assert take("filings", *rows, update=True).errors == [(3, "representative", "rule")]
    rows[0] |= CONFIRMED
    accept("filings", *rows, update=True)
    assert memberships() == {"N": "N", "R": "R", "M": "R"}


def test_representative_keeps_its_canteen_while_the_version_in_force_of_another_names_it():
    """The member's amendment of this very file does not count before it is confirmed."""
    accept("filings", own_canteen(2025, "R", **CONFIRMED), member(2025, "M", "R") | CONFIRMED)
    ended = filing(2025, "R", "none", base_amount=None, ratio=None, explanation="停办", **CONFIRMED)
    leaves = own_canteen(2025, "M", representative=None)
    assert take("filings", ended, leaves, update=True).errors == [(2, "canteen", "rule")]
    accept("filings", ended, leaves | CONFIRMED, update=True)
    assert memberships() == {"M": "M"}


def test_representative_keeps_its_canteen_while_an_amendment_that_waits_names_it():
    accept("filings", own_canteen(2025, "R"), own_canteen(2025, "M", **CONFIRMED))
    joins = member(2025, "M", "R") | {"base_amount": None, "ratio": None, "explanation": "合并"}
    accept("filings", joins, update=True)
    ended = filing(2025, "R", "none", base_amount=None, ratio=None)
    assert refusals("filings", ended, update=True) == [("canteen", "rule")]


@pytest.mark.parametrize("wrong", [{"canteen": None}, {"canteen": "shared", "representative": "?"}])
def test_what_depends_on_an_unreadable_canteen_is_not_judged(wrong):
    """Neither a member of it, nor the representative that it would leave or stay with."""
    accept("filings", filing(2025, "R", "none"), own_canteen(2025, "N"), member(2025, "M", "N"))
    row = filing(2025, "R", **wrong)
    found = take("filings", row, member(2025, "M", "R"), update=True)
    assert [error for error in found.errors if error[0] == 3] == []
    ended = filing(2025, "N", "none", base_amount=None, ratio=None)
    found = take("filings", filing(2025, "M", **wrong), ended, update=True)
    assert [error for error in found.errors if error[0] == 3] == []
