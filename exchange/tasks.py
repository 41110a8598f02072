from celery import shared_task
from django.conf import settings

from exchange import exports, jobs

#: No import of a permitted size takes a tenth of this: whatever does is stuck.
SECONDS = 1800
#: As long as the beat's period: a worker that was away needs only the latest sweep.
SWEEP_EXPIRES = 30


@shared_task(
    acks_late=True, reject_on_worker_lost=True, soft_time_limit=SECONDS, time_limit=SECONDS + 60
)
def run_job(pk: int) -> None:
    """The doorbell: the row says what is to be done, and whether it still is."""
    jobs.perform(pk)


@shared_task(expires=SWEEP_EXPIRES)
def sweep_jobs() -> None:
    """Ring again for jobs whose bell was lost or whose worker died.

    What is not heard until the next sweep is void, or the bells of a long queue would pile up.
    """
    for pk in jobs.stale():
        run_job.apply_async([pk], expires=settings.JOB_LEASE_SECONDS / 2)


@shared_task
def remove_exports() -> None:
    """The nightly removal of files that were made long ago."""
    exports.remove_old()
