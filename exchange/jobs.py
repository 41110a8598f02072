"""The life of a job: claimed under a lease, kept alive, ended once."""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.models import Job, JobState

logger = logging.getLogger(__name__)

Perform = Callable[[Job, uuid.UUID], None]
_tasks: dict[str, Perform] = {}


class LeaseLost(Exception):
    """Another worker holds the job now; what this one did must not be committed."""


def register_task(name: str, perform: Perform) -> None:
    """Say what a job's ``task`` does; called from ``ready()``."""
    _tasks[name] = perform


def claim(pk: int) -> uuid.UUID | None:
    """Take the job if nobody works on it; its lease token, or None.

    The attempt is counted and committed before any work: a job whose file kills its worker
    again and again ends as failed, and the others go on.
    """
    now = timezone.now()
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if job is None or job.state not in (JobState.QUEUED, JobState.RUNNING):
            return None
        if job.state == JobState.RUNNING and job.lease_until > now:
            return None
        if job.attempts >= settings.JOB_ATTEMPTS:
            _give_up(job)
            return None
        job.state, job.attempts = JobState.RUNNING, job.attempts + 1
        job.lease_token = uuid.uuid4()
        job.lease_until = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        job.save(update_fields=["state", "attempts", "lease_token", "lease_until"])
        return job.lease_token


def _give_up(job: Job) -> None:
    job.state, job.ended_at = JobState.FAILED, timezone.now()
    job.reason = _("Tried %(times)s times without coming to an end; nothing was saved.") % {
        "times": job.attempts
    }
    job.save(update_fields=["state", "ended_at", "reason"])


def end(pk: int, token: uuid.UUID, state: JobState, **fields: Any) -> None:
    """End the job under its lease, in the transaction of the work; LeaseLost undoes both."""
    ended = Job.objects.filter(pk=pk, lease_token=token, state=JobState.RUNNING).update(
        state=state, ended_at=timezone.now(), **fields
    )
    if not ended:
        raise LeaseLost(pk)


def perform(pk: int) -> None:
    """Claim the job and do its task; a failure is kept on the row, in the user's words."""
    token = claim(pk)
    if token is None:
        return
    job = Job.objects.get(pk=pk)
    try:
        with kept_alive(pk, token):
            _tasks[job.task](job, token)
    except LeaseLost:
        logger.warning("Job %s was taken over by another worker.", pk)
    except Exception as error:
        logger.exception("Job %s broke.", pk)
        _fail(pk, token, error)


def _fail(pk: int, token: uuid.UUID, error: Exception) -> None:
    reason = _("The system made an error (%(error)s); nothing was saved. Please tell the operator.")
    end(pk, token, JobState.FAILED, reason=reason % {"error": type(error).__name__})


@contextmanager
def kept_alive(pk: int, token: uuid.UUID) -> Iterator[None]:
    """Extend the lease from a thread with a connection of its own, until the work ends."""
    done = threading.Event()
    thread = threading.Thread(target=_extend, args=(pk, token, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _extend(pk: int, token: uuid.UUID, done: threading.Event) -> None:
    try:
        while not done.wait(settings.JOB_LEASE_SECONDS / 3):
            until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
            if not Job.objects.filter(pk=pk, lease_token=token).update(lease_until=until):
                return
    finally:
        connection.close()


def stale() -> list[int]:
    """Jobs that wait unheard or whose worker's lease ran out."""
    now = timezone.now()
    waiting = Job.objects.filter(
        state=JobState.QUEUED,
        created_at__lt=now - timedelta(seconds=settings.JOB_LEASE_SECONDS / 2),
    )
    orphaned = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now)
    return [*waiting.values_list("pk", flat=True), *orphaned.values_list("pk", flat=True)]
