"""Whether database and files hold what the journal asked for: nothing lost, doubled or half."""

import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.conf import settings
from python_calamine import CalamineWorkbook

from exchange.models import Job, JobState
from procurement.models import PurchaseRecord
from quotas.proof import differences
from reports.models import Notice, NoticeRecipient, NoticeSchedule
from reports.notices.periods import ended
from reports.notices.snapshot import is_unchanged
from tests.faults.work import ROWS, Asked, orders_of


def problems(asked: Sequence[Asked]) -> Iterator[str]:
    """Everything that is not as it must be, in words."""
    jobs = Job.objects.in_bulk([one.job for one in asked])
    yield from _jobs(asked, jobs)
    yield from _records(asked, jobs)
    yield from _notices(asked, jobs)
    yield from _files(asked, jobs)
    yield from differences()


def _jobs(asked: Sequence[Asked], jobs: dict[int, Job]) -> Iterator[str]:
    if Job.objects.count() != len({one.job for one in asked}):
        yield "there are jobs that nobody asked for, or fewer than were asked for"
    for one in asked:
        job = jobs.get(one.job)
        if job is None:
            yield f"job {one.job} ({one.what}) is lost"
            continue
        gave_up = job.state == JobState.FAILED and job.attempts == settings.JOB_ATTEMPTS
        wanted = JobState.DONE if one.is_good else JobState.REFUSED
        if job.state != wanted and not (gave_up and job.reason):
            yield f"job {job.pk} ({one.what}) is {job.state} after {job.attempts}: {job.reason}"


def _records(asked: Sequence[Asked], jobs: dict[int, Job]) -> Iterator[str]:
    """The rows of every file that was taken in, each once, and of no other."""
    expected = 0
    for one in asked:
        if one.what != "import" or one.job not in jobs:
            continue
        is_in = jobs[one.job].state == JobState.DONE
        expected += ROWS * is_in
        rows = PurchaseRecord.objects.filter(order_no__in=orders_of(one))
        amounts = list(rows.values_list("amount", "job"))
        wanted = [(Decimal("12.50"), one.job)] * ROWS if is_in else []
        if amounts != wanted:
            yield f"file of job {one.job}: {len(amounts)} rows, wanted {len(wanted)}"
    if PurchaseRecord.objects.count() != expected:
        yield f"{PurchaseRecord.objects.count()} records, wanted {expected}"


def _notices(asked: Sequence[Asked], jobs: dict[int, Job]) -> Iterator[str]:
    """Every period up to the last day that was run for, one notice each, whole and as frozen."""
    runs = [one for one in asked if one.what == "run"]
    done = [one.day for one in runs if one.job in jobs and jobs[one.job].state == JobState.DONE]
    scheduled = Notice.objects.exclude(schedule=None)
    made = Counter(scheduled.values_list("schedule", "period"))
    yield from (f"notice {key} was made {n} times" for key, n in made.items() if n > 1)
    until = max(map(date.fromisoformat, done), default=date.min)
    for schedule in NoticeSchedule.objects.all():
        due = ended(schedule.rhythm, since=schedule.starts_on, until=until) if done else ()
        missing = [p.code for p in due if (schedule.pk, p.code) not in made]
        yield from (f"notice {schedule} {code} is lost" for code in missing)
    for notice in Notice.objects.select_related("region"):
        if notice.rows.count() != notice.number_of_rows or not is_unchanged(notice):
            yield f"notice {notice.pk} is half, or was changed"


def _files(asked: Sequence[Asked], jobs: dict[int, Job]) -> Iterator[str]:
    """Each export that is done names one file, which can be read to its end."""
    for one in asked:
        job = jobs.get(one.job)
        if one.what not in ("personal", "book") or job is None or job.state != JobState.DONE:
            continue
        if not job.product or not job.product.storage.exists(job.product.name):
            yield f"job {job.pk} names no file"
            continue
        with zipfile.ZipFile(job.product.path) as archive:
            if archive.testzip() is not None:
                yield f"the file of job {job.pk} is half"
            number = len(archive.namelist())
        recipients = NoticeRecipient.objects.count()
        if one.what == "personal" and number != recipients:
            yield f"the archive of job {job.pk} holds {number} files, wanted {recipients}"
        if one.what == "book" and len(CalamineWorkbook.from_path(job.product.path).sheet_names) < 5:
            yield f"the workbook of job {job.pk} lacks sheets"
