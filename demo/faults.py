"""Orders that a bureau must not count, each wrong in one way only."""

from enum import Enum


class Fault(Enum):
    OFFLINE = "线下"
    OTHER_PLATFORM = "其他平台"
    THIRD_PARTY = "第三方代采"
    ORIGIN = "origin not designated"
    UNKNOWN_SUPPLIER = "supplier not in the directory"
    ENDED_SUPPLIER = "supplier outside its periods"


SHARE_OF_EACH = 0.005
CHANNEL_FAULTS = frozenset({Fault.OFFLINE, Fault.OTHER_PLATFORM, Fault.THIRD_PARTY})

_FAULTS = tuple(Fault)


def fault(chance: float) -> Fault | None:
    """Return the fault of an order, mostly none; `chance` is a draw from 0 to 1."""
    index = int(chance / SHARE_OF_EACH)
    return _FAULTS[index] if index < len(_FAULTS) else None
