from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        # Models are ready only now, and resources need them.
        from exchange.resources import register
        from organizations.changes import name_services
        from organizations.resources import UnitResource

        register(UnitResource)
        name_services({"save_units": _("unit ledger, by form or file")})
