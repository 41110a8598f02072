from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Name and password; says what went wrong without saying which of the two was wrong."""

    error_messages = {
        "invalid_login": _(
            "The sign-in name and the password do not match. Check capital letters and try again."
        ),
        "inactive": _("This account has been stopped. Ask the administrator of your bureau."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
