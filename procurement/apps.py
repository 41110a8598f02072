from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = _("Procurement")

    def ready(self) -> None:
        from exchange.announcements import listen
        from exchange.resources import register
        from procurement import services
        from procurement.resources import PurchaseResource

        register(PurchaseResource)
        listen("units.judged", services.rejudge_units)
        listen("suppliers.judged", services.rejudge_suppliers)
