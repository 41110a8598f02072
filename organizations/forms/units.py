"""What the pages of the unit ledger are asked, and what they take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.edits import EditForm
from exchange.forms import SheetForm
from exchange.listing import AddressForm
from exchange.resources import resource_of
from organizations.locks import lock_judgement, lock_promises
from organizations.models import BudgetUnit, UnitKind, UnitLevel


class UnitsForm(AddressForm):
    q = forms.CharField(label=_("Name, code or responsible person"), required=False)
    region = forms.CharField(label=_("Region and below (code or name)"), required=False)
    department = forms.CharField(label=_("Department (code or name)"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind of unit"), required=False, choices=[("", _("all kinds")), *UnitKind.choices],
        error_messages={"invalid_choice": _("There is no kind of unit “%(value)s”.")},
    )  # fmt: skip
    level = forms.ChoiceField(
        label=_("Budget level"), required=False,
        choices=[("", _("all levels")), *UnitLevel.choices],
        error_messages={"invalid_choice": _("There is no budget level “%(value)s”.")},
    )  # fmt: skip
    open = forms.ChoiceField(
        label=_("Open or closed"), required=False,
        choices=[
            ("", _("open and closed")), ("open", _("open today")), ("closed", _("closed")),
            ("later", _("opens later")),
        ],
        error_messages={"invalid_choice": _("Units are open, closed or open later.")},
    )  # fmt: skip
    contact = forms.ChoiceField(
        label=_("Contact of this year"), required=False,
        choices=[
            ("", _("confirmed or not")), ("confirmed", _("confirmed by the unit")),
            ("open", _("not confirmed yet")),
        ],
        error_messages={"invalid_choice": _("A contact is confirmed or not.")},
    )  # fmt: skip


class UnitForm(SheetForm):
    """A unit as the ledger holds it."""

    kind = "units"
    labels = {
        "code": _("unit code"), "name": _("unit name"),
        "uscc": _("unified social credit code"), "region": _("region code"),
        "level": _("budget level"), "kind": _("kind of unit"), "parent": _("superior unit's code"),
        "headcount": _("headcount"), "opened_on": _("opened on"), "closed_on": _("closed on"),
        "successor": _("successor's code"), "responsible_person": _("responsible person"),
        "phone": _("phone"),
    }  # fmt: skip
    choices = {"level": UnitLevel.choices, "kind": UnitKind.choices}
    helps = {
        "region": _("The region whose finance bureau the unit belongs to, not its address."),
        "opened_on": _("First open day; blank: always open before."),
        "closed_on": _("Last open day; blank: still open."),
        "successor": _("Who goes on with what a closed unit bought."),
    }


class NewUnitForm(UnitForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("level", "kind"):
            self.fields[name].choices = [("", "—"), *self.fields[name].choices]


class EditUnitForm(EditForm, UnitForm):
    """A unit that stands."""

    fixed = frozenset({"code"})
    changed_meanwhile = _("The unit was changed by somebody else while you worked on it.")

    def __init__(self, *args: Any, unit: BudgetUnit, **kwargs: Any) -> None:
        standing = self.values_of(unit)
        super().__init__(*args, initial=dict(standing), standing=standing, **kwargs)
        self.unit = unit

    @staticmethod
    def values_of(unit: BudgetUnit) -> dict[str, Any]:
        """The unit's values by field, as they are stored."""
        return {column.field: column.get_value(unit) for column in resource_of("units").columns()}

    def locked(self) -> dict[str, Any]:
        lock_judgement()
        lock_promises()
        units = BudgetUnit.objects.select_related("region", "parent", "successor")
        return self.values_of(units.get(pk=self.unit.pk))


class ContactForm(forms.Form):
    """Whom a unit names as responsible; both are needed, for somebody is to be reached."""

    responsible_person = forms.CharField(label=_("responsible person"), max_length=64)
    phone = forms.CharField(label=_("phone"), max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
