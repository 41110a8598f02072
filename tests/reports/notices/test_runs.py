from datetime import date

import pytest

from exchange import jobs
from exchange.models import Job, JobState
from reports.models import Notice
from reports.notices import drafting, runs
from tests.reports.notices.conftest import scheduled

pytestmark = pytest.mark.django_db(transaction=True)
AUGUST = date(2025, 8, 6)


def performed(job: Job) -> Job:
    jobs.perform(job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture
def world(transactional_db, world):
    return world


def test_run_of_a_day_is_one_job(world):
    assert runs.request_run(AUGUST) == runs.request_run(AUGUST)


def test_run_makes_what_is_due_and_names_it(world):
    scheduled(world.region)
    job = performed(runs.request_run(AUGUST))
    assert (job.state, job.rows_done) == (JobState.DONE, 3)
    assert job.result == {"notices": sorted(Notice.objects.values_list("pk", flat=True))}


def test_run_that_died_is_gone_on_with_and_makes_nothing_twice(world, monkeypatch):
    """The second draft breaks the first run; the first draft stands, and is not made again."""
    scheduled(world.region)
    draft = drafting.draft_scheduled
    calls = []

    def breaks_once(*arguments, **named):
        calls.append(arguments)
        if len(calls) == 2:
            raise jobs.OperationalError("the database went away")
        return draft(*arguments, **named)

    monkeypatch.setattr(drafting, "draft_scheduled", breaks_once)
    job = performed(runs.request_run(AUGUST))
    assert (job.state, Notice.objects.count()) == (JobState.RUNNING, 1)
    Job.objects.update(lease_until="2025-01-01T00:00+08")
    assert performed(job).state == JobState.DONE
    assert sorted(Notice.objects.values_list("period", flat=True)) == [
        "2025-05", "2025-06", "2025-07",
    ]  # fmt: skip
