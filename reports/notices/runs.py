"""The daily run that makes what is due, as a job."""

import uuid
from datetime import date

from exchange import jobs
from exchange.models import Job, JobState
from reports.notices.drafting import make_due

TASK = "make_notices"
_NAMESPACE = uuid.UUID("3f0ae7a5-9d5c-4d6a-9a50-51d2f6c40b6e")


def request_run(on: date) -> Job:
    """The run of a day: asked for twice, it is one job."""
    token = uuid.uuid5(_NAMESPACE, on.isoformat())
    return jobs.request(TASK, by=None, options={"on": on.isoformat()}, token=token)[0]


def perform_run(job: Job, token: uuid.UUID) -> None:
    """Make what is due. Each notice stands for itself: a run that died is gone on with."""
    made = []
    for notice in make_due(date.fromisoformat(job.options["on"])):
        made.append(notice.pk)
        job.rows_done = len(made)
    jobs.end(job.pk, token, JobState.DONE, result={"notices": made}, rows_done=len(made))
