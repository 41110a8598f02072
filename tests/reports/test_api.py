"""Progress, files and jobs by API."""

import json
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from pytest_django import Settings

from exchange import jobs
from exchange.models import Job, JobState
from organizations.models import BudgetUnit, Region, Role, User
from tests.apis import Api, codes_of
from tests.reports.conftest import YEAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world: SimpleNamespace) -> dict[str, User]:
    from tests.builders import person

    return {
        "province": person("province", Role.BUREAU_ADMINISTRATOR, region="450000"),
        "city": person("city", Role.BUREAU_REVIEWER, region="450100"),
        "department": person("department", Role.DEPARTMENT, unit="U1"),
        "clerk": person("clerk", Role.UNIT_CLERK, unit="U2"),
        "keeper": person("keeper", Role.COUNTY_KEEPER, region="450125"),
        "stranger": User.objects.create_user("stranger"),
    }


def printed(**asked: str) -> dict[str, Any]:
    """What the command prints for the same question."""
    said = StringIO()
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]
    call_command("progress", "--json", "--year", str(YEAR), *options, stdout=said)
    return json.loads(said.getvalue())


@pytest.mark.parametrize("by", ["region", "unit", "department"])
@pytest.mark.parametrize("more", [{}, {"basis": "ordered"}, {"as_of": f"{YEAR}-03-05"}])
def test_progress_of_a_region_is_what_the_command_prints(
    people: dict[str, User], by: str, more: dict[str, str]
) -> None:
    answer = Api(people["province"]).get("progress/regions/450000/", year=YEAR, by=by, **more)
    options = {name.replace("_", "-"): value for name, value in more.items()}
    assert answer.json() == printed(region="450000", by=by, **options)


def test_progress_of_a_unit_is_what_the_command_prints(people: dict[str, User]) -> None:
    answer = Api(people["department"]).get("progress/units/U1/", year=YEAR)
    assert answer.json() == printed(unit="U1")


def test_own_level_leaves_the_regions_below_out(people: dict[str, User]) -> None:
    rows = Api(people["province"]).get("progress/regions/450000/", year=YEAR, by="unit", own=1)
    assert [row["code"] for row in rows.json()["rows"]] == ["U1"]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("province", (200, 200)), ("city", (404, 404)), ("department", (404, 200)),
        ("clerk", (404, 404)), ("keeper", (404, 404)), ("stranger", (404, 404)),
    ],
)  # fmt: skip
def test_progress_answers_each_person(people: dict[str, User], who: str, expected: tuple) -> None:
    api = Api(people[who])
    answers = api.get("progress/regions/450000/"), api.get("progress/units/U1/")
    assert tuple(answer.status_code for answer in answers) == expected


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"by": "street"}, ("by", "bad_choice")),
        ({"as_of": "soon"}, ("as_of", "bad_date")),
        ({"year": YEAR, "as_of": f"{YEAR - 1}-01-01"}, ("as_of", "bad_date")),
        ({"sort": "rate"}, ("sort", "unknown_field")),
    ],
)
def test_bad_question_is_refused(people: dict[str, User], asked: dict, code: tuple) -> None:
    answer = Api(people["province"]).get("progress/regions/450000/", **asked)
    assert (answer.status_code, codes_of(answer)) == (400, [code])


# --- Files and jobs ---

UNITS = "单位编码,单位名称,行政区划代码,预算级次,单位类型\nU9,新单位,{region},市级,学校\n"


def send(api: Api, kind: str = "units", text: str = UNITS, **more: Any) -> Any:
    file = SimpleUploadedFile("台账.csv", text.format(region="450100").encode())
    return api.client.post(f"/api/v1/files/{kind}/", {"file": file} | more, headers=api.headers)


def test_file_is_sent_followed_and_saved(people: dict[str, User]) -> None:
    api = Api(people["province"])
    sent = send(api)
    assert sent.status_code == 202
    assert (sent.json()["state"], sent.json()["result"]) == ("queued", None)
    jobs.perform(sent.json()["id"])
    job = api.get(f"jobs/{sent.json()['id']}/").json()
    assert (job["state"], job["has_ended"], job["result"]["created"]) == ("done", True, 1)
    assert BudgetUnit.objects.filter(code="U9").exists()
    assert [row["id"] for row in api.get("jobs/").json()["results"]] == [job["id"]]


def test_dry_run_saves_nothing(people: dict[str, User]) -> None:
    api = Api(people["province"])
    sent = send(api, dry_run="true")
    jobs.perform(sent.json()["id"])
    assert api.get(f"jobs/{sent.json()['id']}/").json()["result"]["created"] == 1
    assert not BudgetUnit.objects.filter(code="U9").exists()


def test_refused_file_comes_back_marked(people: dict[str, User]) -> None:
    api = Api(people["province"])
    pk = send(api, text=UNITS.replace("学校", "城堡")).json()["id"]
    jobs.perform(pk)
    job = api.get(f"jobs/{pk}/").json()
    (error,) = job["result"]["errors"]
    assert (job["state"], job["has_report"], error["column"], error["code"]) == (
        "refused", True, "单位类型", "bad_choice",
    )  # fmt: skip
    report = api.get(f"jobs/{pk}/report/")
    assert (report.status_code, report["Content-Type"]) == (200, "application/octet-stream")
    assert b"".join(report.streaming_content)[:2] == b"PK"
    assert api.get(f"jobs/{pk}/product/").status_code == 404


def test_same_token_with_the_same_file_is_the_same_job(people: dict[str, User]) -> None:
    api, token = Api(people["province"]), "8c0f6a2e-30a0-4bb4-a4a5-6f0f8f3bb0aa"
    ids = {send(api, token=token).json()["id"] for _time in range(2)}
    other = send(api, token=token, text=UNITS + "\n").json()["id"]
    assert len(ids) == 1 and other not in ids


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("province", (202, 202)),
        ("city", (403, 202)),
        ("clerk", (403, 403)),
        ("stranger", (404, 404)),
    ],
)
def test_sending_is_for_who_may(people: dict[str, User], who: str, expected: tuple) -> None:
    api = Api(people[who])
    answers = send(api, "units"), send(api, "purchases")
    assert tuple(answer.status_code for answer in answers) == expected


def test_reading_token_sends_no_file(people: dict[str, User]) -> None:
    assert send(Api(people["province"], scope="read")).status_code == 403


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"file": ""}, ("file", "malformed")),
        ({"token": "x"}, ("token", "malformed")),
        ({"dry_run": "perhaps"}, ("dry_run", "malformed")),
        ({"dryrun": "true"}, ("dryrun", "unknown_field")),
        ({"file": SimpleUploadedFile("x.csv", b"")}, ("file", "empty")),
        ({"file": SimpleUploadedFile("x.doc", b"x")}, ("file", "malformed")),
    ],
)
def test_what_is_no_such_form_is_refused(people: dict[str, User], more: dict, code: tuple) -> None:
    answer = send(Api(people["province"]), **more)
    assert (answer.status_code, codes_of(answer)) == (400, [code])


def test_too_large_a_file_is_not_kept(people: dict[str, User], settings: Settings) -> None:
    settings.UPLOAD_BYTES = 10
    answer = send(Api(people["province"]), text="x" * 200_000)
    assert (answer.status_code, codes_of(answer)) == (413, [(None, "too_large")])
    assert not Job.objects.exists()


def test_json_is_no_file(people: dict[str, User]) -> None:
    assert Api(people["province"]).post("files/units/", {}).status_code == 415


def test_jobs_of_others_are_not_seen(people: dict[str, User]) -> None:
    Job.objects.create(task="import", kind="units", created_by=people["city"])
    Job.objects.create(
        task="import", kind="units", created_by=people["clerk"], state=JobState.QUEUED
    )
    assert len(Api(people["clerk"]).get("jobs/").json()["results"]) == 1
    assert len(Api(people["stranger"]).get("jobs/").json()["results"]) == 0
    assert len(Api(people["province"]).get("jobs/", state="queued").json()["results"]) == 2
    assert Region.objects.filter(code="450000").exists()
