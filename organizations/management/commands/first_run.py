import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from organizations.models import Membership, Region, Role, User


class Command(BaseCommand):
    help = "Make the first administrator, of a region's finance bureau. Exit status 2: refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", metavar="NAME", required=True)
        parser.add_argument("--region", metavar="CODE", required=True)

    def handle(self, *, username: str, region: str, **options: Any) -> None:
        place = Region.objects.filter(code=region).first()
        if place is None:
            raise _refusal(_("There is no region with the code %(code)s.") % {"code": region})
        user = User(username=username)
        _check(lambda: user.full_clean(exclude=["password"]))
        password = os.environ.get("YULIU_PASSWORD") or _ask()
        _check(lambda: validate_password(password, user))
        _make(user, password, place)
        self.stdout.write(
            _("%(name)s is now an administrator of %(region)s.")
            % {"name": username, "region": place.name}
        )


def _refusal(message: str) -> CommandError:
    return CommandError(message, returncode=2)


def _check(validation: Callable[[], None]) -> None:
    try:
        validation()
    except ValidationError as error:
        raise _refusal("\n".join(error.messages)) from error


def _ask() -> str:
    if not sys.stdin.isatty():
        raise _refusal(
            _("There is no terminal to ask for a password; set YULIU_PASSWORD for this command.")
        )
    password = getpass(_("Password: "))
    if password != getpass(_("Password again: ")):
        raise _refusal(_("The two passwords differ."))
    return password


@transaction.atomic
def _make(user: User, password: str, region: Region) -> None:
    user.set_password(password)
    user.save()
    Membership.objects.create(user=user, role=Role.BUREAU_ADMINISTRATOR, region=region)
