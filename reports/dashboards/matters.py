"""What waits for somebody: a number, the words, and the page where it is done."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Matter:
    label: str
    number: int
    address: str

    @property
    def tone(self) -> str:
        return "idle" if self.number else "none"


def address_of_page(name: str, *parts: str, **asked: Any) -> str:
    """The address of a page by its name and what it is asked."""
    address = reverse(name, args=parts)
    return f"{address}?{urlencode(asked)}" if asked else address
