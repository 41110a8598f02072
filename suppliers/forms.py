"""What the pages of the directory are asked, and what they take."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.edits import EditForm, SeenForm
from exchange.forms import SheetForm
from exchange.listing import AddressForm
from organizations.locks import lock_judgement
from organizations.models import User
from suppliers.models import DesignatedCounty, Product, Supplier, SupplierKind
from suppliers.products import lock_products, save_product
from suppliers.queries import provinces


def province_choices() -> list[tuple[str, Any]]:
    return [("", _("all provinces")), *((name, name) for name in provinces())]


class CountiesForm(AddressForm):
    q = forms.CharField(
        label=gettext_lazy("County"), required=False,
        widget=forms.SearchInput(
            attrs={"placeholder": gettext_lazy("name or code, also as listed")}
        ),
    )  # fmt: skip
    province = forms.ChoiceField(
        label=gettext_lazy("Province"), choices=province_choices, required=False,
        error_messages={
            "invalid_choice": gettext_lazy("No designated county lies in “%(value)s”.")
        },
    )  # fmt: skip


class SuppliersForm(AddressForm):
    q = forms.CharField(
        label=gettext_lazy("Supplier"), required=False,
        widget=forms.SearchInput(attrs={"placeholder": gettext_lazy("name or code")}),
    )  # fmt: skip
    county = forms.CharField(
        label=gettext_lazy("County"), required=False,
        widget=forms.SearchInput(attrs={"placeholder": gettext_lazy("name or code")}),
    )  # fmt: skip
    province = forms.ChoiceField(
        label=gettext_lazy("Province"), choices=province_choices, required=False,
        error_messages={
            "invalid_choice": gettext_lazy("No designated county lies in “%(value)s”.")
        },
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of supplier"), required=False,
        choices=[("", gettext_lazy("all kinds of supplier")), *SupplierKind.choices],
        error_messages={"invalid_choice": gettext_lazy("There is no kind “%(value)s”.")},
    )  # fmt: skip
    batch = forms.CharField(label=gettext_lazy("Directory batch"), required=False)
    valid = forms.ChoiceField(
        label=gettext_lazy("Validity"), required=False,
        choices=[
            ("", gettext_lazy("valid today")), ("ended", gettext_lazy("ended")),
            ("later", gettext_lazy("begins later")), ("all", gettext_lazy("valid or not")),
        ],
        error_messages={"invalid_choice": gettext_lazy("Periods are valid today, ended or later.")},
    )  # fmt: skip


class PeriodForm(SheetForm):
    """A period of a supplier."""

    kind = "suppliers"
    labels = {
        "code": gettext_lazy("supplier code"), "name": gettext_lazy("supplier name"),
        "kind": gettext_lazy("kind of supplier"), "county": gettext_lazy("county code"),
        "batch": gettext_lazy("directory batch"), "valid_from": gettext_lazy("valid from"),
        "valid_to": gettext_lazy("valid to"),
    }  # fmt: skip
    choices = {"kind": SupplierKind.choices}
    helps = {
        "county": gettext_lazy("The designated county that the supplier belongs to."),
        "valid_from": gettext_lazy("First valid day."),
        "valid_to": gettext_lazy("Last valid day; blank: valid for ever."),
    }


class NewSupplierForm(PeriodForm):
    """A supplier of one county."""

    fixed = frozenset({"county"})

    def __init__(self, *args: Any, county: DesignatedCounty, **kwargs: Any) -> None:
        super().__init__(*args, initial={"county": county.code}, **kwargs)
        self.fields["kind"].choices = [("", "—"), *self.fields["kind"].choices]


class NewPeriodForm(PeriodForm):
    """One more period of a supplier that stands."""

    fixed = frozenset({"code"})

    def __init__(self, *args: Any, listing: Supplier, **kwargs: Any) -> None:
        known = cells_of(listing) | {"valid_from": "", "valid_to": ""}
        super().__init__(*args, initial=known, **kwargs)


class _StandingPeriod(EditForm):
    """A period that stands, every value of it watched."""

    watched = tuple(PeriodForm.labels)
    changed_meanwhile = gettext_lazy(
        "The period was changed by somebody else while you worked on it."
    )

    def __init__(self, *args: Any, listing: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, standing=cells_of(listing), **kwargs)
        self.listing = listing

    def locked(self) -> dict[str, str]:
        lock_judgement()
        return cells_of(Supplier.objects.select_related("county").get(pk=self.listing.pk))


class EditPeriodForm(_StandingPeriod, PeriodForm):
    """A period that stands; code and first day are its key."""

    fixed = frozenset({"code", "valid_from"})

    def __init__(self, *args: Any, listing: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, initial=cells_of(listing), listing=listing, **kwargs)


class EndPeriodForm(_StandingPeriod):
    """The last valid day of a period, and nothing else."""

    kind = "suppliers"
    labels = {"valid_to": gettext_lazy("valid to")}
    helps = {"valid_to": gettext_lazy("Last valid day.")}

    def __init__(self, *args: Any, listing: Supplier, **kwargs: Any) -> None:
        today = timezone.localdate().isoformat()
        super().__init__(*args, initial={"valid_to": today}, listing=listing, **kwargs)
        self.fields["valid_to"].required = True
        self.rest = {name: text for name, text in cells_of(listing).items() if name != "valid_to"}
        kinds = {column.field: column for column in self.resource.columns()}["kind"]
        self.rest["kind"] = kinds.spellings[listing.kind]

    def save(self, **kwargs: Any) -> Any:
        return super().save(**kwargs | self.rest)


def cells_of(listing: Supplier) -> dict[str, str]:
    """A period as a form holds it."""
    return {
        "code": listing.code, "name": listing.name, "kind": listing.kind,
        "county": listing.county.code, "batch": listing.batch,
        "valid_from": listing.valid_from.isoformat(),
        "valid_to": listing.valid_to.isoformat() if listing.valid_to else "",
    }  # fmt: skip


class ProductForm(SeenForm, forms.ModelForm):
    """A product of one county, sold by one of its suppliers."""

    supplier_code = forms.ChoiceField(label=gettext_lazy("Supplier"))
    changed_meanwhile = gettext_lazy(
        "The product was changed by somebody else while you worked on it."
    )

    class Meta:
        model = Product
        fields = ["supplier_code", "name", "category", "unit_of_measure", "labels", "listed_on"]
        widgets = {
            "name": forms.TextInput, "category": forms.TextInput,
            "unit_of_measure": forms.TextInput, "labels": forms.TextInput,
            "listed_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }  # fmt: skip
        help_texts = {
            "labels": gettext_lazy("For example green, organic or geographical indication."),
            "listed_on": gettext_lazy("First day on which it is offered."),
        }

    def __init__(self, *args: Any, county: DesignatedCounty, **kwargs: Any) -> None:
        product = kwargs.get("instance") or Product()
        super().__init__(*args, standing=model_to_dict(product), **kwargs)
        self.county = county
        self.fields["supplier_code"].choices = self._suppliers()
        self.fields["listed_on"].initial = timezone.localdate()
        for field in self.fields.values():
            selects = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if selects else "form-control"

    def _suppliers(self) -> list[tuple[str, str]]:
        """The county's suppliers, and the product's own wherever it belongs to now."""
        own = Q(county=self.county) | Q(code=self.instance.supplier_code)
        periods = Supplier.objects.filter(own).order_by("code", "valid_from")
        names = dict(periods.values_list("code", "name"))
        return [(code, f"{name} ({code})") for code, name in names.items()]

    def _post_clean(self) -> None:
        """The service checks, and writes; nothing is put on the instance before."""

    def save_by(self, user: User) -> Product | None:
        """None where the service refused, or the product has changed since."""
        with transaction.atomic():
            lock_products(self.county, user)
            product = Product.objects.filter(pk=self.instance.pk).first()
            standing = model_to_dict(product or Product())
            if self.has_seen(standing):
                return self._save(product, user)
        self.show_change(standing)
        return None

    def _save(self, product: Product | None, user: User) -> Product | None:
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        try:
            return save_product(**values, county=self.county, product=product, by=user)
        except ValidationError as error:
            self.add_error(None, error)
            return None
