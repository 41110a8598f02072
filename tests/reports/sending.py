"""Files sent as a person sends them, and done as a worker does them."""

import csv
import io
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from exchange import jobs
from exchange.models import Job
from organizations.models import Region, Role
from tests.contract.lines import Line
from tests.reports.conftest import signed_in

CHINESE, ENGLISH = {"accept-language": "zh-hans"}, {"accept-language": "en"}


def administrator(name: str, region: str) -> Client:
    place = Region.objects.get(code=region)
    return signed_in(name, Role.BUREAU_ADMINISTRATOR, region=place)


def sheet(*rows: Line) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def send(
    client: Client, content: bytes, *, kind: str = "units", name: str = "单位.csv", **options: Any
) -> Any:
    file = SimpleUploadedFile(name, content)
    headers = options.pop("headers", CHINESE)
    return client.post(
        f"/files/{kind}/", {"file": file, "token": uuid.uuid4(), **options}, headers=headers
    )


def performed(response: Any) -> Job:
    """The job to which the answer leads, done as a worker does it."""
    assert response.status_code == 302, response.context["form"].errors
    job = Job.objects.get(pk=response["Location"].strip("/").split("/")[-1])
    jobs.perform(job.pk)
    job.refresh_from_db()
    return job
