from django.http import Http404, HttpResponse
from django.shortcuts import render

from exchange.listing import listing
from organizations.permissions import requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from suppliers import queries
from suppliers.forms import CountiesForm
from suppliers.models import DesignatedCounty


@requires(Permission.READ_DIRECTORY)
def county_list(request: SignedInRequest) -> HttpResponse:
    """The 832 designated counties, each with its suppliers valid today."""
    form = CountiesForm(request.GET)
    context = listing(request, form, queries.counties(request.user, form.asked()))
    return render(request, "suppliers/counties.html", context)


def county_in_directory(request: SignedInRequest, code: str) -> DesignatedCounty:
    """A designated county by its current, listed or region's code."""
    county = queries.county_of(request.user, code)
    if county is None:
        raise Http404
    return county
