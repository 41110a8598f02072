"""What the pages of the directory read: periods, counties, products."""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from organizations.changes import Change, changes_among
from organizations.models import User
from suppliers.models import DesignatedCounty, Product, Supplier
from suppliers.querysets import SupplierQuerySet, lasting_on


def listings(user: User, asked: SimpleNamespace) -> SupplierQuerySet:
    """The periods that a question leaves, by code."""
    found = Supplier.objects.visible_to(user).select_related("county__region")
    if asked.q:
        found = found.filter(Q(name__icontains=asked.q) | Q(code__startswith=asked.q))
    if asked.county:
        found = found.filter(
            Q(county__name__icontains=asked.county)
            | Q(county__code__startswith=asked.county)
            | Q(county__listed_code__startswith=asked.county)
        )
    if asked.province:
        found = found.filter(county__province=asked.province)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.batch:
        found = found.filter(batch__icontains=asked.batch)
    return _valid(found, asked.valid).order_by("code", "valid_from")


def latest_of(found: SupplierQuerySet) -> SupplierQuerySet:
    """The latest of the periods found of each supplier, by code, with the number of all its
    ``periods``."""
    every = Supplier.objects.filter(code=OuterRef("code")).order_by().values("code")
    number = Subquery(every.annotate(number=Count("pk")).values("number"))
    return found.order_by("code", "-valid_from").distinct("code").annotate(periods=number)


def changes_by_period(listings: SupplierQuerySet) -> list[tuple[Supplier, list[Change]]]:
    """Each period with what was changed of it, newest first."""
    periods = list(listings)
    events: Any = Supplier._meta.get_field("events").related_model
    changes = defaultdict(list)
    for change in changes_among(events.objects.filter(pgh_obj__in=[one.pk for one in periods])):
        changes[change.row].append(change)
    return [(one, changes[one.pk]) for one in periods]


def _valid(found: SupplierQuerySet, asked: str | None) -> SupplierQuerySet:
    today = timezone.localdate()
    if asked == "ended":
        return found.filter(valid_to__lt=today)
    if asked == "later":
        return found.filter(valid_from__gt=today)
    return found if asked == "all" else found.valid_on(today)


def counties(user: User, asked: SimpleNamespace) -> QuerySet[DesignatedCounty]:
    """The counties that a question leaves, by code, each with the number of its ``valid``
    suppliers."""
    found = DesignatedCounty.objects.visible_to(user)
    if asked.q:
        found = found.filter(
            Q(name__icontains=asked.q)
            | Q(listed_name__icontains=asked.q)
            | Q(code__startswith=asked.q)
            | Q(listed_code__startswith=asked.q)
        )
    if asked.province:
        found = found.filter(province=asked.province)
    valid = Count("supplier", filter=lasting_on(timezone.localdate(), "supplier__"))
    return found.annotate(valid=valid).order_by("code")


def county_of(user: User, code: str) -> DesignatedCounty | None:
    """The county of a current, listed or region's code, in this order."""
    found = DesignatedCounty.objects.visible_to(user).select_related("region")
    among = list(found.filter(Q(code=code) | Q(listed_code=code) | Q(region__code=code)))
    return min(among, key=lambda c: (c.code != code, c.listed_code != code), default=None)


def provinces() -> list[str]:
    """The provinces of the designated counties, in the order of their codes."""
    found = DesignatedCounty.objects.order_by("code").values_list("province", flat=True)
    return list(dict.fromkeys(found))


def products(user: User, **where: object) -> QuerySet[Product]:
    return Product.objects.visible_to(user).select_related("county__region").filter(**where)
