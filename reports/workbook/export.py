"""The workbook made in the background, for whoever asked."""

import uuid
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from exchange.exports import request_export
from exchange.models import Job
from organizations.models import Region, User
from quotas.choices import Basis
from reports.workbook.book import write_workbook
from reports.workbook.question import Question

KIND = "auditor_workbook"


def request_workbook(
    region: Region,
    year: int,
    *,
    basis: Basis,
    as_of: date | None,
    by: User,
    token: uuid.UUID | None,
) -> Job:
    """Have the workbook made; the same token gives the same job again."""
    parts = (_("Auditor's workbook"), region.name, str(year), str(basis.label), as_of)
    name = "-".join(str(part) for part in parts if part)
    options = {
        "region": region.code, "year": year, "basis": basis.value,
        "as_of": as_of and as_of.isoformat(), "asker": str(by),
    }  # fmt: skip
    return request_export(KIND, name=f"{name}.xlsx", by=by, options=options, token=token)


def write(job: Job, path: Path) -> None:
    """What ``exports`` calls: the question stands in the job's options."""
    asked = job.options
    question = Question(
        Region.objects.get(code=asked["region"]),
        asked["year"],
        Basis(asked["basis"]),
        date.fromisoformat(asked["as_of"]) if asked["as_of"] else None,
        asked["asker"],
    )

    def show(rows: int) -> None:
        job.rows_done = rows

    job.rows_done = write_workbook(question, path, progress=show)
