"""What recipients do: open a notice, and answer it with a correction plan."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.history import record_actor
from organizations.models import User
from reports.choices import NoticeState
from reports.models import NoticeRecipient, NoticeReply
from reports.notices.issuing import Refused


def opened(recipient: NoticeRecipient, *, by: User) -> None:
    """Keep when the first of the recipient's people opened it, and who."""
    unopened = NoticeRecipient.objects.filter(pk=recipient.pk, opened_at=None)
    unopened.update(opened_at=timezone.now(), opened_by=by)


@transaction.atomic
def reply(
    recipient: NoticeRecipient, *, plan: str, done_by: date | None, contact: str, by: User
) -> NoticeReply:
    """Answer with a correction plan; a later answer stands beside the earlier.

    Refused where the notice has been withdrawn. The same answer sent twice is one.
    """
    record_actor(by, service="reply_to_notice")
    recipient = NoticeRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if recipient.notice.state != NoticeState.ISSUED:
        raise Refused(_("This notice has been withdrawn; no answer is needed."))
    said = {"plan": plan.strip(), "done_by": done_by, "contact": contact.strip()}
    last = recipient.replies.first()
    if last and all(getattr(last, name) == value for name, value in said.items()):
        return last
    return NoticeReply.objects.create(recipient=recipient, replied_by=by, **said)
