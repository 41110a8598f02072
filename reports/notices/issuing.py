"""The way of a notice: its words changed, reviewed, issued by a second person, withdrawn."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.edits import fingerprint
from organizations.history import record_actor
from organizations.locks import lock_region
from organizations.models import User
from reports.choices import NoticeState
from reports.models import Notice
from reports.notices import snapshot

#: What whoever drafts may change; figures are never typed.
WORDS = ("title", "addressees", "copies", "body", "requirements", "issuer")

# Each row but the issuing region's own level has a recipient.
_ADDRESS = """
    INSERT INTO reports_noticerecipient (notice_id, row_id, region_id, unit_id)
    SELECT r.notice_id, r.id, r.region_id, r.unit_id FROM reports_noticerow r
    JOIN reports_notice n ON n.id = r.notice_id
    WHERE r.notice_id = %s AND (r.unit_id IS NOT NULL OR r.region_id <> n.region_id)
    ORDER BY r.place_in_order
"""


class Refused(Exception):
    """Why a step cannot be taken, in the user's words; nothing was changed."""


@transaction.atomic
def change_words(notice: Notice, words: Mapping[str, str], *, seen: str, by: User) -> Notice:
    """Change a draft's words. ``seen`` is the mark (:func:`mark_of`) that the page was shown with:
    Refused where somebody else changed the notice since."""
    record_actor(by, service="change_notice")
    notice = _locked(notice, NoticeState.DRAFT, seen=seen)
    for name in WORDS:
        setattr(notice, name, words[name])
    notice.save(update_fields=WORDS)
    return notice


def mark_of(notice: Notice) -> str:
    """A mark that changes with the words, the figures and the state of a notice."""
    return fingerprint({name: getattr(notice, name) for name in (*WORDS, "digest", "state")})


@transaction.atomic
def review(notice: Notice, *, by: User, seen: str | None = None) -> Notice:
    """Pass a draft on to whoever issues it; Refused where it is not as it was ``seen``."""
    record_actor(by, service="review_notice")
    notice = _locked(notice, NoticeState.DRAFT, seen=seen)
    return _move(notice, NoticeState.REVIEWED, reviewed_by=by, reviewed_at=timezone.now())


@transaction.atomic
def send_back(notice: Notice, *, by: User) -> Notice:
    """Give a reviewed notice back to be changed."""
    record_actor(by, service="send_back_notice")
    notice = _locked(notice, NoticeState.REVIEWED)
    return _move(notice, NoticeState.DRAFT, reviewed_by=None, reviewed_at=None)


@transaction.atomic
def issue(
    notice: Notice, *, document_number: str, issued_on: date, by: User, seen: str | None = None
) -> Notice:
    """Send a reviewed notice to its recipients under its document number, once and for good.

    Refused by its reviewer, with a number that the region has used, where rows or figures are not
    those that were frozen, or where the notice is not as it was ``seen``.
    """
    record_actor(by, service="issue_notice")
    notice = _locked(notice, NoticeState.REVIEWED, seen=seen)
    if notice.reviewed_by_id == by.pk:
        raise Refused(_("You have reviewed this notice yourself; a second person issues it."))
    number = document_number.strip()
    lock_region(notice.region)
    used = Notice.objects.filter(region=notice.region_id, document_number=number)
    if used.exists():
        raise Refused(
            _("The document number %(number)s was given to another notice.") % {"number": number}
        )
    if not snapshot.is_unchanged(notice):
        raise Refused(
            _("The figures are not those that were frozen: discard it and tell the operator.")
        )
    issued = _move(
        notice, NoticeState.ISSUED, document_number=number, issued_on=issued_on,
        issued_by=by, issued_at=timezone.now(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESS, [notice.pk])
    return issued


@transaction.atomic
def withdraw(notice: Notice, *, reason: str, by: User) -> Notice:
    """Take an issued notice back; its recipients go on seeing it, with the reason."""
    record_actor(by, service="withdraw_notice")
    notice = _locked(notice, NoticeState.ISSUED)
    return _end(notice, NoticeState.WITHDRAWN, reason, by)


@transaction.atomic
def discard(notice: Notice, *, reason: str, by: User) -> Notice:
    """Throw a notice away that was not issued; its schedule does not make it again."""
    record_actor(by, service="discard_notice")
    notice = _locked(notice, NoticeState.DRAFT, NoticeState.REVIEWED)
    return _end(notice, NoticeState.DISCARDED, reason, by)


def _end(notice: Notice, state: NoticeState, reason: str, by: User) -> Notice:
    if not reason.strip():
        raise Refused(_("Say why."))
    return _move(notice, state, reason=reason.strip(), ended_by=by, ended_at=timezone.now())


def _locked(notice: Notice, *states: NoticeState, seen: str | None = None) -> Notice:
    """The row as it stands, locked; Refused where it is in another state by now, or where it has
    changed since a page showed it with the mark ``seen``."""
    found = Notice.objects.select_for_update(of=("self",)).select_related("region")
    notice = found.get(pk=notice.pk)
    if notice.state not in states:
        raise Refused(
            _("This notice is %(state)s by now; the step was not taken.")
            % {"state": notice.get_state_display()}
        )
    if seen is not None and seen != mark_of(notice):
        raise Refused(
            _("Somebody else has changed this notice meanwhile; look at it and change it again.")
        )
    return notice


def _move(notice: Notice, state: NoticeState, **values: Any) -> Notice:
    for name, value in values.items():
        setattr(notice, name, value)
    notice.state = state
    notice.save(update_fields=["state", *values])
    return notice
