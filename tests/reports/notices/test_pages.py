"""The pages of notices: who may open and do what, and what a double click or a slow one does."""

import uuid
import zipfile
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exchange.models import Job
from organizations.models import Role, User
from reports.choices import Listed, NoticeKind, NoticeState, Rhythm
from reports.models import Notice, NoticeRecipient, NoticeReply, NoticeSchedule
from reports.notices.drafting import draft_notice
from reports.notices.files import write_personal
from reports.notices.issuing import WORDS, change_words, mark_of, review, send_back
from reports.notices.periods import Period
from tests.apis import Api
from tests.builders import accept, check_deferred, execute, own_canteen, person, unit
from tests.reports.notices.conftest import YEAR, drafted, issued, scheduled

#: Who looks on, with role and place; the owner is the province's bureau.
PEOPLE = {
    "owner": (Role.BUREAU_ADMINISTRATOR, {"region": "450000"}),
    "colleague": (Role.BUREAU_REVIEWER, {"region": "450000"}),
    "auditor": (Role.AUDITOR, {"region": "450000"}),
    "higher": (Role.BUREAU_ADMINISTRATOR, {"region": "000000"}),
    "lower": (Role.BUREAU_ADMINISTRATOR, {"region": "450100"}),
    "neighbour": (Role.BUREAU_ADMINISTRATOR, {"region": "440000"}),
    "clerk": (Role.UNIT_CLERK, {"unit": "A"}),
}


def client_of(name: str) -> Client:
    if name in PEOPLE:
        role, place = PEOPLE[name]
        user = person(name, role, **place)
    else:
        user = User.objects.create_user(name)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("colleague", 200), ("auditor", 200), ("lower", 404), ("neighbour", 404),
     ("clerk", 404), ("stranger", 404)],
)  # fmt: skip
@pytest.mark.parametrize("page", ["", "history/", "word/", "pdf/", "rows/"])
def test_notice_is_read_inside_the_scope(world, who, status, page):
    notice = issued(world)
    assert client_of(who).get(f"/notices/{notice.pk}/{page}").status_code == status


@pytest.mark.parametrize(
    ("who", "step", "status"),
    [
        ("owner", "review", 302), ("colleague", "review", 302), ("auditor", "review", 403),
        ("lower", "review", 404), ("stranger", "review", 404),
        ("colleague", "issue", 403), ("auditor", "issue", 403), ("neighbour", "issue", 404),
        ("colleague", "withdraw", 403), ("auditor", "discard", 403), ("auditor", "refresh", 403),
        ("auditor", "send-back", 403), ("auditor", "edit", 403), ("clerk", "edit", 404),
    ],
)  # fmt: skip
def test_step_is_taken_by_whom_the_role_permits(world, who, step, status):
    notice = drafted(world)
    assert client_of(who).post(f"/notices/{notice.pk}/{step}/").status_code == status


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("edit", "draft"), ("review", "draft"), ("refresh", "draft"), ("discard", "draft"),
        ("send-back", "reviewed"), ("issue", "reviewed"), ("withdraw", "issued"),
    ],
)  # fmt: skip
def test_higher_bureau_reads_and_takes_no_step_for_a_lower_one(world, step, state):
    """The country's bureau reads the province's notices, which bear the province's numbers."""
    notice = {"draft": drafted, "issued": issued}.get(state, drafted)(world)
    if state == "reviewed":
        review(notice, by=world.reviewer)
    higher = client_of("higher")
    sent = {"document_number": "8号", "issued_on": f"{YEAR}-07-05", "reason": "误"}
    assert higher.get(f"/notices/{notice.pk}/").context["makes"] is False
    assert higher.get(f"/notices/{notice.pk}/").context["issues"] is False
    assert higher.post(f"/notices/{notice.pk}/{step}/", sent).status_code == 403
    key = {"review": {}, "issue": sent, "withdraw": sent, "discard": sent}
    if step in key:
        by_api = higher.post(
            f"/api/v1/notices/{notice.pk}/{step}/", key[step], content_type="application/json"
        )
        assert by_api.status_code == 403
    notice.refresh_from_db()
    assert notice.state == state


def test_higher_bureau_changes_no_schedule_of_a_lower_one(world):
    schedule, higher = scheduled(world.region), client_of("higher")
    assert f'href="/notices/schedules/{schedule.pk}/"' in (
        client_of("owner").get("/notices/schedules/").text
    )
    page = higher.get("/notices/schedules/")
    assert [line[0] for line in page.context["schedules"]] == [schedule]
    assert f'href="/notices/schedules/{schedule.pk}/"' not in page.text
    assert higher.get(f"/notices/schedules/{schedule.pk}/").status_code == 403


def test_way_of_a_notice_through_the_pages(world):
    """Drafted by one, its words changed and reviewed, issued by another, withdrawn."""
    one, other = client_of("colleague"), client_of("owner")
    terms = {"region": "450000", "kind": "progress", "listed": "regions", "period": f"{YEAR}-06"}
    one.post("/notices/new/", terms | {"basis": "", "threshold": "100"})
    notice = Notice.objects.get()
    words = {name: getattr(notice, name) for name in ("addressees", "body", "requirements")}
    changed = words | {"title": "新标题", "copies": "", "issuer": "某局", "seen": mark_of(notice)}
    one.post(f"/notices/{notice.pk}/edit/", changed)
    one.post(f"/notices/{notice.pk}/review/")
    number = {"document_number": "桂财购〔2025〕8号", "issued_on": f"{YEAR}-07-05"}
    other.post(f"/notices/{notice.pk}/issue/", number)
    notice.refresh_from_db()
    assert (notice.title, notice.state, notice.document_number) == (
        "新标题", NoticeState.ISSUED, "桂财购〔2025〕8号",
    )  # fmt: skip
    other.post(f"/notices/{notice.pk}/withdraw/", {"reason": "口径有误"})
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (NoticeState.WITHDRAWN, "口径有误")


def test_slow_second_editor_gets_409_and_keeps_the_own_words(world):
    notice = drafted(world)
    client = client_of("owner")
    words = {"title": "甲", "addressees": "各单位", "copies": "", "body": "乙", "issuer": "丙"}
    sent = words | {"requirements": "", "seen": mark_of(notice)}
    client.post(f"/notices/{notice.pk}/edit/", sent)
    answer = client.post(f"/notices/{notice.pk}/edit/", sent | {"title": "我的标题"})
    assert answer.status_code == 409
    assert "我的标题" in answer.text
    notice.refresh_from_db()
    assert notice.title == "甲"


def test_what_changed_since_it_was_seen_is_neither_reviewed_nor_issued(world):
    """A colleague changes the words while somebody reads them, and passes them on again."""
    notice = drafted(world)
    one, other = client_of("colleague"), client_of("owner")
    words = {name: getattr(notice, name) for name in WORDS}
    shown = one.get(f"/notices/{notice.pk}/").context["seen"]
    change_words(notice, words | {"title": "乙"}, seen=shown, by=world.admin)
    one.post(f"/notices/{notice.pk}/review/", {"seen": shown})
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    review(notice, by=world.reviewer)
    shown = other.get(f"/notices/{notice.pk}/").context["seen"]
    notice = send_back(notice, by=world.reviewer)
    notice = change_words(
        notice, words | {"title": "丙"}, seen=mark_of(notice), by=world.reviewer
    )  # fmt: skip
    review(notice, by=world.reviewer)
    sent = {"document_number": "8号", "issued_on": f"{YEAR}-07-05"}
    other.post(f"/notices/{notice.pk}/issue/", sent | {"seen": shown})
    notice.refresh_from_db()
    assert notice.state == NoticeState.REVIEWED
    shown = other.get(f"/notices/{notice.pk}/").context["seen"]
    other.post(f"/notices/{notice.pk}/issue/", sent | {"seen": shown})
    notice.refresh_from_db()
    assert (notice.state, notice.title) == (NoticeState.ISSUED, "丙")


def test_issuing_twice_issues_once(world):
    notice = review(drafted(world), by=world.reviewer)
    client = client_of("owner")
    sent = {"document_number": "桂财购〔2025〕8号", "issued_on": f"{YEAR}-07-05"}
    client.post(f"/notices/{notice.pk}/issue/", sent)
    client.post(f"/notices/{notice.pk}/issue/", sent | {"document_number": "另号"})
    notice.refresh_from_db()
    assert notice.document_number == "桂财购〔2025〕8号"
    assert NoticeRecipient.objects.count() == 2


def test_notice_without_a_number_is_not_issued(world):
    notice = review(drafted(world), by=world.reviewer)
    client_of("owner").post(f"/notices/{notice.pk}/issue/", {"issued_on": f"{YEAR}-07-05"})
    notice.refresh_from_db()
    assert notice.state == NoticeState.REVIEWED


def test_county_cannot_list_regions_below(world):
    user = person("county", Role.BUREAU_ADMINISTRATOR, region="450102")
    client = Client()
    client.force_login(user)
    sent = {"region": "450102", "kind": "progress", "listed": "regions", "period": f"{YEAR}-06"}
    assert client.post("/notices/new/", sent).status_code == 200
    assert not Notice.objects.exists()
    client.post("/notices/new/", sent | {"listed": "own_units"})
    assert Notice.objects.get().listed == Listed.OWN_UNITS


def test_bureau_drafts_for_its_own_region_alone(world):
    sent = {"region": "450000", "kind": "progress", "listed": "regions", "period": f"{YEAR}-06"}
    assert client_of("lower").post("/notices/new/", sent).status_code == 200
    assert not Notice.objects.exists()


def test_schedule_is_set_and_stopped_on_pages(world):
    client = client_of("owner")
    sent = {
        "region": "450000", "kind": "reminder", "rhythm": "quarterly", "listed": "own_units",
        "days_after": "3", "starts_on": "2026-01-01", "basis": "", "threshold": "", "active": "on",
    }  # fmt: skip
    client.post("/notices/schedules/new/", sent)
    schedule = NoticeSchedule.objects.get()
    assert (schedule.kind, schedule.rhythm, schedule.days_after, schedule.active) == (
        NoticeKind.REMINDER, Rhythm.QUARTERLY, 3, True,
    )  # fmt: skip
    assert client.post("/notices/schedules/new/", sent).status_code == 200
    del sent["active"]
    client.post(f"/notices/schedules/{schedule.pk}/", sent)
    schedule.refresh_from_db()
    assert (schedule.active, NoticeSchedule.objects.count()) == (False, 1)


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("auditor", 403), ("lower", 404), ("neighbour", 404), ("clerk", 404)],
)
def test_schedule_is_changed_by_its_bureau(world, who, status):
    schedule = scheduled(world.region)
    assert client_of(who).get(f"/notices/schedules/{schedule.pk}/").status_code == status


@pytest.fixture
def letter(world: SimpleNamespace) -> SimpleNamespace:
    """A reminder that A and others received."""
    accept("units", unit("E", "450102"))
    accept("filings", own_canteen(YEAR, "E", state="confirmed"))
    notice = issued(world, kind=NoticeKind.PROGRESS, listed=Listed.ALL_UNITS)
    found = {recipient.row.code: recipient for recipient in notice.recipients.all()}
    return SimpleNamespace(notice=notice, **found)


def test_inbox_holds_what_was_sent_to_the_own_unit(world, letter):
    client = client_of("clerk")
    assert [r.pk for r in client.get("/inbox/").context["page"]] == [letter.A.pk]


@pytest.mark.parametrize("page", ["", "word/", "pdf/"])
def test_recipient_reads_its_own_and_nobody_elses(world, letter, page):
    client = client_of("clerk")
    assert client.get(f"/inbox/{letter.A.pk}/{page}").status_code == 200
    assert client.get(f"/inbox/{letter.B.pk}/{page}").status_code == 404


@pytest.mark.parametrize("who", ["owner", "auditor", "neighbour", "stranger"])
def test_inbox_of_another_is_closed(world, letter, who):
    assert client_of(who).get(f"/inbox/{letter.A.pk}/").status_code == 404


def test_page_of_the_recipient_names_nobody_else(world, letter):
    text = client_of("clerk").get(f"/inbox/{letter.A.pk}/").text
    assert "单位A" in text
    assert [name for name in "BCDEN" if f"单位{name}" in text] == []


def test_opening_and_answer_are_seen_by_the_bureau(world, letter):
    clerk = client_of("clerk")
    clerk.get(f"/inbox/{letter.A.pk}/")
    sent = {"plan": "八月前完成采购", "done_by": "2025-08-31", "contact": "李四"}
    clerk.post(f"/inbox/{letter.A.pk}/reply/", sent)
    clerk.post(f"/inbox/{letter.A.pk}/reply/", sent)
    answer = NoticeReply.objects.get()
    assert (answer.plan, answer.done_by, answer.contact) == (
        "八月前完成采购", date(2025, 8, 31), "李四",
    )  # fmt: skip
    page = client_of("auditor").get(f"/notices/{letter.notice.pk}/")
    assert page.context["recipients"] == {"sent": 6, "opened": 1, "answered": 1}
    assert "八月前完成采购" in page.text


def test_list_counts_a_recipient_once_however_often_it_answers(world, letter):
    draft = drafted(world)
    clerk = client_of("clerk")
    clerk.get(f"/inbox/{letter.A.pk}/")
    for plan in ("八月前完成", "九月前完成", "十月前完成"):
        clerk.post(f"/inbox/{letter.A.pk}/reply/", {"plan": plan})
    lines = client_of("owner").get("/notices/").context["lines"]
    counted = {notice: counts for notice, _tone, counts in lines}
    numbers = {"notice": letter.notice.pk, "sent": 6, "opened": 1, "answered": 1}
    assert counted == {letter.notice: numbers, draft: None}


@pytest.mark.parametrize(("scope", "counts"), [("read", False), ("write", True)])
def test_token_that_only_reads_opens_nothing(world, letter, scope, counts):
    clerk = person("clerk", Role.UNIT_CLERK, unit="A")
    answer = Api(clerk, scope).get(f"inbox/{letter.A.pk}/").json()
    letter.A.refresh_from_db()
    assert (letter.A.opened_at is not None, letter.A.opened_by == clerk) == (counts, counts)
    assert (answer["opened_at"] is not None) is counts


def test_blank_answer_is_shown_again(world, letter):
    answer = client_of("clerk").post(f"/inbox/{letter.A.pk}/reply/", {"plan": " "})
    assert answer.status_code == 200
    assert not NoticeReply.objects.exists()


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_pages_ask_as_much_for_three_rows_as_for_many(world):
    client = client_of("owner")
    few = issued(world)
    addresses = ("/notices/", f"/notices/{few.pk}/", "/notices/schedules/", "/inbox/")
    scheduled(world.region)
    before = [queries_of(client, address) for address in addresses]
    many = [f"M{number}" for number in range(20)]
    accept("units", *(unit(code, "450202") for code in many))
    for number in range(3):
        issued(world, f"号{number}", listed=Listed.ALL_UNITS)
        scheduled(world.region, rhythm=Rhythm.values[number + 1])
    addresses = ("/notices/", f"/notices/{Notice.objects.latest('pk').pk}/", *addresses[2:])
    after = [queries_of(client, address) for address in addresses]
    assert after == before
    assert max(after) <= 12


def test_figures_are_held_against_their_digest_when_asked(world):
    """Each row of twenty thousand is read for it."""
    notice, client = issued(world), client_of("auditor")
    page, by_api = f"/notices/{notice.pk}/", f"/api/v1/notices/{notice.pk}/"

    def seen(query: str) -> tuple:
        with CaptureQueriesContext(connection) as asked:
            answers = client.get(page + query).context, client.get(by_api + query).json()
        hashed = [query for query in asked if "sha256" in query["sql"]]
        return (*(answer["is_unchanged"] for answer in answers), len(hashed))

    assert seen("") == (None, None, 0)
    assert seen("?check=1") == (True, True, 2)
    check_deferred()
    execute("ALTER TABLE reports_noticerow DISABLE TRIGGER USER")
    execute("UPDATE reports_noticerow SET paid = paid + 1")
    assert seen("?check=1") == (False, False, 2)
    assert "冻结" in client.get(page + "?check=1").text.partition('role="alert"')[2]


def test_list_is_filtered_by_year_kind_and_state(world):
    client = client_of("owner")
    notice = drafted(world)
    draft_notice(
        region=world.region, kind=NoticeKind.LETTER, listed=Listed.OWN_UNITS, by=None,
        period=Period(Rhythm.YEARLY, YEAR - 1, 1),
    )  # fmt: skip
    numbers = {"": 2, f"?year={YEAR}": 1, "?kind=letter": 1, "?state=issued": 0}
    for query, expected in numbers.items():
        assert len(client.get(f"/notices/{query}").context["page"]) == expected
    assert client.get(f"/notices/?year={YEAR}").context["page"][0] == notice


def test_files_of_all_recipients_are_made_once_and_hold_one_each(world, letter, tmp_path):
    client = client_of("owner")
    token = {"token": str(uuid.uuid4())}
    answer = client.post(f"/notices/{letter.notice.pk}/files/", token)
    assert client.post(f"/notices/{letter.notice.pk}/files/", token).url == answer.url
    job = Job.objects.get()
    path = tmp_path / "all.zip"
    write_personal(job, path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert [name[:7] for name in archive.namelist()] == [
            f"{r.row.place_in_order:05}-{r.row.code}" for r in letter.notice.recipients.all()
        ]
    assert job.rows_done == 6


def test_unit_and_home_say_that_something_waits_in_the_inbox(world, letter):
    clerk = client_of("clerk")
    assert clerk.get("/units/A/").context["unit"].unopened == 1
    assert "/inbox/" in clerk.get("/units/A/").text.partition("page-head")[2]
    assert client_of("auditor").get("/units/A/").context["answers_notices"] is False
    clerk.get(f"/inbox/{letter.A.pk}/")
    assert clerk.get("/units/A/").context["unit"].unopened is None
    issued(world, "桂财购〔2025〕9号")
    matters = client_of("lower").get("/").context["matters"]
    assert [one.number for one in matters if one.address == "/inbox/"] == [1]
