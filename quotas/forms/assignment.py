"""What the page of tasks is asked, and the amounts typed into it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.listing import AddressForm
from exchange.messages import render
from exchange.reader.cells import NULL, cleaner
from exchange.reader.columns import ColumnSpec
from exchange.reader.flaws import Flaw
from quotas.forms.years import plan_years, this_year
from quotas.resources import FilingResource


class Given(TextChoices):
    WITH = "with", _("with a task")
    WITHOUT = "without", _("without a task")


class TasksForm(AddressForm):
    year = forms.TypedChoiceField(
        label=_("Plan year"), choices=plan_years, coerce=int, empty_value=None, required=False,
        error_messages={"invalid_choice": _("There is no plan year “%(value)s”.")},
    )  # fmt: skip
    q = forms.CharField(
        label=_("Unit"), required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("name or code")}),
    )  # fmt: skip
    given = forms.ChoiceField(
        label=_("Task of the unit"), required=False,
        choices=[("", _("with and without")), *Given.choices],
        error_messages={"invalid_choice": _("Units have a task or none.")},
    )  # fmt: skip

    def defaults(self) -> dict[str, Any]:
        return {"year": this_year()}


class Typed:
    """The amounts of a table of tasks, by unit id, read as the cells of a file are.

    ``amounts`` in yuan are those that were changed, ``flaws`` says what is wrong with others.
    """

    def __init__(self, post: Mapping[str, str]) -> None:
        column = FilingResource.fields["assigned_amount"]
        clean = cleaner(ColumnSpec.from_json(column.spec), timezone.localdate())
        self.amounts: dict[int, Decimal] = {}
        self.flaws: dict[int, str] = {}
        for name, text in post.items():
            unit = name.removeprefix("amount-")
            if unit == name or not unit.isdecimal() or text.strip() == post.get(f"was-{unit}", ""):
                continue
            value = clean(text)
            if isinstance(value, Flaw):
                self.flaws[int(unit)] = render(value.reason, value.params)
            elif value == NULL:
                self.flaws[int(unit)] = _("A task that was assigned is changed, not emptied.")
            else:
                self.amounts[int(unit)] = Decimal(value)
