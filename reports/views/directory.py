"""A designated county and a supplier: what the directory says of them, and what they sold."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.listing import ROWS_A_PAGE, address_of
from exchange.patience import within
from organizations.models import User
from organizations.permissions import may, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from procurement.sales import Place, Sales, buyers_of, ranking, sales_of
from reports.forms import HomeForm
from suppliers import queries
from suppliers.models import DesignatedCounty, Supplier

#: Counties of a ranking that are shown besides the page's own.
BEST = 10
#: A large province's suppliers sold much: the page does not wait for their ranking for ever.
RANKING_SECONDS = 2


@requires(Permission.READ_DIRECTORY)
def county(request: SignedInRequest, code: str) -> HttpResponse:
    """A county's suppliers and products; its sales for whoever keeps or oversees it."""
    found = queries.county_of(request.user, code)
    if found is None:
        raise Http404
    listings = list(Supplier.objects.filter(county=found).order_by("-valid_from"))
    keeps = may(request.user, Permission.KEEP_SUPPLIERS, found.region)
    today = timezone.localdate()
    valid = [one for one in listings if one.valid_from <= today and _lasts(one)]
    products = list(queries.products(request.user, county=found))
    sees_sales = _oversees(request.user, found)
    sales = _sales(request, [one.pk for one in listings] if sees_sales else None)
    return render(request, "reports/county.html", {
        **sales, **(_ranked(found, int(sales["year"])) if sees_sales else {}),
        "county": found, "keeps": keeps, "today": today,
        "page": Paginator(_by_validity(listings), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "number": len({one.code for one in listings}), "valid": len(valid),
        "products": products, "names": {one.code: one.name for one in reversed(listings)},
    })  # fmt: skip


def _ranked(county: DesignatedCounty, year: int) -> dict[str, Any]:
    """The best of the province and the county itself; ``places`` is None where that takes long."""
    places = within(RANKING_SECONDS, lambda: ranking(county.province, year))
    if places is None:
        return {"places": None}
    own: Place = next(place for place in places if place.county == county.pk)
    best = places[:BEST]
    return {
        "places": best if own in best else [*best, own], "own": own, "counties": len(places),
    }  # fmt: skip


def _lasts(period: Supplier) -> bool:
    return period.valid_to is None or period.valid_to >= timezone.localdate()


def _by_validity(listings: list[Supplier]) -> list[Supplier]:
    """What lasts before what has ended, each by code."""
    return sorted(listings, key=lambda one: (not _lasts(one), one.code, one.valid_from))


@requires(Permission.READ_DIRECTORY)
def supplier(request: SignedInRequest, code: str) -> HttpResponse:
    """All periods of a supplier and its products, and what it sold in the counties overseen."""
    periods = Supplier.objects.visible_to(request.user).filter(code=code)
    listings = list(periods.select_related("county__region").order_by("-valid_from"))
    if not listings:
        raise Http404
    latest, user = listings[0], request.user
    overseen = [one.pk for one in listings if _oversees(user, one.county)]
    buyers = None if overseen else buyers_of(user, code)
    sold = overseen or ([one.pk for one in listings] if buyers else None)
    return render(request, "reports/supplier.html", {
        **_sales(request, sold, units=buyers), "only_own": bool(buyers),
        "reads_history": may(user, Permission.READ_HISTORY, latest.place),
        "supplier": latest, "today": timezone.localdate(),
        "keeps": may(user, Permission.KEEP_SUPPLIERS, latest.place),
        "periods": [(one, may(user, Permission.KEEP_SUPPLIERS, one.place)) for one in listings],
        "products": list(queries.products(user, supplier_code=code)),
        "names": {code: latest.name},
    })  # fmt: skip


def _oversees(user: User, county: DesignatedCounty) -> bool:
    """Whether the user may see what a county sold."""
    return any(may(user, p, county.region) for p in (Permission.KEEP_SUPPLIERS, Permission.READ))


def _sales(
    request: SignedInRequest, listings: list[int] | None, *, units: list[int] | None = None
) -> dict[str, Any]:
    """The question and the sums of the periods, of these buyers or of all.

    Without ``listings`` the reader may not see any.
    """
    form = HomeForm(request.GET)
    asked = form.asked()
    sales = sales_of(listings, asked.year, units=units) if listings else Sales()
    return {
        "form": form.shown(), "flaws": form.flaws(), "address": address_of(form.given()),
        "sees_sales": listings is not None and units is None,
        "year": str(asked.year), "money": asked.unit or "yuan",
        "by_year": [(str(year), sums) for year, sums in sales.by_year.items()],
        "by_category": [(name or "—", sums) for name, sums in sales.by_category.items()],
        "by_province": [
            (name or _("central units"), sums) for name, sums in sales.by_province.items()
        ],
    }  # fmt: skip
