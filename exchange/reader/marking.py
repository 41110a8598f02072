"""Give a refused file back with its wrong cells marked and a last column of messages.

A small workbook comes back as itself (openpyxl). Above MAX_OWN_ROWS, where openpyxl takes a
gigabyte, and for csv a new workbook of the same values is written. A child of its own,
``python -m exchange.reader.marking SPEC``, for the reader needs none of these libraries.
"""

from pathlib import Path
from typing import Any

from exchange.reader import ownbook, rebuilt, task
from exchange.reader.container import check_workbook, kind_of
from exchange.reader.marks import Marks

MAX_OWN_ROWS = 5000


def mark(spec: dict[str, Any]) -> dict[str, Any]:
    """Write the marked workbook to ``spec["target"]``.

    Refused: where the source is no file that could have been read.
    """
    source, target = Path(spec["path"]), Path(spec["target"])
    marks = Marks.from_json(spec)
    if kind_of(source, spec["name"], spec["max_bytes"]) == "csv":
        rebuilt.write_csv(source, target, marks)
        return {}
    extents = check_workbook(source)
    if sum(extent.rows for extent in extents.values()) <= MAX_OWN_ROWS:
        ownbook.write(source, target, spec["sheet"], marks)
    else:
        rebuilt.write_workbook(source, target, spec["sheet"], marks)
    return {}


if __name__ == "__main__":
    task.run(mark)
