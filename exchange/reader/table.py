"""The rows of a file under their headings, whatever the file is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exchange.reader.columns import ColumnSpec
from exchange.reader.values import Cell, as_text, normalised

YUAN, TEN_THOUSAND_YUAN = "(元)", "(万元)"
#: From 万元 to 元 the decimal point moves this far.
TEN_THOUSAND_SHIFT = 4

#: Columns of the table (from 0) by row number.
Places = dict[int, set[int]]


@dataclass
class Headings:
    """Which column of the file holds which field; positions count from 0."""

    positions: dict[str, int] = field(default_factory=dict)
    #: The headings as they stand, by field.
    shown: dict[str, str] = field(default_factory=dict)
    #: The fields whose heading is in 万元.
    scaled: set[str] = field(default_factory=set)
    extra: list[str] = field(default_factory=list)
    missing: list[ColumnSpec] = field(default_factory=list)


@dataclass
class Table:
    """``rows`` yields each row below the heading with its number as the spreadsheet shows it."""

    sheet: str | None
    headings: Headings
    rows: Iterator[tuple[int, list[Cell]]]
    #: Cells of code columns whose value a formula gives.
    formulas: Places = field(default_factory=dict)
    #: Cells that hold 0.15 and show 15%.
    percents: Places = field(default_factory=dict)


def scaled_heading(heading: str) -> str | None:
    """The heading of the same amounts in 万元; None where it names no yuan."""
    if not heading.endswith(YUAN):
        return None
    return heading.removesuffix(YUAN) + TEN_THOUSAND_YUAN


def match_headings(row: Sequence[Cell], columns: Sequence[ColumnSpec]) -> Headings:
    """Where a heading stands twice the first counts and the other is extra."""
    wanted = _wanted(columns)
    found = Headings()
    for position, cell in enumerate(row):
        heading = normalised(as_text(cell))
        column, scaled = wanted.get(heading, (None, False))
        if column is None or column.field in found.positions:
            found.extra += [heading] if heading else []
            continue
        found.positions[column.field] = position
        found.shown[column.field] = as_text(cell).strip()
        if scaled:
            found.scaled.add(column.field)
    found.missing = [c for c in columns if c.required and c.field not in found.positions]
    return found


def _wanted(columns: Sequence[ColumnSpec]) -> dict[str, tuple[ColumnSpec, bool]]:
    wanted = {}
    for column in columns:
        heading = normalised(column.heading)
        wanted[heading] = (column, False)
        scaled = scaled_heading(heading) if column.kind == "amount" else None
        if scaled:
            wanted[scaled] = (column, True)
    return wanted
