"""Ten faults on a real system, and a check of the check: it must find what is planted."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from exchange import jobs
from exchange.models import Job, JobState
from procurement.models import PurchaseRecord
from tests.builders import execute
from tests.faults.check import problems
from tests.faults.work import Work

PROJECT = Path(__file__).resolve().parents[2]


def test_ten_faults_lose_double_and_halve_nothing(tmp_path_factory):
    data = tmp_path_factory.mktemp("f")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--faults", "10", "--seed", "7"],
        cwd=PROJECT, env=os.environ | {"YULIU_DATA": str(data / "d")}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1:] == ["nothing lost, doubled or half"], done.stderr
    assert done.stdout.startswith("10 faults in ")


@pytest.fixture
def work(transactional_db, tmp_path, settings) -> Work:
    """Work that was done without any fault."""
    settings.MEDIA_ROOT = tmp_path / "media"
    work = Work(tmp_path, Random(1))
    work.ask_each()
    work.ask()
    for job in Job.objects.order_by("pk"):
        jobs.perform(job.pk)
    return work


def found(work: Work) -> list[str]:
    return list(problems(work.journal.asked))


def job_of(work: Work, what: str) -> Job:
    return Job.objects.get(pk=next(one.job for one in work.journal.asked if one.what == what))


def test_check_is_content_with_what_was_done_and_finds_what_is_planted(work):
    assert found(work) == []

    record = PurchaseRecord.objects.first()
    execute("DELETE FROM procurement_purchaserecord WHERE id = %s", record.pk)
    record.save(force_insert=True)
    assert found(work) == []
    execute("UPDATE procurement_purchaserecord SET amount = 13 WHERE id = %s", record.pk)
    assert found(work) == [f"file of job {record.job_id}: 400 rows, wanted 400"]
    execute("DELETE FROM procurement_purchaserecord WHERE id = %s", record.pk)
    assert len(found(work)) == 2
    record.save(force_insert=True)

    for what in ("personal", "book"):
        product = Path(job_of(work, what).product.path)
        whole = product.read_bytes()
        product.unlink()
        assert found(work) == [f"job {job_of(work, what).pk} names no file"]
        product.write_bytes(whole)

    execute("ALTER TABLE reports_noticerow DISABLE TRIGGER USER")
    execute("UPDATE reports_noticerow SET paid = paid + 1 WHERE place_in_order = 1")
    assert {text.partition(" is half")[1] for text in found(work)} == {" is half"}
    execute("UPDATE reports_noticerow SET paid = paid - 1 WHERE place_in_order = 1")
    execute("ALTER TABLE reports_noticerow ENABLE TRIGGER USER")
    assert found(work) == []

    lost = job_of(work, "import")
    Job.objects.filter(pk=lost.pk).update(state=JobState.RUNNING)
    assert any(f"job {lost.pk} (import) is running" in text for text in found(work))
