from django.urls import path

from reports.views import directory, home, progress, unit

app_name = "reports"

urlpatterns = [
    path("", home.home, name="home"),
    path("home/<int:membership>/", home.membership_home, name="membership-home"),
    path("progress/", progress.progress_home, name="progress-home"),
    path("progress/<str:code>/", progress.progress, name="progress"),
    path("counties/<str:code>/", directory.county, name="county"),
    # Codes of units and suppliers are any text, a slash included.
    path("units/<path:code>/subordinates/", progress.subordinates, name="subordinates"),
    path("units/<path:code>/", unit.unit_detail, name="unit"),
    path("suppliers/<path:code>/", directory.supplier, name="supplier"),
]
