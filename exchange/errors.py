"""What is wrong with a file, cell by cell, in the words of its sender."""

from dataclasses import dataclass
from typing import Any, Literal

#: The stable codes of the spreadsheet contract.
Code = Literal[
    "unreadable",
    "missing_column",
    "empty",
    "required",
    "bad_choice",
    "bad_number",
    "bad_date",
    "out_of_range",
    "unknown_code",
    "check_digit",
    "numeric_key",
    "formula",
    "duplicate",
    "conflict",
    "cycle",
    "rule",
]


@dataclass(frozen=True, slots=True)
class CellError:
    """One error of an import. ``row`` as the spreadsheet shows it, ``column`` the heading."""

    code: Code
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    sheet: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {k: getattr(self, k) for k in ("sheet", "row", "column", "value", "code", "message")}
