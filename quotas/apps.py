from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuotasConfig(AppConfig):
    name = "quotas"
    verbose_name = _("Quotas")

    def ready(self) -> None:
        from exchange.announcements import listen
        from exchange.resources import register
        from organizations.changes import name_services
        from procurement.canteens import canteens_read_by
        from quotas import services
        from quotas.representatives import representatives_of
        from quotas.resources import FilingResource, PolicyResource

        register(PolicyResource)
        register(FilingResource)
        canteens_read_by(representatives_of)
        listen("units.judged", services.recount_filings)
        name_services(
            {
                "save_policies": _("policy of the year, by form or file"),
                "save_filings": _("handed in, by form or file"),
                "save_draft": _("draft kept"),
                "endorse": _("endorsed by the department"),
                "confirm": _("confirmed by the bureau"),
                "return_for_correction": _("sent back for correction"),
                "assign_tasks": _("task assigned"),
            }
        )
