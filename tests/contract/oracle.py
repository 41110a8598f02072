"""The oracle: what the contract says must come of a row of files and of a question."""

from dataclasses import dataclass, field
from datetime import date

from . import (
    oracle_filings,
    oracle_people,
    oracle_policies,
    oracle_progress,
    oracle_purchases,
    oracle_suppliers,
    oracle_units,
)
from .oracle_cells import Error, read_sheet
from .oracle_records import World
from .reference import Region

KINDS = {
    "units": oracle_units,
    "people": oracle_people,
    "policies": oracle_policies,
    "filings": oracle_filings,
    "suppliers": oracle_suppliers,
    "purchases": oracle_purchases,
}

# The contract names the code of these errors but leaves open which cell of the row bears them.
COLUMN_LEFT_OPEN = frozenset({"duplicate", "conflict", "cycle", "rule"})


@dataclass
class Result:
    """What an import came to; a refused file has errors and no counts."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[Error] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        return not self.errors


class Contract:
    """The state of one installation, and the two doors to it: files in, figures out."""

    def __init__(self, regions: dict[str, Region], counties: set[str], today: date) -> None:
        self.world = World(regions, counties, today)

    def import_rows(self, kind: str, rows: list[dict[str, str]], update: bool = False) -> Result:
        """Import the lines of one file, heading to cell; accepted whole or refused whole."""
        subject = KINDS[kind]
        sheet = read_sheet(subject.COLUMNS, rows, subject.KEY)
        if not sheet.rows:
            return Result(errors=sheet.errors)
        world = self.world.copy()
        outcomes = subject.apply(world, sheet, update)
        if sheet.errors:
            return Result(errors=sorted(set(sheet.errors), key=in_order))
        self.world = world
        return Result(*(outcomes.count(name) for name in ("created", "updated", "unchanged")))

    def progress(
        self,
        year: int,
        region: str | None = None,
        unit: str | None = None,
        by: str = "region",
        basis: str | None = None,
        as_of: date | None = None,
    ) -> dict:
        """The JSON object of `manage.py progress`; UsageError where that ends with status 2."""
        return oracle_progress.progress(self.world, year, region, unit, by, basis, as_of)


def in_order(error: Error) -> tuple:
    row, column, code = error
    return row or 0, column or "", code


def settled(errors: list[Error]) -> list[Error]:
    """The errors as far as the contract settles them, in order: for comparing two readings."""
    known = {(row, None if code in COLUMN_LEFT_OPEN else col, code) for row, col, code in errors}
    return sorted(known, key=in_order)
