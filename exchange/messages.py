"""The words for what is wrong with a cell or a file, by the reader's reasons."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # The file as a whole.
    "extension": _("Only .xlsx and .csv files can be read."),
    "empty": _("The file has no data rows."),
    "too_large": _("The file is larger than %(megabytes)s MB."),
    "too_many_rows": _("The file has more than %(limit)s data rows."),
    "protected": _(
        "This is an old .xls workbook or one protected by a password. Save it as .xlsx without"
        " a password."
    ),
    "not_workbook": _("The file is no .xlsx workbook. Open it in Excel and save it as .xlsx."),
    "not_text": _("The file is no csv text in UTF-8 or GB18030. Save it as .xlsx or as csv UTF-8."),
    "macros": _("The workbook holds macros. Save it as .xlsx without macros."),
    "damaged": _("The file is damaged. Open it in Excel and save it again."),
    "too_many_parts": _("The workbook has more than %(limit)s parts."),
    "bomb": _("The workbook is too large when unpacked."),
    "entities": _("The workbook holds declarations that no spreadsheet program writes."),
    "extent": _(
        "The sheet reaches beyond %(rows)s rows or %(columns)s columns. Delete what stands"
        " outside the table."
    ),
    "quoting": _("The quotation marks of this csv record do not match."),
    "stopped": _("The file could not be read: it is damaged, or too large to be read."),
    # One cell.
    "missing_column": _("This column is required and missing from the first row."),
    "required": _("This cell must not be empty."),
    "choice": _("Not one of the accepted values: %(choices)s."),
    "number": _("This is no number."),
    "places": _("More than %(places)s decimal places."),
    "year": _("This is no year: write it like 2026."),
    "date": _("This is no date: write it like 2026-03-05 or 2026-03-05 14:30."),
    "above": _("The value must be more than %(minimum)s."),
    "at_least": _("The value must be at least %(minimum)s."),
    "at_most": _("The value must be at most %(maximum)s."),
    "between": _("The value must be from %(minimum)s to %(maximum)s."),
    "after_today": _("The day is later than today, %(today)s."),
    "length": _("%(length)s characters; at most %(limit)s are allowed."),
    "nul": _("The text holds a character that cannot be stored."),
    "check_digit": _(
        "This is no unified social credit code: its length, characters or check digit are wrong."
    ),
    "numeric_key": _(
        "Excel has taken this code for a number and lost its digits. Set the column to text and"
        " enter the code again."
    ),
    "converted_key": _(
        "Excel has taken this code for a date or another value. Set the column to text and enter"
        " the code again."
    ),
    "formula": _("A code must not be a formula. Paste it as a value."),
}


def render(reason: str, params: Mapping[str, Any]) -> str:
    """The message in the active language."""
    return str(MESSAGES[reason]) % params
