from django.urls import URLPattern, path

from quotas.views import assignment, decisions, filing, filings, policies, unit_filing

app_name = "quotas"

urlpatterns: list[URLPattern] = [
    path("filings/", filings.filing_list, name="filings"),
    path("filings/confirm/", decisions.confirm_many, name="confirm-filings"),
    path("filings/endorse/", decisions.endorse_many, name="endorse-filings"),
    path("filings/return/", decisions.return_many, name="return-filings"),
    path("filings/<int:pk>/", filing.filing_detail, name="filing"),
    path("filings/<int:pk>/history/", filing.filing_history, name="filing-history"),
    path("filings/<int:pk>/confirm/", decisions.confirm_one, name="confirm-filing"),
    path("filings/<int:pk>/endorse/", decisions.endorse_one, name="endorse-filing"),
    path("filings/<int:pk>/return/", decisions.return_one, name="return-filing"),
    path("tasks/", assignment.tasks, name="tasks"),
    path("tasks/assign/", assignment.assign, name="assign-tasks"),
    # Codes of units are any text, a slash included.
    path("units/<path:code>/filing/<int:year>/", unit_filing.unit_filing, name="unit-filing"),
    path(
        "units/<path:code>/filing/<int:year>/preview/",
        unit_filing.unit_filing_preview,
        name="unit-filing-preview",
    ),
    path(
        "units/<path:code>/filing/<int:year>/discard/",
        unit_filing.unit_filing_discard,
        name="unit-filing-discard",
    ),
    path(
        "filings/representatives/",
        unit_filing.filing_representatives,
        name="filing-representatives",
    ),
    path("policies/", policies.policy_list, name="policies"),
    path("policies/<int:year>/<str:code>/", policies.policy_detail, name="policy"),
    path("policies/<int:year>/<str:code>/edit/", policies.policy_edit, name="policy-edit"),
    path("policies/<int:year>/<str:code>/history/", policies.policy_history, name="policy-history"),
]
