"""Taking a file in, whole or not at all."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from exchange.errors import CellError
from exchange.staging import Outcome, Staged, stage

if TYPE_CHECKING:
    from exchange.resources import SheetResource


@dataclass(frozen=True)
class ImportResult:
    """What became of a file; counts are rows. Refused means that nothing was saved."""

    kind: str
    accepted: bool
    rows: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    error_count: int = 0
    errors: list[CellError] = field(default_factory=list)
    sheet: str | None = None
    extra: list[str] = field(default_factory=list)

    def as_json(self, job: int | None) -> dict[str, Any]:
        """The object that ``import_file --json`` prints (spreadsheet contract, section 1)."""
        counts = ("accepted", "rows", "created", "updated", "unchanged", "error_count")
        return {
            "kind": self.kind,
            "job": job,
            **{name: getattr(self, name) for name in counts},
            "errors": [error.as_json() for error in self.errors],
        }


class _Undo(Exception):
    """Ends the transaction of a refused or dry run."""


def run(
    resource: "SheetResource",
    path: Path,
    name: str,
    *,
    by: Any,
    update: bool = False,
    dry_run: bool = False,
    job: Any = None,
    max_rows: int | None = None,
    progress: Callable[[int], None] | None = None,
    before_commit: Callable[[ImportResult], None] | None = None,
) -> ImportResult:
    """Import the file at ``path``, called ``name`` by its sender, as ``by`` (None: the system).

    Everything happens in one transaction, which ends with ``before_commit``; a refused file or
    a dry run leaves nothing. Errors come back in the result and are never raised. ``progress``
    is told how many rows each bunch read holds.
    """
    result = None
    try:
        with transaction.atomic():
            staged = stage(
                path,
                name,
                resource.columns(),
                today=timezone.localdate(),
                max_rows=max_rows,
                progress=progress,
            )
            outcome = Outcome()
            if staged.readable:
                outcome = resource.save(staged, by=by, update=update, job=job)
            result = _result(resource, staged, outcome)
            if dry_run or not result.accepted:
                raise _Undo
            if before_commit:
                before_commit(result)
    except _Undo:
        pass
    assert result is not None
    return result


def run_dataset(resource: "SheetResource", dataset: Any, **options: Any) -> ImportResult:
    """Import a tablib dataset through the same pipeline."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write(dataset.export("csv"))
        file.flush()
        return run(resource, Path(file.name), Path(file.name).name, **options)


def _result(resource: "SheetResource", staged: Staged, outcome: Outcome) -> ImportResult:
    accepted = staged.error_count == 0
    done = outcome if accepted else Outcome()
    return ImportResult(
        kind=resource.kind,
        accepted=accepted,
        rows=staged.rows,
        created=done.created,
        updated=done.updated,
        unchanged=done.unchanged,
        error_count=staged.error_count,
        errors=staged.listed(),
        sheet=staged.sheet.sheet,
        extra=staged.sheet.extra,
    )
