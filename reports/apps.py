from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from exchange.exports import register_export
        from reports.workbook import export

        register_export(export.KIND, export.write)
