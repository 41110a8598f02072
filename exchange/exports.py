"""Files made in the background: whoever asked takes them away when the job is done."""

import shutil
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from exchange import jobs
from exchange.filenames import file_name
from exchange.models import Job, JobState, product_path

TASK = "export"
#: Writes what a job's options ask for to a path, and counts ``job.rows_done`` up as it goes.
Write = Callable[[Job, Path], None]
_kinds: dict[str, Write | str] = {}


def register_export(kind: str, write: Write | str) -> None:
    """Say how a kind of file is made, by a function or its path; called from ``ready()``."""
    _kinds[kind] = write


def request_export(
    kind: str,
    *,
    name: str,
    by: Any,
    options: dict[str, Any],
    token: uuid.UUID | None = None,
) -> Job:
    """Have a file made that is called ``name``; the same token gives the same job again.

    The options hold all that the file depends on, the reader's scope included: what a person may
    see is checked by whoever asks, before.
    """
    options = options | {"name": file_name(name)}
    return jobs.request(TASK, kind=kind, by=by, options=options, token=token)[0]


def perform_export(job: Job, token: uuid.UUID) -> None:
    """Make the file of a job; the row names it only when it is whole."""
    if job.kind not in _kinds:
        reason = _("There is no kind of file called %(kind)s.") % {"kind": job.kind}
        jobs.end(job.pk, token, JobState.FAILED, reason=reason)
        return
    name = product_path(job, job.options["name"])
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _writer(job.kind)(job, path)
        jobs.end(job.pk, token, JobState.DONE, product=name, rows_done=job.rows_done)
    except Exception:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    _remove_attempts(_folder(job), but=path.parent)


def _folder(job: Job) -> Path:
    return Path(settings.MEDIA_ROOT) / "jobs" / str(job.token)


def _writer(kind: str) -> Write:
    write = _kinds[kind]
    return import_string(write) if isinstance(write, str) else write


def _remove_attempts(folder: Path, *, but: Path) -> None:
    """Remove what killed attempts left in a job's folder; one that still writes ends unseen."""
    for attempt in folder.iterdir():
        if attempt.is_dir() and attempt != but:
            shutil.rmtree(attempt, ignore_errors=True)


def remove_old() -> None:
    """Remove files that were made longer ago than the settings say; their jobs stay."""
    before = timezone.now() - timedelta(days=settings.EXPORT_DAYS)
    for job in Job.objects.filter(task=TASK, ended_at__lt=before).exclude(product=""):
        # With what attempts that were killed have left beside it.
        shutil.rmtree(_folder(job), ignore_errors=True)
        Job.objects.filter(pk=job.pk).update(product="")
