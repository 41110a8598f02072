"""What to mark in a refused file, and where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.reader.values import Cell, as_text, normalised

#: The fill of a wrong cell, as RGB.
FILL = "FFC7CE"
#: Names our comments, so that the marks of an earlier round can be told from the sender's own.
AUTHOR = "Yuliu"
PROBLEM_WIDTH = 60


@dataclass
class Marks:
    """What to write where. ``heading`` is that of the last column, ``title`` of the note sheet."""

    heading: str
    title: str
    #: Messages of the file as a whole.
    notes: list[str] = field(default_factory=list)
    #: Messages by heading, by row; an empty heading is the row itself.
    rows: dict[int, dict[str, list[str]]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, spec: dict[str, Any]) -> "Marks":
        marks = cls(spec["heading"], spec["note_title"])
        for error in spec["errors"]:
            # A message about the heading row has no cell below it to stand in.
            if (error["row"] or 1) == 1:
                marks.notes.append(": ".join(filter(None, (error["column"], error["message"]))))
                continue
            heading = normalised(error["column"] or "")
            row = marks.rows.setdefault(error["row"], {})
            row.setdefault(heading, []).append(error["message"])
        return marks

    def message(self, row: int) -> str:
        texts = (text for texts in self.rows.get(row, {}).values() for text in texts)
        return "\n".join(dict.fromkeys(texts))

    def cells(self, row: int, positions: dict[str, int]) -> Iterator[tuple[int, str]]:
        """The wrong cells of a row: position and message."""
        for heading, texts in self.rows.get(row, {}).items():
            if heading in positions:
                yield positions[heading], "\n".join(texts)


def positions_of(headings: Sequence[Cell]) -> dict[str, int]:
    """The first position of each heading, from 0."""
    positions: dict[str, int] = {}
    for position, cell in enumerate(headings):
        positions.setdefault(normalised(as_text(cell)), position)
    return positions
