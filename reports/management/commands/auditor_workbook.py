from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from organizations.models import Region
from quotas.choices import Basis
from quotas.progress.answers import basis_of
from reports.workbook import Question, write_workbook


class Command(BaseCommand):
    help = "The auditor's workbook of a region and year, with live formulas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--region", metavar="CODE", required=True)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--out", type=Path, metavar="FILE", required=True)
        parser.add_argument("--basis", choices=Basis.values, help="default: the policy's")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE")

    def handle(
        self, *, region: str, year: int, out: Path, as_of: date | None, **options: Any
    ) -> None:
        if as_of and as_of.year != year:
            message = _("The day %(day)s is not in the year %(year)s.")
            raise CommandError(message % {"day": as_of, "year": year}, returncode=2)
        place = Region.objects.filter(code=region).first()
        if place is None:
            message = _("There is no region with the code %(code)s.")
            raise CommandError(message % {"code": region}, returncode=2)
        basis = Basis(options["basis"]) if options["basis"] else basis_of(place, year)
        written = write_workbook(Question(place, year, basis, as_of), out)
        words = _("%(file)s: %(records)s records of %(region)s, %(year)s.")
        parts = {"file": out, "records": written, "region": place.name, "year": year}
        self.stdout.write(words % parts)
