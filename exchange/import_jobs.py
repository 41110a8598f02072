"""Imports as jobs: by a worker from an uploaded file, or inline by a command."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from exchange import imports, jobs
from exchange.models import Job, JobState, report_path
from exchange.resources import kinds, resource_of
from exchange.workbooks import error_workbook

TASK = "import"
_NAME_LENGTH = 255
#: A file system counts bytes, up to 255, of which a Chinese character takes three.
_STEM_LENGTH = 60


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
    """Keep the upload and ring a worker; the same upload token gives the same job again.

    The row is made before the file is kept, so that of two uploads with one token only the
    first keeps a file.
    """
    with transaction.atomic():
        job, made = jobs.request(
            TASK,
            by=by,
            kind=kind,
            options={"update": update, "dry_run": dry_run, "max_rows": settings.UPLOAD_ROWS},
            token=token,
            source_name=name[-_NAME_LENGTH:],
        )
        if made:
            job.source.save(name, file)
    return job


def repeat_import(
    job: Job, *, by: Any, update: bool, token: uuid.UUID, dry_run: bool = False
) -> Job:
    """Import the upload of an ended job once more, without another upload."""
    with job.source.open("rb") as file:
        return request_import(
            kind=job.kind, file=file, name=job.source_name, by=by,
            update=update, dry_run=dry_run, token=token,
        )  # fmt: skip


def perform_import(job: Job, token: uuid.UUID) -> None:
    """Import the job's upload; the job ends in the transaction that saves the rows."""
    if not job.source:
        reason = _("The command that ran this import was interrupted; nothing was saved.")
        jobs.end(job.pk, token, JobState.FAILED, reason=reason)
    elif job.kind not in kinds():
        reason = _("There is no kind of file called %(kind)s.") % {"kind": job.kind}
        jobs.end(job.pk, token, JobState.FAILED, reason=reason)
    else:
        _run(job, token, Path(job.source.path))


def import_inline(
    *, kind: str, path: Path, by: Any, update: bool = False, dry_run: bool = False
) -> tuple[Job, imports.ImportResult]:
    """Import a file where it lies, in this process, under a job row of its own.

    Raises LeaseLost where this process was held up for longer than its lease.
    """
    job = Job.objects.create(
        task=TASK,
        kind=kind,
        options={"update": update, "dry_run": dry_run},
        source_name=path.name[-_NAME_LENGTH:],
        created_by=by,
    )
    token = jobs.claim(job.pk)
    if token is None:
        raise jobs.LeaseLost(job.pk)
    with jobs.at_work(job, token):
        return job, _run(job, token, path)


def _run(job: Job, token: uuid.UUID, path: Path) -> imports.ImportResult:
    def end(state: JobState, result: imports.ImportResult, **fields: Any) -> None:
        answer = result.as_json(job.pk) | {"ignored": result.extra}
        jobs.end(job.pk, token, state, result=answer, rows_done=result.rows, **fields)

    def count(rows: int) -> None:
        job.rows_done += rows

    result = imports.run(
        resource_of(job.kind),
        path,
        job.source_name,
        by=job.created_by,
        job=job,
        progress=count,
        before_commit=lambda result: end(JobState.DONE, result),
        **{name: value for name, value in job.options.items() if name != "language"},
    )
    if not result.accepted:
        report = _keep_report(job, result, path) if job.source else ""
        end(JobState.REFUSED, result, report=report)
    elif job.options["dry_run"]:
        end(JobState.DONE, result)
    return result


def _keep_report(job: Job, result: imports.ImportResult, path: Path) -> str:
    """Give the sender's workbook back with the wrong cells marked; its name in the storage."""
    name = f"{Path(job.source_name).stem[:_STEM_LENGTH]}-问题.xlsx"
    error_workbook(path, job.source_name, result.sheet, result.errors, path.parent / name)
    return report_path(job, name)
