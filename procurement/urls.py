from django.urls import path

from procurement import views

app_name = "procurement"

urlpatterns = [
    path("records/", views.record_list, name="records"),
    path("records/<int:pk>/", views.record_detail, name="record"),
]
