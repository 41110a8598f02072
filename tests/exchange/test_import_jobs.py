import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from openpyxl import load_workbook

from exchange import import_jobs, jobs
from exchange.import_jobs import import_inline
from exchange.models import Job, JobState
from organizations.models import BudgetUnit, User
from organizations.resources import UnitResource
from tests.contract import lines
from tests.exchange.files import upload, write_csv
from tests.exchange.worker import PROJECT, environment

pytestmark = pytest.mark.django_db(transaction=True)

UPLOAD = (
    "import sys, pathlib, django; django.setup(); from tests.exchange.files import upload;"
    "print(upload(pathlib.Path(sys.argv[1]), 'units').pk)"
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def units(tmp_path) -> Path:
    return write_csv(tmp_path / "单位.csv", [lines.unit(code, "440100") for code in "AB"])


@pytest.fixture
def wrong_units(tmp_path) -> Path:
    rows = [lines.unit("A", "440100"), lines.unit("B", "999999")]
    return write_csv(tmp_path / "单位.csv", rows)


def performed(job: Job) -> Job:
    jobs.perform(job.pk)
    job.refresh_from_db()
    return job


def kept_files(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def test_upload_is_imported_by_a_job(units):
    user = User.objects.create(username="clerk", is_superuser=True)
    job = upload(units, "units", by=user)
    assert (job.state, job.source_name, job.created_by) == (JobState.QUEUED, "单位.csv", user)
    performed(job)
    assert (job.state, job.attempts, job.rows_done) == (JobState.DONE, 1, 2)
    assert job.result == {
        "kind": "units", "job": job.pk, "accepted": True, "rows": 2, "created": 2, "updated": 0,
        "unchanged": 0, "error_count": 0, "errors": [], "ignored": [],
    }  # fmt: skip
    assert set(BudgetUnit.objects.values_list("code", flat=True)) == {"A", "B"}


def test_job_acts_as_its_sender(units):
    job = performed(upload(units, "units", by=User.objects.create(username="stranger")))
    assert job.state == JobState.REFUSED
    assert {error["code"] for error in job.result["errors"]} == {"unknown_code"}


def test_job_shows_the_rows_that_were_read(units):
    job = upload(units, "units")
    import_jobs.perform_import(job, jobs.claim(job.pk))
    assert job.rows_done == 2


def test_same_upload_token_is_the_same_job_once(units, media):
    token = uuid.uuid4()
    first, second = (upload(units, "units", token=token) for _ in range(2))
    assert first == second
    assert kept_files(media) == ["source.csv"]
    performed(first)
    assert performed(second).attempts == 1


def test_uploads_at_once_with_one_token_keep_one_file(units, media):
    token, barrier = uuid.uuid4(), threading.Barrier(4)

    def send() -> int:
        barrier.wait()
        try:
            return upload(units, "units", token=token).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = {future.result() for future in [pool.submit(send) for _ in range(4)]}
    assert made == {Job.objects.get().pk}
    assert kept_files(media) == ["source.csv"]


def test_refused_upload_comes_back_marked(wrong_units):
    job = performed(upload(wrong_units, "units"))
    assert job.state == JobState.REFUSED
    assert (job.result["accepted"], job.result["error_count"]) == (False, 1)
    [error] = job.result["errors"]
    assert (error["row"], error["column"], error["code"]) == (3, "行政区划代码", "unknown_code")
    assert Path(job.report.name).name == "单位-问题.xlsx"
    sheet = load_workbook(job.report.path).worksheets[0]
    assert error["message"] in str([cell.value for cell in sheet[3]])
    assert not BudgetUnit.objects.exists()


def test_worker_that_dies_while_marking_leaves_the_job_as_if_untouched(wrong_units, monkeypatch):
    job = upload(wrong_units, "units")
    with monkeypatch.context() as patched:
        patched.setattr(import_jobs, "error_workbook", _die)
        performed(job)
    assert (job.state, job.result, job.report.name) == (JobState.RUNNING, {}, "")
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    performed(job)
    assert (job.state, job.attempts) == (JobState.REFUSED, 2)
    assert Path(job.report.path).exists()


def _die(*arguments: object) -> None:
    raise OperationalError("the connection is lost")


def test_refused_upload_with_a_long_name_comes_back(tmp_path):
    path = write_csv(tmp_path / "u.csv", [lines.unit("B", "999999")])
    named = path.rename(tmp_path / f"{'单' * 80}.csv")
    job = performed(upload(named, "units"))
    assert job.state == JobState.REFUSED
    assert Path(job.report.path).exists()


def test_cell_with_nul_is_refused_in_words(tmp_path):
    path = write_csv(tmp_path / "u.csv", [lines.unit("B", "440100", 单位名称="a\x00b")])
    job = performed(upload(path, "units"))
    assert (job.state, job.reason) == (JobState.REFUSED, "")


def test_dry_run_keeps_its_result_and_nothing_else(units):
    job = performed(upload(units, "units", dry_run=True))
    assert (job.state, job.result["accepted"], job.result["created"]) == (JobState.DONE, True, 2)
    assert not BudgetUnit.objects.exists()


def test_update_changes_what_stands(units, tmp_path):
    performed(upload(units, "units"))
    renamed = write_csv(tmp_path / "2.csv", [lines.unit("A", "440100", 单位名称="新")])
    assert performed(upload(renamed, "units")).state == JobState.REFUSED
    assert performed(upload(renamed, "units", update=True)).result["updated"] == 1
    assert BudgetUnit.objects.get(code="A").name == "新"


def test_unknown_kind_fails_with_words(units):
    job = performed(upload(units, "pictures"))
    assert job.state == JobState.FAILED
    assert "pictures" in job.reason


def test_unknown_option_fails_with_words(units):
    job = upload(units, "units")
    Job.objects.update(options={"update": False, "dry_run": False, "colour": "red"})
    performed(job)
    assert job.state == JobState.FAILED
    assert job.reason
    assert not BudgetUnit.objects.exists()


def test_upload_stands_though_nobody_hears_the_bell(units, tmp_path):
    nowhere = {"REDIS_URL": f"redis+socket://{tmp_path}/nowhere.sock"}
    nowhere |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", UPLOAD, units], cwd=PROJECT, env=environment(tmp_path) | nowhere,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Nobody heard the bell" in done.stderr
    job = Job.objects.get(pk=int(done.stdout))
    assert job.state == JobState.QUEUED
    assert performed(job).state == JobState.DONE


def test_inline_import_ends_its_own_job(units):
    job, result = import_inline(kind="units", path=units, by=None)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.rows_done) == (JobState.DONE, 1, 2)
    assert job.result == result.as_json(job.pk) | {"ignored": []}


def test_inline_import_refused_keeps_its_errors(wrong_units, media):
    job, _result = import_inline(kind="units", path=wrong_units, by=None)
    job.refresh_from_db()
    assert (job.state, job.result["error_count"], job.report.name) == (JobState.REFUSED, 1, "")
    assert kept_files(media) == []


def test_inline_import_that_breaks_ends_its_job_as_failed(units, monkeypatch):
    monkeypatch.setattr(UnitResource, "save", lambda self, staged, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        import_inline(kind="units", path=units, by=None)
    assert Job.objects.get().state == JobState.FAILED


def test_inline_import_interrupted_for_good_is_ended_by_the_sweep():
    job = Job.objects.create(task=import_jobs.TASK, kind="units")
    jobs.claim(job.pk)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.stale() == [job.pk]
    performed(job)
    assert job.state == JobState.FAILED
    assert job.reason


def test_inline_import_held_up_beyond_its_lease_saves_nothing(units, monkeypatch):
    save = UnitResource.save

    def save_slowly(self, staged, **options):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_take_over).result()
        return save(self, staged, **options)

    monkeypatch.setattr(UnitResource, "save", save_slowly)
    with pytest.raises(jobs.LeaseLost):
        import_inline(kind="units", path=units, by=None)
    assert not BudgetUnit.objects.exists()
    assert Job.objects.get().state == JobState.FAILED


def _take_over() -> None:
    try:
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        jobs.perform(Job.objects.get().pk)
    finally:
        connection.close()
