"""The auditor's workbook from a page: who may ask, who takes it away, and for how long."""

import uuid
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from exchange import exports, jobs
from exchange.models import Job, JobState
from organizations.models import Membership, Region, Role
from tests.reports.conftest import YEAR, signed_in

ASK = "/progress/450000/workbook/"
pytestmark = pytest.mark.django_db(transaction=True)


def ask(client: Client, address: str = ASK, token: str = ""):
    return client.post(address, {"token": token or uuid.uuid4(), "year": YEAR, "basis": "paid"})


def auditor(name: str, code: str = "450000") -> Client:
    return signed_in(name, Role.AUDITOR, region=Region.objects.get(code=code))


def test_workbook_is_made_once_and_taken_away_by_its_asker(world):
    owner, colleague = auditor("owner"), auditor("colleague")
    assert 'action="/progress/450000/workbook/"' in owner.get("/progress/450000/").text
    token = str(uuid.uuid4())
    first, second = ask(owner, token=token), ask(owner, token=token)
    job = Job.objects.get()
    assert first["Location"] == second["Location"] == f"/exports/{job.pk}/"
    assert "hx-get" in owner.get(f"/exports/{job.pk}/").text
    assert owner.get(f"/exports/{job.pk}/file/").status_code == 404
    jobs.perform(job.pk)
    job.refresh_from_db()
    assert (job.state, job.rows_done) == (JobState.DONE, 3)
    answer = owner.get(f"/exports/{job.pk}/file/")
    content = answer.getvalue()
    book = openpyxl.load_workbook(BytesIO(content))
    assert len(book.sheetnames) == 7
    assert f'href="/exports/{job.pk}/"' in owner.get("/exports/").text
    assert f'href="/exports/{job.pk}/"' not in colleague.get("/exports/").text
    for address in (f"/exports/{job.pk}/", f"/exports/{job.pk}/file/"):
        assert colleague.get(address).status_code == 404
    product = f"/api/v1/jobs/{job.pk}/product/"
    assert owner.get(product).getvalue() == content
    assert owner.get(product)["Content-Disposition"] == answer["Content-Disposition"]
    chief = signed_in("chief", Role.BUREAU_ADMINISTRATOR, region=world.first.region)
    assert chief.get(f"/api/v1/jobs/{job.pk}/").status_code == 200
    assert [client.get(product).status_code for client in (chief, colleague)] == [404, 404]


def test_whoever_may_not_gets_none(world, city, nobody):
    assert ask(city).status_code == 404
    assert ask(nobody).status_code == 404
    assert ask(auditor("other", "440000")).status_code == 404
    keeper = signed_in("keeper", Role.COUNTY_KEEPER, region=Region.objects.get(code="450000"))
    assert ask(keeper).status_code == 403
    assert Job.objects.count() == 0


def test_whoever_left_the_region_takes_nothing_away(world):
    owner = auditor("owner")
    ask(owner)
    job = Job.objects.get()
    jobs.perform(job.pk)
    assert owner.get(f"/exports/{job.pk}/file/").status_code == 200
    Membership.objects.all().delete()
    assert owner.get(f"/exports/{job.pk}/file/").status_code == 404
    assert owner.get(f"/api/v1/jobs/{job.pk}/product/").status_code == 404


def test_old_files_are_removed_and_the_page_says_so(world, settings):
    owner = auditor("owner")
    ask(owner)
    job = Job.objects.get()
    jobs.perform(job.pk)
    job.refresh_from_db()
    exports.remove_old()
    assert job.product.storage.exists(job.product.name)
    old = job.ended_at - timedelta(days=settings.EXPORT_DAYS)
    Job.objects.update(ended_at=old)
    exports.remove_old()
    assert not job.product.storage.exists(job.product.name)
    assert owner.get(f"/exports/{job.pk}/file/").status_code == 404
    assert owner.get(f"/exports/{job.pk}/").status_code == 200
