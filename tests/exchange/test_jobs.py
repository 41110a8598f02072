import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from exchange import jobs
from exchange.models import Job, JobState
from exchange.requests import request_id
from organizations.models import User
from tests.exchange.worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def task(monkeypatch) -> Callable[[jobs.Perform], Job]:
    """Make a job that does what it is given."""

    def make(perform: jobs.Perform) -> Job:
        monkeypatch.setitem(jobs._tasks, "test", perform)
        return Job.objects.create(task="test")

    return make


@pytest.fixture
def job() -> Job:
    return Job.objects.create(task="test")


def lapse(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def in_thread(function: Callable, *arguments: object) -> object:
    """Call the function on a connection of its own, and close that."""

    def call() -> object:
        try:
            return function(*arguments)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


def end_other_sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.rowcount


def test_claim_counts_the_attempt_and_holds_a_lease(job):
    token = jobs.claim(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease_token) == (JobState.RUNNING, 1, token)
    assert job.lease_until > timezone.now()


def test_claim_refuses_to_be_undone_by_the_work(job):
    with transaction.atomic(), pytest.raises(RuntimeError):
        jobs.claim(job.pk)
    job.refresh_from_db()
    assert job.attempts == 0


def test_claim_leaves_a_leased_job_alone(job):
    token = jobs.claim(job.pk)
    assert jobs.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.attempts, job.lease_token) == (1, token)


def test_claim_takes_a_job_whose_lease_ran_out_under_another_token(job):
    first = jobs.claim(job.pk)
    Job.objects.update(rows_done=5)
    lapse(job)
    second = jobs.claim(job.pk)
    job.refresh_from_db()
    assert second not in (None, first)
    assert (job.attempts, job.lease_token, job.rows_done) == (2, second, 0)


@pytest.mark.parametrize("state", [JobState.DONE, JobState.REFUSED, JobState.FAILED])
def test_claim_leaves_an_ended_job_alone(job, state):
    jobs.end(job.pk, jobs.claim(job.pk), state)
    lapse(job)
    assert jobs.claim(job.pk) is None


def test_claim_of_no_job_gives_nothing():
    assert jobs.claim(0) is None


def test_claims_at_once_give_the_job_to_one_worker(job):
    barrier = threading.Barrier(4)

    def claim() -> uuid.UUID | None:
        barrier.wait()
        try:
            return jobs.claim(job.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        tokens = [future.result() for future in [pool.submit(claim) for _ in range(4)]]
    job.refresh_from_db()
    assert [token for token in tokens if token] == [job.lease_token]
    assert job.attempts == 1


def test_fourth_claim_ends_the_job_as_failed_with_a_reason(job):
    for _ in range(3):
        assert jobs.claim(job.pk)
        lapse(job)
    assert jobs.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert "3" in job.reason
    assert job.ended_at


def test_end_under_a_lost_lease_undoes_the_work(job):
    stale = jobs.claim(job.pk)
    lapse(job)
    jobs.claim(job.pk)
    with pytest.raises(jobs.LeaseLost), transaction.atomic():
        User.objects.create(username="written")
        jobs.end(job.pk, stale, JobState.DONE)
    assert not User.objects.exists()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_end_happens_once(job):
    token = jobs.claim(job.pk)
    jobs.end(job.pk, token, JobState.DONE, result={"rows": 1})
    with pytest.raises(jobs.LeaseLost):
        jobs.end(job.pk, token, JobState.REFUSED)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"rows": 1})


def test_perform_does_the_task_once_under_its_name(task):
    names = []

    def perform(job: Job, token: uuid.UUID) -> None:
        names.append(request_id.get())
        jobs.end(job.pk, token, JobState.DONE)

    job = task(perform)
    jobs.perform(job.pk)
    jobs.perform(job.pk)
    assert names == [f"job:{job.pk}"]
    assert request_id.get() == ""


def test_perform_keeps_an_error_on_the_row_and_saves_nothing(task):
    def perform(job: Job, token: uuid.UUID) -> None:
        with transaction.atomic():
            User.objects.create(username="written")
            raise ZeroDivisionError

    job = task(perform)
    jobs.perform(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "ZeroDivisionError" in job.reason
    assert not User.objects.exists()


def test_perform_of_an_unknown_task_fails_with_words():
    job = Job.objects.create(task="nothing")
    jobs.perform(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.reason


@pytest.mark.parametrize("error", [jobs.LeaseLost, ZeroDivisionError])
def test_perform_that_was_taken_over_leaves_the_row_to_the_other(task, error):
    def perform(job: Job, token: uuid.UUID) -> None:
        lapse(job)
        assert jobs.claim(job.pk)
        raise error

    job = task(perform)
    jobs.perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.reason) == (JobState.RUNNING, 2, "")


def test_perform_that_lost_the_database_waits_for_another_attempt(task):
    def perform(job: Job, token: uuid.UUID) -> None:
        in_thread(end_other_sessions)
        Job.objects.count()

    job = task(perform)
    jobs.perform(job.pk)
    connection.close()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.reason) == (JobState.RUNNING, 1, "")
    lapse(job)
    assert jobs.stale() == [job.pk]


def test_work_extends_its_lease_and_shows_its_progress(task, settings):
    settings.JOB_LEASE_SECONDS = 0.6

    def perform(job: Job, token: uuid.UUID) -> None:
        row = Job.objects.filter(pk=job.pk)
        first = row.get().lease_until
        job.rows_done = 7
        wait_until(lambda: row.get().lease_until > first + timedelta(seconds=0.6))
        assert row.get().rows_done == 7
        assert jobs.claim(job.pk) is None
        jobs.end(job.pk, token, JobState.DONE)

    job = task(perform)
    jobs.perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.DONE, "")


def test_lease_is_extended_again_after_the_database_was_away(task, settings):
    settings.JOB_LEASE_SECONDS = 0.6

    def perform(job: Job, token: uuid.UUID) -> None:
        row = Job.objects.filter(pk=job.pk)
        wait_until(lambda: sessions() == 2)
        assert end_other_sessions() == 1
        job.rows_done = 7
        wait_until(lambda: row.get().rows_done == 7)
        jobs.end(job.pk, token, JobState.DONE)

    job = task(perform)
    jobs.perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.DONE, "")


@pytest.fixture
def alone() -> Iterator[None]:
    """Other sessions of earlier tests have ended."""
    wait_until(lambda: sessions() == 1)


def test_work_leaves_no_connection_behind(task, settings, alone):
    settings.JOB_LEASE_SECONDS = 0.3

    def perform(job: Job, token: uuid.UUID) -> None:
        wait_until(lambda: sessions() == 2)
        jobs.end(job.pk, token, JobState.DONE)

    jobs.perform(task(perform).pk)
    wait_until(lambda: sessions() == 1)


def test_extending_stops_when_the_lease_is_lost(job):
    stale = jobs.claim(job.pk)
    lapse(job)
    token = jobs.claim(job.pk)
    before = Job.objects.values().get(pk=job.pk)
    job.rows_done = 9
    assert jobs._beat(job, stale) is False
    assert Job.objects.values().get(pk=job.pk) == before
    assert jobs._beat(job, token) is True


def test_operational_error_is_not_kept_as_a_failure(task):
    def perform(job: Job, token: uuid.UUID) -> None:
        raise OperationalError("deadlock detected")

    job = task(perform)
    jobs.perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.RUNNING, "")


def test_stale_are_unheard_and_orphaned_jobs(settings):
    settings.JOB_LEASE_SECONDS = 0.2
    orphaned, leased, ended, unheard = (Job.objects.create(task="test") for _ in range(4))
    for job in (orphaned, leased, ended):
        token = jobs.claim(job.pk)
    jobs.end(ended.pk, token, JobState.DONE)
    lapse(orphaned)
    Job.objects.filter(pk=leased.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
    time.sleep(0.11)
    fresh = Job.objects.create(task="test")
    assert sorted(jobs.stale()) == sorted([orphaned.pk, unheard.pk])
    assert fresh.pk not in jobs.stale()
