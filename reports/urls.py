from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.home, name="home"),
    path("progress/", views.progress_home, name="progress-home"),
    path("progress/<str:code>/", views.progress, name="progress"),
    # Codes of units are any text, a slash included.
    path("units/<path:code>/subordinates/", views.subordinates, name="subordinates"),
    path("units/<path:code>/", views.unit_detail, name="unit"),
]
