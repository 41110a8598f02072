from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuppliersConfig(AppConfig):
    name = "suppliers"
    verbose_name = _("Suppliers")

    def ready(self) -> None:
        from exchange.resources import register
        from organizations.designated import designated_by
        from suppliers.models import DesignatedCounty
        from suppliers.resources import SupplierResource

        register(SupplierResource)
        designated_by(lambda: DesignatedCounty.objects.values_list("region_id", flat=True))
