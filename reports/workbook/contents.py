"""What the short sheets hold: the region's rows, its units, and every version of their filings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from organizations.models import BudgetUnit, Region
from quotas import progress
from quotas.models import Filing
from quotas.progress import Figures, Row

if TYPE_CHECKING:
    from reports.workbook.book import Question


@dataclass(frozen=True)
class Contents:
    """The answer of progress by region and by unit; ``places`` is each unit's summary row."""

    regions: list[Row]
    total: Row
    units: list[BudgetUnit]
    figures: dict[str, Figures]
    filings: dict[int, Filing]
    places: dict[int, int]


def contents_of(asked: "Question") -> Contents:
    given = {"basis": asked.basis, "as_of": asked.as_of}
    above = progress.by_region(asked.region, asked.year, **given)
    figures = {
        row.code: row.figures for row in progress.by_unit(asked.region, asked.year, **given).rows
    }
    units = BudgetUnit.objects.in_region(asked.region).in_figures().select_related("region")
    listed = list(units.order_by("region__path", "code"))
    return Contents(
        above.rows, above.total, listed, figures,
        _latest(asked), _places(asked.region, above.rows, listed),
    )  # fmt: skip


def _places(region: Region, rows: list[Row], units: list[BudgetUnit]) -> dict[int, int]:
    """By unit: the number of the summary row whose region, or region above, is the unit's."""
    numbers = {row.code: number for number, row in enumerate(rows, start=1)}
    found = {}
    for unit in units:
        step = unit.region.path.removeprefix(region.path).split("/", 1)[0]
        found[unit.pk] = numbers[step or region.code]
    return found


def _latest(asked: "Question") -> dict[int, Filing]:
    """By unit: the version in force, else the last one."""
    ordered = filings_of(asked).order_by("unit", "in_force", "version")
    return {filing.unit_id: filing for filing in ordered}


def filings_of(asked: "Question") -> QuerySet[Filing]:
    """Every version of the year, with its unit and the people who decided."""
    found = Filing.objects.filter(
        year=asked.year, unit__region__path__startswith=asked.region.path
    ).select_related("unit", "representative", "submitted_by", "endorsed_by", "decided_by")
    return found.order_by("unit__region__path", "unit__code", "version")
