from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from reports.choices import Listed, NoticeState
from reports.models import Notice, NoticeRecipient
from reports.notices import inbox
from reports.notices.drafting import draft_scheduled
from reports.notices.issuing import (
    Refused,
    change_words,
    discard,
    issue,
    mark_of,
    review,
    send_back,
    withdraw,
)
from tests.builders import check_deferred, execute
from tests.reports.notices.conftest import JUNE, YEAR, drafted, issued, scheduled

NUMBER = "桂财购〔2025〕8号"
DAY = date(YEAR, 7, 5)


def words(notice: Notice, **changed: str) -> dict[str, str]:
    names = ("title", "addressees", "copies", "body", "requirements", "issuer")
    return {name: getattr(notice, name) for name in names} | changed


def test_issued_notice_has_number_day_and_two_people(world):
    notice = issued(world)
    notice.refresh_from_db()
    assert (notice.state, notice.document_number, notice.issued_on) == (
        NoticeState.ISSUED, NUMBER, DAY,
    )  # fmt: skip
    assert (notice.reviewed_by, notice.issued_by) == (world.reviewer, world.admin)


def test_each_row_but_the_own_level_has_a_recipient(world):
    notice = issued(world)
    assert [r.region.code for r in notice.recipients.order_by("row__place_in_order")] == [
        "450100", "450200",
    ]  # fmt: skip
    units = issued(world, "桂财购〔2025〕9号", listed=Listed.OWN_UNITS)
    assert [r.unit.code for r in units.recipients.all()] == ["D"]


def test_reviewer_cannot_issue(world):
    notice = review(drafted(world), by=world.admin)
    with pytest.raises(Refused, match="另一人"):
        issue(notice, document_number=NUMBER, issued_on=DAY, by=world.admin)
    assert not NoticeRecipient.objects.exists()


def test_number_is_given_once(world):
    issued(world)
    again = review(drafted(world), by=world.reviewer)
    with pytest.raises(Refused, match="8号"):
        issue(again, document_number=f" {NUMBER} ", issued_on=DAY, by=world.admin)


def test_notice_with_changed_figures_is_not_issued(world):
    notice = review(drafted(world), by=world.reviewer)
    execute('UPDATE reports_notice SET totals = totals || \'{"paid": "9.00"}\'')
    with pytest.raises(Refused, match="冻结"):
        issue(notice, document_number=NUMBER, issued_on=DAY, by=world.admin)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reports_notice SET body = 'x'",
        "UPDATE reports_notice SET document_number = 'x'",
        "UPDATE reports_notice SET totals = '{}'",
        "UPDATE reports_notice SET state = 'draft'",
        "DELETE FROM reports_notice",
        "UPDATE reports_noticerow SET paid = 1",
        "DELETE FROM reports_noticerow",
        "INSERT INTO reports_noticerow (notice_id, place_in_order, code, name, units, filed,"
        " zero_filed, not_filed, not_due, confirmed, base_amount, target, ordered, paid, accepted,"
        " completed, lag) SELECT id, 99, 'x', 'x', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ''"
        " FROM reports_notice",
    ],
)
def test_database_refuses_changes_of_an_issued_notice(world, sql):
    issued(world)
    check_deferred()
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(sql)
        check_deferred()


def test_database_refuses_one_person_for_both(world):
    notice = review(drafted(world), by=world.reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            state="issued", document_number="x", issued_on=DAY, issued_at="2025-07-05T00:00+08",
            issued_by=world.reviewer,
        )  # fmt: skip


def test_words_of_a_draft_change_and_its_figures_do_not(world):
    notice = drafted(world)
    digest = notice.digest
    changed = change_words(
        notice, words(notice, title="另一标题"), seen=mark_of(notice), by=world.admin
    )
    assert (changed.title, changed.digest) == ("另一标题", digest)


def test_words_that_another_changed_meanwhile_are_not_overwritten(world):
    notice = drafted(world)
    seen = mark_of(notice)
    change_words(notice, words(notice, title="甲"), seen=seen, by=world.admin)
    with pytest.raises(Refused, match="他人"):
        change_words(notice, words(notice, title="乙"), seen=seen, by=world.reviewer)
    notice.refresh_from_db()
    assert notice.title == "甲"


def test_reviewed_notice_is_changed_only_after_it_was_sent_back(world):
    notice = review(drafted(world), by=world.reviewer)
    with pytest.raises(Refused):
        change_words(notice, words(notice), seen=mark_of(notice), by=world.admin)
    back = send_back(notice, by=world.admin)
    assert (back.state, back.reviewed_by) == (NoticeState.DRAFT, None)


def test_step_from_a_state_that_is_past_is_refused(world):
    """A double click, or two people at once."""
    notice = issued(world)
    with pytest.raises(Refused):
        issue(notice, document_number="桂财购〔2025〕9号", issued_on=DAY, by=world.admin)
    with pytest.raises(Refused):
        review(notice, by=world.reviewer)
    with pytest.raises(Refused):
        discard(notice, reason="x", by=world.admin)


def test_withdrawn_notice_says_why_and_stays(world):
    notice = withdraw(issued(world), reason="口径有误", by=world.admin)
    assert (notice.state, notice.reason, notice.ended_by) == (
        NoticeState.WITHDRAWN, "口径有误", world.admin,
    )  # fmt: skip
    assert notice.recipients.count() == 2


@pytest.mark.parametrize("reason", ["", "  "])
def test_withdrawing_needs_a_reason(world, reason):
    with pytest.raises(Refused):
        withdraw(issued(world), reason=reason, by=world.admin)


def test_one_live_notice_for_a_schedule_and_period(world):
    schedule = scheduled(world.region)
    first = draft_scheduled(schedule, JUNE, by=None)
    assert draft_scheduled(schedule, JUNE, by=None) is None
    discard(first, reason="x", by=world.admin)
    second = draft_scheduled(schedule, JUNE, by=world.admin)
    assert second.pk != first.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        execute(
            "INSERT INTO reports_notice (region_id, kind, listed, threshold, schedule_id, year,"
            " period, as_of, basis, state, title, addressees, copies, body, requirements, issuer,"
            " totals, documents, position, number_of_rows, digest, document_number, made_at,"
            " reason) SELECT region_id, kind, listed, threshold, schedule_id, year, period, as_of,"
            " basis, 'draft', '', '', '', '', '', '', '{}', '[]', '{}', 0, '', '', now(), ''"
            " FROM reports_notice WHERE state = 'draft'"
        )


def test_opening_is_kept_once(world):
    recipient = issued(world).recipients.first()
    inbox.opened(recipient, by=world.admin)
    inbox.opened(recipient, by=world.reviewer)
    recipient.refresh_from_db()
    assert recipient.opened_by == world.admin
    assert recipient.opened_at is not None


def test_answers_stand_beside_each_other_and_one_sent_twice_is_one(world):
    recipient = issued(world).recipients.first()
    said = {"plan": "加快采购", "done_by": date(YEAR, 8, 1), "contact": "张三"}
    first = inbox.reply(recipient, **said, by=world.admin)
    assert inbox.reply(recipient, **said, by=world.admin) == first
    inbox.reply(recipient, **said | {"plan": "已完成"}, by=world.admin)
    assert [reply.plan for reply in recipient.replies.all()] == ["已完成", "加快采购"]


def test_withdrawn_notice_takes_no_answer(world):
    notice = issued(world)
    recipient = notice.recipients.first()
    withdraw(notice, reason="x", by=world.admin)
    with pytest.raises(Refused):
        inbox.reply(recipient, plan="x", done_by=None, contact="", by=world.admin)
