"""Imports as jobs: by a worker from an uploaded file, or inline by a command."""

import uuid
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from exchange import imports, jobs
from exchange.models import Job, JobState
from exchange.resources import resource_of
from exchange.tasks import run_job
from exchange.workbooks import error_workbook

TASK = "import"


def request_import(
    *,
    kind: str,
    file: File,
    name: str,
    by: Any,
    update: bool = False,
    dry_run: bool = False,
    token: uuid.UUID | None = None,
) -> Job:
    """Keep the upload and ring a worker; the same upload token gives the same job again."""
    token = token or uuid.uuid4()
    job, made = Job.objects.get_or_create(
        token=token,
        defaults={
            "task": TASK,
            "kind": kind,
            "options": {"update": update, "dry_run": dry_run},
            "source": File(file, name=name),
            "source_name": name,
            "created_by": by,
        },
    )
    if made:
        run_job.delay_on_commit(job.pk)
    return job


def perform_import(job: Job, token: uuid.UUID) -> None:
    """Import the job's upload; the job ends in the transaction that saves the rows."""
    if not job.source:
        reason = _("The command that ran this import was interrupted; nothing was saved.")
        jobs.end(job.pk, token, JobState.FAILED, reason=reason)
        return
    _run(job, token, Path(job.source.path))


def import_inline(
    *, kind: str, path: Path, by: Any, update: bool = False, dry_run: bool = False
) -> tuple[Job, imports.ImportResult]:
    """Import a file where it lies, in this process, under a job row of its own."""
    job = Job.objects.create(
        task=TASK,
        kind=kind,
        options={"update": update, "dry_run": dry_run},
        source_name=path.name[-255:],
        created_by=by,
    )
    token = jobs.claim(job.pk)
    if token is None:
        raise jobs.LeaseLost(job.pk)
    with jobs.kept_alive(job.pk, token):
        return job, _run(job, token, path)


def _run(job: Job, token: uuid.UUID, path: Path) -> imports.ImportResult:
    def end(state: JobState, result: imports.ImportResult, **fields: Any) -> None:
        jobs.end(job.pk, token, state, result=result.as_json(job.pk), **fields)

    result = imports.run(
        resource_of(job.kind),
        path,
        job.source_name,
        by=job.created_by,
        job=job,
        before_commit=lambda result: end(JobState.DONE, result),
        **job.options,
    )
    if not result.accepted:
        end(JobState.REFUSED, result)
        if job.source:
            _keep_report(job, result, path)
    elif job.options["dry_run"]:
        end(JobState.DONE, result)
    return result


def _keep_report(job: Job, result: imports.ImportResult, path: Path) -> None:
    """Give the sender's workbook back with the wrong cells marked."""
    name = f"{Path(job.source_name).stem}-问题.xlsx"
    target = path.parent / name
    error_workbook(path, job.source_name, result.sheet, result.errors, target)
    job.report.name = str(Path(job.source.name).parent / name)
    Job.objects.filter(pk=job.pk).update(report=job.report.name)
