"""What the list of filings is asked, and what a reviewer sends with a decision."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from exchange.listing import AddressForm
from quotas.choices import Canteen, Standing
from quotas.forms.years import plan_years, this_year


class StateFilter(TextChoices):
    """The chips of the list: how a unit stands, and three words beside it."""

    NOT_FILED = Standing.NOT_FILED.value, _("not filed")
    NOT_DUE = Standing.NOT_DUE.value, _("not due")
    FILED = "filed", _("handed in")
    ZERO = "zero", _("zero filings")
    LATE = "late", _("late filings")
    RETURNED = Standing.RETURNED.value, _("returned for correction")
    TO_ENDORSE = Standing.TO_ENDORSE.value, _("waiting for endorsement")
    TO_CONFIRM = Standing.TO_CONFIRM.value, _("waiting for confirmation")
    CONFIRMED = Standing.CONFIRMED.value, _("confirmed")


class Mark(TextChoices):
    """What is worth a second look (关注事项)."""

    BELOW_MINIMUM = "below_minimum", _("ratio below the minimum")
    EXPLAINED = "explained", _("needs an explanation")
    TAKEN_OVER = "taken_over", _("confirmation taken over")
    AMENDMENT = "amendment", _("amendment")


class FilingsForm(AddressForm):
    year = forms.TypedChoiceField(
        label=_("Plan year"), choices=plan_years, coerce=int, empty_value=None, required=False,
        error_messages={"invalid_choice": _("There is no plan year “%(value)s”.")},
    )  # fmt: skip
    q = forms.CharField(
        label=_("Unit"), required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("name or code")}),
    )  # fmt: skip
    region = forms.CharField(
        label=_("Region"), required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("name or code")}),
    )  # fmt: skip
    own = forms.ChoiceField(
        label=_("Reach"), required=False,
        choices=[("", _("with the regions below")), ("1", _("the region's own units"))],
        error_messages={"invalid_choice": _("There is only one own level.")},
    )  # fmt: skip
    department = forms.CharField(
        label=_("Department in charge"), required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("name or code")}),
    )  # fmt: skip
    canteen = forms.ChoiceField(
        label=_("Canteen situation"), choices=[("", _("all situations")), *Canteen.choices],
        required=False,
        error_messages={"invalid_choice": _("There is no canteen situation “%(value)s”.")},
    )  # fmt: skip
    mark = forms.ChoiceField(
        label=_("To look at"), choices=[("", _("no matter")), *Mark.choices], required=False,
        error_messages={"invalid_choice": _("There is no such mark: “%(value)s”.")},
    )  # fmt: skip
    state = forms.ChoiceField(
        choices=StateFilter, required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is no state “%(value)s”.")},
    )  # fmt: skip

    def defaults(self) -> dict[str, Any]:
        return {"year": this_year()}


class ReasonForm(forms.Form):
    """Why filings go back to their units."""

    reason = forms.CharField(
        label=_("Reason of return"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )  # fmt: skip
