"""Products in the directory of the demonstration; loaded once models are ready."""

from datetime import date
from itertools import cycle

from demo.products import products_of
from organizations.models import Membership, Role
from suppliers.models import DesignatedCounty, Supplier
from suppliers.products import save_product

LISTED_ON = date(2025, 1, 2)
LABELS = ("绿色食品", "", "地理标志")


def list_products() -> None:
    """What the counties of the keepers are known for, their suppliers taking turns."""
    kept = Membership.objects.filter(role=Role.COUNTY_KEEPER).values("region__code")
    for county in DesignatedCounty.objects.filter(code__in=kept):
        codes = Supplier.objects.filter(county=county).values_list("code", flat=True)
        known = {one.name: one for one in products_of(f"{county.code[:2]}0000")}
        listed = zip(known.values(), cycle(sorted(set(codes))), cycle(LABELS), strict=False)
        for product, seller, labels in listed:
            save_product(
                county=county, supplier_code=seller, name=product.name, labels=labels,
                category=product.category, unit_of_measure=product.unit_of_measure,
                listed_on=LISTED_ON, by=None,
            )  # fmt: skip
