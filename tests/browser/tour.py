"""Every page of the demonstration, and who looks at it: for axe, weights, times and pictures."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """A page: the name of its picture, the sign-in name of its reader ("" for nobody), its address.

    With ``link`` the page is the first of its kind that the page at ``address`` links to.
    """

    name: str
    reader: str
    address: str
    link: str = ""

    def find(self, read: Callable[[str], str]) -> str:
        """The address; ``read`` gives the text of the page at an address."""
        if not self.link:
            return self.address
        found = re.search(f'href="({self.link})"', read(self.address))
        assert found, f"{self.address} links to no {self.link}"
        return found[1].replace("&amp;", "&")


STOPS = [
    Stop("sign-in", "", "/sign-in/"),
    Stop("progress", "demo", "/progress/450000/"),
    Stop("filings", "demo", "/filings/"),
    Stop("filing", "demo", "/filings/?state=to_confirm", link=r"/filings/\d+/"),
    Stop("tasks", "demo", "/tasks/"),
    Stop("units", "demo", "/units/"),
    Stop("unit-edit", "demo", "/units/", link=r"/units/\d+/edit/"),
    Stop("unit-history", "demo", "/units/", link=r"/units/\d+/history/"),
    Stop("people", "demo", "/people/"),
    Stop("person", "demo", "/people/", link=r"/people/\d+/"),
    Stop("person-new", "demo", "/people/new/"),
    Stop("roles", "demo", "/roles/"),
    Stop("activate", "", "/activate/"),
    Stop("password", "demo", "/password/"),
]

#: The pictures that the documentation shows, by stop and width.
BEST: dict[tuple[str, str], str] = {}
