"""What a page of figures is asked, from its address."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from exchange.listing import AddressForm
from procurement.choices import Fund, Verdict
from quotas.choices import Basis
from quotas.forms.years import plan_years, this_year


class Money(TextChoices):
    """How amounts are shown."""

    WAN = "wan", _("ten thousand yuan")
    YUAN = "yuan", _("yuan")


class By(TextChoices):
    """What one row of the table stands for."""

    REGION = "region", _("region")
    DEPARTMENT = "department", _("department")
    UNIT = "unit", _("budget unit")


class Sort(TextChoices):
    CODE = "code", _("code, rising")
    CODE_FALLING = "-code", _("code, falling")
    RATE = "rate", _("rate, rising")
    RATE_FALLING = "-rate", _("rate, falling")


class FiguresForm(AddressForm):
    """A year, a basis and a cut-off. A bad value is named and its default shown instead."""

    year = forms.TypedChoiceField(
        label=_("Plan year"), choices=plan_years, coerce=int, empty_value=None, required=False,
        error_messages={"invalid_choice": _("There is no plan year “%(value)s”.")},
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=_("Counting basis"), required=False,
        choices=[("", _("as the policy says")), *Basis.choices],
        error_messages={"invalid_choice": _("There is no counting basis “%(value)s”.")},
    )  # fmt: skip
    as_of = forms.DateField(
        label=_("Cut-off day"), required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("The cut-off is not a day, such as 2026-06-30.")},
    )  # fmt: skip
    unit = forms.ChoiceField(
        choices=Money, required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Amounts are shown as yuan or wan.")},
    )  # fmt: skip

    def defaults(self) -> dict[str, Any]:
        return {"year": this_year()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        year, as_of = cleaned.get("year") or this_year(), cleaned.get("as_of")
        if as_of and as_of.year != year:
            self.add_error(
                "as_of", _("The cut-off day must lie in the plan year %(year)s.") % {"year": year}
            )
        return cleaned


class HomeForm(FiguresForm):
    """A year and how amounts are shown; basis and day are the policy's and today."""

    basis = None
    as_of = None


class TableForm(FiguresForm):
    sort = forms.ChoiceField(
        choices=Sort, required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Rows are sorted by code or rate.")},
    )  # fmt: skip


class ProgressForm(TableForm):
    by = forms.ChoiceField(
        label=_("Rows"), choices=By, required=False,
        error_messages={"invalid_choice": _("Rows are by region, department or unit.")},
    )  # fmt: skip
    #: only the units attached to the region itself
    own = forms.ChoiceField(
        choices=[("1", "")], required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is only one own level.")},
    )  # fmt: skip


class UnitForm(FiguresForm):
    verdict = forms.TypedChoiceField(
        choices=Verdict, coerce=int, empty_value=None, required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is no verdict “%(value)s”.")},
    )  # fmt: skip
    fund = forms.ChoiceField(
        choices=Fund, required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is no fund “%(value)s”.")},
    )  # fmt: skip


def last_day(asked: SimpleNamespace) -> date:
    """The last day that the answer looks at."""
    return asked.as_of or date(asked.year, 12, 31)
