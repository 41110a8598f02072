"""The life of a job: claimed under a lease, kept alive, ended once."""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import (
    Error,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from exchange.models import Job, JobState
from exchange.requests import identified

logger = logging.getLogger(__name__)

#: How often a job at work extends its lease and shows how far it is.
BEAT_SECONDS = 1

#: The database was away, chose this one of two deadlocked, or ended the connection of a worker that
#: stood still for too long; what is said then depends on the statement that comes next.
WORTH_ANOTHER = (OperationalError, InterfaceError, InternalError)

Perform = Callable[[Job, uuid.UUID], None]
_tasks: dict[str, Perform | str] = {}


class LeaseLost(Exception):
    """Another worker holds the job now; what this one did must not be committed."""


def register_task(name: str, perform: Perform | str) -> None:
    """Say what a job's ``task`` does; called from ``ready()``.

    A dotted path is imported when a job of the task is performed, and not by every command.
    """
    _tasks[name] = perform


def request(
    task: str,
    *,
    by: Any,
    kind: str = "",
    options: dict[str, Any] | None = None,
    token: uuid.UUID | None = None,
    **fields: Any,
) -> tuple[Job, bool]:
    """The job of this token, made and rung for unless it stands; whether it was made now.

    A bell that nobody hears is logged, and rung again by the sweeper. The job will speak the
    language that whoever asks reads now.
    """
    with transaction.atomic():
        job, made = Job.objects.get_or_create(
            token=token or uuid.uuid4(),
            defaults={
                "task": task,
                "kind": kind,
                "options": {"language": get_language(), **(options or {})},
                "created_by": by,
                **fields,
            },
        )
        if made:
            ring = import_string(settings.JOB_BELL)
            transaction.on_commit(lambda: ring(job.pk), robust=True)
    return job, made


def claim(pk: int) -> uuid.UUID | None:
    """Take the job if nobody works on it; its lease token, or None.

    The attempt is counted and committed before any work: a job whose file kills its worker
    again and again ends as failed, and the others go on.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        job = Job.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if job is None or job.state not in (JobState.QUEUED, JobState.RUNNING):
            return None
        if job.lease_until and job.lease_until > now:
            return None
        if job.attempts >= settings.JOB_ATTEMPTS:
            _give_up(job)
            return None
        job.state, job.attempts, job.rows_done = JobState.RUNNING, job.attempts + 1, 0
        job.lease_token = uuid.uuid4()
        job.lease_until = now + _lease()
        job.save(update_fields=["state", "attempts", "rows_done", "lease_token", "lease_until"])
        return job.lease_token


def _lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _give_up(job: Job) -> None:
    job.state, job.ended_at = JobState.FAILED, timezone.now()
    with in_its_language(job):
        job.reason = _("Tried %(times)s times without coming to an end; nothing was saved.") % {
            "times": job.attempts
        }
    job.save(update_fields=["state", "ended_at", "reason"])


def in_its_language(job: Job) -> override:
    """Speak the language of whoever asked for the job, where it is known."""
    return override(job.options.get("language") or get_language())


def end(pk: int, token: uuid.UUID, state: JobState, **fields: Any) -> None:
    """End the job under its lease, in the transaction of the work; LeaseLost undoes both."""
    ended = Job.objects.filter(pk=pk, lease_token=token, state=JobState.RUNNING).update(
        state=state, ended_at=timezone.now(), **fields
    )
    if not ended:
        raise LeaseLost(pk)


def perform(pk: int) -> None:
    """Claim the job and do its task; what becomes of it stands on the row."""
    token = claim(pk)
    if token is None:
        return
    job = Job.objects.get(pk=pk)
    with identified(f"job:{pk}", by=job.created_by_id):  # for the lines about its end, too
        try:
            with at_work(job, token):
                _task(job.task)(job, token)
        except LeaseLost:
            logger.warning("Job %s was taken over by another worker.", pk)
        except Exception:
            logger.exception("Job %s broke.", pk)


def _task(name: str) -> Perform:
    performs = _tasks[name]
    return import_string(performs) if isinstance(performs, str) else performs


@contextmanager
def at_work(job: Job, token: uuid.UUID) -> Iterator[None]:
    """Hold the lease of the work inside, whose changes carry the job's name in the history.

    ``job.rows_done``, which the work counts up, is shown as it goes. An error ends the job as
    failed, in the user's words, and is raised. Everything is said in the job's language.
    """
    with in_its_language(job):
        try:
            with identified(f"job:{job.pk}", by=job.created_by_id), _kept_alive(job, token):
                yield
        except (LeaseLost, *WORTH_ANOTHER):
            # Worth another attempt, which the sweeper rings when the lease has run out.
            raise
        except Exception as error:
            _fail(job.pk, token, error)
            raise


def _fail(pk: int, token: uuid.UUID, error: Exception) -> None:
    reason = _("The system made an error (%(error)s); nothing was saved. Please tell the operator.")
    with suppress(LeaseLost):
        end(pk, token, JobState.FAILED, reason=reason % {"error": type(error).__name__})


@contextmanager
def _kept_alive(job: Job, token: uuid.UUID) -> Iterator[None]:
    """Extend the lease from a thread with a connection of its own, until the work ends."""
    done = threading.Event()
    thread = threading.Thread(target=_extend, args=(job, token, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _extend(job: Job, token: uuid.UUID, done: threading.Event) -> None:
    try:
        while not done.wait(min(BEAT_SECONDS, settings.JOB_LEASE_SECONDS / 3)):
            if not _beat(job, token):
                return
    finally:
        connection.close()


def _beat(job: Job, token: uuid.UUID) -> bool:
    """Extend the lease and show the progress; False when the job is no longer ours."""
    ours = Job.objects.filter(pk=job.pk, lease_token=token, state=JobState.RUNNING)
    try:
        return bool(ours.update(lease_until=timezone.now() + _lease(), rows_done=job.rows_done))
    except Error as error:
        logger.warning("The lease of job %s could not be extended: %s", job.pk, error)
        connection.close()
        return True


def stale() -> list[int]:
    """Jobs that wait unheard or whose worker's lease ran out."""
    now = timezone.now()
    waiting = Job.objects.filter(state=JobState.QUEUED, created_at__lt=now - _lease() / 2)
    orphaned = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now)
    return [*waiting.values_list("pk", flat=True), *orphaned.values_list("pk", flat=True)]
