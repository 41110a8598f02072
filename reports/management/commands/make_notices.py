from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.notices.drafting import make_due


class Command(BaseCommand):
    help = "Make the drafts of notices that are due, and say which; nothing is issued."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DATE",
            help="what is due on this day, such as 2026-07-05; today where it is not said",
        )  # fmt: skip

    def handle(self, *, as_of: date | None, **options: Any) -> None:
        number = 0
        for notice in make_due(as_of or timezone.localdate()):
            number += 1
            self.stdout.write(f"{notice.pk}\t{notice.region.code}\t{notice.period}\t{notice.title}")
        if number:
            said = _("Notices drafted: %(number)s. They wait for review; none was issued.")
            self.stdout.write(said % {"number": number})
        else:
            self.stdout.write(_("No notice is due."))
