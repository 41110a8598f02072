"""Every page of the demonstration, and who looks at it: for axe, for weights and for pictures."""

from dataclasses import dataclass

PROVINCE, CITY = "450000", "450100"


@dataclass(frozen=True)
class Stop:
    """A page: the name of its picture, the sign-in name of its reader, its address."""

    name: str
    reader: str
    address: str
