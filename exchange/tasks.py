from celery import shared_task

from exchange import jobs


@shared_task(acks_late=True, reject_on_worker_lost=True)
def run_job(pk: int) -> None:
    """The doorbell: the row says what is to be done, and whether it still is."""
    jobs.perform(pk)


@shared_task
def sweep_jobs() -> None:
    """Ring again for jobs whose bell was lost or whose worker died."""
    for pk in jobs.stale():
        run_job.delay(pk)
