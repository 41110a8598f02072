"""The changes of a row in words: who, when, by which act, what was and what is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from organizations.changes import Change, changes_among, changes_of, name_services
from organizations.history import record_actor
from organizations.models import BudgetUnit, MembershipEvent, Region, Role, User
from procurement.models import PurchaseRecord
from quotas.models import Filing
from tests.builders import accept, purchase, supplier, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return User.objects.create_user("wei", name="韦华")


def alter(row: Any, *, by: User | None, **values: Any) -> None:
    with transaction.atomic():
        record_actor(by, service="test_alter")
        type(row).objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()


def differences(change: Change) -> list[tuple[str, str, str]]:
    return [(value.field, value.before, value.after) for value in change.values]


def test_change_names_its_actor_act_and_values(clerk):
    accept("units", unit("A", phone="1"))
    found = BudgetUnit.objects.get()
    alter(found, by=clerk, phone="2", region=Region.objects.get(code="450103"), kind="school")
    with translation.override("en"):
        changed, made = changes_of(found)
    assert (changed.what, changed.who, changed.service) == ("update", "韦华 (wei)", "test_alter")
    assert timezone.now() - changed.at < timedelta(minutes=1)
    assert differences(changed) == [
        ("region", "兴宁区", "青秀区"),
        ("kind", "government body", "school"),
        ("phone", "1", "2"),
    ]
    assert (made.what, made.who) == ("insert", "the system")
    assert ("code", "", "A") in differences(made)
    assert "uscc" not in {value.field for value in made.values}


def test_act_is_named_by_its_app(clerk):
    accept("units", unit("A"))
    name_services({"test_alter": "altered in a test"})
    found = BudgetUnit.objects.get()
    alter(found, by=clerk, name="新")
    assert changes_of(found)[0].service == "altered in a test"


def test_events_that_keep_what_was_replaced_give_the_same_reading(clerk):
    accept("units", unit("A"))
    accept("suppliers", supplier("S"))
    accept("purchases", purchase("D1"))
    bought = PurchaseRecord.objects.get()
    alter(bought, by=clerk, product="小米")
    alter(bought, by=None, product="黑米", amount=Decimal("1234.50"))
    found = [(change.what, differences(change)) for change in changes_of(bought)]
    assert found == [
        ("update", [("product", "小米", "黑米"), ("amount", "100.00", "1,234.50")]),
        ("update", [("product", "大米", "小米")]),
    ]


def test_amounts_ratios_days_and_answers_are_written_plainly(clerk):
    accept("units", unit("A"))
    filing = Filing.objects.create(
        unit=BudgetUnit.objects.get(), year=2026, canteen="own", state="submitted",
        base_amount=Decimal(10000), ratio=Decimal("12.50"), reserved_amount=1250,
    )  # fmt: skip
    with translation.override("en"):
        [made] = changes_of(filing)
        alter(filing, by=clerk, late=True)
        assert differences(changes_of(filing)[0]) == [("late", "no", "yes")]
    values = {value.field: value.after for value in made.values}
    assert [values[name] for name in ("base_amount", "ratio", "unit")] == [
        "10,000.00", "12.5", "单位A"
    ]  # fmt: skip


def test_change_past_the_services_has_no_actor():
    region = Region.objects.get(code="450102")
    BudgetUnit.objects.create(code="A", name="A", region=region, level="county", kind="school")
    BudgetUnit.objects.update(closed_on="2026-01-31")
    found = BudgetUnit.objects.get()
    with translation.override("en"):
        [change, _made] = changes_of(found)
    assert (change.who, change.service) == ("directly in the database", "")
    assert differences(change) == [("closed_on", "", "2026-01-31")]


def test_fields_left_out_make_no_change(clerk):
    accept("units", unit("A"))
    found = BudgetUnit.objects.get()
    alter(found, by=clerk, phone="2")
    assert [change.what for change in changes_of(found, leave_out={"phone"})] == ["insert"]


def test_changes_of_several_rows_tell_of_deleted_ones_too(clerk):
    place = Region.objects.get(code="450100")
    post = clerk.memberships.create(role=Role.AUDITOR, region=place)
    clerk.memberships.create(role=Role.BUREAU_REVIEWER, region=place)
    post.delete()
    with translation.override("en"):
        changes = changes_among(MembershipEvent.objects.filter(user=clerk), leave_out={"user"})
    assert [(change.what, differences(change)) for change in changes] == [
        ("delete", [("role", "auditor", ""), ("region", "南宁市", "")]),
        ("insert", [("role", "", "bureau reviewer"), ("region", "", "南宁市")]),
        ("insert", [("role", "", "auditor"), ("region", "", "南宁市")]),
    ]


@pytest.mark.parametrize("times", [3, 12])
def test_number_of_queries_does_not_grow_with_the_changes(clerk, times):
    accept("units", unit("A"))
    found = BudgetUnit.objects.get()
    for time in range(times):
        alter(found, by=clerk, phone=str(time))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(changes_of(found)) == times + 1
    assert len(queries) == 3
