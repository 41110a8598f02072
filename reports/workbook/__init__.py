"""The auditor's workbook (审计工作簿): a region's year, from each rate down to its records.

Rates and sums are live formulas beside their values, which are those of ``quotas.progress``.
"""

from reports.workbook.book import write_workbook
from reports.workbook.question import Question

__all__ = ["Question", "write_workbook"]
