"""Progress against the promise (执行进度): the one definition of every figure.

The command, the pages and everything to come read it from here.
"""

from quotas.progress.answers import by_department, by_region, by_unit, of_unit
from quotas.progress.figures import Figures, Progress, Row

__all__ = ["Figures", "Progress", "Row", "by_department", "by_region", "by_unit", "of_unit"]
