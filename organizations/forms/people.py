"""What the pages of people are asked, and what they take."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.forms import SheetForm
from exchange.listing import AddressForm
from organizations.models import PersonState, Role, User
from organizations.posts import runs_the_system
from organizations.resources import RoleResource

_REGION_HELP = _(
    "Six digits. For a bureau, an auditor or a system administrator, and the county of a directory"
    " keeper."
)
_UNIT_HELP = _("For a department or a unit clerk; an auditor has a region or a unit.")


class PeopleForm(AddressForm):
    q = forms.CharField(label=_("Sign-in name, name or phone"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("all roles")), *Role.choices],
        error_messages={"invalid_choice": _("There is no role “%(value)s”.")},
    )  # fmt: skip
    region = forms.CharField(label=_("Region and below (code or name)"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *PersonState.choices],
        error_messages={"invalid_choice": _("There is no state “%(value)s”.")},
    )  # fmt: skip


def _roles_for(user: User) -> Iterable[tuple[str, Any]]:
    """The roles that the user may give."""
    return [
        (role, label)
        for role, label in Role.choices
        if role != Role.SYSTEM_ADMINISTRATOR or runs_the_system(user)
    ]


class NewPersonForm(SheetForm):
    kind = "people"
    labels = {
        "username": _("sign-in name"), "name": _("person's name"), "phone": _("mobile phone"),
        "role": _("role"), "region": _("region code"), "unit": _("unit code"),
    }  # fmt: skip
    helps = {
        "username": _("Letters, digits and @ . + - _; it is never changed again."),
        "region": _REGION_HELP,
        "unit": _UNIT_HELP,
    }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "—"), *_roles_for(by)]


class PersonForm(SheetForm):
    kind = "people"
    labels = {"name": _("person's name"), "phone": _("mobile phone")}


class RoleForm(SheetForm):
    """One more role for a person who stands."""

    kind = "people"
    labels = {"role": _("role"), "region": _("region code"), "unit": _("unit code")}
    helps = {"region": _REGION_HELP, "unit": _UNIT_HELP}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource = RoleResource()
        self.fields["role"].choices = [("", "—"), *_roles_for(by)]


class ActivationForm(forms.Form):
    username = forms.CharField(label=_("sign-in name"), max_length=64)
    code = forms.CharField(
        label=_("activation code"), max_length=32,
        help_text=_("Ten letters and digits of the slip; capitals and hyphens do not matter."),
    )  # fmt: skip
    password = forms.CharField(
        label=_("new password"), widget=forms.PasswordInput, strip=False, max_length=128,
        help_text=_("At least 8 characters; no common password, and unlike the sign-in name."),
    )  # fmt: skip
    again = forms.CharField(
        label=_("the new password again"), widget=forms.PasswordInput, strip=False, max_length=128
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        completes = {
            "username": "username", "code": "one-time-code", "password": "new-password",
            "again": "new-password",
        }  # fmt: skip
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "form-control", "autocomplete": completes[name]}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned["password"] != cleaned.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return cleaned
