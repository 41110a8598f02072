from django.urls import path

from suppliers.views import counties, directory, products

app_name = "suppliers"

urlpatterns = [
    path("counties/", counties.county_list, name="counties"),
    path("counties/<str:code>/suppliers/new/", directory.supplier_new, name="supplier-new"),
    path("counties/<str:code>/products/new/", products.product_new, name="product-new"),
    path("products/<int:pk>/edit/", products.product_edit, name="product-edit"),
    path("products/<int:pk>/withdraw/", products.product_withdraw, name="product-withdraw"),
    path("suppliers/", directory.supplier_list, name="suppliers"),
    # Codes of suppliers are any text, a slash included.
    path("suppliers/<path:code>/history/", directory.supplier_history, name="supplier-history"),
    path("suppliers/<path:code>/periods/new/", directory.period_new, name="period-new"),
    path("suppliers/<path:code>/periods/<int:pk>/", directory.period_edit, name="period-edit"),
    path("suppliers/<path:code>/periods/<int:pk>/end/", directory.period_end, name="period-end"),
]
