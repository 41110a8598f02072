"""Every page of the demonstration, and who looks at it: for axe, weights, times and pictures."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """A page: the name of its picture, the role of its reader (or NOBODY), its address.

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


NOBODY = ""
BUREAU, REVIEWER = "bureau_administrator", "bureau_reviewer"
DEPARTMENT, CLERK = "department", "unit_clerk"
KEEPER, AUDITOR, SYSTEM = "county_keeper", "auditor", "system_administrator"

STOPS = [
    Stop("sign-in", NOBODY, "/sign-in/"),
    Stop("activate", NOBODY, "/activate/"),
    Stop("home", BUREAU, "/"),
    Stop("home-city", REVIEWER, "/"),
    Stop("home-department", DEPARTMENT, "/"),
    Stop("home-system", SYSTEM, "/people/"),
    Stop("progress", BUREAU, "/progress/450000/"),
    Stop("progress-units", AUDITOR, "/progress/450000/?by=unit"),
    Stop("progress-departments", AUDITOR, "/progress/450000/?by=department"),
    Stop("filings", BUREAU, "/filings/"),
    Stop("filing", BUREAU, "/filings/?state=to_confirm", link=r"/filings/\d+/"),
    Stop("filing-history", AUDITOR, "/filings/?state=confirmed", link=r"/filings/\d+/"),
    Stop("tasks", BUREAU, "/tasks/"),
    Stop("policies", BUREAU, "/policies/"),
    Stop("policy", BUREAU, "/policies/", link=r"/policies/\d+/450000/"),
    Stop("policy-edit", BUREAU, "/policies/2026/450000/edit/"),
    Stop("records", AUDITOR, "/records/"),
    Stop("record", AUDITOR, "/records/", link=r"/records/\d+/"),
    Stop("record-excluded", AUDITOR, "/records/?verdict=6", link=r"/records/\d+/"),
    Stop("unit", AUDITOR, "/progress/450000/?by=unit&sort=-rate", link=r"/units/\d+/"),
    Stop("unit-clerk", CLERK, "/"),
    Stop("unit-filing", CLERK, "/", link=r"/units/\d+/filing/\d+/"),
    Stop("units", BUREAU, "/units/"),
    Stop("unit-edit", BUREAU, "/units/", link=r"/units/\d+/edit/"),
    Stop("unit-contact", CLERK, "/", link=r"/units/\d+/contact/"),
    Stop("unit-history", BUREAU, "/units/", link=r"/units/\d+/history/"),
    Stop("suppliers", BUREAU, "/suppliers/"),
    Stop("supplier", BUREAU, "/suppliers/", link=r"/suppliers/[^/\"?]+/"),
    Stop("counties", KEEPER, "/counties/"),
    Stop("county", KEEPER, "/"),
    Stop("supplier-new", KEEPER, "/", link=r"/counties/\d+/suppliers/new/"),
    Stop("product-new", KEEPER, "/", link=r"/counties/\d+/products/new/"),
    Stop("files", BUREAU, "/files/"),
    Stop("file-new", BUREAU, "/files/purchases/"),
    Stop("notices", BUREAU, "/notices/"),
    Stop("notice", BUREAU, "/notices/?kind=progress", link=r"/notices/\d+/"),
    Stop("notice-waiting", BUREAU, "/notices/?state=reviewed", link=r"/notices/\d+/"),
    Stop("notice-new", REVIEWER, "/notices/new/"),
    Stop("notice-schedules", BUREAU, "/notices/schedules/"),
    Stop("notice-schedule-new", BUREAU, "/notices/schedules/new/"),
    Stop("inbox", CLERK, "/inbox/"),
    Stop("received", CLERK, "/inbox/", link=r"/inbox/\d+/"),
    Stop("people", BUREAU, "/people/"),
    Stop("person", BUREAU, "/people/", link=r"/people/\d+/"),
    Stop("person-new", BUREAU, "/people/new/"),
    Stop("roles", BUREAU, "/roles/"),
    Stop("tokens", BUREAU, "/tokens/"),
    Stop("password", BUREAU, "/password/"),
]

#: The pictures that the documentation shows, by stop and width.
BEST = {
    ("home", "wide"): "home.png",
    ("progress", "wide"): "region.png",
    ("progress", "narrow"): "phone.png",
    ("unit", "wide"): "unit.png",
    ("unit-filing", "wide"): "filing.png",
    ("filings", "wide"): "filings.png",
}

#: What the user guide shows of them, in docs/pictures: the first screen at the wide width.
GUIDE = {
    "policy": "guide-policy.jpg",
    "unit-clerk": "guide-clerk.jpg",
    "home-department": "guide-department.jpg",
    "filing": "guide-review.jpg",
    "file-new": "guide-upload.jpg",
    "records": "guide-records.jpg",
    "progress-units": "guide-units.jpg",
    "filing-history": "guide-history.jpg",
    "county": "guide-county.jpg",
    "people": "guide-people.jpg",
}


def readers() -> dict[str, str]:
    """The sign-in name that the demonstration gives to each role."""
    from config.demonstration import USERNAME
    from organizations.models import Membership

    first = {BUREAU: USERNAME}
    for role, name in Membership.objects.order_by("user_id").values_list("role", "user__username"):
        first.setdefault(role, name)
    return first
