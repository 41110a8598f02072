import json as json_text
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exchange.import_jobs import import_inline
from exchange.imports import ImportResult
from exchange.jobs import LeaseLost
from exchange.resources import kinds


class Command(BaseCommand):
    help = "Import a file of a kind (spreadsheet contract, section 1). Exit status 1: refused."
    # Those of addresses, templates and models load all pages; `make check` runs them.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND", choices=kinds(), help=", ".join(kinds()))
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--as", dest="username", metavar="USER", help="act as this user")
        parser.add_argument("--update", action="store_true", help="change what stands")
        parser.add_argument("--dry-run", action="store_true", help="check and save nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(
        self, kind: str, file: Path, username: str | None, json: bool, **options: Any
    ) -> None:
        if not file.is_file():
            raise CommandError(_("There is no file %(file)s.") % {"file": file}, returncode=2)
        by = _user(username)
        try:
            job, result = import_inline(
                kind=kind, path=file, by=by, update=options["update"], dry_run=options["dry_run"]
            )
        except LeaseLost as lost:
            raise CommandError(_("The import was held up too long; nothing was saved.")) from lost
        if json:
            self._print_json(result.as_json(job.pk))
        else:
            self._print_words(result, options["dry_run"])
        if not result.accepted:
            raise SystemExit(1)

    def _print_json(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json_text.dumps(answer, ensure_ascii=False))

    def _print_words(self, result: ImportResult, dry_run: bool) -> None:
        for error in result.errors:
            place = _("row %(row)s") % {"row": error.row} if error.row else ""
            shown = " ".join(filter(None, [place, error.column, error.value]))
            self.stdout.write(f"{error.code}\t{shown}\t{error.message}")
        if result.extra:
            # In the words of the page of the file.
            said = _("Columns that this kind of file does not have, and that were not read:")
            self.stdout.write(f"{said} {'、'.join(result.extra)}")
        counts = {
            "rows": result.rows, "created": result.created, "updated": result.updated,
            "unchanged": result.unchanged, "errors": result.error_count,
        }  # fmt: skip
        if not result.accepted:
            message = _("Refused: %(errors)s errors in %(rows)s rows; nothing was saved.")
        elif dry_run:
            message = _(
                "Checked: %(rows)s rows; %(created)s would be created, %(updated)s updated,"
                " %(unchanged)s unchanged. Nothing was saved."
            )
        else:
            message = _(
                "Accepted: %(rows)s rows; %(created)s created, %(updated)s updated,"
                " %(unchanged)s unchanged."
            )
        self.stdout.write(message % counts)


def _user(username: str | None) -> Any:
    if username is None:
        return None
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no user %(name)s.") % {"name": username}, returncode=2)
    return user
