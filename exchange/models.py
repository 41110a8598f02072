import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.querysets import JobQuerySet


def source_path(job: "Job", name: str) -> str:
    return f"jobs/{job.token}/source{name[-5:] if name.endswith('.xlsx') else '.csv'}"


def report_path(job: "Job", name: str) -> str:
    return f"jobs/{job.token}/{name}"


def product_path(job: "Job", name: str) -> str:
    """Of several attempts each has a folder of its own, so that none writes another's file.

    Of the name, which a person may have chosen, the suffix alone reaches the disk.
    """
    return f"jobs/{job.token}/{job.lease_token}/file{Path(name).suffix}"


class JobState(models.TextChoices):
    """What a job is doing; moved by ``exchange.jobs`` alone."""

    #: made, waits for a worker
    QUEUED = "queued", _("queued")
    #: a worker holds the lease; when the lease has run out, the worker is dead
    RUNNING = "running", _("running")
    #: finished and committed
    DONE = "done", _("done")
    #: the file was refused; nothing was saved
    REFUSED = "refused", _("refused")
    #: tried too often or broken; says why
    FAILED = "failed", _("failed")


ENDED_STATES = (JobState.DONE, JobState.REFUSED, JobState.FAILED)


class Job(models.Model):
    """One import, export or run in the background.

    The row is the truth; the Celery message is only a doorbell. A worker claims the row, holds
    a lease that it keeps extending, and ends it in the transaction of its own writes under the
    lease's token, so that a paused worker which wakes too late cannot write a second time.
    """

    token = models.UUIDField(_("upload token"), unique=True, default=uuid.uuid4, editable=False)
    task = models.CharField(_("task"), max_length=40)
    kind = models.CharField(_("kind of file"), max_length=40, blank=True)
    options = models.JSONField(_("options"), default=dict)
    source = models.FileField(_("file"), upload_to=source_path, max_length=300, blank=True)
    source_name = models.CharField(_("file name"), max_length=255, blank=True)
    report = models.FileField(
        _("error workbook"), upload_to=report_path, max_length=300, blank=True
    )
    product = models.FileField(_("file made"), upload_to=product_path, max_length=300, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.UUIDField(_("lease token"), null=True)
    lease_until = models.DateTimeField(_("leased until"), null=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    result = models.JSONField(_("result"), default=dict)
    reason = models.TextField(_("reason"), blank=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sender"), on_delete=models.PROTECT, null=True
    )
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                fields=["lease_until"],
                name="job_unfinished",
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="job_running_has_lease",
                condition=~Q(state=JobState.RUNNING)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="job_ended_has_time",
                condition=~Q(state__in=ENDED_STATES) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.kind} {self.pk}"
