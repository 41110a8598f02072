"""Notices (通报函件) with the steps of their way, and the inbox of their recipients."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from exchange.api.errors import Problem, Refused, form_refused, refused
from exchange.api.paging import page, paged
from organizations.api.guard import ApiRequest, ApiView, Guard, reads_only
from organizations.roles import Permission
from quotas.choices import Basis, Lag
from quotas.progress.figures import AMOUNTS, COUNTS
from reports.api.progress import RowFiguresSerializer
from reports.choices import Listed, NoticeKind, NoticeState
from reports.models import Notice, NoticeRecipient
from reports.notice_forms import CheckForm, DraftForm, EndForm, IssueForm, NoticesForm, ReplyForm
from reports.notices import inbox, issuing
from reports.views.inbox import recipient_in_scope
from reports.views.notices import checked, notice_in_scope

_YUAN = r"^-?\d+\.\d{2}$"


class NoticeSerializer(serializers.Serializer):
    """A notice as a list shows it."""

    id = serializers.IntegerField()
    region = serializers.CharField(source="region.code")
    kind = serializers.ChoiceField(NoticeKind.choices)
    listed = serializers.ChoiceField(Listed.choices)
    year = serializers.IntegerField()
    period = serializers.CharField()
    as_of = serializers.DateField()
    basis = serializers.ChoiceField(Basis.choices)
    state = serializers.ChoiceField(NoticeState.choices)
    title = serializers.CharField()
    document_number = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)


class GivenValueSerializer(serializers.Serializer):
    """A value of the policy in force, and the document and region that gave it."""

    name = serializers.CharField()
    value = serializers.CharField()
    document = serializers.CharField()
    region = serializers.CharField()


class WholeNoticeSerializer(NoticeSerializer):
    """A notice with its words, its frozen totals and what they rest on."""

    addressees = serializers.CharField()
    copies = serializers.CharField()
    body = serializers.CharField()
    requirements = serializers.CharField()
    issuer = serializers.CharField()
    reason = serializers.CharField(help_text=_("Why it was withdrawn or discarded."))
    totals = RowFiguresSerializer()
    documents = GivenValueSerializer(many=True)
    number_of_rows = serializers.IntegerField()
    digest = serializers.CharField()


class CheckedNoticeSerializer(WholeNoticeSerializer):
    """With the answer to ``check``."""

    is_unchanged = serializers.BooleanField(
        allow_null=True,
        help_text=_("Whether all figures are those of the digest; null unless asked by ?check=1."),
    )


class NoticeRowSerializer(serializers.Serializer):
    """One frozen row; amounts are strings of yuan."""

    place_in_order = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True)
    lag = serializers.ChoiceField([("", ""), *Lag.choices])

    def get_fields(self) -> dict[str, serializers.Field]:
        counts = {name: serializers.IntegerField() for name in COUNTS}
        amounts = {name: serializers.RegexField(_YUAN) for name in AMOUNTS}
        blank = {
            name: serializers.RegexField(_YUAN, allow_null=True) for name in ("rate", "gap")
        }  # fmt: skip
        return super().get_fields() | counts | amounts | blank


class DraftSerializer(serializers.Serializer):
    """What a notice is to be about; its figures are frozen at once."""

    region = serializers.CharField(help_text=_("Code of the issuing region, one of your own."))
    kind = serializers.ChoiceField(NoticeKind.choices)
    listed = serializers.ChoiceField(Listed.choices)
    period = serializers.CharField(help_text=_("Such as 2026-06, 2026-Q2, 2026-H1 or 2026."))
    basis = serializers.ChoiceField(Basis.choices, required=False)
    threshold = serializers.DecimalField(
        max_digits=7, decimal_places=2, min_value=0, required=False
    )


class IssueSerializer(serializers.Serializer):
    """Under which number and of which day a notice is issued."""

    document_number = serializers.CharField(max_length=60)
    issued_on = serializers.DateField()


class EndSerializer(serializers.Serializer):
    """Why a notice is withdrawn or discarded."""

    reason = serializers.CharField(max_length=500)


class ReplySerializer(serializers.Serializer):
    """A correction plan."""

    plan = serializers.CharField(max_length=2000)
    done_by = serializers.DateField(required=False, allow_null=True)
    contact = serializers.CharField(max_length=100, required=False, allow_blank=True)


class SentReplySerializer(ReplySerializer):
    """A correction plan, who sent it and when."""

    replied_by = serializers.CharField(source="replied_by.username")
    replied_at = serializers.DateTimeField()


class ReceivedSerializer(serializers.Serializer):
    """A notice as its recipient has it: its own row alone."""

    id = serializers.IntegerField()
    addressed_to = serializers.CharField(source="row.code")
    title = serializers.CharField(source="notice.title")
    issuer = serializers.CharField(source="notice.issuer")
    document_number = serializers.CharField(source="notice.document_number")
    issued_on = serializers.DateField(source="notice.issued_on")
    state = serializers.ChoiceField(NoticeState.choices, source="notice.state")
    basis = serializers.ChoiceField(Basis.choices, source="notice.basis")
    as_of = serializers.DateField(source="notice.as_of")
    opened_at = serializers.DateTimeField(allow_null=True)
    row = NoticeRowSerializer()
    replies = SentReplySerializer(many=True)


def _valid(form: forms.Form, names: set[str], data: Any) -> Any:
    """The form with what was sent; Refused for whatever is wrong or has no such field."""
    unknown = set(data) - names
    if unknown:
        raise Refused(
            Problem("unknown_field", str(_("There is no such field here.")), name)
            for name in sorted(unknown)
        )
    if not form.is_valid():
        raise form_refused(form)
    return form


def _given(serializer: type[serializers.Serializer], request: ApiRequest) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return {name: value for name, value in given.validated_data.items() if value is not None}


class NoticesView(ApiView):
    guards = {"GET": Guard(Permission.READ_HISTORY), "POST": Guard(Permission.MAKE_NOTICES)}
    form = NoticesForm
    is_paged = True

    @extend_schema(
        operation_id="notices_list",
        summary=_("Notices of the regions in your scope, the newest first"),
        responses=paged(NoticeSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        asked = {name: value for name, value in vars(self.asked()).items() if value}
        found = Notice.objects.visible_to(request.user).filter(**asked).select_related("region")
        rows = page(request, found, ["-pk"])
        return rows.answer(lambda shown: NoticeSerializer(shown, many=True).data)

    @extend_schema(
        operation_id="notices_draft",
        summary=_("Draft a notice; its figures are frozen, nothing is issued"),
        request=DraftSerializer,
        responses={201: WholeNoticeSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        given = _given(DraftSerializer, request)
        form = _valid(
            DraftForm(given, by=request.user), set(DraftSerializer().fields), request.data
        )
        return Response(WholeNoticeSerializer(form.save()).data, status=201)


class NoticeView(ApiView):
    guards = {"GET": Guard(Permission.READ_HISTORY, notice_in_scope)}
    form = CheckForm

    @extend_schema(
        operation_id="notices_read",
        summary=_("One notice with its words, totals and documents"),
        responses=CheckedNoticeSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        self.found.is_unchanged = checked(self.found, self.asked())
        return Response(CheckedNoticeSerializer(self.found).data)


class NoticeRowsView(ApiView):
    guards = {"GET": Guard(Permission.READ_HISTORY, notice_in_scope)}
    is_paged = True

    @extend_schema(
        operation_id="notices_rows",
        summary=_("The frozen rows of a notice, in their order"),
        responses=paged(NoticeRowSerializer),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        rows = page(request, self.found.rows.all(), ["place_in_order"])
        return rows.answer(lambda shown: NoticeRowSerializer(shown, many=True).data)


def _step(name: str, summary: Any, request: Any = None) -> Callable:
    return extend_schema(
        operation_id=f"notices_{name}", summary=summary, request=request,
        responses=WholeNoticeSerializer,
    )  # fmt: skip


def _taken(step: Callable[[], Notice]) -> Response:
    """The notice after a step; 409 with the reason where it could not be taken."""
    try:
        return Response(WholeNoticeSerializer(step()).data)
    except issuing.Refused as why:
        raise refused("conflict", str(why), status=409) from why


class ReviewNoticeView(ApiView):
    guards = {"POST": Guard(Permission.MAKE_NOTICES, notice_in_scope)}

    @_step("review", _("Pass a draft on as reviewed"))
    def post(self, request: ApiRequest, pk: int) -> Response:
        return _taken(lambda: issuing.review(self.found, by=request.user))


class IssueNoticeView(ApiView):
    guards = {"POST": Guard(Permission.ISSUE_NOTICES, notice_in_scope)}

    @_step("issue", _("Issue a reviewed notice, by a second person"), IssueSerializer)
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = _given(IssueSerializer, request)
        form = _valid(IssueForm(given), set(given), request.data)
        return _taken(lambda: issuing.issue(self.found, **form.cleaned_data, by=request.user))


class WithdrawNoticeView(ApiView):
    guards = {"POST": Guard(Permission.ISSUE_NOTICES, notice_in_scope)}

    @_step("withdraw", _("Withdraw an issued notice, with a reason"), EndSerializer)
    def post(self, request: ApiRequest, pk: int) -> Response:
        return _ended(issuing.withdraw, self.found, request)


class DiscardNoticeView(ApiView):
    guards = {"POST": Guard(Permission.MAKE_NOTICES, notice_in_scope)}

    @_step("discard", _("Discard a notice that was not issued, with a reason"), EndSerializer)
    def post(self, request: ApiRequest, pk: int) -> Response:
        return _ended(issuing.discard, self.found, request)


def _ended(end: Callable[..., Notice], notice: Notice, request: ApiRequest) -> Response:
    given = _given(EndSerializer, request)
    form = _valid(EndForm(given), set(given), request.data)
    return _taken(lambda: end(notice, reason=form.cleaned_data["reason"], by=request.user))


class InboxView(ApiView):
    guards = {"GET": Guard(Permission.ANSWER_NOTICES)}
    is_paged = True

    @extend_schema(
        operation_id="inbox_list",
        summary=_("What your own regions and units received, the newest first"),
        responses=paged(ReceivedSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        found = NoticeRecipient.objects.visible_to(request.user)
        found = found.select_related("notice", "row").prefetch_related("replies__replied_by")
        rows = page(request, found, ["-pk"])
        return rows.answer(lambda shown: ReceivedSerializer(shown, many=True).data)


class ReceivedView(ApiView):
    guards = {"GET": Guard(Permission.ANSWER_NOTICES, recipient_in_scope)}

    @extend_schema(
        operation_id="inbox_read",
        summary=_("One notice as you received it"),
        description=_("It counts as opened, unless the token only reads."),
        responses=ReceivedSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        if not reads_only(request):
            inbox.opened(self.found, by=request.user)
        self.found.refresh_from_db(fields=["opened_at", "opened_by"])
        return Response(ReceivedSerializer(self.found).data)


class ReplyView(ApiView):
    guards = {"POST": Guard(Permission.ANSWER_NOTICES, recipient_in_scope)}

    @extend_schema(
        operation_id="inbox_reply",
        summary=_("Answer with a correction plan"),
        request=ReplySerializer,
        responses=ReceivedSerializer,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = _given(ReplySerializer, request)
        form = _valid(ReplyForm(given), set(ReplySerializer().fields), request.data)
        try:
            inbox.reply(self.found, **form.cleaned_data, by=request.user)
        except issuing.Refused as why:
            raise refused("conflict", str(why), status=409) from why
        return Response(ReceivedSerializer(self.found).data)
