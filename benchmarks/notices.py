"""The rows of a notice beside a bare INSERT … SELECT of as many, and personal Word files.

    make bench

Of a province of 20,000 units with a million purchases, after `python -m benchmarks.imports`.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import world  # noqa: E402
from config import servers  # noqa: E402
from organizations.models import Region, User  # noqa: E402
from reports.choices import Listed, NoticeKind, Rhythm  # noqa: E402
from reports.documents.content import personal  # noqa: E402
from reports.documents.word import word  # noqa: E402
from reports.models import Notice  # noqa: E402
from reports.notices.drafting import draft_notice  # noqa: E402
from reports.notices.issuing import issue, review  # noqa: E402
from reports.notices.periods import Period, period_of  # noqa: E402

RUNS = 5
FILES = 100

# As many rows, already known, into the same table with its foreign keys and index.
_BARE = """
    INSERT INTO reports_noticerow (notice_id, place_in_order, region_id, unit_id, code, name, units,
        filed, zero_filed, not_filed, not_due, confirmed, base_amount, target, ordered, paid,
        accepted, completed, rate, rank, gap, lag, verdict)
    SELECT %s, row_number() OVER (), NULL, id, code, name, 1, 1, 0, 0, 0, 1, 1000, 100, 10, 10, 10,
        10, 10, 1, 5, 'too_little', NULL
    FROM organizations_budgetunit WHERE kind <> 'state_enterprise'
"""


def seconds_of(call: Callable[[], object]) -> float:
    """Seconds of a call whose writes are undone."""
    with transaction.atomic():
        started = time.perf_counter()
        call()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


def draft(period: Period, by: User) -> Notice:
    return draft_notice(
        region=Region.objects.get(code=world.PROVINCE), kind=NoticeKind.PROGRESS,
        listed=Listed.ALL_UNITS, period=period, by=by,
    )  # fmt: skip


def insert_bare(notice: Notice) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BARE, [notice.pk])


def measure_rows(year: Period, month: Period, by: User) -> None:
    bare, whole, until = [], [], []
    with transaction.atomic():
        empty = draft(year, by)
        empty.rows.all().delete()
        for _run in range(RUNS):
            bare.append(seconds_of(lambda: insert_bare(empty)))
            whole.append(seconds_of(lambda: draft(year, by)))
            until.append(seconds_of(lambda: draft(month, by)))
        transaction.set_rollback(True)
    once = statistics.median(bare)
    for name, runs in (("up to today", whole), (f"up to {month.last_day}", until)):
        seconds = statistics.median(runs)
        print(
            f"notice {name}: {seconds:.2f} s, bare INSERT … SELECT {once:.2f} s:"
            f" {seconds / once:.1f} times ({min(runs):.2f} to {max(runs):.2f} s)"
        )


def measure_files(month: Period, one: User, other: User) -> None:
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        notice = review(draft(month, one), by=one)
        notice = issue(notice, document_number="8", issued_on=timezone.localdate(), by=other)
        started = time.perf_counter()
        recipients = notice.recipients.select_related("notice__region", "row", "region", "unit")
        for recipient in recipients.order_by("pk")[:FILES]:
            data = word(personal(recipient))
            (Path(folder) / f"{recipient.pk}.docx").write_bytes(data)
        print(f"{FILES} personal Word files: {time.perf_counter() - started:.1f} s")
        transaction.set_rollback(True)


def main() -> None:
    servers.hold()
    world.manage("migrate", "--verbosity", "0")
    one, _made = User.objects.get_or_create(username="one")
    other, _made = User.objects.get_or_create(username="other")
    today = timezone.localdate()
    last_month = period_of(Rhythm.MONTHLY, date(today.year, today.month - 1 or 1, 1))
    measure_rows(period_of(Rhythm.YEARLY, today), last_month, one)
    measure_files(last_month, one, other)


if __name__ == "__main__":
    main()
