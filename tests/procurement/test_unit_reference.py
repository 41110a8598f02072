"""A record's unit stands, whoever writes or deletes: what a foreign key would hold."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import IntegrityError, NotSupportedError, connection, connections, transaction

from organizations.models import BudgetUnit
from procurement.models import PurchaseRecord
from tests.builders import accept, execute, fetch, purchase, supplier, unit

#: How long a statement is watched that must wait for another transaction.
PATIENCE = 0.5

NOWHERE = 10**9


@pytest.fixture
def market() -> None:
    accept("units", unit("A"), unit("B"))
    accept("suppliers", supplier("S"))


@pytest.fixture
def order(market) -> PurchaseRecord:
    accept("purchases", purchase("1", "A"))
    return PurchaseRecord.objects.get()


def id_of(code: str) -> int:
    return BudgetUnit.objects.get(code=code).pk


def copy_order(number: str, unit_id: int) -> None:
    """Write order 1 once more, under another number and for another unit."""
    fields = ", ".join(
        field.column
        for field in PurchaseRecord._meta.concrete_fields
        if not field.generated and field.column not in ("id", "order_no", "unit_id")
    )
    execute(
        f"INSERT INTO procurement_purchaserecord (order_no, unit_id, {fields})"
        f" SELECT %s, %s, {fields} FROM procurement_purchaserecord WHERE order_no = '1'",
        number,
        unit_id,
    )


def delete_unit(code: str) -> None:
    """Past Django, whose PROTECT would look first."""
    execute("DELETE FROM organizations_budgetunit WHERE code = %s", code)


@pytest.mark.django_db
def test_insert_for_an_unknown_unit_is_refused(order):
    with pytest.raises(IntegrityError, match="does not stand"), transaction.atomic():
        copy_order("2", NOWHERE)


@pytest.mark.django_db
def test_update_to_an_unknown_unit_is_refused(order):
    copy_order("2", id_of("A"))
    with pytest.raises(IntegrityError, match="does not stand"), transaction.atomic():
        execute("UPDATE procurement_purchaserecord SET unit_id = %s WHERE order_no = '2'", NOWHERE)


@pytest.mark.django_db
def test_records_move_between_units_that_stand(order):
    copy_order("2", id_of("B"))
    execute(
        "UPDATE procurement_purchaserecord SET unit_id = CASE unit_id WHEN %s THEN %s ELSE %s END",
        id_of("A"),
        id_of("B"),
        id_of("A"),
    )
    standing = PurchaseRecord.objects.values_list("order_no", "unit__code").order_by("order_no")
    assert list(standing) == [("1", "B"), ("2", "A")]


@pytest.mark.django_db
def test_unit_with_records_cannot_be_deleted_and_one_without_can(order):
    with pytest.raises(IntegrityError, match="has purchase records"), transaction.atomic():
        delete_unit("A")
    delete_unit("B")
    assert set(BudgetUnit.objects.values_list("code", flat=True)) == {"A"}


@pytest.mark.django_db
def test_unit_with_records_keeps_its_number(order):
    renumber = "UPDATE organizations_budgetunit SET id = id + %s WHERE code = 'A'"
    with pytest.raises(IntegrityError, match="has purchase records"), transaction.atomic():
        execute(renumber, NOWHERE)
    execute(renumber, 0)
    assert id_of("A") == order.unit_id


@pytest.mark.django_db
def test_units_cannot_be_emptied_below_their_records(order):
    others = fetch(
        "SELECT string_agg(DISTINCT conrelid::regclass::text, ', ') FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = 'organizations_budgetunit'::regclass"
    )
    with pytest.raises(IntegrityError, match="have purchase records"), transaction.atomic():
        execute(f"TRUNCATE organizations_budgetunit, {others[0][0]} CASCADE")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@contextmanager
def beside(threads: ThreadPoolExecutor, write, *arguments) -> Iterator[Future]:
    """Run ``write`` on a connection of its own while the caller's transaction is open."""
    started = Event()

    def run() -> None:
        try:
            with connection.cursor():
                started.set()
            write(*arguments)
        finally:
            connections.close_all()

    future = threads.submit(run)
    started.wait()
    yield future


def assert_waits(future: Future) -> None:
    with pytest.raises(TimeoutError):
        future.result(PATIENCE)


@pytest.mark.django_db(transaction=True)
def test_delete_waits_for_an_insert_and_is_refused(order, threads):
    with transaction.atomic():
        copy_order("2", id_of("B"))
        with beside(threads, delete_unit, "B") as deleted:
            assert_waits(deleted)
    with pytest.raises(IntegrityError, match="has purchase records"):
        deleted.result()


@pytest.mark.django_db(transaction=True)
def test_delete_waits_for_an_update_and_is_refused(order, threads):
    move = "UPDATE procurement_purchaserecord SET unit_id = %s"
    with transaction.atomic():
        execute(move, id_of("B"))
        with beside(threads, delete_unit, "B") as deleted:
            assert_waits(deleted)
    with pytest.raises(IntegrityError, match="has purchase records"):
        deleted.result()


@pytest.mark.django_db(transaction=True)
def test_insert_waits_for_a_delete_and_is_refused(order, threads):
    unit_id = id_of("B")
    with transaction.atomic():
        delete_unit("B")
        with beside(threads, copy_order, "2", unit_id) as inserted:
            assert_waits(inserted)
    with pytest.raises(IntegrityError, match="does not stand"):
        inserted.result()


@pytest.mark.django_db(transaction=True)
def test_insert_waits_for_a_delete_that_is_undone(order, threads):
    unit_id = id_of("B")
    with transaction.atomic():
        delete_unit("B")
        with beside(threads, copy_order, "2", unit_id) as inserted:
            assert_waits(inserted)
        transaction.set_rollback(True)
    inserted.result()
    assert PurchaseRecord.objects.filter(unit_id=unit_id).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_snapshot_that_may_miss_records_deletes_no_unit(order, level):
    with pytest.raises(NotSupportedError, match="READ COMMITTED"), transaction.atomic():
        execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        delete_unit("B")
