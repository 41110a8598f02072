"""A notice's rows as a file, and every recipient's own file in one archive."""

import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from exchange.columns import Kind
from exchange.exports import request_export
from exchange.models import Job
from exchange.workbooks import write_csv, write_workbook
from organizations.models import User
from quotas.progress.figures import AMOUNTS, COUNTS
from reports.documents.content import personal, reason
from reports.documents.word import word
from reports.models import Notice, NoticeRecipient, NoticeRow

#: The kind of export that holds every recipient's own file.
PERSONAL = "notice_files"
_BEFORE = ("place_in_order", "code", "name")
_AFTER = ("rate", "rank", "gap")


def write_rows(notice: Notice, path: Path) -> None:
    """All rows with their figures, in yuan and percent, as .xlsx or .csv."""
    names = (*_BEFORE, *COUNTS, *AMOUNTS, *_AFTER)
    headings = [str(NoticeRow._meta.get_field(name).verbose_name) for name in names]
    headings.append(_("why it lags"))
    if path.suffix == ".xlsx":
        kinds = [_kind(name) for name in (*names, "why")]
        write_workbook(path, headings, _cells(notice, names), kinds=kinds)
    else:
        write_csv(path, headings, _cells(notice, names))


def _kind(name: str) -> Kind:
    if name in COUNTS or name in ("place_in_order", "rank"):
        return "integer"
    if name == "rate":
        return "percent"
    return "amount" if name in AMOUNTS or name == "gap" else "text"


def _cells(notice: Notice, names: tuple[str, ...]) -> Iterator[list[Any]]:
    for row in notice.rows.order_by("place_in_order").iterator(chunk_size=2000):
        yield [*(getattr(row, name) for name in names), reason(row)]


def request_personal(notice: Notice, *, by: User, token: uuid.UUID | None) -> Job:
    """Have every recipient's own file made; the same token gives the same job again."""
    options = {"notice": notice.pk, "region": notice.region.code}
    name = f"{notice.title}-{notice.document_number}.zip"
    return request_export(PERSONAL, name=name, by=by, options=options, token=token)


def write_personal(job: Job, path: Path) -> None:
    """An archive of Word files, one for each recipient of the notice in the job's options."""
    recipients = NoticeRecipient.objects.filter(notice=job.options["notice"])
    recipients = recipients.select_related("notice__region", "row", "region", "unit")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for recipient in recipients.order_by("row__place_in_order").iterator(chunk_size=200):
            row = recipient.row
            name = get_valid_filename(f"{row.place_in_order:05}-{row.code}-{row.name}")
            archive.writestr(f"{name[:80]}.docx", word(personal(recipient)))
            job.rows_done += 1
