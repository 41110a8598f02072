from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        # Models are ready only now, and resources need them.
        from exchange.resources import register
        from organizations.changes import name_services
        from organizations.resources import PeopleResource, UnitResource

        register(UnitResource)
        register(PeopleResource)
        name_services({
            "save_units": _("unit ledger, by form or file"),
            "confirm_contact": _("contact confirmed by the unit"),
            "save_people": _("people, by form or file"),
            "add_role": _("role given"),
            "take_role": _("role taken away"),
            "stop": _("person stopped"),
            "readmit": _("person re-admitted"),
            "make_token": _("access token made"),
            "revoke_token": _("access token revoked"),
        })  # fmt: skip
