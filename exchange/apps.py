from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = _("Spreadsheets and jobs")

    def ready(self) -> None:
        from exchange import exports, import_jobs
        from exchange.jobs import register_task

        register_task(import_jobs.TASK, import_jobs.perform_import)
        register_task(exports.TASK, exports.perform_export)
