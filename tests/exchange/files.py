"""Small files as their senders make them, and an upload of one."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files import File

from exchange.import_jobs import request_import
from exchange.models import Job
from tests.contract.lines import Line


def write_csv(path: Path, lines: Sequence[Line]) -> Path:
    """Write the lines, whose first one names the columns, and return the path."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path


def upload(path: Path, kind: str, **options: Any) -> Job:
    """Hand the file in as a page does."""
    with path.open("rb") as file:
        return request_import(kind=kind, file=File(file), name=path.name, **{"by": None, **options})
