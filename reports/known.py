"""What is known of each kind of file already: the rows that a template is filled with.

They are those that the reader may send back: within the reach of the kind's own permission, and
of what goes by years, this year's.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef

from organizations.models import BudgetUnit, Membership, Region, User
from organizations.roles import Permission
from procurement.models import PurchaseRecord
from quotas.forms.years import this_year
from quotas.models import Policy
from quotas.queries.units import FilingsOf, units_and_filings
from suppliers.models import Supplier


def _units(user: User) -> Any:
    units = BudgetUnit.objects.where_may(user, Permission.KEEP_UNITS)
    return units.select_related("region", "parent", "successor").order_by("code")


def _people(user: User) -> Any:
    held = Membership.objects.filter(user=OuterRef("pk"))
    people = User.objects.visible_to(user).filter(Exists(held))
    return people.with_posts().order_by("username")


def _policies(user: User) -> Any:
    regions = Region.objects.where_may(user, Permission.SET_POLICY)
    policies = Policy.objects.filter(year=this_year(), region__in=regions)
    return policies.select_related("region").order_by("region__path")


def _filings(user: User) -> Any:
    """What each unit filed, and a line to fill in for a unit that has not."""
    year = this_year()
    mine = BudgetUnit.objects.where_may(user, Permission.FILE).order_by()
    units = units_and_filings(user, year).filter(pk__in=mine.values("pk"))
    return FilingsOf(units.order_by("code"), year)


def _suppliers(user: User) -> Any:
    counties = Region.objects.where_may(user, Permission.KEEP_SUPPLIERS)
    suppliers = Supplier.objects.filter(county__region__in=counties)
    return suppliers.select_related("county").order_by("code", "valid_from")


def _purchases(user: User) -> Any:
    units = BudgetUnit.objects.where_may(user, Permission.KEEP_PURCHASES)
    records = PurchaseRecord.objects.filter(unit__in=units)
    year = records.filter(ordered_on__year=this_year())
    return year.select_related("unit").order_by("unit_id", "ordered_on", "pk")


#: By kind: rows with ``count`` and ``iterator``.
KNOWN: dict[str, Callable[[User], Any]] = {
    "units": _units, "people": _people, "policies": _policies, "filings": _filings,
    "suppliers": _suppliers, "purchases": _purchases,
}  # fmt: skip
