"""Who may do what: every permission, and every role as a name, a description and its permissions.

The table is data: the page of roles shows it, the guards of pages and services read it.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(TextChoices):
    """One thing that a person may do within the reach of a membership."""

    #: units, filings, purchases, progress, and taking any list away as a file
    READ = "read", _("read units, filings, purchases and progress")
    READ_HISTORY = "read_history", _("read who changed what, and when")
    READ_DIRECTORY = "read_directory", _("look up suppliers and designated counties")
    FILE = "file", _("fill in and hand in filings")
    ENDORSE = "endorse", _("endorse and send back filings of the units below")
    REVIEW = "review", _("confirm and return filings and assign tasks, of the own region")
    SET_POLICY = "set_policy", _("set the year's policy")
    KEEP_UNITS = "keep_units", _("keep the unit ledger")
    KEEP_PURCHASES = "keep_purchases", _("import purchase records")
    KEEP_SUPPLIERS = "keep_suppliers", _("keep suppliers and products of the own counties")
    CONFIRM_CONTACT = "confirm_contact", _("confirm the responsible person and phone of the unit")
    MAKE_NOTICES = "make_notices", _("draft, review and schedule notices of the own region")
    ISSUE_NOTICES = "issue_notices", _("issue and withdraw notices of the own region")
    ANSWER_NOTICES = "answer_notices", _("read and answer the notices that one receives")
    MANAGE_PEOPLE = "manage_people", _("invite people and give them roles")
    WATCH_JOBS = "watch_jobs", _("watch the background jobs of the system")


#: Permissions that end at the membership's own region: higher bureaus read, and do not decide.
OWN_REGION_ONLY = frozenset({Permission.REVIEW, Permission.MAKE_NOTICES, Permission.ISSUE_NOTICES})
#: Permissions over the units below a department, and not over the department itself.
BELOW_ONLY = frozenset({Permission.ENDORSE})


class Role(TextChoices):
    BUREAU_ADMINISTRATOR = "bureau_administrator", _("bureau administrator")
    BUREAU_REVIEWER = "bureau_reviewer", _("bureau reviewer")
    DEPARTMENT = "department", _("department")
    UNIT_CLERK = "unit_clerk", _("unit clerk")
    COUNTY_KEEPER = "county_keeper", _("county directory keeper")
    AUDITOR = "auditor", _("auditor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")


class Place(TextChoices):
    """Where a membership of a role is held."""

    REGION = "region", _("a region")
    UNIT = "unit", _("a budget unit")
    COUNTY = "county", _("a designated county")


@dataclass(frozen=True)
class RoleTerms:
    """What a role is for, where it is held, and what it may do there and below."""

    description: Promise | str
    places: tuple[Place, ...]
    permissions: frozenset[Permission]


_BUREAU = {
    Permission.READ, Permission.READ_HISTORY, Permission.READ_DIRECTORY, Permission.FILE,
    Permission.REVIEW, Permission.KEEP_PURCHASES, Permission.MAKE_NOTICES,
    Permission.ANSWER_NOTICES,
}  # fmt: skip

ROLES: dict[str, RoleTerms] = {
    Role.BUREAU_ADMINISTRATOR: RoleTerms(
        _("Runs the work of a finance bureau: policy, ledger, people, review; issues notices."),
        (Place.REGION,),
        frozenset(
            _BUREAU
            | {
                Permission.SET_POLICY,
                Permission.KEEP_UNITS,
                Permission.KEEP_SUPPLIERS,
                Permission.ISSUE_NOTICES,
                Permission.MANAGE_PEOPLE,
            }
        ),
    ),
    Role.BUREAU_REVIEWER: RoleTerms(
        _("Reviews filings, takes in the platform's records and drafts notices of its bureau."),
        (Place.REGION,),
        frozenset(_BUREAU),
    ),
    Role.DEPARTMENT: RoleTerms(
        _("The department in charge: files, endorses and follows the units below it."),
        (Place.UNIT,),
        frozenset(
            {
                Permission.READ,
                Permission.READ_DIRECTORY,
                Permission.FILE,
                Permission.ENDORSE,
                Permission.CONFIRM_CONTACT,
                Permission.ANSWER_NOTICES,
            }
        ),
    ),
    Role.UNIT_CLERK: RoleTerms(
        _("Files the reserved share of a unit and follows what counted."),
        (Place.UNIT,),
        frozenset(
            {
                Permission.READ,
                Permission.READ_DIRECTORY,
                Permission.FILE,
                Permission.CONFIRM_CONTACT,
                Permission.ANSWER_NOTICES,
            }
        ),
    ),
    Role.COUNTY_KEEPER: RoleTerms(
        _("Keeps suppliers and products of a designated county in the directory."),
        (Place.COUNTY,),
        frozenset({Permission.READ_DIRECTORY, Permission.KEEP_SUPPLIERS}),
    ),
    Role.AUDITOR: RoleTerms(
        _("Reads everything in scope, with its whole history, and takes lists away."),
        (Place.REGION, Place.UNIT),
        frozenset({Permission.READ, Permission.READ_HISTORY, Permission.READ_DIRECTORY}),
    ),
    Role.SYSTEM_ADMINISTRATOR: RoleTerms(
        _("Runs the system: people and background jobs; decides on no filing."),
        (Place.REGION,),
        frozenset(
            {
                Permission.READ,
                Permission.READ_HISTORY,
                Permission.READ_DIRECTORY,
                Permission.MANAGE_PEOPLE,
                Permission.WATCH_JOBS,
            }
        ),
    ),
}


def roles_with(permission: Permission) -> list[str]:
    """The roles whose terms include a permission."""
    return [role for role, terms in ROLES.items() if permission in terms.permissions]
