import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from exchange import exports, jobs
from exchange.models import Job, JobState
from organizations.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """The kinds of file are those of a test alone."""
    monkeypatch.setattr(exports, "_kinds", {})


@pytest.fixture
def ann() -> User:
    return User.objects.create(username="ann")


def write_greeting(job: Job, path: Path) -> None:
    job.rows_done = 3
    path.write_text(f"hello {job.options['whom']}", encoding="utf-8")


def request(ann: User, token: uuid.UUID | None = None, name: str = "问候.txt") -> Job:
    return exports.request_export(
        "greeting", name=name, by=ann, options={"whom": "world"}, token=token
    )


def files_of(job: Job) -> list[Path]:
    folder = Path(django_settings.MEDIA_ROOT) / f"jobs/{job.token}"
    return [path for path in folder.rglob("*") if path.is_file()]


def performed(job: Job) -> Job:
    jobs.perform(job.pk)
    job.refresh_from_db()
    return job


def test_file_is_made_by_a_job(ann):
    exports.register_export("greeting", write_greeting)
    job = performed(request(ann))
    assert (job.state, job.rows_done, job.created_by) == (JobState.DONE, 3, ann)
    assert job.options["name"] == "问候.txt"
    assert job.product.open("rb").read() == b"hello world"


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("../../../x/y-.txt", "-..-..-x-y-.txt"),
        ("/etc/问候.txt", "-etc-问候.txt"),
        ("一\r\n二.txt", "一-二.txt"),
        ("..", "-"),
        ("长" * 300 + ".txt", "长" * 65 + ".txt"),
    ],
)
def test_name_is_no_way_to_other_files(ann, settings, name, saved_as):
    """What stands beside the folder of the job is neither written nor removed."""
    exports.register_export("greeting", write_greeting)
    other = Path(settings.MEDIA_ROOT) / "jobs/other/attempt/x.txt"
    other.parent.mkdir(parents=True)
    other.touch()
    job = performed(request(ann, name=name))
    assert (job.state, job.options["name"]) == (JobState.DONE, saved_as)
    found = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    assert found == {other, *files_of(job)}
    assert files_of(job) == [Path(job.product.path)]


def test_same_token_is_the_same_job(ann):
    token = uuid.uuid4()
    assert request(ann, token) == request(ann, token)
    assert Job.objects.count() == 1


def test_file_that_breaks_is_never_named(ann):
    def breaks(job: Job, path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise ZeroDivisionError

    exports.register_export("greeting", breaks)
    job = performed(request(ann))
    assert (job.state, job.product.name) == (JobState.FAILED, "")
    assert "ZeroDivisionError" in job.reason
    assert files_of(job) == []


def test_file_that_is_whole_takes_the_place_of_what_killed_attempts_left(ann, settings):
    exports.register_export("greeting", write_greeting)
    job = request(ann)
    killed = Path(settings.MEDIA_ROOT) / f"jobs/{job.token}/{uuid.uuid4()}/问候.txt"
    killed.parent.mkdir(parents=True)
    killed.write_text("half", encoding="utf-8")
    assert files_of(performed(job)) == [Path(performed(job).product.path)]


def test_attempt_that_lost_its_lease_names_no_file(ann):
    """It was held up, another took over and made the file in a folder of its own."""

    def held_up(job: Job, path: Path) -> None:
        path.write_text("late", encoding="utf-8")
        exports.register_export("greeting", write_greeting)
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=job.pk).update(lease_until=past)
        jobs.perform(job.pk)

    exports.register_export("greeting", held_up)
    job = performed(request(ann))
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert job.product.open("rb").read() == b"hello world"
    assert files_of(job) == [Path(job.product.path)]


def test_unknown_kind_fails_with_a_reason(ann):
    job = performed(request(ann))
    assert job.state == JobState.FAILED
    assert "greeting" in job.reason
