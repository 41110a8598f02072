"""What the list of purchase records is asked."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.listing import AddressForm
from procurement.choices import Channel, Fund, OrderStatus, Verdict

#: The platform opened in October 2019.
FIRST_YEAR = 2019


def _years() -> list[tuple[int, str]]:
    return [(year, str(year)) for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1)]


class RecordsForm(AddressForm):
    """A year of orders, narrowed. Always a year: no question goes through every record."""

    year = forms.TypedChoiceField(
        label=_("Year of the order"), choices=_years, coerce=int, empty_value=None, required=False,
        error_messages={"invalid_choice": _("There is no year “%(value)s” of orders.")},
    )  # fmt: skip
    unit_name = forms.CharField(label=_("Unit (code or name)"), required=False)
    region = forms.CharField(label=_("Region and below (code or name)"), required=False)
    supplier = forms.CharField(label=_("Supplier (code or name)"), required=False)
    order = forms.CharField(label=_("Order number (or its beginning)"), required=False)
    fund = forms.ChoiceField(
        label=_("Fund"), required=False, choices=[("", _("All funds")), *Fund.choices],
        error_messages={"invalid_choice": _("There is no fund “%(value)s”.")},
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All channels")), *Channel.choices],
        error_messages={"invalid_choice": _("There is no channel “%(value)s”.")},
    )  # fmt: skip
    status = forms.ChoiceField(
        label=_("Order status"), required=False,
        choices=[("", _("Any status")), *OrderStatus.choices],
        error_messages={"invalid_choice": _("There is no order status “%(value)s”.")},
    )  # fmt: skip
    verdict = forms.TypedChoiceField(
        choices=Verdict, coerce=int, empty_value=None, required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is no verdict “%(value)s”.")},
    )  # fmt: skip
    unit = forms.ChoiceField(
        choices=[("yuan", ""), ("wan", "")], required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Amounts are shown as yuan or wan.")},
    )  # fmt: skip

    def defaults(self) -> dict[str, Any]:
        return {"year": timezone.localdate().year}


def days_of(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
