"""The addresses of the API: every noun's views, the description, and what lies nowhere."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views import defaults
from drf_spectacular.views import SpectacularJSONAPIView

from exchange.api.errors import Problem, body
from organizations.api import regions, units
from organizations.api.guard import SIGNED_IN, ApiRequest, ApiView, Guard
from organizations.permissions import signed_in
from procurement import api as procurement
from quotas.api import decisions, filings, policies
from reports.api import files, notices, progress
from reports.kinds import KINDS
from suppliers import api as suppliers

app_name = "api"


class Schema(SpectacularJSONAPIView, ApiView):
    """The description in OpenAPI, in the reader's language."""

    guards = {"GET": Guard(SIGNED_IN)}
    authentication_classes = ApiView.authentication_classes
    permission_classes = ()


def nothing(request: ApiRequest, **parts: str) -> None:
    raise Http404


class Nowhere(ApiView):
    """Any other address below: an answer of the API's own shape."""

    guards = {"GET": Guard(SIGNED_IN, nothing)}
    schema = None


@signed_in
def docs(request: HttpRequest) -> HttpResponse:
    """The description to read and to try, signed in as on the pages."""
    return render(request, "api_docs.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a middleware refused, in the shape of whom it refuses."""
    if _is_ours(request):
        words = _("The address holds what no address may hold.")
        return JsonResponse(body([Problem("malformed", words)]), status=400)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_ours(request):
        words = _("There is nothing here that you may see.")
        return JsonResponse(body([Problem("not_found", words)]), status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """An error of the system's own; the log says which."""
    if _is_ours(request):
        words = _("The system made an error; nothing was saved. Please tell the operator.")
        return JsonResponse(body([Problem("server_error", words)]), status=500)
    return defaults.server_error(request)


def _is_ours(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


urlpatterns: list[URLPattern] = [
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("regions/", regions.RegionsView.as_view(), name="regions"),
    path("regions/<str:code>/", regions.RegionView.as_view(), name="region"),
    path("units/", units.UnitsView.as_view(), name="units"),
    # Codes of units are any text, a slash included.
    path("units/<path:code>/", units.UnitView.as_view(), name="unit"),
    path("counties/", suppliers.CountiesView.as_view(), name="counties"),
    path("counties/<str:code>/", suppliers.CountyView.as_view(), name="county"),
    path("suppliers/", suppliers.SuppliersView.as_view(), name="suppliers"),
    path("suppliers/<int:pk>/", suppliers.SupplierView.as_view(), name="supplier"),
    path("purchases/", procurement.PurchasesView.as_view(), name="purchases"),
    path("purchases/<int:pk>/", procurement.PurchaseView.as_view(), name="purchase"),
    path("policies/", policies.PoliciesView.as_view(), name="policies"),
    path("policies/<int:year>/<str:code>/", policies.PolicyView.as_view(), name="policy"),
    path("filings/", filings.FilingsView.as_view(), name="filings"),
    path("filings/drafts/", filings.DraftsView.as_view(), name="filing-drafts"),
    path("filings/confirm/", decisions.ConfirmView.as_view(), name="filings-confirm"),
    path("filings/endorse/", decisions.EndorseView.as_view(), name="filings-endorse"),
    path("filings/return/", decisions.ReturnView.as_view(), name="filings-return"),
    path("filings/<int:pk>/", filings.FilingView.as_view(), name="filing"),
    path(
        "progress/regions/<str:code>/",
        progress.RegionProgressView.as_view(),
        name="progress-region",
    ),
    path("progress/units/<path:code>/", progress.UnitProgressView.as_view(), name="progress-unit"),
    path("notices/", notices.NoticesView.as_view(), name="notices"),
    path("notices/<int:pk>/", notices.NoticeView.as_view(), name="notice"),
    path("notices/<int:pk>/rows/", notices.NoticeRowsView.as_view(), name="notice-rows"),
    path("notices/<int:pk>/review/", notices.ReviewNoticeView.as_view(), name="notice-review"),
    path("notices/<int:pk>/issue/", notices.IssueNoticeView.as_view(), name="notice-issue"),
    path(
        "notices/<int:pk>/withdraw/", notices.WithdrawNoticeView.as_view(), name="notice-withdraw"
    ),
    path("notices/<int:pk>/discard/", notices.DiscardNoticeView.as_view(), name="notice-discard"),
    path("inbox/", notices.InboxView.as_view(), name="inbox"),
    path("inbox/<int:pk>/", notices.ReceivedView.as_view(), name="received"),
    path("inbox/<int:pk>/reply/", notices.ReplyView.as_view(), name="notice-reply"),
    *(path(f"files/{kind}/", files.FilesView.of(kind), name=f"upload-{kind}") for kind in KINDS),
    path("jobs/", files.JobsView.as_view(), name="jobs"),
    path("jobs/<int:pk>/", files.JobView.as_view(), name="job"),
    path("jobs/<int:pk>/report/", files.ReportView.as_view(), name="job-report"),
    path("jobs/<int:pk>/product/", files.ProductView.as_view(), name="job-product"),
    path("<path:rest>", Nowhere.as_view(), name="nowhere"),
]
