from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuotasConfig(AppConfig):
    name = "quotas"
    verbose_name = _("Quotas")

    def ready(self) -> None:
        from exchange.announcements import listen
        from exchange.resources import register
        from quotas import services
        from quotas.resources import FilingResource, PolicyResource

        register(PolicyResource)
        register(FilingResource)
        listen("units.judged", services.recount_filings)
