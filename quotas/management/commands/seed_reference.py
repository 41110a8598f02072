from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from organizations.reference import load_regions
from quotas.reference import load_policies
from suppliers.reference import load_counties


class Command(BaseCommand):
    help = "Load the divisions, the 832 designated counties and the published policies."

    def handle(self, **options: Any) -> None:
        counts = {"regions": load_regions(), "counties": load_counties()}
        self.stdout.write(_("Regions: %(regions)s; designated counties: %(counties)s.") % counts)
        load = load_policies()
        counts = {"created": load.created, "unchanged": load.unchanged}
        self.stdout.write(
            _("Published policies: %(created)s created, %(unchanged)s unchanged.") % counts
        )
        for remark in load.remarks:
            self.stdout.write(f"{remark.year}\t{remark.region}\t{remark.text}")
