from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from quotas.proof import differences


class Command(BaseCommand):
    help = "Compare verdicts and totals with the records; exit status 1 on a difference."

    def handle(self, **options: Any) -> None:
        found = 0
        for difference in differences():
            self.stderr.write(difference)
            found += 1
        if found:
            raise SystemExit(1)
        self.stdout.write(_("Every verdict and every total is what the records say."))
