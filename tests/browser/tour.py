"""Every page of the demonstration, and who looks at it: for axe, weights, times and pictures."""

import re
from collections.abc import Callable
from dataclasses import dataclass

#: The kinds of files; said here, for pictures are taken without Django's settings.
KINDS = ("units", "people", "policies", "filings", "suppliers", "purchases")


@dataclass(frozen=True)
class Stop:
    """A page: the name of its picture, the role of its reader (or NOBODY), its address.

    With ``links`` one comes to it from there: by the first link of each kind, page after page.
    """

    name: str
    reader: str
    address: str
    links: tuple[str, ...] = ()

    def find(self, read: Callable[[str], str]) -> str:
        """The address; ``read`` gives the text of the page at an address."""
        address = self.address
        for link in self.links:
            found = re.search(f'href="({link})"', read(address))
            assert found, f"{address} links to no {link}"
            address = found[1].replace("&amp;", "&")
        return address


NOBODY = ""
BUREAU, REVIEWER = "bureau_administrator", "bureau_reviewer"
DEPARTMENT, CLERK = "department", "unit_clerk"
KEEPER, AUDITOR, SYSTEM = "county_keeper", "auditor", "system_administrator"

_SUPPLIER = r"/suppliers/[^/\"?]+/"
_NOTICE, _PERSON = r"/notices/\d+/", r"/people/\d+/"

STOPS = [
    Stop("sign-in", NOBODY, "/sign-in/"),
    Stop("activate", NOBODY, "/activate/"),
    Stop("home", BUREAU, "/"),
    Stop("home-city", REVIEWER, "/"),
    Stop("home-department", DEPARTMENT, "/"),
    Stop("subordinates", DEPARTMENT, "/", (r"/units/\d+/subordinates/[^\"]*",)),
    Stop("home-system", SYSTEM, "/people/"),
    Stop("progress", BUREAU, "/progress/450000/"),
    Stop("progress-units", AUDITOR, "/progress/450000/?by=unit"),
    Stop("progress-departments", AUDITOR, "/progress/450000/?by=department"),
    Stop("filings", BUREAU, "/filings/"),
    Stop("filing", BUREAU, "/filings/?state=to_confirm", (r"/filings/\d+/",)),
    Stop("filing-history", AUDITOR, "/filings/?state=confirmed", (r"/filings/\d+/",)),
    Stop(
        "filing-changes",
        AUDITOR,
        "/filings/?state=confirmed",
        (r"/filings/\d+/", r"/filings/\d+/history/"),
    ),
    Stop("tasks", BUREAU, "/tasks/"),
    Stop("policies", BUREAU, "/policies/"),
    Stop("policy", BUREAU, "/policies/", (r"/policies/\d+/450000/",)),
    Stop("policy-edit", BUREAU, "/policies/2026/450000/edit/"),
    Stop("policy-history", BUREAU, "/policies/2026/450000/history/"),
    Stop("records", AUDITOR, "/records/"),
    Stop("record", AUDITOR, "/records/", (r"/records/\d+/",)),
    Stop("record-excluded", AUDITOR, "/records/?verdict=6", (r"/records/\d+/",)),
    Stop("unit", AUDITOR, "/progress/450000/?by=unit&sort=-rate", (r"/units/\d+/",)),
    Stop("unit-clerk", CLERK, "/"),
    Stop("unit-filing", CLERK, "/", (r"/units/\d+/filing/\d+/",)),
    Stop("units", BUREAU, "/units/"),
    Stop("unit-edit", BUREAU, "/units/", (r"/units/\d+/edit/",)),
    Stop("unit-new", BUREAU, "/units/new/"),
    Stop("unit-contact", CLERK, "/", (r"/units/\d+/contact/",)),
    Stop("unit-history", BUREAU, "/units/", (r"/units/\d+/history/",)),
    Stop("suppliers", BUREAU, "/suppliers/"),
    Stop("supplier", BUREAU, "/suppliers/", (_SUPPLIER,)),
    Stop(
        "supplier-history",
        BUREAU,
        "/suppliers/?province=广西壮族自治区",
        (_SUPPLIER, f"{_SUPPLIER}history/"),
    ),
    Stop("counties", KEEPER, "/counties/"),
    Stop("county", KEEPER, "/"),
    Stop("supplier-new", KEEPER, "/", (r"/counties/\d+/suppliers/new/",)),
    Stop("product-new", KEEPER, "/", (r"/counties/\d+/products/new/",)),
    Stop("product-edit", KEEPER, "/", (r"/products/\d+/edit/",)),
    Stop("period-new", KEEPER, "/", (_SUPPLIER, f"{_SUPPLIER}periods/new/")),
    Stop("period-edit", KEEPER, "/", (_SUPPLIER, rf"{_SUPPLIER}periods/\d+/")),
    Stop("period-end", KEEPER, "/", (_SUPPLIER, rf"{_SUPPLIER}periods/\d+/end/")),
    Stop("files", BUREAU, "/files/"),
    Stop("file-new", BUREAU, "/files/purchases/"),
    Stop("file", BUREAU, "/files/", (r"/files/\d+/",)),
    Stop("exports", AUDITOR, "/exports/"),
    Stop("notices", BUREAU, "/notices/"),
    Stop("notice", BUREAU, "/notices/?kind=progress", (_NOTICE,)),
    Stop("notice-waiting", BUREAU, "/notices/?state=reviewed", (_NOTICE,)),
    Stop("notice-new", REVIEWER, "/notices/new/"),
    Stop("notice-edit", BUREAU, "/notices/?state=draft", (_NOTICE, f"{_NOTICE}edit/")),
    Stop("notice-history", AUDITOR, "/notices/", (_NOTICE, f"{_NOTICE}history/")),
    Stop("notice-schedules", BUREAU, "/notices/schedules/"),
    Stop("notice-schedule", BUREAU, "/notices/schedules/", (r"/notices/schedules/\d+/",)),
    Stop("notice-schedule-new", BUREAU, "/notices/schedules/new/"),
    Stop("inbox", CLERK, "/inbox/"),
    Stop("received", CLERK, "/inbox/", (r"/inbox/\d+/",)),
    Stop("people", BUREAU, "/people/"),
    Stop("person", BUREAU, "/people/", (_PERSON,)),
    Stop("person-new", BUREAU, "/people/new/"),
    Stop("person-edit", BUREAU, "/people/", (_PERSON, f"{_PERSON}edit/")),
    Stop("role-add", BUREAU, "/people/", (_PERSON, f"{_PERSON}roles/")),
    Stop("roles", BUREAU, "/roles/"),
    Stop("tokens", BUREAU, "/tokens/"),
    Stop("password", BUREAU, "/password/"),
]

#: Addresses at which the tour does not stop, and why.
NO_STOP = {
    "takes what is sent and leads on": {
        "account_logout", "set_language", "person-stop", "person-readmit", "role-take",
        "token-revoke", "product-withdraw", "confirm-filings", "endorse-filings",
        "return-filings", "confirm-filing", "endorse-filing", "return-filing", "assign-tasks",
        "unit-filing-discard", "file-again", "notice-review", "notice-send-back",
        "notice-refresh", "notice-issue", "notice-withdraw", "notice-discard", "notice-files",
        "notice-reply", "workbook", "codes",
    },
    "gives a file": {
        "export-file", "file-report", "file-source", "notice-word", "notice-pdf", "notice-rows",
        "notice-personal", "received-word", "received-pdf",
        *(f"template-{kind}" for kind in KINDS),
    },
    "is a part of another page": {"unit-filing-preview", "filing-representatives"},
    "shows another page": {"progress-home", "membership-home"},
    "differs from its sisters by columns alone": {f"upload-{kind}" for kind in KINDS},
    "stands while a file is made": {"export"},
    "is read by machines": {"health", "ready"},
}  # fmt: skip

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
