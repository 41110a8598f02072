"""Files in (导入): sent by kind, followed as jobs, their error workbooks and files made."""

import uuid
from types import SimpleNamespace
from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from exchange.api.errors import Problem, Refused, form_refused
from exchange.api.paging import page, paged
from exchange.models import ENDED_STATES, Job, JobState
from organizations.api.guard import SIGNED_IN, ApiRequest, ApiView, Guard
from reports.kinds import KINDS
from reports.queries import jobs_asked
from reports.upload_forms import FilesForm, UploadForm
from reports.views.exports import made_for
from reports.views.files import attached, for_sender


class CellErrorSerializer(serializers.Serializer):
    """One wrong cell; ``row`` as the spreadsheet shows it."""

    sheet = serializers.CharField(allow_null=True)
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()


class ImportResultSerializer(serializers.Serializer):
    """What became of a file: the object that `import_file --json` prints."""

    kind = serializers.CharField()
    job = serializers.IntegerField(allow_null=True)
    accepted = serializers.BooleanField()
    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    error_count = serializers.IntegerField()
    errors = CellErrorSerializer(many=True, help_text=_("The first thousand."))
    ignored = serializers.ListField(
        child=serializers.CharField(), default=list, help_text=_("Headings of no column.")
    )


class JobSerializer(serializers.Serializer):
    """One import or other run; ``result`` is null until an import has ended."""

    id = serializers.IntegerField()
    task = serializers.CharField()
    kind = serializers.CharField()
    file = serializers.CharField(source="source_name")
    state = serializers.ChoiceField(JobState.choices)
    has_ended = serializers.SerializerMethodField()
    dry_run = serializers.SerializerMethodField()
    update = serializers.SerializerMethodField()
    rows_done = serializers.IntegerField()
    reason = serializers.CharField(help_text=_("Why it failed."))
    has_report = serializers.SerializerMethodField(
        help_text=_("Whether there is a workbook with the wrong cells marked.")
    )
    has_product = serializers.SerializerMethodField(
        help_text=_("Whether it has made a file to fetch.")
    )
    sent_by = serializers.CharField(source="created_by.username", default=None, allow_null=True)
    made_at = serializers.DateTimeField(source="created_at")
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_has_ended(self, job: Job) -> bool:
        return job.state in ENDED_STATES

    def get_dry_run(self, job: Job) -> bool:
        return bool(job.options.get("dry_run"))

    def get_update(self, job: Job) -> bool:
        return bool(job.options.get("update"))

    def get_has_report(self, job: Job) -> bool:
        return bool(job.report)

    def get_has_product(self, job: Job) -> bool:
        return bool(job.product)


class EndedJobSerializer(JobSerializer):
    """A job with its result."""

    result = serializers.SerializerMethodField()

    @extend_schema_field(ImportResultSerializer(allow_null=True))
    def get_result(self, job: Job) -> Any:
        is_import = "accepted" in job.result
        return ImportResultSerializer(job.result).data if is_import else None


class FileSerializer(serializers.Serializer):
    """A file to import, as a form."""

    file = serializers.FileField(help_text=_(".xlsx or .csv"))
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text=_("Only check, save nothing.")
    )
    update = serializers.BooleanField(
        required=False, default=False, help_text=_("Update what stands with other values.")
    )
    token = serializers.UUIDField(
        required=False,
        help_text=_("Yours: the same file sent again with the same token is the same job."),
    )


def job_in_scope(request: ApiRequest, pk: int) -> Job:
    visible = Job.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("created_by"), pk=pk)


def job_of_sender(request: ApiRequest, pk: int) -> Job:
    return for_sender(request, job_in_scope(request, pk))


class FilesView(ApiView):
    """Sends files of one kind, under the kind's own permission."""

    kind = ""
    parser_classes = (MultiPartParser,)

    @classmethod
    def of(cls, kind: str) -> Any:
        """The view of a kind."""
        return cls.as_view(kind=kind, guards={"POST": Guard(KINDS[kind].permission)})

    @extend_schema(
        summary=_("Send a file of this kind to be imported"),
        description=_("It is read in the background: follow the job that is answered."),
        request={"multipart/form-data": FileSerializer},
        responses={202: EndedJobSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        form = UploadForm(_as_sent(request))
        if not form.is_valid():
            raise form_refused(form)
        job = form.save(kind=self.kind, by=request.user)
        return Response(EndedJobSerializer(job).data, status=202)


def _as_sent(request: ApiRequest) -> Any:
    """The request as the page's form reads it; a token is made where none was sent."""
    unknown = set(request.data) - set(FileSerializer().fields)
    if unknown:
        message = gettext("There is no such field here.")
        raise Refused(Problem("unknown_field", message, name) for name in sorted(unknown))
    given = FileSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    sent = dict(given.validated_data)
    files = {"file": sent.pop("file")}
    return SimpleNamespace(
        method="POST", POST={"token": uuid.uuid4()} | sent, FILES=files, META=request.META
    )


class JobsView(ApiView):
    guards = {"GET": Guard(SIGNED_IN)}
    form = FilesForm
    is_paged = True

    @extend_schema(
        operation_id="jobs_list",
        summary=_("Your jobs and those of the people whom you manage, newest first"),
        responses=paged(JobSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        asked = self.asked()
        found = Job.objects.visible_to(request.user).select_related("created_by").defer("result")
        rows = page(request, jobs_asked(found, request.user, asked), ["-pk"])
        return rows.answer(lambda jobs: JobSerializer(jobs, many=True).data)


class JobView(ApiView):
    guards = {"GET": Guard(SIGNED_IN, job_in_scope)}

    @extend_schema(
        operation_id="jobs_read",
        summary=_("One job, with its result once it has ended"),
        responses=EndedJobSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return Response(EndedJobSerializer(self.found).data)


class ReportView(ApiView):
    guards = {"GET": Guard(SIGNED_IN, job_of_sender)}

    @extend_schema(
        operation_id="jobs_report",
        summary=_("The workbook that you sent, with the wrong cells marked"),
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: ApiRequest, pk: int) -> FileResponse:
        return attached(self.found.report)


class ProductView(ApiView):
    guards = {"GET": Guard(SIGNED_IN, made_for)}

    @extend_schema(
        operation_id="jobs_product",
        summary=_("The file that a job has made for you"),
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: ApiRequest, pk: int) -> FileResponse:
        return attached(self.found.product, self.found.options["name"])
