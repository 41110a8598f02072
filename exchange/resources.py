"""Kinds of files: their columns, and the service that takes their rows."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from import_export.resources import Resource

from exchange import imports
from exchange.columns import Column
from exchange.staging import Outcome, Staged
from exchange.workbooks import write_csv, write_workbook


class SheetResource(Resource):
    """One kind of file of the spreadsheet contract.

    Subclasses declare their columns once, name their ``kind`` and hand staged rows to a service
    in :meth:`save`, which reports errors to ``staged`` and returns what it did.
    """

    kind: ClassVar[str]

    @classmethod
    def columns(cls) -> list[Column]:
        return [field for field in cls.fields.values() if isinstance(field, Column)]

    def save(self, staged: Staged, *, by: Any, update: bool, job: Any) -> Outcome:
        """Check and write the staged rows, in the caller's transaction."""
        raise NotImplementedError

    def import_data(
        self,
        dataset: Any,
        dry_run: bool = False,
        *,
        by: Any = None,
        update: bool = False,
        **kwargs: Any,
    ) -> imports.ImportResult:
        """Import a file (a path) or a tablib dataset, whole or not at all.

        Takes the place of import-export's row loop for every caller.
        """
        if isinstance(dataset, Path):
            return imports.run(self, dataset, dataset.name, by=by, update=update, dry_run=dry_run)
        return imports.run_dataset(self, dataset, by=by, update=update, dry_run=dry_run)

    def visible_to(self, user: Any) -> Iterable[Any]:
        """What an export for this user holds; ``None`` is the system."""
        raise NotImplementedError

    def export_file(self, instances: Iterable[Any], path: Path) -> None:
        """Write the instances as .xlsx or .csv; sent back unchanged, the file changes nothing."""
        columns = self.columns()
        headings = [column.heading for column in columns]
        rows = self.export_rows(instances)
        if path.suffix == ".xlsx":
            write_workbook(path, headings, rows, kinds=[column.kind for column in columns])
        else:
            write_csv(path, headings, rows)

    def export_rows(self, instances: Iterable[Any]) -> Iterator[list[Any]]:
        """The cells of each instance, in the order of the columns."""
        # import-export looks the method up for each cell again, which a million records feel.
        cells = [
            getattr(self, f"dehydrate_{name}", column.export)
            for name, column in self.fields.items()
            if isinstance(column, Column)
        ]
        for instance in instances:
            yield [cell(instance) for cell in cells]


_resources: dict[str, type[SheetResource]] = {}


def register(resource: type[SheetResource]) -> None:
    """Make a kind of file known to commands, pages and jobs; called from ``ready()``."""
    _resources[resource.kind] = resource


def kinds() -> list[str]:
    return list(_resources)


def resource_of(kind: str) -> SheetResource:
    """The resource of a kind; KeyError where there is none."""
    return _resources[kind]()
