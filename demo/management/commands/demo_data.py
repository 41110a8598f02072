"""manage.py demo_data --province 450000 --out DIR: the files of a demonstration province."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from demo import geography
from demo.files import Demonstration, write_demonstration
from demo.seasons import SPRING_FESTIVALS

FEWEST_UNITS = 20
FEWEST_PURCHASES = 100
FIRST_YEAR = min(SPRING_FESTIVALS) + 1


class Command(BaseCommand):
    help = "Write the files of a plausible demonstration province, to be imported in sorted order."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", required=True, help="six digits, for example 450000")
        parser.add_argument("--units", type=int, default=600, help="budget units (default 600)")
        parser.add_argument(
            "--purchases", type=int, default=40_000, help="lines of both years (default 40000)"
        )
        parser.add_argument("--seed", type=int, default=1, help="same seed, same files")
        parser.add_argument("--out", type=Path, required=True, help="folder, made where missing")
        parser.add_argument("--year", type=int, help="the later year (default: today's)")

    def handle(self, *args: Any, **options: Any) -> None:
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        asked = Demonstration(
            province=options["province"],
            units=options["units"],
            purchases=options["purchases"],
            seed=options["seed"],
            year=today.year if options["year"] is None else options["year"],
            today=today,
        )
        refuse_impossible(asked)
        folder = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in write_demonstration(asked, folder):
            self.stdout.write(_("%(name)s: %(rows)d rows") % {"name": name, "rows": rows})


def refuse_impossible(asked: Demonstration) -> None:
    """Raise CommandError for what no demonstration can be made of."""
    division = geography.load_divisions().get(asked.province)
    if not division or division.level != "province" or not division.children:
        raise CommandError(
            _("%(code)s is not a province with counties.") % {"code": asked.province}
        )
    last_year = min(asked.today.year, max(SPRING_FESTIVALS))
    if not FIRST_YEAR <= asked.year <= last_year:
        raise CommandError(
            _("The year must be from %(first)d to %(last)d.")
            % {"first": FIRST_YEAR, "last": last_year}
        )
    if asked.units < FEWEST_UNITS or asked.purchases < FEWEST_PURCHASES:
        raise CommandError(
            _("At least %(units)d units and %(purchases)d purchases are needed.")
            % {"units": FEWEST_UNITS, "purchases": FEWEST_PURCHASES}
        )
