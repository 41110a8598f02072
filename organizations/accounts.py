"""How sign-in behaves where it is not allauth's own way."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Accounts(DefaultAccountAdapter):
    """People are invited by their bureau: nobody makes an account, and no mail is sent."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "The sign-in name and the password do not match. Check capital letters and try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: object, **kwargs: object) -> None:
        """A page that is shown after signing in or out needs no word about it."""
