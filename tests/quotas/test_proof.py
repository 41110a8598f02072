"""The kept sums of filings follow them however they are written, and the proof finds the rest."""

import pytest
from django.db import connection

from organizations.models import BudgetUnit
from quotas.models import Filing, FilingTotal
from quotas.proof import differences
from quotas.tasks import prove_totals
from tests.builders import accept, execute, filing, member, own_canteen, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def filings() -> None:
    accept("units", *(unit(code) for code in "ABCD"), unit("FAR", "440303"))
    accept(
        "filings",
        own_canteen(2025, "A", union_amount="5", state="confirmed"),
        own_canteen(2025, "B", "2000"),
        member(2025, "C", "A", union_amount="3", state="confirmed"),
        filing(2025, "D", "none", assigned_amount="8", state="confirmed"),
    )


def sums(region: str = "450102") -> tuple:
    names = ("filed", "zero_filed", "confirmed", "base_amount", "assigned_amount",
             "reserved_amount", "union_amount", "zero_union_amount")  # fmt: skip
    total = FilingTotal.objects.filter(region__code=region, year=2025).values_list(*names).first()
    return tuple(map(int, total)) if total else ()


def test_sums_hold_the_parts_of_targets():
    """A waits for nothing, B is not confirmed, C is a member, D was given a task."""
    assert sums() == (4, 2, 3, 1000, 8, 100, 8, 3)
    assert list(differences()) == []


def copy_b_to_far() -> None:
    far = BudgetUnit.objects.get(code="FAR").pk
    fields = ", ".join(
        field.column for field in Filing._meta.concrete_fields
        if field.column not in ("id", "unit_id")
    )  # fmt: skip
    source = (
        f"(SELECT {far}, {fields} FROM quotas_filing WHERE version = 1 AND state = 'submitted')"
    )
    with connection.cursor() as wrapper:
        with wrapper.cursor.copy(f"COPY {source} TO STDOUT") as copy:
            lines = b"".join(bytes(chunk) for chunk in copy)
        with wrapper.cursor.copy(f"COPY quotas_filing (unit_id, {fields}) FROM STDIN") as copy:
            copy.write(lines)


CONFIRM = "UPDATE quotas_filing SET state = 'confirmed', in_force = true WHERE state = 'submitted'"
CHANGES = {
    "orm": (lambda: Filing.objects.filter(unit__code="B").update(base_amount=1),
            (4, 2, 3, 1000, 8, 100, 8, 3)),
    "confirmed": (lambda: execute(CONFIRM), (4, 2, 4, 3000, 8, 300, 8, 3)),
    "returned": (lambda: execute("UPDATE quotas_filing SET state = 'returned', return_reason = '改'"
                                 " WHERE state = 'submitted'"), (3, 2, 3, 1000, 8, 100, 8, 3)),
    "given way": (lambda: Filing.objects.update(in_force=False), (1, 0, 0, 0, 0, 0, 0, 0)),
    "deleted": (lambda: Filing.objects.filter(unit__code="B").delete(),
                (3, 2, 3, 1000, 8, 100, 8, 3)),
    "copied": (copy_b_to_far, (4, 2, 3, 1000, 8, 100, 8, 3)),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_sums_follow_every_way_of_writing(change):
    write, expected = CHANGES[change]
    write()
    assert sums() == expected
    assert sums("440303") == ((1, 0, 0, 0, 0, 0, 0, 0) if change == "copied" else ())
    assert [line for line in differences() if not line.startswith("canteen")] == []


def test_truncate_empties_the_sums():
    execute("TRUNCATE quotas_filing")
    assert sums() == ()


def test_sums_go_with_a_unit_to_its_new_region_and_out_with_an_enterprise():
    accept("units", unit("A", "440303"), update=True)
    assert sums() == (3, 2, 2, 0, 8, 0, 3, 3)
    assert sums("440303") == (1, 0, 1, 1000, 0, 100, 5, 0)
    accept("units", unit("D", kind="state_enterprise"), update=True)
    assert sums() == (2, 1, 1, 0, 0, 0, 3, 3)
    assert list(differences()) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quotas_filingtotal SET filed = filed + 1",
        "UPDATE quotas_filingtotal SET base_amount = base_amount + 0.01",
        "DELETE FROM quotas_filingtotal",
        "UPDATE quotas_filingtotal SET year = 2031",
    ],
)
def test_sum_that_is_wrong_or_missing_is_found(change):
    execute(change)
    assert all(line.startswith("filings of region") for line in differences())
    assert list(differences())


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM quotas_canteenmembership WHERE unit_id <> representative_id",
        "UPDATE quotas_canteenmembership SET representative_id = unit_id",
        "INSERT INTO quotas_canteenmembership (unit_id, year, representative_id)"
        " SELECT id, 2025, id FROM organizations_budgetunit WHERE code = 'D'",
    ],
)
def test_membership_that_no_filing_says_is_found(change):
    execute(change)
    (line,) = differences()
    assert line.startswith("canteen membership of unit")


def test_nightly_proof_tells_the_operator(caplog):
    prove_totals()
    assert caplog.messages == []
    execute("UPDATE quotas_filingtotal SET filed = filed + 1")
    prove_totals()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
