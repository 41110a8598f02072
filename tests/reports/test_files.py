"""Files in: who may send which, what becomes of a file, and who sees it."""

import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from exchange import jobs
from exchange.import_jobs import import_inline
from exchange.models import Job, JobState
from exchange.resources import kinds, resource_of
from exchange.uploads import AROUND_BYTES
from organizations.models import BudgetUnit, Region, Role, User
from reports.examples import EXAMPLES
from reports.kinds import KINDS
from tests.contract import lines
from tests.reports.conftest import signed_in
from tests.reports.sending import CHINESE, ENGLISH, administrator, performed, send, sheet

pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture
def colleague(world: SimpleNamespace) -> Client:
    """Manages the people of the same region."""
    return administrator("colleague", "450000")


@pytest.fixture
def neighbour(world: SimpleNamespace) -> Client:
    return administrator("neighbour", "440000")


@pytest.fixture
def auditor(world: SimpleNamespace) -> Client:
    return signed_in("auditor", Role.AUDITOR, region=Region.objects.get(code="450000"))


GOOD = sheet(lines.unit("N1", "450100"), lines.unit("N2", "450200"))
WRONG = sheet(
    lines.unit("N1", "450100", 备注栏="x"),
    lines.unit("N2", "999999", 备注栏="x"),
    lines.unit("N3", "999998", 单位类型="饭店", 备注栏="x"),
)


def again(client: Client, job: Job, way: str) -> Any:
    return client.post(f"/files/{job.pk}/again/", {"token": uuid.uuid4(), "way": way})


def test_file_is_sent_and_taken_in(owner: Client) -> None:
    job = performed(send(owner, GOOD))
    assert (job.state, job.source_name, str(job.created_by)) == (
        JobState.DONE, "单位.csv", "owner name",
    )  # fmt: skip
    assert set(BudgetUnit.objects.filter(code__startswith="N").values_list("code", flat=True)) == {
        "N1", "N2",
    }  # fmt: skip
    page = owner.get(f"/files/{job.pk}/")
    assert (page.context["ended"], page.context["result"]["created"]) == (True, 2)
    assert [page.context[f"may_{way}"] for way in ("save", "update", "try_again")] == [False] * 3


def test_list_offers_what_the_sender_may_send(owner: Client, province: Client) -> None:
    def offered(client: Client) -> list[str]:
        return [kind.kind for kind in client.get("/files/").context["kinds"]]

    assert offered(owner) == ["units", "people", "policies", "filings", "suppliers", "purchases"]
    assert offered(province) == ["filings", "purchases"]


def test_every_kind_of_file_has_its_terms_and_its_example(db: None) -> None:
    assert set(KINDS) == set(kinds()) == set(EXAMPLES)


@pytest.mark.parametrize("part", ["", "template/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("owner", 200), ("province", 403), ("clerk", 403), ("auditor", 403), ("nobody", 404),
        ("client", 302),
    ],
)  # fmt: skip
def test_kind_is_open_to_whoever_may_import_it(
    who: str, status: int, part: str, world: SimpleNamespace, request: pytest.FixtureRequest
) -> None:
    assert request.getfixturevalue(who).get(f"/files/units/{part}").status_code == status


@pytest.mark.parametrize("who", ["province", "auditor", "nobody"])
def test_file_of_a_forbidden_kind_makes_no_job(who: str, request: pytest.FixtureRequest) -> None:
    assert send(request.getfixturevalue(who), GOOD).status_code in (403, 404)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("owner", [200, 200, 200, 403]),
        # Sees what the people of the region sent; the sender alone takes the files away, which
        # may hold rows of other regions.
        ("colleague", [200, 403, 403, 403]),
        ("neighbour", [404] * 4),
        ("province", [404] * 4),
        ("nobody", [404] * 4),
    ],
)
def test_file_is_seen_by_its_sender_and_who_manages_them(
    owner: Client, who: str, statuses: list[int], request: pytest.FixtureRequest
) -> None:
    job = performed(send(owner, WRONG))
    client = request.getfixturevalue(who)
    found = [
        client.get(f"/files/{job.pk}/{part}").status_code for part in ("", "report/", "source/")
    ]
    # Nobody saves a file for good that was refused.
    found.append(again(client, job, "save").status_code)
    assert found == statuses
    by_api = client.get(f"/api/v1/jobs/{job.pk}/report/").status_code
    assert by_api == statuses[1]
    listed = [line["job"] for line in client.get("/files/").context["lines"]]
    assert listed == ([job] if statuses[0] == 200 else [])


def test_files_are_saved_and_never_shown(owner: Client) -> None:
    job = performed(send(owner, WRONG, name="<b>.csv"))
    for part in ("report", "source"):
        response = owner.get(f"/files/{job.pk}/{part}/")
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Type"] == "application/octet-stream"
    assert b"".join(owner.get(f"/files/{job.pk}/source/").streaming_content) == WRONG


def test_file_that_is_gone_is_not_found(owner: Client) -> None:
    job = performed(send(owner, GOOD))
    job.source.storage.delete(job.source.name)
    assert owner.get(f"/files/{job.pk}/source/").status_code == 404
    assert owner.get(f"/files/{job.pk}/report/").status_code == 404


def test_same_form_with_the_same_file_is_one_import(owner: Client) -> None:
    token = uuid.uuid4()
    addresses = {send(owner, GOOD, token=token)["Location"] for _time in range(2)}
    assert len(addresses) == Job.objects.count() == 1


def test_same_form_with_a_mended_file_is_another_import(owner: Client) -> None:
    token = uuid.uuid4()
    send(owner, GOOD, token=token)
    send(owner, GOOD.replace(b"N2", b"N3"), token=token)
    send(owner, GOOD, token=token, dry_run="on")
    assert Job.objects.count() == 3


def test_token_of_another_person_is_no_way_to_their_import(
    owner: Client, colleague: Client
) -> None:
    token = uuid.uuid4()
    first, second = (send(client, GOOD, token=token) for client in (owner, colleague))
    assert first["Location"] != second["Location"]
    assert Job.objects.filter(created_by__username="colleague").count() == 1


def test_form_without_a_good_token_sends_nothing(owner: Client) -> None:
    assert send(owner, GOOD, token="x").status_code == 200
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (CHINESE, "没有代码为 999999 的地区。"),
        (ENGLISH, "There is no region with the code 999999."),
    ],
)
def test_errors_are_said_in_the_sender_s_language(
    owner: Client, headers: dict[str, str], message: str
) -> None:
    job = performed(send(owner, WRONG, headers=headers))
    assert job.result["errors"][0]["message"] == message


@pytest.mark.parametrize(("headers", "words"), [(CHINESE, "系统出错"), (ENGLISH, "an error")])
def test_accidents_are_told_in_the_sender_s_language(
    owner: Client, headers: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(resource_of("units")), "save", lambda self, staged, **rest: 1 / 0)
    job = performed(send(owner, GOOD, headers=headers))
    assert job.state == JobState.FAILED
    assert words in job.reason


def test_job_that_is_given_up_says_so_in_the_sender_s_language(
    owner: Client, settings: Settings
) -> None:
    settings.JOB_ATTEMPTS = 0
    job = performed(send(owner, GOOD, headers=ENGLISH))
    assert job.reason == "Tried 0 times without coming to an end; nothing was saved."


@pytest.mark.parametrize("beyond", [1, AROUND_BYTES + 1])
def test_file_that_is_too_large_is_refused_and_not_kept(
    owner: Client, settings: Settings, media: Path, beyond: int
) -> None:
    """A little too large is seen by the form, more than that before anything is kept."""
    settings.UPLOAD_BYTES = 3 * 1024**2
    response = send(owner, bytes(settings.UPLOAD_BYTES + beyond), headers=ENGLISH)
    assert response.context["form"].errors["file"] == [
        "The file is larger than the 3 MB that a page takes. Split it, or ask the operator to"
        " import it by command."
    ]
    assert (Job.objects.exists(), media.exists()) == (False, False)


def test_file_of_too_many_rows_is_refused_by_the_worker(owner: Client, settings: Settings) -> None:
    settings.UPLOAD_ROWS = 1
    job = performed(send(owner, GOOD, headers=ENGLISH))
    [error] = job.result["errors"]
    assert (job.state, error["code"]) == (JobState.REFUSED, "unreadable")
    assert error["message"] == "The file has more than 1 data rows."


def test_command_takes_any_number_of_rows(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.UPLOAD_ROWS = 1
    path = tmp_path / "单位.csv"
    path.write_bytes(GOOD)
    assert import_inline(kind="units", path=path, by=None)[1].accepted


@pytest.mark.parametrize("name", ["单位.xls", "单位", "单位.exe"])
def test_other_files_are_refused_at_once(owner: Client, name: str) -> None:
    assert list(send(owner, GOOD, name=name).context["form"].errors) == ["file"]
    assert not Job.objects.exists()


def test_checked_file_saves_nothing_until_it_is_imported(owner: Client, colleague: Client) -> None:
    checked = performed(send(owner, GOOD, dry_run="on"))
    assert (checked.state, checked.result["created"]) == (JobState.DONE, 2)
    assert not BudgetUnit.objects.filter(code="N1").exists()
    assert owner.get(f"/files/{checked.pk}/").context["may_save"] is True
    assert again(colleague, checked, "save").status_code == 403
    saved = performed(again(owner, checked, "save"))
    assert (saved.state, saved.result["created"], saved.source_name) == (
        JobState.DONE, 2, "单位.csv",
    )  # fmt: skip
    assert BudgetUnit.objects.filter(code="N1").exists()


def test_import_is_repeated_once_for_a_double_click(owner: Client) -> None:
    checked, token = performed(send(owner, GOOD, dry_run="on")), uuid.uuid4()
    for _time in range(2):
        owner.post(f"/files/{checked.pk}/again/", {"token": token, "way": "save"})
    assert Job.objects.count() == 2


def test_saved_and_waiting_files_are_not_repeated(owner: Client) -> None:
    saved = performed(send(owner, GOOD))
    waiting = Job.objects.get(pk=send(owner, WRONG)["Location"].split("/")[-2])
    for job in (saved, waiting):
        assert {again(owner, job, way).status_code for way in ("save", "update", "again")} == {403}
    assert owner.get(f"/files/{saved.pk}/again/").status_code == 405


def test_conflicts_alone_may_be_taken_as_an_update(owner: Client) -> None:
    performed(send(owner, GOOD))
    changed = GOOD.replace("单位N1".encode(), "新名称".encode())
    refused = performed(send(owner, changed))
    assert owner.get(f"/files/{refused.pk}/").context["may_update"] is True
    updated = performed(again(owner, refused, "update"))
    assert (updated.state, updated.result["updated"]) == (JobState.DONE, 1)
    assert BudgetUnit.objects.get(code="N1").name == "新名称"


def test_other_errors_are_no_matter_of_an_update(owner: Client) -> None:
    refused = performed(send(owner, WRONG))
    assert owner.get(f"/files/{refused.pk}/").context["may_update"] is False
    assert again(owner, refused, "update").status_code == 403


def test_refused_file_may_go_in_when_what_it_missed_is_there(owner: Client) -> None:
    row = lines.unit("N9", "450100", 上级单位编码="N1")
    refused = performed(send(owner, sheet(row)))
    assert refused.state == JobState.REFUSED
    performed(send(owner, GOOD))
    assert performed(again(owner, refused, "again")).state == JobState.DONE


def test_page_of_a_refused_file_groups_its_errors(owner: Client) -> None:
    job = performed(send(owner, WRONG))
    context = owner.get(f"/files/{job.pk}/").context
    groups = [(g.column, g.code, g.number, g.rows) for g in context["groups"]]
    assert groups == [
        ("行政区划代码", "unknown_code", 2, (3, 4)), ("单位类型", "bad_choice", 1, (4,)),
    ]  # fmt: skip
    assert (len(context["errors"]), context["result"]["ignored"]) == (3, ["备注栏"])


def test_page_asks_again_until_the_file_has_ended(owner: Client) -> None:
    address = send(owner, GOOD)["Location"]
    part = owner.get(address, headers={"hx-request": "true"})
    assert part.templates[0].name == "reports/files/_job.html"
    assert f'hx-get="{address}"' in part.content.decode()
    jobs.perform(Job.objects.get().pk)
    part = owner.get(address, headers={"hx-request": "true"})
    assert "hx-get" not in part.content.decode()


def test_people_are_followed_by_their_codes(owner: Client) -> None:
    row = {"登录名": "neu", "角色": "财政审核员", "行政区划代码": "450100"}
    checked = performed(send(owner, sheet(row), kind="people", dry_run="on"))
    assert owner.get(f"/files/{checked.pk}/").context["leads_to_codes"] is False
    saved = performed(again(owner, checked, "save"))
    assert (saved.state, User.objects.filter(username="neu").count()) == (JobState.DONE, 1)
    assert owner.get(f"/files/{saved.pk}/").context["leads_to_codes"] is True


def test_list_is_narrowed_by_kind_and_state(owner: Client) -> None:
    good, wrong = performed(send(owner, GOOD)), performed(send(owner, WRONG))

    def listed(**asked: str) -> list[Job]:
        return [line["job"] for line in owner.get("/files/", asked).context["lines"]]

    assert listed() == [wrong, good]
    assert listed(state="refused") == [wrong]
    assert listed(kind="people") == []


def test_failed_jobs_without_a_file_are_found_where_home_counts_them(owner: Client) -> None:
    user, now = User.objects.get(username="owner"), timezone.now()
    made = {"task": "export", "kind": "auditor_workbook", "created_by": user, "ended_at": now}
    options = {"name": "审计工作簿.xlsx", "region": "450000"}
    failed = Job.objects.create(state=JobState.FAILED, reason="磁盘已满", options=options, **made)
    Job.objects.create(state=JobState.DONE, options=options, **made)
    (matter,) = [one for one in owner.get("/").context["matters"] if "state=failed" in one.address]
    lines = owner.get(matter.address).context["lines"]
    assert (matter.number, [line["job"] for line in lines]) == (1, [failed])
    page = owner.get(f"/files/{failed.pk}/").text
    assert ("审计工作簿.xlsx" in page, "磁盘已满" in page) == (True, True)
    Job.objects.filter(pk=failed.pk).update(kind="of_another_release", options={})
    assert owner.get(matter.address).context["lines"][0]["name"] == "of_another_release"


def test_runs_of_the_system_are_seen_by_who_watches_it(world: SimpleNamespace) -> None:
    now = timezone.now()
    failed = {"state": JobState.FAILED, "ended_at": now, "reason": "磁盘已满"}
    run = Job.objects.create(task="make_notices", **failed)
    operators = Job.objects.create(task="import", kind="units", source_name="x.csv", **failed)
    people = {
        "watcher": (Role.SYSTEM_ADMINISTRATOR, "450100"),
        "administrator": (Role.BUREAU_ADMINISTRATOR, "450000"),
        "auditor": (Role.AUDITOR, "450000"),
    }
    for name, (role, code) in people.items():
        client = signed_in(name, role, region=Region.objects.get(code=code))
        sees = [run] if name == "watcher" else []
        assert [line["job"] for line in client.get("/files/").context["lines"]] == sees
        assert client.get(f"/files/{run.pk}/").status_code == (200 if sees else 404)
        assert client.get(f"/files/{operators.pk}/").status_code == 404


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", ["/files/", "/files/{pk}/"])
def test_pages_take_the_same_queries_for_many_files(owner: Client, address: str) -> None:
    job = performed(send(owner, WRONG))
    few = queries_of(owner, address.format(pk=job.pk))
    user = User.objects.get(username="owner")
    Job.objects.bulk_create(
        Job(task="import", kind="units", created_by=user, source_name=f"{n}.csv") for n in range(60)
    )
    many = queries_of(owner, address.format(pk=job.pk))
    assert few == many <= 8
