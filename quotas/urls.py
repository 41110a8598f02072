from django.urls import URLPattern, path

from quotas.views import assignment, decisions, filings, policies

app_name = "quotas"

urlpatterns: list[URLPattern] = [
    path("filings/", filings.filing_list, name="filings"),
    path("filings/confirm/", decisions.confirm_many, name="confirm-filings"),
    path("filings/endorse/", decisions.endorse_many, name="endorse-filings"),
    path("filings/return/", decisions.return_many, name="return-filings"),
    path("filings/<int:pk>/", filings.filing_detail, name="filing"),
    path("filings/<int:pk>/confirm/", decisions.confirm_one, name="confirm-filing"),
    path("filings/<int:pk>/endorse/", decisions.endorse_one, name="endorse-filing"),
    path("filings/<int:pk>/return/", decisions.return_one, name="return-filing"),
    path("tasks/", assignment.tasks, name="tasks"),
    path("tasks/assign/", assignment.assign, name="assign-tasks"),
    path("policies/", policies.policy_list, name="policies"),
    path("policies/<int:year>/<str:code>/", policies.policy_detail, name="policy"),
    path("policies/<int:year>/<str:code>/edit/", policies.policy_edit, name="policy-edit"),
    path("policies/<int:year>/<str:code>/history/", policies.policy_history, name="policy-history"),
]
