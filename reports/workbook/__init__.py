"""The auditor's workbook (审计工作簿): a region's year, from each rate down to its records."""

from reports.workbook.book import Question, write_workbook

__all__ = ["Question", "write_workbook"]
