"""One-time codes with which people set their password: made by an administrator, printed, used.

A code exists in clear only in the answer that prints it. What is kept is a hash keyed with the
system's secret, so that a copy of the database alone gives no code away.
"""

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from organizations.history import record_actor
from organizations.models import TRIES, Activation, User
from organizations.people import authorise

#: Without 0 and O, 1, I and L, which look alike on paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
VALID = timedelta(days=30)


class WrongCode(Exception):
    """Name and code do not match, or the code is void; which of them is not said."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A person and their code, as XXXXX-XXXXX, to be handed over on paper."""

    person: User
    code: str
    expires_at: datetime


@transaction.atomic
def make_codes(people: Iterable[User], *, by: User | None) -> list[Slip]:
    """Make a code for each of the people; earlier codes of theirs are void.

    A password that they have works until the code is used. PermissionDenied for who is stopped or
    may not be changed by ``by``.
    """
    record_actor(by, service="make_codes")
    now = timezone.now()
    slips = [Slip(person, _new_code(), now + VALID) for person in people]
    for slip in slips:
        authorise(by, slip.person)
        if not slip.person.is_active:
            raise PermissionDenied(_("%(name)s is stopped.") % {"name": slip.person})
    Activation.objects.bulk_create(
        (
            Activation(
                user=slip.person, code_hash=_hash(slip.person, slip.code), made_at=now, made_by=by,
                expires_at=slip.expires_at,
            )
            for slip in slips
        ),
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["code_hash", "made_at", "made_by", "expires_at", "used_at", "tries"],
    )  # fmt: skip
    return slips


def activate(*, username: str, code: str, password: str) -> User:
    """Set the password of whoever has this name and code, and use the code up.

    WrongCode where they do not match, which counts against the code. ValidationError where the
    password is too weak: the code stays good.
    """
    with transaction.atomic():
        found = _lock(username)
        if found and _matches(found, code):
            validate_password(password, found.user)
            return _use(found, password)
        if found:
            Activation.objects.filter(pk=found.pk).update(tries=F("tries") + 1)
    raise WrongCode


def _lock(username: str) -> Activation | None:
    """The person's code, if it may still be used, so that no two tries count as one."""
    found = Activation.objects.select_related("user").select_for_update(of=("self",))
    return found.filter(
        user__username=username,
        user__is_active=True,
        used_at=None,
        expires_at__gt=timezone.now(),
        tries__lt=TRIES,
    ).first()


def _use(activation: Activation, password: str) -> User:
    record_actor(activation.user, service="activate")
    activation.user.set_password(password)
    activation.user.save(update_fields=["password"])
    activation.used_at = timezone.now()
    activation.save(update_fields=["used_at"])
    return activation.user


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def _matches(activation: Activation, code: str) -> bool:
    return constant_time_compare(activation.code_hash, _hash(activation.user, code))


def _hash(person: User, code: str) -> str:
    """Capitals, blanks and hyphens do not matter, nor the width in which they were typed."""
    typed = unicodedata.normalize("NFKC", code).upper()
    letters = "".join(letter for letter in typed if letter.isalnum())
    salt = "organizations.activation"
    return salted_hmac(salt, f"{person.pk}:{letters}", algorithm="sha256").hexdigest()
