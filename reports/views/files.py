"""Files in: what may be sent, what became of it, and the workbook that shows what is wrong."""

import tempfile
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.import_jobs import repeat_import, request_import
from exchange.listing import listing
from exchange.models import ENDED_STATES, Job, JobState
from exchange.resources import resource_of
from exchange.templates import explained, write_template
from exchange.uploads import is_too_large
from organizations.permissions import may_anywhere, requires, signed_in
from organizations.scope import SignedInRequest
from reports.kinds import KINDS, KindTerms, kinds_of
from reports.upload_forms import FilesForm, RepeatForm, UploadForm

_MEGABYTE = 1024**2
#: How a state is coloured.
TONES = {
    JobState.QUEUED: "none", JobState.RUNNING: "going", JobState.DONE: "done",
    JobState.REFUSED: "idle", JobState.FAILED: "idle",
}  # fmt: skip


@signed_in
def files(request: SignedInRequest) -> HttpResponse:
    """What one may send, and what has been sent by oneself and by the people one manages."""
    form = FilesForm(request.GET)
    asked = form.asked()
    rows = Job.objects.visible_to(request.user).filter(kind__in=KINDS).select_related("created_by")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.state:
        rows = rows.filter(state=asked.state)
    context = listing(request, form, rows.order_by("-pk"))
    context["lines"] = [_line(job) for job in context["page"]]
    context["kinds"] = kinds_of(request.user)
    return render(request, "reports/files/files.html", context)


def upload_of(terms: KindTerms) -> Callable[..., HttpResponse]:
    """The page on which a file of one kind is sent, under the kind's own permission."""

    def upload(request: SignedInRequest) -> HttpResponse:
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and is_too_large(request):
            form.refuse_as_too_large()
        elif form.is_valid():
            given = form.cleaned_data
            job = request_import(
                kind=terms.kind, file=given["file"], name=given["file"].name, by=request.user,
                update=given["update"], dry_run=given["dry_run"], token=given["token"],
            )  # fmt: skip
            return _to_job(request, job)
        columns = [c for c in resource_of(terms.kind).columns() if not c.export_only]
        return render(request, "reports/files/upload.html", {
            "form": form, "terms_of_kind": terms, "columns": list(explained(columns)),
            "megabytes": settings.UPLOAD_BYTES // _MEGABYTE, "rows": settings.UPLOAD_ROWS,
        })  # fmt: skip

    return requires(terms.permission)(upload)


def template_of(terms: KindTerms) -> Callable[..., HttpResponse]:
    """The empty workbook of one kind, with its explanation."""

    def template(request: SignedInRequest) -> HttpResponse:
        with tempfile.TemporaryDirectory(prefix="yuliu-template-") as folder:
            path = Path(folder) / "template.xlsx"
            write_template(resource_of(terms.kind), path)
            name = _("%(kind)s template.xlsx") % {"kind": terms.label}
            return FileResponse(path.open("rb"), as_attachment=True, filename=name)

    return requires(terms.permission)(template)


def _to_job(request: SignedInRequest, job: Job) -> HttpResponse:
    """To what became of the upload; a token of somebody else's upload leads nowhere."""
    if job.created_by_id != request.user.pk:
        raise Http404
    return redirect("reports:file", job.pk)


def _job_or_404(request: SignedInRequest, pk: int) -> Job:
    visible = Job.objects.visible_to(request.user).filter(kind__in=KINDS)
    return get_object_or_404(visible.select_related("created_by"), pk=pk)


@signed_in
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: while it is read, how far; afterwards what was done, or what is wrong."""
    job = _job_or_404(request, pk)
    template = "_job.html" if request.htmx else "file.html"
    return render(request, f"reports/files/{template}", _outcome(request, job))


def _line(job: Job) -> dict[str, Any]:
    return {
        "job": job, "label": KINDS[job.kind].label, "tone": TONES[JobState(job.state)],
        "result": job.result, "checked_only": job.options.get("dry_run", False),
        "updates": job.options.get("update", False),
    }  # fmt: skip


def _outcome(request: SignedInRequest, job: Job) -> dict[str, Any]:
    errors = job.result.get("errors", [])
    may_send = may_anywhere(request.user, KINDS[job.kind].permission)
    is_whole = bool(job.source) and job.state in (JobState.DONE, JobState.REFUSED) and may_send
    only_conflicts = bool(errors) and all(error["code"] == "conflict" for error in errors)
    return {
        **_line(job),
        "ended": job.state in ENDED_STATES,
        "errors": errors,
        "groups": _groups(errors),
        "token": uuid.uuid4(),
        "may_save": is_whole and job.state == JobState.DONE and job.options.get("dry_run"),
        "may_update": is_whole and job.state == JobState.REFUSED and only_conflicts,
    }  # fmt: skip


def _groups(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How often each message stands in each column, the most frequent first."""
    counted = Counter((error["column"] or "", error["message"]) for error in errors)
    return [
        {"column": column, "message": message, "number": number}
        for (column, message), number in counted.most_common(8)
        if number > 1
    ]


@signed_in
@require_POST
def file_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Import a checked file for good, or a refused one as an update, without another upload."""
    job = _job_or_404(request, pk)
    if not may_anywhere(request.user, KINDS[job.kind].permission):
        raise PermissionDenied
    form = RepeatForm(request.POST)
    if not form.is_valid() or not job.source:
        messages.error(request, _("This file cannot be imported again; send it once more."))
        return redirect("reports:file", pk)
    again = repeat_import(
        job, by=request.user, update=form.cleaned_data["update"], token=form.cleaned_data["token"]
    )
    return _to_job(request, again)


@signed_in
def file_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """The error workbook."""
    job = _job_or_404(request, pk)
    if not job.report:
        raise Http404
    name = Path(job.report.name).name
    return FileResponse(job.report.open("rb"), as_attachment=True, filename=name)


@signed_in
def file_source(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file as it was sent."""
    job = _job_or_404(request, pk)
    if not job.source:
        raise Http404
    return FileResponse(job.source.open("rb"), as_attachment=True, filename=job.source_name)
