"""Every change leaves an event with who, when and in which request, by whatever way it came."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
import tablib
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from exchange import jobs
from exchange.requests import identified
from exchange.resources import resource_of
from organizations.history import record_actor
from organizations.models import BudgetUnit, BudgetUnitEvent, Region, User
from procurement.models import PurchaseRecord, PurchaseRecordEvent
from quotas.models import Filing, FilingEvent, Policy, PolicyEvent
from suppliers.models import Supplier, SupplierEvent
from tests.contract import lines
from tests.exchange.files import upload, write_csv

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Recorded:
    """A recorded model: its events, a file's line that makes a row, one that changes it."""

    kind: str
    model: type[Model]
    events: type[Model]
    made: lines.Line
    changed: lines.Line
    #: a plain text column, for changes by hand
    text: str
    inserts: bool = True

    @property
    def table(self) -> str:
        return self.model._meta.db_table


_FILED = lines.own_canteen(2026, "U", "100000", "15")
_BOUGHT = lines.purchase("D1", "U", "S", "10", "2026-03-05")
UNIT = Recorded(
    "units",
    BudgetUnit,
    BudgetUnitEvent,
    lines.unit("A", "440100"),
    lines.unit("A", "440100", 单位名称="新"),
    "phone",
)
SUPPLIER = Recorded(
    "suppliers",
    Supplier,
    SupplierEvent,
    lines.supplier("S", "2020-01-01"),
    lines.supplier("S", "2020-01-01", "2026-12-31"),
    "batch",
)
POLICY = Recorded(
    "policies",
    Policy,
    PolicyEvent,
    lines.policy(2026, "440100") | {"最低比例(%)": "10"},
    lines.policy(2026, "440100") | {"最低比例(%)": "12"},
    "document_number",
)
FILING = Recorded("filings", Filing, FilingEvent, _FILED, _FILED | {"预留比例(%)": "20"}, "remark")
PURCHASE = Recorded(
    "purchases",
    PurchaseRecord,
    PurchaseRecordEvent,
    _BOUGHT,
    _BOUGHT | {"商品名称": "小米"},
    "voucher",
    inserts=False,
)
ALL = pytest.mark.parametrize(
    "recorded",
    [UNIT, SUPPLIER, POLICY, FILING, PURCHASE],
    ids=lambda recorded: recorded.kind,
)


@pytest.fixture
def user() -> User:
    return User.objects.create(username="wang", name="王", is_superuser=True)


@pytest.fixture(autouse=True)
def bought_by() -> BudgetUnit:
    """The unit that files and buys; its own event is not looked at."""
    region = Region.objects.get(code="440100")
    unit = BudgetUnit.objects.create(
        code="U", name="U", region=region, level="county", kind="school"
    )
    unit.path = f"{unit.pk}/"
    unit.save()
    BudgetUnitEvent.objects.all().delete()
    return unit


@pytest.fixture
def send(user) -> Callable[[str, lines.Line], None]:
    """Import one line as the user, in a request of its own."""

    def send(kind: str, line: lines.Line) -> None:
        rows = tablib.Dataset(list(line.values()), headers=list(line))
        with identified("request-1"):
            result = resource_of(kind).import_data(rows, by=user, update=True)
        assert result.errors == []

    return send


def execute(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def row_of(recorded: Recorded) -> dict[str, Any]:
    """The row that ``send`` made."""
    return recorded.model.objects.order_by("pk").values().last()


def history(recorded: Recorded) -> list[tuple[str, str | None]]:
    """What happened to the model's rows: the label of each event and its actor."""
    events = recorded.events.objects.order_by("pgh_id").select_related("pgh_context")
    return [
        (event.pgh_label, event.pgh_context and event.pgh_context.metadata["username"])
        for event in events
    ]


@ALL
def test_service_leaves_who_when_and_which_request(recorded, send, user):
    send(recorded.kind, recorded.made)
    send(recorded.kind, recorded.changed)
    made = [("insert", "wang")] if recorded.inserts else []
    assert history(recorded)[: len(made)] == made
    assert history(recorded)[len(made) :] != []
    assert {actor for _label, actor in history(recorded)} == {"wang"}
    event = recorded.events.objects.latest("pgh_id")
    assert timezone.now() - event.pgh_created_at < timedelta(minutes=1)
    metadata = event.pgh_context.metadata
    assert (metadata["user"], metadata["request"]) == (user.pk, "request-1")
    assert metadata["service"].startswith("save_")


@ALL
def test_change_by_bare_sql_is_recorded_without_an_actor(recorded, send):
    send(recorded.kind, recorded.made)
    before = history(recorded)
    key = row_of(recorded)["id"]
    execute(f"UPDATE {recorded.table} SET {recorded.text} = 'by hand' WHERE id = %s", key)
    assert history(recorded) == [*before, ("update", None)]


@ALL
def test_deletion_by_bare_sql_is_recorded_with_what_was_there(recorded, send):
    send(recorded.kind, recorded.made)
    row = row_of(recorded)
    before = history(recorded)
    if recorded is FILING:
        execute("DELETE FROM quotas_canteenmembership")
    execute(f"DELETE FROM {recorded.table} WHERE id = %s", row["id"])
    assert history(recorded) == [*before, ("delete", None)]
    event = recorded.events.objects.latest("pgh_id")
    assert getattr(event, recorded.text) == row[recorded.text]
    assert event.pgh_obj_id == row["id"]


@ALL
def test_change_by_the_orm_past_the_services_is_recorded(recorded, send):
    send(recorded.kind, recorded.made)
    before = history(recorded)
    rows = recorded.model.objects.filter(pk=row_of(recorded)["id"])
    rows.update(**{recorded.text: "by orm"})
    assert history(recorded) == [*before, ("update", None)]


def test_rows_copied_in_are_recorded():
    region = Region.objects.get(code="440100")
    with connection.cursor() as cursor:
        columns = "code, name, uscc, region_id, level, kind, path, responsible_person, phone"
        with cursor.copy(f"COPY {UNIT.table} ({columns}) FROM STDIN") as copy:
            for code in "XY":
                copy.write_row((code, code, "", region.pk, "county", "school", "", "", ""))
    assert history(UNIT) == [("insert", None)] * 2


def test_actor_ends_with_the_transaction(send):
    send("units", UNIT.made)
    BudgetUnit.objects.filter(code="A").update(phone="1")
    assert history(UNIT) == [("insert", "wang"), ("update", None)]


def test_changes_of_one_transaction_share_one_context(user):
    with transaction.atomic():
        record_actor(user, service="test")
        BudgetUnit.objects.update(phone="1")
        execute(f"UPDATE {UNIT.table} SET phone = '2'")
    assert pghistory.models.Context.objects.count() == 1
    assert history(UNIT) == [("update", "wang")] * 2


def test_undone_change_leaves_no_event(user):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record_actor(user, service="test")
        BudgetUnit.objects.update(phone="1")
        raise ZeroDivisionError
    assert history(UNIT) == []


def test_system_is_no_user():
    with transaction.atomic():
        record_actor(None, service="test")
        BudgetUnit.objects.update(phone="1")
    [event] = BudgetUnitEvent.objects.all()
    assert event.pgh_context.metadata == {
        "user": None,
        "username": "",
        "service": "test",
        "request": "",
    }


def test_change_by_a_job_carries_the_job(tmp_path, settings, user):
    settings.MEDIA_ROOT = Path(tmp_path) / "media"
    job = upload(write_csv(tmp_path / "单位.csv", [UNIT.made]), "units", by=user)
    jobs.perform(job.pk)
    [event] = BudgetUnitEvent.objects.all()
    assert event.pgh_context.metadata["request"] == f"job:{job.pk}"
    assert event.pgh_context.metadata["user"] == user.pk


def test_inserted_purchase_names_its_import(tmp_path, settings):
    settings.MEDIA_ROOT = Path(tmp_path) / "media"
    job = upload(write_csv(tmp_path / "采购.csv", [PURCHASE.made]), "purchases")
    jobs.perform(job.pk)
    assert PurchaseRecord.objects.get().job_id == job.pk
    assert history(PURCHASE) == []


def test_updated_purchase_keeps_what_was_replaced(send):
    send("purchases", PURCHASE.made)
    send("purchases", PURCHASE.changed)
    [event] = PurchaseRecordEvent.objects.all()
    assert (event.pgh_label, event.product) == ("update", "大米")
    assert PurchaseRecord.objects.get().product == "小米"
