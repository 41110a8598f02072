"""Files made in the background: asked for, watched, and taken away by whoever asked."""

import uuid

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from exchange.exports import TASK
from exchange.listing import listing
from exchange.models import ENDED_STATES, Job, JobState
from organizations.models import Region
from organizations.permissions import requires, signed_in
from organizations.roles import Permission
from organizations.scope import SignedInRequest, region_in_scope
from quotas.progress.answers import basis_of
from reports.forms import FiguresForm
from reports.views.asking import basis_of as asked_basis
from reports.views.files import TONES, attached
from reports.workbook.export import request_workbook


class _TokenForm(forms.Form):
    """One press of the button is one file, however often it is sent."""

    token = forms.UUIDField()


@requires(Permission.READ_HISTORY, fetch=region_in_scope)
@require_POST
def workbook(request: SignedInRequest, region: Region) -> HttpResponse:
    """Have the auditor's workbook of the region made, as the page of progress was asked."""
    asked = FiguresForm(request.POST).asked()
    basis = asked_basis(asked, basis_of(region, asked.year))
    job = request_workbook(
        region, asked.year, basis=basis, as_of=asked.as_of, by=request.user,
        token=token_of(request),
    )  # fmt: skip
    return redirect("reports:export", job.pk)


def token_of(request: SignedInRequest) -> uuid.UUID | None:
    """The token of the form that was sent, apart for each person; None where there is none."""
    form = _TokenForm(request.POST)
    if not form.is_valid():
        return None
    return uuid.uuid5(form.cleaned_data["token"], str(request.user.pk))


def _own(request: SignedInRequest):
    """The reader's own files alone: each holds what its asker may see."""
    return Job.objects.filter(task=TASK, created_by=request.user)


@signed_in
def exports(request: SignedInRequest) -> HttpResponse:
    """The reader's files, the newest first."""
    context = listing(request, FiguresForm(request.GET), _own(request).order_by("-pk"))
    context["lines"] = [_line(job) for job in context["page"]]
    return render(request, "reports/exports/exports.html", context | _days())


@signed_in
def export(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: how far it is, and when it is whole, where to take it away."""
    job = get_object_or_404(_own(request), pk=pk)
    template = "_job.html" if request.htmx else "export.html"
    return render(request, f"reports/exports/{template}", _line(job) | _days())


def made_for(request: SignedInRequest, pk: int) -> Job:
    """The job of a file that is whole, of the reader's own, who still may read what it holds."""
    job = get_object_or_404(_own(request), pk=pk, state=JobState.DONE)
    get_object_or_404(
        Region.objects.where_may(request.user, Permission.READ_HISTORY), code=job.options["region"]
    )
    return job


@signed_in
def export_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file itself."""
    job = made_for(request, pk)
    return attached(job.product, job.options["name"])


def _line(job: Job) -> dict:
    return {
        "job": job, "name": job.options["name"], "tone": TONES[JobState(job.state)],
        "ended": job.state in ENDED_STATES,
        "is_gone": job.state == JobState.DONE and not job.product,
    }  # fmt: skip


def _days() -> dict[str, int]:
    return {"days": settings.EXPORT_DAYS}
