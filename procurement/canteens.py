"""Whose row a canteen purchase counts in, where units share a canteen.

Shared canteens are filed a layer above, which says in its ``ready()`` how they are read.
"""

from collections.abc import Callable, Collection

from organizations.models import BudgetUnit

Reader = Callable[[int, Collection[int]], dict[int, BudgetUnit]]

_readers: list[Reader] = []


def canteens_read_by(reader: Reader) -> None:
    """Read the representatives of a unit (its id) in some years, by year, from now on."""
    _readers[:] = [reader]


def representatives(unit: int, years: Collection[int]) -> dict[int, BudgetUnit]:
    """By year: another unit that files for this one's canteen."""
    return {year: found for reader in _readers for year, found in reader(unit, years).items()}
