"""Which regions are designated counties.

The list belongs to the suppliers, a layer above, but a county keeper's place is held to it here:
the app of the list says in its ``ready()`` how it is read.
"""

from collections.abc import Callable, Iterable

_readers: list[Callable[[], Iterable[int]]] = []


def designated_by(reader: Callable[[], Iterable[int]]) -> None:
    """Read the ids of designated counties' regions by ``reader`` from now on."""
    _readers[:] = [reader]


def designated_regions() -> set[int]:
    """Ids of the regions that are designated counties."""
    return {pk for reader in _readers for pk in reader()}
