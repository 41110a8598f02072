"""Two services at once, each with a connection of its own and real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections, transaction

from procurement.choices import Verdict
from procurement.models import PurchaseRecord
from quotas.models import Filing
from quotas.proof import differences
from tests.builders import (
    Row,
    Taken,
    accept,
    filing,
    member,
    own_canteen,
    policy,
    purchase,
    supplier,
    take,
    unit,
)

pytestmark = pytest.mark.django_db(transaction=True)

#: How long the first keeps its transaction open for the second, which mostly waits for a lock.
PATIENCE = 0.5

File = tuple[str, Row]


@pytest.fixture(autouse=True)
def market() -> None:
    accept("units", unit("A"), unit("B"))
    accept("suppliers", supplier("S", valid_to="2025-12-31"))


def at_once(first: File, second: File) -> list[Taken]:
    """Take the second file while the first is written and not yet committed."""
    first_wrote, second_ended = Event(), Event()

    def run_first() -> Taken:
        try:
            with transaction.atomic():
                taken = take(first[0], first[1], update=True)
                first_wrote.set()
                second_ended.wait(PATIENCE)
            return taken
        finally:
            first_wrote.set()
            connections.close_all()

    def run_second() -> Taken:
        first_wrote.wait()
        try:
            return take(second[0], second[1], update=second[0] != "filings")
        finally:
            second_ended.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(run) for run in (run_first, run_second)]
        return [future.result() for future in futures]


def test_same_orders_twice_at_once_are_made_once():
    file = ("purchases", purchase("1"))
    assert [taken.counts for taken in at_once(file, file)] == [(1, 0, 0), (0, 0, 1)]
    assert PurchaseRecord.objects.count() == 1
    assert list(differences()) == []


def test_two_filings_of_a_unit_at_once_are_one_filing_and_a_conflict():
    first, second = ("filings", own_canteen(2025, "A")), ("filings", own_canteen(2025, "A", "2000"))
    taken = at_once(first, second)
    assert [made.counts for made in taken] == [(1, 0, 0), (0, 0, 0)]
    assert {code for _, _, code in taken[1].errors} == {"conflict"}
    assert Filing.objects.get().base_amount == 1000
    assert list(differences()) == []


def test_same_filing_twice_at_once_is_made_once():
    file = ("filings", own_canteen(2025, "A"))
    assert [made.counts for made in at_once(file, file)] == [(1, 0, 0), (0, 0, 1)]


MASTER = {
    "supplier ends": (("suppliers", supplier("S", valid_to="2025-03-09")), 6),
    "supplier comes": (("suppliers", supplier("N")), 0),
    "unit closes": (("units", unit("A", closed_on="2025-03-09")), 7),
    "unit closes with a successor": (
        ("units", unit("A", closed_on="2025-03-09", successor="B")), 0,
    ),
    "unit moves": (("units", unit("A", "440303")), 0),
    "unit turns enterprise": (("units", unit("A", kind="state_enterprise")), 8),
}  # fmt: skip


@pytest.mark.parametrize("purchases_first", [True, False])
@pytest.mark.parametrize("change", MASTER)
def test_no_verdict_is_stale_when_purchases_come_beside_a_change(change, purchases_first):
    master, verdict = MASTER[change]
    code = "N" if change == "supplier comes" else "S"
    files = [master, ("purchases", purchase("1", supplier=code))]
    at_once(*reversed(files) if purchases_first else files)
    assert PurchaseRecord.objects.get().verdict == Verdict(verdict)
    assert list(differences()) == []


@pytest.mark.parametrize("filing_first", [True, False])
@pytest.mark.parametrize("change", ["unit moves", "unit turns enterprise"])
def test_sums_of_filings_are_not_stale_when_a_filing_comes_beside_a_change(change, filing_first):
    files = [MASTER[change][0], ("filings", own_canteen(2025, "A"))]
    at_once(*reversed(files) if filing_first else files)
    assert list(differences()) == []


def test_filing_beside_a_stricter_policy_is_held_against_it():
    stricter = ("policies", policy(2025, "450102", min_ratio="15"))
    taken = at_once(stricter, ("filings", own_canteen(2025, "A")))
    assert [(field, code) for _, field, code in taken[1].errors] == [("ratio", "rule")]


def test_member_beside_a_representative_that_files_no_canteen_is_refused():
    without = ("filings", filing(2025, "B", "none"))
    taken = at_once(without, ("filings", member(2025, "A", "B")))
    assert [(field, code) for _, field, code in taken[1].errors] == [("representative", "rule")]
    assert list(differences()) == []
