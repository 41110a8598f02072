"""Files made to harm, sent through the page and read by a real worker: both outlive them."""

import os
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files import File
from django.test import Client
from pytest_django import Settings

from config.celery import app
from exchange.models import Job, JobState
from organizations.models import BudgetUnit, Region, Role
from tests.contract import lines
from tests.exchange.files import write_csv
from tests.exchange.reader.builders import raw_xlsx, text_cell, write_xlsx
from tests.exchange.worker import Worker, wait_until
from tests.reports.conftest import signed_in

HEAD = f'<row r="1">{text_cell("单位编码", "A1")}</row>'

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings: Settings) -> Iterator[Path]:
    """A data folder that the worker and this process share, and an empty queue."""
    app.control.purge()
    with tempfile.TemporaryDirectory() as name:
        settings.MEDIA_ROOT = Path(name) / "media"
        yield Path(name)
    app.control.purge()


@pytest.fixture
def worker(folder: Path) -> Iterator[Worker]:
    started = Worker(folder)
    yield started.wait_until_ready()
    started.stop()


def bomb(path: Path) -> Path:
    raw_xlsx(path, HEAD)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("xl/media/picture.bin", "w") as part,
    ):
        for _megabyte in range(512):
            part.write(bytes(1024**2))
    return path


def many_rows(path: Path) -> Path:
    return raw_xlsx(path, HEAD + "<row><c><v>1</v></c></row>" * 2_000_000)


def far_cell(path: Path) -> Path:
    return raw_xlsx(path, HEAD + f'<row r="1048576">{text_cell("x", "XFD1048576")}</row>')


def entities(path: Path) -> Path:
    declared = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    return raw_xlsx(path, HEAD, other_parts={"docProps/app.xml": declared})


def macros(path: Path) -> Path:
    return raw_xlsx(path, HEAD, other_parts={"xl/vbaProject.bin": b"x"})


def leaves_container(path: Path) -> Path:
    return raw_xlsx(path, HEAD, other_parts={"../../etc/passwd": b"x"})


def encrypted(path: Path) -> Path:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    return path


def noise(path: Path) -> Path:
    path.write_bytes(os.urandom(200_000))
    return path


def truncated(path: Path) -> Path:
    whole = write_xlsx(path.parent, ["单位编码"], *[[f"A{n}"] for n in range(500)]).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


HARMFUL: dict[Callable[[Path], Path], str] = {
    bomb: "解压",
    many_rows: "",
    far_cell: "",
    entities: "",
    macros: "宏",
    leaves_container: "",
    encrypted: "密码",
    noise: "",
    truncated: "损坏",
}


def send(client: Client, path: Path) -> Job:
    with path.open("rb") as file:
        form = {"file": File(file, name=path.name), "token": uuid.uuid4()}
        response = client.post("/files/units/", form, headers={"accept-language": "zh-hans"})
    return Job.objects.get(pk=response["Location"].split("/")[-2])


def ended(job: Job) -> bool:
    job.refresh_from_db()
    return job.state not in (JobState.QUEUED, JobState.RUNNING)


def test_harmful_files_end_as_refused_and_the_next_good_one_is_taken_in(
    worker: Worker, folder: Path
) -> None:
    client = signed_in(
        "owner", Role.BUREAU_ADMINISTRATOR, region=Region.objects.get(code="450000")
    )  # fmt: skip
    sent = {make: send(client, make(folder / f"{make.__name__}.xlsx")) for make in HARMFUL}
    good = send(client, write_csv(folder / "好.csv", [lines.unit("A", "450100")]))
    for make, job in sent.items():
        wait_until(lambda job=job: ended(job), pause=0.1)
        [error] = job.result["errors"]
        assert (make.__name__, job.state, error["code"]) == (
            make.__name__, JobState.REFUSED, "unreadable",
        )  # fmt: skip
        assert HARMFUL[make] in error["message"]
        page = client.get(f"/files/{job.pk}/", headers={"accept-language": "zh-hans"})
        assert error["message"] in page.content.decode()
        assert client.get(f"/files/{job.pk}/report/").status_code == 200
    wait_until(lambda: ended(good), pause=0.1)
    assert good.state == JobState.DONE
    assert list(BudgetUnit.objects.values_list("code", flat=True)) == ["A"]
    assert worker.process.poll() is None
