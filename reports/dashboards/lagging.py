"""Who lags behind the pace, and where each name leads."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from quotas.pace import Behind, Pace
from quotas.progress import Row

#: How many are named; the others are counted.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Laggards:
    """Those furthest behind, each with the address of its page, and the number of all."""

    named: list[tuple[Behind, str]]
    number: int


def laggards(pace: Pace, rows: Iterable[Row], page: str) -> Laggards:
    """``page`` is the name of the address that a row's code leads to."""
    behind = pace.behind(rows)
    named = [(one, reverse(page, args=[one.row.code])) for one in behind[:NAMED]]
    return Laggards(named, len(behind))
