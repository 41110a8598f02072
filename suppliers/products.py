"""Writes to the products of the directory."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organizations.history import record_actor
from organizations.models import User
from organizations.permissions import may
from organizations.roles import Permission
from suppliers.models import DesignatedCounty, Product, Supplier


@transaction.atomic
def save_product(
    *,
    county: DesignatedCounty,
    supplier_code: str,
    name: str,
    category: str = "",
    unit_of_measure: str = "",
    labels: str = "",
    listed_on: date,
    product: Product | None = None,
    by: User | None,
) -> Product:
    """List a product of a county, or change ``product``.

    ValidationError by field where the directory has no such supplier, or has the product
    already; PermissionDenied for whoever does not keep the county.
    """
    record_actor(by, service="save_product")
    lock_products(county, by)
    saved = product or Product()
    saved.county, saved.supplier_code, saved.name = county, supplier_code, name
    saved.category, saved.unit_of_measure, saved.labels = category, unit_of_measure, labels
    saved.listed_on = listed_on
    _check(saved)
    saved.save()
    return saved


@transaction.atomic
def withdraw_product(product: Product, *, on: date | None, by: User | None) -> None:
    """Withdraw a product from a day on; ``None`` lists it again.

    ValidationError for a day before it was listed; PermissionDenied as above.
    """
    record_actor(by, service="withdraw_product")
    lock_products(product.county, by)
    product.withdrawn_on = on
    _check_days(product)
    product.save(update_fields=["withdrawn_on"])


def lock_products(county: DesignatedCounty, by: User | None) -> None:
    """Products of a county are written one at a time, by whoever keeps it."""
    if not may(by, Permission.KEEP_SUPPLIERS, county.region):
        raise PermissionDenied
    DesignatedCounty.objects.select_for_update().get(pk=county.pk)


def _check(product: Product) -> None:
    if not Supplier.objects.filter(code=product.supplier_code).exists():
        raise ValidationError({"supplier_code": _("The directory has no such supplier.")})
    same = Product.objects.filter(
        supplier_code=product.supplier_code, name=product.name, county=product.county
    )
    if same.exclude(pk=product.pk).exists():
        raise ValidationError({"name": _("The supplier has listed this product already.")})
    _check_days(product)


def _check_days(product: Product) -> None:
    if product.withdrawn_on and product.withdrawn_on < product.listed_on:
        message = _("The product was withdrawn on %(end)s, before this day.")
        raise ValidationError({"listed_on": message % {"end": product.withdrawn_on}})
