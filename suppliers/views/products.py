"""What a county's keeper does with its products."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from suppliers import queries
from suppliers.forms import ProductForm
from suppliers.models import DesignatedCounty, Product
from suppliers.products import withdraw_product
from suppliers.views.counties import county_in_directory


def product_in_directory(request: SignedInRequest, pk: int) -> Product:
    return get_object_or_404(queries.products(request.user), pk=pk)


@requires(Permission.KEEP_SUPPLIERS, fetch=county_in_directory)
def product_new(request: SignedInRequest, county: DesignatedCounty) -> HttpResponse:
    initial = {"supplier_code": request.GET.get("supplier")}
    form = ProductForm(request.POST or None, county=county, initial=initial)
    return _saved(request, form) or _form(request, form)


@requires(Permission.KEEP_SUPPLIERS, fetch=product_in_directory)
def product_edit(request: SignedInRequest, product: Product) -> HttpResponse:
    form = ProductForm(request.POST or None, instance=product, county=product.county)
    return _saved(request, form) or _form(request, form, product)


@requires(Permission.KEEP_SUPPLIERS, fetch=product_in_directory)
@require_POST
def product_withdraw(request: SignedInRequest, product: Product) -> HttpResponse:
    """From today on it is no longer offered; or it is again."""
    again = product.withdrawn_on is not None
    today = max(timezone.localdate(), product.listed_on)
    withdraw_product(product, on=None if again else today, by=request.user)
    said = _("The product is listed again.") if again else _("The product was withdrawn.")
    messages.success(request, said)
    return redirect("reports:county", product.county.code)


def _saved(request: SignedInRequest, form: ProductForm) -> HttpResponse | None:
    if not form.is_valid() or form.save_by(request.user) is None:
        return None
    messages.success(request, _("The product was saved."))
    return redirect("reports:county", form.county.code)


def _form(
    request: SignedInRequest, form: ProductForm, product: Product | None = None
) -> HttpResponse:
    context = {"form": form, "county": form.county, "product": product}
    status = 409 if form.is_stale else 200
    return render(request, "suppliers/product_edit.html", context, status=status)
