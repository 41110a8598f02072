"""Units that open or close while the two demonstrated years run."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from demo.establishments import APART
from demo.units import Unit

CLOSED_SHARE = 0.012
OPENED_SHARE = 0.01
WITHOUT_SUCCESSOR = 4  # every how many-th closed unit leaves its work to nobody


def set_opening_and_closing(rng: Random, units: list[Unit], year: int, today: date) -> None:
    """Close some units and open others, between last year's second month and today.

    Only schools, hospitals and the like that have no unit below them change.
    """
    parents = {unit.parent for unit in units}
    leaves = [
        unit for unit in units if unit.must_file and unit.place == APART and unit not in parents
    ]
    rng.shuffle(leaves)
    closing = leaves[: max(2, round(len(units) * CLOSED_SHARE))]
    opening = leaves[len(closing) :][: max(2, round(len(units) * OPENED_SHARE))]
    days = (date(year - 1, 2, 1), min(today, date(year, 12, 31)))
    for unit in closing:
        unit.closed_on = day_between(rng, *days)
    for unit in opening:
        unit.opened_on = day_between(rng, *days)
    name_successors(rng, closing, leaves[len(closing) + len(opening) :])


def peer_group(unit: Unit) -> tuple[str, str]:
    return unit.region.code, unit.kind


def day_between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def name_successors(rng: Random, closing: list[Unit], lasting: Iterable[Unit]) -> None:
    """Give most closed units a successor: another of their kind in the region, or their parent."""
    candidates: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in lasting:
        candidates[peer_group(unit)].append(unit)
    for index, unit in enumerate(closing):
        if index % WITHOUT_SUCCESSOR:
            peers = candidates[peer_group(unit)]
            unit.successor = rng.choice(peers) if peers else unit.parent
