from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuppliersConfig(AppConfig):
    name = "suppliers"
    verbose_name = _("Suppliers")

    def ready(self) -> None:
        from exchange.resources import register
        from organizations.changes import name_services
        from organizations.designated import designated_by
        from suppliers.models import DesignatedCounty
        from suppliers.resources import SupplierResource

        register(SupplierResource)
        designated_by(lambda: DesignatedCounty.objects.values_list("region_id", flat=True))
        name_services({
            "save_suppliers": _("supplier directory, by form or file"),
            "save_product": _("product entered or changed"),
            "withdraw_product": _("product withdrawn or listed again"),
        })  # fmt: skip
