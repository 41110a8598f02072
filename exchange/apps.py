from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = _("Spreadsheets and jobs")

    def ready(self) -> None:
        from exchange.import_jobs import TASK, perform_import
        from exchange.jobs import register_task

        register_task(TASK, perform_import)
