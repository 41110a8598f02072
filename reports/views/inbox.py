"""What was sent to a person's region or unit, and the answer to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.listing import AddressForm, listing, written
from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from reports.documents.content import personal, reason
from reports.documents.pdf import pdf
from reports.documents.word import word
from reports.models import NoticeRecipient
from reports.notice_forms import ReplyForm
from reports.notices import inbox
from reports.notices.issuing import Refused

_MAKE = {"docx": word, "pdf": pdf}


@requires(Permission.ANSWER_NOTICES)
def received(request: SignedInRequest) -> HttpResponse:
    """The notices that one's own regions and units received, the newest first."""
    rows = NoticeRecipient.objects.visible_to(request.user)
    rows = rows.select_related("notice__region", "row", "region", "unit")
    rows = rows.prefetch_related("replies").order_by("-notice__issued_at", "-pk")
    context = listing(request, AddressForm(request.GET), rows)
    return render(request, "reports/notices/inbox.html", context)


def recipient_in_scope(request: SignedInRequest, pk: int) -> NoticeRecipient:
    """What was addressed to a place at which the reader answers."""
    visible = NoticeRecipient.objects.visible_to(request.user)
    visible = visible.select_related(
        "notice__region", "row", "region", "unit__region", "opened_by"
    )  # fmt: skip
    return get_object_or_404(visible, pk=pk)


@requires(Permission.ANSWER_NOTICES, fetch=recipient_in_scope)
def received_notice(request: SignedInRequest, recipient: NoticeRecipient) -> HttpResponse:
    """One notice as its recipient reads it: its own row, and the form of the answer."""
    inbox.opened(recipient, by=request.user)
    return _page(request, recipient, ReplyForm())


@requires(Permission.ANSWER_NOTICES, fetch=recipient_in_scope)
@require_POST
def reply(request: SignedInRequest, recipient: NoticeRecipient) -> HttpResponse:
    """Answer a notice; with errors the form is shown again, and nothing typed is lost."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, recipient, form)
    try:
        inbox.reply(recipient, **form.cleaned_data, by=request.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, recipient, form, status=409)
    messages.success(request, _("Your answer was sent to the issuing bureau."))
    return redirect("reports:received-notice", recipient.pk)


def _page(
    request: SignedInRequest, recipient: NoticeRecipient, form: Any, *, status: int = 200
) -> HttpResponse:
    notice, row = recipient.notice, recipient.row
    return render(request, "reports/notices/received.html", {
        "recipient": recipient, "notice": notice, "row": row, "form": form,
        "content": personal(recipient), "reached": getattr(row, notice.basis),
        "why": reason(row), "replies": recipient.replies.select_related("replied_by"),
    }, status=status)  # fmt: skip


@requires(Permission.ANSWER_NOTICES, fetch=recipient_in_scope)
def received_word(request: SignedInRequest, recipient: NoticeRecipient) -> HttpResponse:
    return personal_file(recipient, "docx")


@requires(Permission.ANSWER_NOTICES, fetch=recipient_in_scope)
def received_pdf(request: SignedInRequest, recipient: NoticeRecipient) -> HttpResponse:
    return personal_file(recipient, "pdf")


def personal_file(recipient: NoticeRecipient, suffix: str) -> HttpResponse:
    """The file of one recipient, to be saved under the notice's title and the recipient's name."""
    data = _MAKE[suffix](personal(recipient))
    name = f"{recipient.notice.title}-{recipient.row.name}.{suffix}"
    return written(lambda path: path.write_bytes(data), name)
