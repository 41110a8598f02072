"""Progress against the promise (执行进度): the one definition of every figure.

The command, the pages and everything to come read it from here.
"""

from quotas.progress.answers import ANSWERS, by_department, by_region, by_unit, of_unit
from quotas.progress.figures import Figures, Progress, Row
from quotas.progress.sheets import write_progress

__all__ = [
    "ANSWERS",
    "Figures",
    "Progress",
    "Row",
    "by_department",
    "by_region",
    "by_unit",
    "of_unit",
    "write_progress",
]
