"""The role that a row of a file or form asks for, at its place, held to the table of roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.staging import Staged
from organizations.designated import designated_regions
from organizations.models import BudgetUnit, Region, Role, User
from organizations.permissions import may
from organizations.roles import ROLES, Permission, Place

#: A role and the ids of its region and unit, one of which is None.
Post = tuple[str, int | None, int | None]

ONLY_SYSTEM_ADMINISTRATORS = gettext_lazy(
    "Only system administrators make and change system administrators."
)


@dataclass(frozen=True)
class Places:
    """The regions and units that rows name, by code; ids of the designated counties' regions."""

    regions: dict[str, Region]
    units: dict[str, BudgetUnit]
    counties: set[int]

    @classmethod
    def named_by(cls, drafts: Iterable[SimpleNamespace]) -> "Places":
        drafts = list(drafts)
        units = BudgetUnit.objects.filter(code__in={draft.unit for draft in drafts if draft.unit})
        regions = Region.objects.filter(code__in={d.region for d in drafts if d.region})
        return cls(
            regions={region.code: region for region in regions},
            units={unit.code: unit for unit in units.select_related("region")},
            counties=designated_regions(),
        )


def held(user: User) -> set[Post]:
    return {(post.role, post.region_id, post.unit_id) for post in user.posts()}


def columns_of(post: Post, user: User) -> list[str]:
    """The columns in which the wanted role differs from the person's first one."""
    first = user.post
    standing = (first.role, first.region_id, first.unit_id) if first else (None, None, None)
    names = ("role", "region", "unit")
    return [name for name, old, new in zip(names, standing, post, strict=True) if old != new]


def runs_the_system(user: User | None) -> bool:
    """Whether the user is the system, or one of its administrators."""
    if user is None or user.is_superuser:
        return True
    return any(post.role == Role.SYSTEM_ADMINISTRATOR for post in user.posts())


def wanted_post(
    draft: SimpleNamespace, person: User | None, places: Places, staged: Staged, *, by: User | None
) -> Post | None:
    """The role at its place; None where the row has none or a wrong one, which is reported.

    What the ``person`` holds already is given back as it is: it may lie where ``by`` manages
    nobody. Where the file has no column for the place, the person's own stays.
    """
    if not draft.role or staged.is_wrong(draft.row, "region", "unit"):
        return None
    if person:
        _keep_place(draft, person, places, staged)
    if not _names_the_right_place(draft, staged):
        return None
    found = places.units.get(draft.unit) if draft.unit else places.regions.get(draft.region)
    if found is not None:
        ids = (None, found.pk) if draft.unit else (found.pk, None)
        post = (draft.role, *ids)
        if person and post in held(person):
            return post
        if may(by, Permission.MANAGE_PEOPLE, found):
            return post if _may_be_given(draft, found, places, staged, by) else None
    _report_unreachable(draft, found is not None, staged)
    return None


def _keep_place(draft: SimpleNamespace, person: User, places: Places, staged: Staged) -> None:
    """Fill in the place at which the person stands, where the file has no column for it."""
    posts = person.posts()
    standing = next((post for post in posts if post.role == draft.role), person.post)
    if standing is None or draft.region or draft.unit:
        return
    absent = _columns_of(draft.role) - staged.present
    if standing.unit and "unit" in absent:
        draft.unit = standing.unit.code
        places.units[draft.unit] = standing.unit
    elif standing.region and "region" in absent:
        draft.region = standing.region.code
        places.regions[draft.region] = standing.region


def _columns_of(role: str) -> set[str]:
    """The columns that name the places at which a role is held."""
    return {"unit" if place == Place.UNIT else "region" for place in ROLES[role].places}


def _names_the_right_place(draft: SimpleNamespace, staged: Staged) -> bool:
    """Whether the row names one place, of the sort at which its role is held."""
    places = ROLES[draft.role].places
    columns = _columns_of(draft.role)
    given = {name for name in ("region", "unit") if getattr(draft, name)}
    words = {"role": Role(draft.role).label, "place": " / ".join(str(p.label) for p in places)}
    if not given:
        message = _("The role %(role)s is held at %(place)s: give its code.") % words
        staged.report(draft.row, min(columns), "required", message)
    elif given - columns:
        message = _("The role %(role)s is held at %(place)s, and at nothing else.") % words
        column = min(given - columns)
        staged.report(draft.row, column, "rule", message, getattr(draft, column))
    elif len(given) > 1:
        message = _("A role is held at one place: give the region or the unit.")
        staged.report(draft.row, "unit", "rule", message, draft.unit)
    else:
        return True
    return False


def _may_be_given(
    draft: SimpleNamespace,
    place: Region | BudgetUnit,
    places: Places,
    staged: Staged,
    by: User | None,
) -> bool:
    if draft.role == Role.SYSTEM_ADMINISTRATOR and not runs_the_system(by):
        staged.report(draft.row, "role", "rule", str(ONLY_SYSTEM_ADMINISTRATORS))
        return False
    if Place.COUNTY in ROLES[draft.role].places and place.pk not in places.counties:
        message = _("%(name)s (%(code)s) is none of the 832 designated counties.")
        values = {"name": place, "code": draft.region}
        staged.report(draft.row, "region", "rule", message % values, draft.region)
        return False
    return True


def _report_unreachable(draft: SimpleNamespace, exists: bool, staged: Staged) -> None:
    column = "unit" if draft.unit else "region"
    code = getattr(draft, column)
    if exists:
        message = _("You do not manage people at %(code)s.")
    elif column == "region":
        message = _("There is no region with the code %(code)s.")
    else:
        message = _("There is no unit with the code %(code)s.")
    staged.report(draft.row, column, "unknown_code", message % {"code": code}, code)
