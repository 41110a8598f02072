"""What a new access token is asked for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import TokenScope, User
from organizations.tokens import LONGEST, Made, make_token

#: What the form proposes: long enough for a season's work.
_PROPOSED = timedelta(days=90)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("what it is for"), max_length=64,
        help_text=_("The program or the person that will use it, such as “monthly reports”."),
    )  # fmt: skip
    scope = forms.ChoiceField(
        label=_("what it allows"), choices=TokenScope, initial=TokenScope.READ,
        help_text=_("Never more than you may do yourself."),
    )  # fmt: skip
    expires_on = forms.DateField(
        label=_("expires on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The last day on which it is good; a year at the most."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        day = self.fields["expires_on"]
        day.initial = today + _PROPOSED
        day.widget.attrs |= {"min": _iso(today), "max": _iso(today + LONGEST)}
        for field in self.fields.values():
            selects = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if selects else "form-control"

    def save(self, *, by: User) -> Made | None:
        """None where the service refused; the form then holds the errors."""
        try:
            return make_token(**self.cleaned_data, by=by)
        except ValidationError as error:
            self.add_error(None, error)
            return None


def _iso(day: date) -> str:
    return day.isoformat()
