"""Progress against the promise (执行进度): the one definition of every figure.

The command, the pages and everything to come read it from here.
"""

from quotas.progress.answers import (
    ANSWERS,
    Overview,
    by_department,
    by_region,
    by_unit,
    of_unit,
    overview,
)
from quotas.progress.figures import Figures, Progress, Row
from quotas.progress.months import by_month, unit_by_month
from quotas.progress.sheets import write_progress
from quotas.progress.steps import Steps

__all__ = [
    "ANSWERS",
    "Figures",
    "Overview",
    "Progress",
    "Row",
    "Steps",
    "by_department",
    "by_month",
    "by_region",
    "by_unit",
    "of_unit",
    "overview",
    "unit_by_month",
    "write_progress",
]
