"""What a test expects of an import: taken, or refused with these errors."""

from datetime import date

from .oracle import Contract, Result
from .reference import load_county_codes, load_regions

REGIONS = load_regions()
COUNTIES = load_county_codes()
TODAY = date(2026, 6, 30)


def accept(contract: Contract, kind: str, rows: list, update: bool = False) -> Result:
    result = contract.import_rows(kind, rows, update)
    assert result.errors == []
    return result


def codes(contract: Contract, kind: str, *rows: dict, update: bool = False) -> list[tuple]:
    """The (row, code) pairs of a refused file, which must have changed nothing."""
    before = contract.world
    result = contract.import_rows(kind, list(rows), update)
    assert contract.world is before
    assert (result.created, result.updated, result.unchanged) == (0, 0, 0)
    return [(row, code) for row, _, code in result.errors]


def counts(result: Result) -> tuple[int, int, int]:
    return result.created, result.updated, result.unchanged
