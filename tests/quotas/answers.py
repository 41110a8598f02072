"""Asking for progress in tests, and the divisions that are asked about."""

from decimal import Decimal

from organizations.models import BudgetUnit, Region
from quotas import progress
from quotas.progress import Progress

COUNTRY, PROVINCE, CITY, COUNTY, NEIGHBOUR = "000000", "450000", "450100", "450102", "450103"
DIRECT, ELSEWHERE = "450125", "440303"


def region(code: str) -> Region:
    return Region.objects.get(code=code)


def by_region(code: str, year: int = 2025, **options) -> Progress:
    return progress.by_region(region(code), year, **options)


def by_unit(code: str, year: int = 2025, **options) -> Progress:
    return progress.by_unit(region(code), year, **options)


def by_department(code: str, year: int = 2025, **options) -> Progress:
    return progress.by_department(region(code), year, **options)


def of_unit(code: str, year: int = 2025, **options) -> Progress:
    return progress.of_unit(BudgetUnit.objects.get(code=code), year, **options)


def column(answer: Progress, name: str) -> dict[str, Decimal]:
    """The figures of one column by the code of their row, those of 0 left out."""
    figures = {row.code: getattr(row.figures, name) for row in answer.rows}
    return {code: figure for code, figure in figures.items() if figure}


def make_divisions() -> None:
    """A development zone below a county, and a county that answers to its province."""
    county = region(COUNTY)
    Region.objects.create(code="450102Z1", name="某开发区", level="subregion", parent=county,
                          finance_parent=county, path=f"{county.path}450102Z1/")  # fmt: skip
    Region.objects.filter(code=DIRECT).update(
        finance_parent=region(PROVINCE), path=f"{region(PROVINCE).path}{DIRECT}/"
    )
