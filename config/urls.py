from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("organizations.urls")),
    path("", include("reports.urls")),
]
