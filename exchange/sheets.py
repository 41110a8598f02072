"""A spreadsheet as a stream of COPY text, read by a limited child process."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.conf import settings

from exchange.columns import Column
from exchange.errors import CellError
from exchange.messages import render
from exchange.reader import child

logger = logging.getLogger(__name__)

DRAIN_BYTES = 1024 * 1024


@dataclass(frozen=True)
class SheetResult:
    """What reading a file gave besides its rows.

    ``errors`` holds the first 1,000 of ``error_count`` in row order, ``bad_cells`` their (row,
    field). ``present`` are the fields whose column the file has, ``headings`` what it calls them,
    ``scaled`` those in 万元.
    """

    sheet: str | None = None
    present: frozenset[str] = frozenset()
    headings: dict[str, str] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    scaled: list[str] = field(default_factory=list)
    rows: int = 0
    error_count: int = 0
    errors: list[CellError] = field(default_factory=list)
    bad_cells: frozenset[tuple[int, str]] = frozenset()


class Sheet:
    """A file that a child is reading.

    ``stream`` gives rows as PostgreSQL COPY text while the child works: the row number, then a
    value for each column in the order asked for, NULL where absent, blank or wrong.
    """

    def __init__(self, stream: BinaryIO, folder: Path) -> None:
        self.stream = stream
        self._folder = folder

    @cached_property
    def result(self) -> SheetResult:
        """What the child reports at its end; what is left of the stream is thrown away."""
        while self.stream.read(DRAIN_BYTES):
            pass
        report = child.result(self._folder)
        if report is None:
            logger.warning("Reader died: %s", child.complaints(self._folder))
            report = {
                "fatal": {"code": "unreadable", "reason": "stopped", "row": None, "params": {}}
            }
        return _fatal(report["fatal"]) if "fatal" in report else _result(report)


@contextmanager
def open_sheet(
    path: Path, name: str, columns: Sequence[Column], *, today: date, max_rows: int | None = None
) -> Iterator[Sheet]:
    """Read the file at ``path``, called ``name`` by its sender.

    Whatever is wrong with the file stands in ``result``, and nothing of it raises here. On
    leaving, the child and its temporary files are gone.
    """
    task = {
        "columns": [column.spec for column in columns],
        "today": today.isoformat(),
        "max_rows": max_rows,
    }
    with TemporaryDirectory(prefix="yuliu-sheet-") as name_of_folder:
        folder = Path(name_of_folder)
        process = child.start("exchange.reader", file_spec(path, name) | task, folder)
        try:
            yield Sheet(process.stdout, folder)
        finally:
            child.stop(process)


def file_spec(path: Path, name: str) -> dict[str, Any]:
    """What every task of the reader needs: the file and the limits."""
    return {
        "path": str(Path(path).resolve()),
        "name": name,
        "max_bytes": {"xlsx": settings.IMPORT_XLSX_BYTES, "csv": settings.IMPORT_CSV_BYTES},
        "memory": settings.IMPORT_CHILD_MEMORY,
        "seconds": settings.IMPORT_CHILD_SECONDS,
    }


def _fatal(fatal: dict[str, Any]) -> SheetResult:
    message = render(fatal["reason"], fatal["params"])
    error = CellError(fatal["code"], message, row=fatal["row"])
    return SheetResult(error_count=1, errors=[error])


def _result(report: dict[str, Any]) -> SheetResult:
    errors = report.pop("errors")
    return SheetResult(
        **report,
        present=frozenset(report["headings"]),
        errors=[_cell_error(error, report["sheet"]) for error in errors],
        bad_cells=frozenset((error["row"], error["field"]) for error in errors),
    )


def _cell_error(error: dict[str, Any], sheet: str | None) -> CellError:
    return CellError(
        code=error["code"],
        message=render(error["reason"], error["params"]),
        row=error["row"],
        column=error["heading"],
        value=error["value"],
        sheet=sheet,
    )
