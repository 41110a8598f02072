from django.urls import path

from quotas.views import unit_filing

app_name = "quotas"

urlpatterns = [
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
]
