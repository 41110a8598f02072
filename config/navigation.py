"""The left navigation: what a person's roles lead to, in the order of the bureau's year."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organizations.permissions import terms_of
from organizations.roles import Permission


@dataclass(frozen=True)
class Entry:
    """A link that people with any of the permissions see; ``at`` begins the addresses it marks."""

    label: Promise | str
    name: str
    at: str
    permissions: tuple[Permission, ...] = ()


ENTRIES = (
    Entry(_("Home"), "reports:home", "/"),
    Entry(_("Review of filings"), "quotas:filings", "/filings/", (Permission.READ,)),
    Entry(_("Tasks assigned"), "quotas:tasks", "/tasks/", (Permission.REVIEW,)),
    Entry(_("Progress"), "reports:progress-home", "/progress/", (Permission.READ,)),
    Entry(_("Policies of the year"), "quotas:policies", "/policies/", (Permission.READ,)),
    Entry(_("Unit ledger"), "organizations:units", "/units/", (Permission.READ,)),
    Entry(
        _("Supplier directory"), "suppliers:suppliers", "/suppliers/", (Permission.READ_DIRECTORY,)
    ),
    Entry(
        _("Designated counties"), "suppliers:counties", "/counties/", (Permission.READ_DIRECTORY,)
    ),
    Entry(_("People"), "organizations:people", "/people/", (Permission.MANAGE_PEOPLE,)),
    Entry(_("Roles"), "organizations:roles", "/roles/"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every page: its navigation, and ``terms``, all that the person may do somewhere."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    terms = terms_of(user)
    shown = [entry for entry in ENTRIES if not entry.permissions or terms & set(entry.permissions)]
    here = max((e for e in shown if _marks(e, request.path)), key=lambda e: len(e.at), default=None)
    return {
        "terms": {str(permission) for permission in terms},
        "navigation": [
            {"label": entry.label, "address": reverse(entry.name), "is_here": entry is here}
            for entry in shown
        ],
    }


def _marks(entry: Entry, path: str) -> bool:
    return path == entry.at if entry.at == "/" else path.startswith(entry.at)
