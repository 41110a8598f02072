"""Access tokens (访问令牌): made and revoked by their owners, and recognised on each request.

A key exists in clear only in the answer that shows it. What is kept is a hash keyed with the
system's secret, so that a copy of the database alone opens nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from organizations.history import record_actor
from organizations.models import KEY_BRAND, AccessToken, User

#: Good tokens that one person may have: each stands for a program that somebody looks after.
MOST = 20
LONGEST = timedelta(days=365)
#: The last use is written at most so often.
_BETWEEN_WRITES = timedelta(minutes=1)
_PREFIX_BYTES, _SECRET_BYTES = 5, 32


@dataclass(frozen=True, slots=True)
class Made:
    """A new token and its key, which nobody can read again."""

    token: AccessToken
    key: str


@transaction.atomic
def make_token(*, name: str, scope: str, expires_on: date, by: User) -> Made:
    """Make a token for oneself. ValidationError for a day that is past or more than a year away,
    and for who has many good tokens already."""
    record_actor(by, service="make_token")
    today = timezone.localdate()
    if not today <= expires_on <= today + LONGEST:
        message = _("Choose a day from today to %(last)s: a token lasts a year at the most.")
        raise ValidationError({"expires_on": message % {"last": today + LONGEST}})
    # Of two forms that are sent at once only one may make the last token.
    User.objects.select_for_update().get(pk=by.pk)
    good = AccessToken.objects.filter(user=by, revoked_at=None, expires_on__gte=today)
    if good.count() >= MOST:
        message = _("You have %(most)s tokens already; revoke one that is no longer used.")
        raise ValidationError(message % {"most": MOST})
    prefix, secret = secrets.token_hex(_PREFIX_BYTES), secrets.token_hex(_SECRET_BYTES)
    token = AccessToken.objects.create(
        user=by, name=name, scope=scope, expires_on=expires_on, prefix=prefix,
        key_hash=_hash(prefix, secret), made_at=timezone.now(),
    )  # fmt: skip
    return Made(token, f"{KEY_BRAND}_{prefix}_{secret}")


@transaction.atomic
def revoke_token(token: AccessToken, *, by: User) -> None:
    """Void a token for good; what was done with it keeps its owner's name."""
    record_actor(by, service="revoke_token")
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def token_of(key: str) -> AccessToken | None:
    """The good token of a key, with its owner, who is active; None for any other key."""
    brand, _first, rest = key.partition("_")
    prefix, _second, secret = rest.partition("_")
    if brand != KEY_BRAND or not prefix.isalnum() or not secret.isascii():
        return None
    found = AccessToken.objects.select_related("user").filter(prefix=prefix).first()
    if found is None or not constant_time_compare(found.key_hash, _hash(prefix, secret)):
        return None
    if not found.is_good or not found.user.is_active:
        return None
    _note_use(found)
    return found


def _note_use(token: AccessToken) -> None:
    now = timezone.now()
    if token.last_used_at and now - token.last_used_at < _BETWEEN_WRITES:
        return
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - _BETWEEN_WRITES)
    AccessToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)


def _hash(prefix: str, secret: str) -> str:
    return salted_hmac("organizations.tokens", f"{prefix}:{secret}", algorithm="sha256").hexdigest()
