"""Files in: what may be sent, what became of it, and the workbook that shows what is wrong."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.import_jobs import repeat_import
from exchange.listing import listing, too_much, written
from exchange.models import ENDED_STATES, Job, JobState
from exchange.resources import resource_of
from exchange.templates import explained, write_template
from organizations.permissions import may_anywhere, requires, signed_in
from organizations.scope import SignedInRequest
from reports.errors import grouped
from reports.examples import EXAMPLES
from reports.kinds import KINDS, KindTerms, kinds_of, label_of
from reports.known import KNOWN
from reports.queries import files_seen, jobs_asked
from reports.upload_forms import FilesForm, RepeatForm, UploadForm

_MEGABYTE = 1024**2
_CHUNK = 2000
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
    rows = jobs_asked(files_seen(request.user), request.user, asked)
    context = listing(request, form, rows.order_by("-pk"))
    context["lines"] = [_line(job) for job in context["page"]]
    context["kinds"] = kinds_of(request.user)
    return render(request, "reports/files/files.html", context)


def upload_of(terms: KindTerms) -> Callable[..., HttpResponse]:
    """The page on which a file of one kind is sent, under the kind's own permission."""

    def upload(request: SignedInRequest) -> HttpResponse:
        form = UploadForm(request)
        if form.is_valid():
            return redirect("reports:file", form.save(kind=terms.kind, by=request.user).pk)
        columns = [c for c in resource_of(terms.kind).columns() if not c.export_only]
        return render(request, "reports/files/upload.html", {
            "form": form, "terms_of_kind": terms, "columns": list(explained(columns)),
            "megabytes": settings.UPLOAD_BYTES // _MEGABYTE, "rows": settings.UPLOAD_ROWS,
        })  # fmt: skip

    return requires(terms.permission)(upload)


def template_of(terms: KindTerms) -> Callable[..., HttpResponse]:
    """The workbook of one kind with its explanation, ``?filled=1`` with what is known."""

    def template(request: SignedInRequest) -> HttpResponse:
        known: Any = KNOWN[terms.kind](request.user) if "filled" in request.GET else None
        if known is not None and too_much(known):
            messages.warning(request, _("More is known than one template holds; take a list away."))
            return redirect(terms.upload)
        rows = known.iterator(chunk_size=_CHUNK) if known is not None else ()
        resource, example = resource_of(terms.kind), EXAMPLES[terms.kind]
        name = _("%(kind)s template.xlsx") % {"kind": terms.label}
        return written(lambda path: write_template(resource, example, path, known=rows), name)

    return requires(terms.permission)(template)


def _job_or_404(request: SignedInRequest, pk: int) -> Job:
    return get_object_or_404(files_seen(request.user), pk=pk)


@signed_in
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: while it is read, how far; afterwards what was done, or what is wrong."""
    job = _job_or_404(request, pk)
    template = "_job.html" if request.htmx else "file.html"
    return render(request, f"reports/files/{template}", _outcome(request, job))


def _line(job: Job) -> dict[str, Any]:
    name = job.source_name or job.options.get("name") or label_of(job)
    return {
        "job": job, "name": name, "label": label_of(job), "tone": TONES[JobState(job.state)],
        "result": job.result, "checked_only": job.options.get("dry_run", False),
        "updates": job.options.get("update", False),
    }  # fmt: skip


def _outcome(request: SignedInRequest, job: Job) -> dict[str, Any]:
    errors = job.result.get("errors", [])
    ways = _ways(request, job)
    return {
        **_line(job),
        "ended": job.state in ENDED_STATES,
        "errors": errors,
        "groups": grouped(errors),
        "token": uuid.uuid4(),
        "is_own": job.created_by_id == request.user.pk,
        "may_save": "save" in ways,
        "may_update": "update" in ways,
        "may_try_again": "again" in ways,
        "leads_to_codes": job.kind == "people" and job.state == JobState.DONE
        and not job.options.get("dry_run") and _may_send(request, job),
    }  # fmt: skip


def _may_send(request: SignedInRequest, job: Job) -> bool:
    return may_anywhere(request.user, KINDS[job.kind].permission)


def _ways(request: SignedInRequest, job: Job) -> set[str]:
    """How the stored file may go in once more, by its sender: for good, as an update, again."""
    is_own = bool(job.source) and job.created_by_id == request.user.pk
    if not is_own or not _may_send(request, job):
        return set()
    if job.state == JobState.DONE:
        return {"save"} if job.options.get("dry_run") else set()
    if job.state == JobState.REFUSED:
        codes = {error["code"] for error in job.result["errors"]}
        as_update = codes == {"conflict"} and not job.options.get("update")
        return {"update", "again"} if as_update else {"again"}
    return {"again"} if job.state == JobState.FAILED else set()


@signed_in
@require_POST
def file_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Import a file once more without another upload: checked, refused or failed before."""
    job = _job_or_404(request, pk)
    form = RepeatForm(request.POST)
    way = form.cleaned_data["way"] if form.is_valid() else ""
    if way not in _ways(request, job):
        raise PermissionDenied
    again = repeat_import(
        job,
        by=request.user,
        update=way == "update" or job.options["update"],
        dry_run=way != "save" and job.options["dry_run"],
        token=uuid.uuid5(job.token, f"{way} {form.cleaned_data['token']}"),
    )
    return redirect("reports:file", again.pk)


@signed_in
def file_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """The error workbook, for the sender of what it holds."""
    job = for_sender(request, _job_or_404(request, pk))
    return attached(job.report)


@signed_in
def file_source(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file as it was sent, for its sender."""
    job = for_sender(request, _job_or_404(request, pk))
    return attached(job.source, job.source_name)


def for_sender(request: SignedInRequest, job: Job) -> Job:
    """The job, whose files hold rows that its sender alone may see all of."""
    if job.created_by_id != request.user.pk:
        raise PermissionDenied
    return job


def attached(file: FieldFile, name: str = "") -> FileResponse:
    """A stored file to be saved and never shown: whoever made it may have meant harm."""
    if not file or not file.storage.exists(file.name):
        raise Http404
    kind, name = "application/octet-stream", name or Path(file.name or "").name
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=kind)
