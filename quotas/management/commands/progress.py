import json as json_text
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from organizations.models import ROOT_CODE, BudgetUnit, Region
from quotas import progress
from quotas.choices import Basis


class Command(BaseCommand):
    help = "Progress against the promise (spreadsheet contract, section 4)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        asked = parser.add_mutually_exclusive_group()
        asked.add_argument("--region", metavar="CODE", default=ROOT_CODE)
        asked.add_argument("--unit", metavar="CODE")
        parser.add_argument("--by", choices=list(progress.ANSWERS), default="region")
        parser.add_argument("--basis", choices=Basis.values, help="default: the policy's")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE")
        shown = parser.add_mutually_exclusive_group()
        shown.add_argument("--json", action="store_true", help="print one JSON object")
        shown.add_argument("--xlsx", type=Path, metavar="FILE", help="write a workbook")

    def handle(self, *, year: int, as_of: date | None, **options: Any) -> None:
        if as_of and as_of.year != year:
            message = _("The day %(day)s is not in the year %(year)s.")
            raise CommandError(message % {"day": as_of, "year": year}, returncode=2)
        answer = _answer(year, as_of, **options)
        if options["json"]:
            self.stdout.write(json_text.dumps(answer.as_json(), ensure_ascii=False))
        elif options["xlsx"]:
            progress.write_progress(answer, options["xlsx"])
        else:
            self._print_table(answer)

    def _print_table(self, answer: progress.Progress) -> None:
        for row in [*answer.rows, answer.total]:
            figures = row.figures
            rate = figures.rate(answer.basis)
            self.stdout.write(
                f"{row.code}\t{row.name}\t{figures.filed}/{figures.units}\t{figures.target:.2f}\t"
                f"{getattr(figures, answer.basis):.2f}\t{'—' if rate is None else f'{rate}%'}"
            )


def _answer(year: int, as_of: date | None, **options: Any) -> progress.Progress:
    basis = Basis(options["basis"]) if options["basis"] else None
    if options["unit"]:
        unit = BudgetUnit.objects.select_related("region").filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(
                _("There is no unit with the code %(code)s.") % {"code": options["unit"]},
                returncode=2,
            )
        return progress.of_unit(unit, year, basis=basis, as_of=as_of)
    region = Region.objects.filter(code=options["region"]).first()
    if region is None:
        raise CommandError(
            _("There is no region with the code %(code)s.") % {"code": options["region"]},
            returncode=2,
        )
    return progress.ANSWERS[options["by"]](region, year, basis=basis, as_of=as_of)
