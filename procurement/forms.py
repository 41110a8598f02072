"""What the list of purchase records is asked."""

from datetime import date
from types import SimpleNamespace
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


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("“%(value)s” is not a day, such as 2026-06-30.")},
    )  # fmt: skip


class RecordsForm(AddressForm):
    """Orders of a year, or of any days that are named instead of it, narrowed.

    Always bounded by days: no question goes through every record.
    """

    year = forms.TypedChoiceField(
        label=_("Year of the order"), choices=_years, coerce=int, empty_value=None, required=False,
        error_messages={"invalid_choice": _("There is no year “%(value)s” of orders.")},
    )  # fmt: skip
    since = _day(_("Ordered from (instead of the year)"))
    until = _day(_("Ordered to"))
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

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))


def days_of(asked: SimpleNamespace) -> tuple[date, date]:
    """First and last day asked for: a day alone is joined by the end of its year or by today,
    whichever is later, or by the beginning of its year."""
    if asked.since or asked.until:
        today = timezone.localdate()
        since = asked.since or date(asked.until.year, 1, 1)
        return since, asked.until or max(date(since.year, 12, 31), today)
    return date(asked.year, 1, 1), date(asked.year, 12, 31)
