"""The left navigation: what a person's roles lead to, in the order of the bureau's year."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organizations.models import User
from organizations.permissions import terms_of
from organizations.roles import Permission, Role


@dataclass(frozen=True)
class Entry:
    """A link that people with any of the permissions see; ``at`` begins the addresses it marks,
    its own address where it is blank."""

    label: Promise | str
    name: str
    at: str
    permissions: tuple[Permission, ...] = ()

    def address(self, user: User) -> str | None:
        """Where it leads; None where the user has no such place."""
        return reverse(self.name)


class OwnUnit(Entry):
    """A link to the unit of the user's first membership there that files."""

    def address(self, user: User) -> str | None:
        post = next((post for post in user.posts(Permission.FILE) if post.unit), None)
        return reverse(self.name, args=[post.unit.code]) if post else None


class OwnCounty(Entry):
    """A link to the county of the user's first membership that keeps a directory."""

    def address(self, user: User) -> str | None:
        keeps = (post for post in user.posts() if post.role == Role.COUNTY_KEEPER and post.region)
        post = next(keeps, None)
        return reverse(self.name, args=[post.region.code]) if post else None


ENTRIES = (
    Entry(_("Home"), "reports:home", "/"),
    OwnUnit(_("Filing of our unit"), "reports:unit", "", (Permission.FILE,)),
    Entry(
        _("Review of filings"),
        "quotas:filings",
        "/filings/",
        (Permission.REVIEW, Permission.ENDORSE, Permission.READ_HISTORY),
    ),
    Entry(_("Tasks assigned"), "quotas:tasks", "/tasks/", (Permission.REVIEW,)),
    Entry(_("Progress"), "reports:progress-home", "/progress/", (Permission.READ,)),
    Entry(_("Notices"), "reports:notices", "/notices/", (Permission.READ_HISTORY,)),
    Entry(_("Inbox"), "reports:inbox", "/inbox/", (Permission.ANSWER_NOTICES,)),
    Entry(_("Policies of the year"), "quotas:policies", "/policies/", (Permission.READ,)),
    Entry(_("Purchase records"), "procurement:records", "/records/", (Permission.READ,)),
    Entry(_("Unit ledger"), "organizations:units", "/units/", (Permission.READ,)),
    Entry(
        _("Supplier directory"), "suppliers:suppliers", "/suppliers/", (Permission.READ_DIRECTORY,)
    ),
    OwnCounty(_("Directory of our county"), "reports:county", "", (Permission.KEEP_SUPPLIERS,)),
    Entry(
        _("Designated counties"), "suppliers:counties", "/counties/", (Permission.READ_DIRECTORY,)
    ),
    Entry(
        _("Files in"),
        "reports:files",
        "/files/",
        (
            Permission.KEEP_UNITS,
            Permission.KEEP_PURCHASES,
            Permission.KEEP_SUPPLIERS,
            Permission.FILE,
            Permission.MANAGE_PEOPLE,
            Permission.SET_POLICY,
        ),
    ),
    Entry(_("Files made"), "reports:exports", "/exports/", (Permission.READ_HISTORY,)),
    Entry(_("People"), "organizations:people", "/people/", (Permission.MANAGE_PEOPLE,)),
    Entry(_("Roles"), "organizations:roles", "/roles/"),
    Entry(_("Access tokens"), "organizations:tokens", "/tokens/"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every page: its navigation, and ``terms``, all that the person may do somewhere."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    terms = terms_of(user)
    shown = [entry for entry in ENTRIES if not entry.permissions or terms & set(entry.permissions)]
    leading = [(entry, address) for entry in shown if (address := entry.address(user))]
    marked = [(entry.at or address, entry) for entry, address in leading]
    found = [(at, entry) for at, entry in marked if _marks(at, request.path)]
    _at, here = max(found, key=lambda pair: len(pair[0]), default=("", None))
    return {
        "terms": {str(permission) for permission in terms},
        "navigation": [
            {"label": entry.label, "address": address, "is_here": entry is here}
            for entry, address in leading
        ],
    }


def _marks(at: str, path: str) -> bool:
    return path == at if at == "/" else path.startswith(at)
