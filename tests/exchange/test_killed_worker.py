"""Workers that are killed or paused, and bells that are lost: real processes, real servers."""

import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.celery import app
from exchange.models import Job, JobState
from exchange.tasks import run_job, sweep_jobs
from organizations.models import BudgetUnit, Region
from procurement.models import PurchaseRecord
from quotas.proof import differences
from tests.contract import lines
from tests.exchange.files import upload, write_csv
from tests.exchange.worker import Worker, sessions_running, wait_until

ROWS = 30_000
LEASE_SECONDS = 2
#: The statements of an import that a worker is caught in.
READING = 'COPY "staged_rows"'
WRITING = "INSERT INTO procurement_purchaserecord"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data(settings) -> Iterator[Path]:
    """A data folder that the worker and this process share, and an empty queue."""
    settings.JOB_LEASE_SECONDS = LEASE_SECONDS
    app.control.purge()
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = Path(folder) / "media"
        yield Path(folder)
    app.control.purge()


@pytest.fixture
def start_worker(data) -> Iterator[Callable[[], Worker]]:
    started = []

    def start() -> Worker:
        started.append(Worker(data))
        return started[-1].wait_until_ready()

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def purchases(data) -> Path:
    """A file large enough to be caught in the middle."""
    region = Region.objects.get(code="440100")
    BudgetUnit.objects.create(code="A", name="A", region=region, level="county", kind="school")
    rows = [
        lines.purchase(f"D{number:06}", "A", "S", "12.50", f"2026-0{number % 6 + 1}-05")
        for number in range(ROWS)
    ]
    return write_csv(data / "采购.csv", rows)


def ended(job: Job) -> bool:
    job.refresh_from_db()
    return job.state not in (JobState.QUEUED, JobState.RUNNING)


def sweep_until_ended(job: Job) -> None:
    """Ring as the beat does, only more often."""

    def swept() -> bool:
        sweep_jobs()
        return ended(job)

    wait_until(swept, pause=0.3)


def catch(job: Job, statement: str) -> None:
    wait_until(lambda: sessions_running(statement))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)


def nobody_works() -> bool:
    return not sessions_running(READING) and not sessions_running(WRITING)


def assert_imported_once(job: Job) -> None:
    assert (job.state, job.reason) == (JobState.DONE, "")
    assert (job.result["created"], job.rows_done) == (ROWS, ROWS)
    assert PurchaseRecord.objects.filter(job_id=job.pk).count() == ROWS
    assert PurchaseRecord.objects.values("order_no", "line_no").distinct().count() == ROWS
    assert PurchaseRecord.objects.count() == ROWS
    assert list(differences()) == []


@pytest.mark.parametrize("statement", [READING, WRITING])
def test_killed_child_leaves_nothing_and_next_attempt_saves_each_row_once(
    start_worker, purchases, statement
):
    worker = start_worker()
    job = upload(purchases, "purchases")
    catch(job, statement)
    worker.kill_child()
    wait_until(nobody_works)
    assert PurchaseRecord.objects.count() == 0
    assert not ended(job)

    sweep_until_ended(job)
    assert job.attempts == 2
    assert_imported_once(job)


def test_killed_process_group_leaves_nothing_and_another_worker_saves_each_row_once(
    start_worker, purchases
):
    worker = start_worker()
    job = upload(purchases, "purchases")
    catch(job, WRITING)
    worker.signal_all(signal.SIGKILL)
    wait_until(nobody_works)
    assert PurchaseRecord.objects.count() == 0
    assert not ended(job)

    start_worker()
    sweep_until_ended(job)
    assert job.attempts == 2
    assert_imported_once(job)


def test_paused_worker_is_taken_over_and_its_commit_refused(start_worker, purchases):
    paused = start_worker()
    job = upload(purchases, "purchases")
    catch(job, READING)
    paused.signal_all(signal.SIGSTOP)
    start_worker()
    sweep_until_ended(job)
    assert job.attempts == 2
    before = Job.objects.values().get(pk=job.pk)

    paused.signal_all(signal.SIGCONT)
    wait_until(lambda: f"Job {job.pk} was taken over" in paused.words)
    assert Job.objects.values().get(pk=job.pk) == before
    assert_imported_once(job)


def test_job_that_kills_its_worker_fails_after_three_attempts_and_next_job_runs(start_worker, data):
    start_worker()
    poison = Job.objects.create(task="kill-own-process")
    run_job.delay(poison.pk)
    after = upload(write_csv(data / "单位.csv", [lines.unit("B", "440100")]), "units")
    wait_until(lambda: ended(after))
    assert (after.state, after.attempts) == (JobState.DONE, 1)

    sweep_until_ended(poison)
    assert (poison.state, poison.attempts) == (JobState.FAILED, 3)
    assert "3" in poison.reason


def test_job_whose_bell_was_lost_is_rung_by_the_sweeper(start_worker, data):
    job = upload(write_csv(data / "单位.csv", [lines.unit("B", "440100")]), "units")
    app.control.purge()
    start_worker()
    sweep_until_ended(job)
    assert (job.state, job.attempts) == (JobState.DONE, 1)
    assert BudgetUnit.objects.filter(code="B").exists()
