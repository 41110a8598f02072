"""Reading of csv as a stream: memory does not grow with the file."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from exchange.reader.columns import ColumnSpec
from exchange.reader.flaws import Refused
from exchange.reader.table import Table, match_headings
from exchange.reader.values import is_blank

#: Strict, in this order: nearly every GB18030 text fails as UTF-8, hardly one the other way.
ENCODINGS = ("utf-8-sig", "gb18030")
CHUNK = 1024 * 1024


def open_csv(path: Path, columns: Sequence[ColumnSpec]) -> Table:
    records = read_records(path)
    _number, heading = next(records, (1, []))
    table = Table(None, match_headings(heading, columns), records)
    if all(map(is_blank, heading)) and not any(_filled(records)):
        raise Refused("empty", code="empty")
    return table


def read_records(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Each record with its number from 1; blank records count too."""
    number = 0
    with path.open(encoding=_encoding(path), newline="") as file:
        try:
            for record in csv.reader(file, strict=True):
                number += 1
                yield number, record
        except csv.Error:
            raise Refused("quoting", row=number + 1) from None


def _filled(records: Iterator[tuple[int, list[Any]]]) -> Iterator[bool]:
    return (not all(map(is_blank, record)) for _number, record in records)


def _encoding(path: Path) -> str:
    for encoding in ENCODINGS:
        if _decodes(path, encoding):
            return encoding
    raise Refused("not_text")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                if b"\0" in chunk:
                    raise Refused("not_text")
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
