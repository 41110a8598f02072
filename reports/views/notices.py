"""Notices of a bureau: the list, one notice with its rows and its way, schedules, files."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.listing import listing, wants_file, written
from organizations.changes import changes_of
from organizations.permissions import may, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from quotas.queries.policies import LABELS
from reports.choices import NoticeState
from reports.documents.content import reason, whole
from reports.documents.pdf import pdf
from reports.documents.word import word
from reports.models import Notice, NoticeRecipient, NoticeSchedule
from reports.notice_forms import (
    CheckForm,
    DraftForm,
    EndForm,
    IssueForm,
    NoticesForm,
    ScheduleForm,
    WordsForm,
)
from reports.notices import issuing, snapshot
from reports.notices.drafting import next_due, refresh
from reports.notices.files import request_personal, write_rows
from reports.notices.periods import period_named
from reports.views.exports import token_of
from reports.views.inbox import personal_file

ROWS_A_PAGE = 100
#: How a state is coloured.
TONES = {
    NoticeState.DRAFT: "going", NoticeState.REVIEWED: "going", NoticeState.ISSUED: "done",
    NoticeState.WITHDRAWN: "idle", NoticeState.DISCARDED: "none",
}  # fmt: skip
_PEOPLE = ("region", "schedule", "made_by", "reviewed_by", "issued_by", "ended_by")


@requires(Permission.READ_HISTORY)
def notices(request: SignedInRequest) -> HttpResponse:
    """The notices of the regions in scope, the newest first, and what the schedules ask for."""
    form = NoticesForm(request.GET)
    asked = form.asked()
    rows = Notice.objects.visible_to(request.user).select_related("region")
    for name in ("year", "kind", "state"):
        if getattr(asked, name):
            rows = rows.filter(**{name: getattr(asked, name)})
    context = listing(request, form, rows.order_by("-as_of", "-pk"))
    counts = _counts_of(context["page"].object_list)
    lines = [
        (notice, TONES[NoticeState(notice.state)], counts.get(notice.pk))
        for notice in context["page"]
    ]
    return render(request, "reports/notices/notices.html", context | {"lines": lines})


#: Of recipients, who are joined to their answers.
_COUNTS = {
    "sent": Count("pk", distinct=True),
    "opened": Count("pk", filter=Q(opened_at__isnull=False), distinct=True),
    "answered": Count("pk", filter=Q(replies__isnull=False), distinct=True),
}


def _counts_of(notices: Iterable[Notice]) -> dict[int, dict[str, int]]:
    """The numbers of each notice that has recipients."""
    recipients = NoticeRecipient.objects.filter(notice__in=list(notices)).order_by()
    counted = recipients.values("notice").annotate(**_COUNTS)
    return {numbers["notice"]: numbers for numbers in counted}


@requires(Permission.MAKE_NOTICES)
def notice_new(request: SignedInRequest) -> HttpResponse:
    form = DraftForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        notice = form.save()
        messages.success(request, _("The draft is made. Look its words and figures through."))
        return redirect("reports:notice", notice.pk)
    return render(request, "reports/notices/notice_new.html", {"form": form})


def notice_in_scope(request: SignedInRequest, pk: int) -> Notice:
    visible = Notice.objects.visible_to(request.user).select_related(*_PEOPLE)
    return get_object_or_404(visible, pk=pk)


@requires(Permission.READ_HISTORY, fetch=notice_in_scope)
def notice_detail(request: SignedInRequest, notice: Notice) -> HttpResponse:
    """One notice: its words, its frozen rows, who received, opened and answered it."""
    rows = notice.rows.select_related(
        "noticerecipient__opened_by", "region", "unit"
    ).prefetch_related("noticerecipient__replies__replied_by")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    makes, issues = (
        may(request.user, permission, notice.region)
        for permission in (Permission.MAKE_NOTICES, Permission.ISSUE_NOTICES)
    )
    is_reviewer = notice.reviewed_by_id == request.user.pk
    return render(request, "reports/notices/notice.html", {
        "notice": notice, "tone": TONES[NoticeState(notice.state)],
        "period": period_named(notice.period), "content": whole(notice, with_table=False),
        "page": page, "lines": [_row(notice, row) for row in page], "address": None,
        "recipients": notice.recipients.aggregate(**_COUNTS), "documents": _documents(notice),
        "is_unchanged": checked(notice, CheckForm(request.GET).asked()),
        "makes": makes, "issues": issues and not is_reviewer,
        "is_reviewer": issues and is_reviewer,
        "issue_form": IssueForm(), "end_form": EndForm(),
        "token": uuid.uuid4(), "year": str(notice.year), "seen": issuing.mark_of(notice),
    })  # fmt: skip


def checked(notice: Notice, asked: Any) -> bool | None:
    """Whether rows and totals are those that were frozen; None unless it is asked."""
    return snapshot.is_unchanged(notice) if asked.check else None


def _row(notice: Notice, row: Any) -> dict[str, Any]:
    recipient = getattr(row, "noticerecipient", None)
    return {
        "row": row, "reached": getattr(row, notice.basis), "why": reason(row),
        "recipient": recipient, "replies": recipient.replies.all() if recipient else [],
    }  # fmt: skip


def _documents(notice: Notice) -> list[tuple[str, str]]:
    """Each policy document, and the names of the values that it gave."""
    labels: dict[str, list[str]] = {}
    for given in notice.documents:
        document = f"{given['document']}（{given['region']}）"
        labels.setdefault(document, []).append(str(LABELS[given["name"]]))
    return [(document, "、".join(names)) for document, names in labels.items()]


@requires(Permission.READ_HISTORY, fetch=notice_in_scope)
def notice_history(request: SignedInRequest, notice: Notice) -> HttpResponse:
    """Who changed what of a notice, and when."""
    changes = changes_of(notice, leave_out=("position", "totals", "documents"))
    return render(request, "reports/notices/history.html", {"notice": notice, "changes": changes})


@requires(Permission.MAKE_NOTICES, fetch=notice_in_scope)
def notice_edit(request: SignedInRequest, notice: Notice) -> HttpResponse:
    """The words of a draft; 409 where somebody else was faster, with one's own words kept."""
    form = WordsForm(request.POST or None, instance=notice)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            issuing.change_words(
                notice, form.words(), seen=form.cleaned_data["seen"], by=request.user
            )
        except issuing.Refused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, _("The words are kept."))
            return redirect("reports:notice", notice.pk)
    context = {"form": form, "notice": notice}
    return render(request, "reports/notices/notice_edit.html", context, status=status)


Step = Callable[[SignedInRequest, Notice], str]


def _step(permission: Permission, take: Step) -> Callable[..., HttpResponse]:
    """A step of a notice's way, by the people who may take it; what it says is shown."""

    def step(request: SignedInRequest, notice: Notice) -> HttpResponse:
        try:
            messages.success(request, take(request, notice))
        except issuing.Refused as refused:
            messages.error(request, str(refused))
        return redirect("reports:notice", notice.pk)

    return requires(permission, fetch=notice_in_scope)(require_POST(step))


def _review(request: SignedInRequest, notice: Notice) -> str:
    issuing.review(notice, by=request.user, seen=request.POST.get("seen"))
    return _("Reviewed. A second person issues it now.")


def _send_back(request: SignedInRequest, notice: Notice) -> str:
    issuing.send_back(notice, by=request.user)
    return _("Given back as a draft.")


def _refresh(request: SignedInRequest, notice: Notice) -> str:
    try:
        refresh(notice, by=request.user)
    except ValueError:
        raise issuing.Refused(_("Only a draft's figures are made anew.")) from None
    return _("Figures and words are made anew, as known now.")


def _issue(request: SignedInRequest, notice: Notice) -> str:
    form = IssueForm(request.POST)
    if not form.is_valid():
        raise issuing.Refused(" ".join(text for texts in form.errors.values() for text in texts))
    seen = request.POST.get("seen")
    issued = issuing.issue(notice, **form.cleaned_data, by=request.user, seen=seen)
    return _("Issued as %(number)s; its recipients find it in their inbox.") % {
        "number": issued.document_number
    }


def _reason_of(request: SignedInRequest) -> str:
    form = EndForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _withdraw(request: SignedInRequest, notice: Notice) -> str:
    issuing.withdraw(notice, reason=_reason_of(request), by=request.user)
    return _("Withdrawn. Recipients see the reason.")


def _discard(request: SignedInRequest, notice: Notice) -> str:
    issuing.discard(notice, reason=_reason_of(request), by=request.user)
    return _("Discarded.")


notice_review = _step(Permission.MAKE_NOTICES, _review)
notice_send_back = _step(Permission.MAKE_NOTICES, _send_back)
notice_refresh = _step(Permission.MAKE_NOTICES, _refresh)
notice_discard = _step(Permission.MAKE_NOTICES, _discard)
notice_issue = _step(Permission.ISSUE_NOTICES, _issue)
notice_withdraw = _step(Permission.ISSUE_NOTICES, _withdraw)


@requires(Permission.READ_HISTORY, fetch=notice_in_scope)
def notice_word(request: SignedInRequest, notice: Notice) -> HttpResponse:
    data = word(whole(notice))
    return written(lambda path: path.write_bytes(data), f"{notice.title}.docx")


@requires(Permission.READ_HISTORY, fetch=notice_in_scope)
def notice_pdf(request: SignedInRequest, notice: Notice) -> HttpResponse:
    data = pdf(whole(notice))
    return written(lambda path: path.write_bytes(data), f"{notice.title}.pdf")


@requires(Permission.READ_HISTORY, fetch=notice_in_scope)
def notice_rows(request: SignedInRequest, notice: Notice) -> HttpResponse:
    """All rows of a notice as a file, ``?file=xlsx`` or ``csv``."""
    suffix = request.GET["file"] if wants_file(request) else "xlsx"
    return written(lambda path: write_rows(notice, path), f"{notice.title}.{suffix}")


@requires(Permission.READ_HISTORY, fetch=notice_in_scope)
@require_POST
def notice_files(request: SignedInRequest, notice: Notice) -> HttpResponse:
    """Have every recipient's own file made, in one archive."""
    job = request_personal(notice, by=request.user, token=token_of(request))
    return redirect("reports:export", job.pk)


def recipient_of_bureau(request: SignedInRequest, pk: int) -> NoticeRecipient:
    """A recipient of a notice in the reader's scope."""
    visible = Notice.objects.visible_to(request.user)
    found = NoticeRecipient.objects.filter(notice__in=visible)
    found = found.select_related("notice__region", "row", "region", "unit")
    return get_object_or_404(found, pk=pk)


@requires(Permission.READ_HISTORY, fetch=recipient_of_bureau)
def notice_personal(request: SignedInRequest, recipient: NoticeRecipient) -> HttpResponse:
    """One recipient's file, as the bureau sends it."""
    return personal_file(recipient, "docx")


@requires(Permission.READ_HISTORY)
def schedules(request: SignedInRequest) -> HttpResponse:
    """The schedules of the regions in scope, and the next period of each."""
    rows = NoticeSchedule.objects.visible_to(request.user).select_related("region")
    lines = [
        (schedule, *following, may(request.user, Permission.MAKE_NOTICES, schedule.region))
        for schedule, following in next_due(rows)
    ]
    return render(request, "reports/notices/schedules.html", {"schedules": lines})


@requires(Permission.MAKE_NOTICES)
def schedule_new(request: SignedInRequest) -> HttpResponse:
    return _schedule(request, None)


def schedule_in_scope(request: SignedInRequest, pk: int) -> NoticeSchedule:
    visible = NoticeSchedule.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(visible, pk=pk)


@requires(Permission.MAKE_NOTICES, fetch=schedule_in_scope)
def schedule_edit(request: SignedInRequest, schedule: NoticeSchedule) -> HttpResponse:
    return _schedule(request, schedule)


@transaction.atomic
def _schedule(request: SignedInRequest, standing: NoticeSchedule | None) -> HttpResponse:
    form = ScheduleForm(request.POST or None, by=request.user, standing=standing)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The schedule is kept."))
        return redirect("reports:schedules")
    context = {"form": form, "schedule": standing}
    return render(request, "reports/notices/schedule.html", context)
