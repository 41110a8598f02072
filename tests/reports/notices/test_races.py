"""Two people at once, each with a connection of its own and real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from typing import Any

import pytest
from django.db import connections, transaction

from organizations.locks import lock_region
from reports.choices import NoticeState
from reports.models import Notice, NoticeSchedule
from reports.notices.issuing import Refused, issue, review
from tests.reports.notices.conftest import YEAR, drafted, scheduled
from tests.reports.notices.test_pages import client_of

pytestmark = pytest.mark.django_db(transaction=True)

#: How long the first keeps its transaction open for the second, which mostly waits for a lock.
PATIENCE = 0.5


def at_once(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What the second gives, which begins when the first has written and not committed."""
    wrote, ended = Event(), Event()

    def run_first() -> None:
        try:
            with transaction.atomic():
                first()
                wrote.set()
                ended.wait(PATIENCE)
        finally:
            wrote.set()
            connections.close_all()

    def run_second() -> Any:
        wrote.wait()
        try:
            return second()
        finally:
            ended.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(run) for run in (run_first, run_second)]
        futures[0].result()
        return futures[1].result()


def test_number_is_given_to_one_of_two_notices_at_once(world):
    notices = [review(drafted(world), by=world.reviewer) for _time in range(2)]

    def issued(notice: Notice) -> Notice:
        return issue(notice, document_number="8号", issued_on=date(YEAR, 7, 5), by=world.admin)

    with pytest.raises(Refused, match="8号"):
        at_once(lambda: issued(notices[0]), lambda: issued(notices[1]))
    assert [n.state for n in Notice.objects.order_by("pk")] == [
        NoticeState.ISSUED, NoticeState.REVIEWED,
    ]  # fmt: skip


def test_schedule_of_the_same_terms_is_kept_once_of_two_at_once(world):
    owner = client_of("owner")
    sent = {
        "region": "450000", "kind": "progress", "rhythm": "monthly", "listed": "regions",
        "days_after": "3", "starts_on": "2026-01-01", "active": "on",
    }  # fmt: skip

    def first() -> None:
        lock_region(world.region)
        scheduled(world.region)

    answer = at_once(first, lambda: owner.post("/notices/schedules/new/", sent))
    assert (answer.status_code, NoticeSchedule.objects.count()) == (200, 1)
    assert list(answer.context["form"].errors) == ["__all__"]
