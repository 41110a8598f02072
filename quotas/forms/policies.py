"""What the desk of policies is asked, and the form of one policy."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.edits import EditForm
from exchange.listing import AddressForm
from exchange.staging import Outcome
from organizations.locks import lock_promises
from organizations.models import Region, User
from quotas.checkpoints import write_checkpoints
from quotas.choices import AmountFloor, Base, Basis, NoCanteenRule
from quotas.forms.years import plan_years, this_year
from quotas.merging import Merged
from quotas.models import Policy
from quotas.queries.policies import LABELS, inherited, value_words

_YES_NO = [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]


class PoliciesForm(AddressForm):
    year = forms.TypedChoiceField(
        label=gettext_lazy("Plan year"), choices=plan_years, coerce=int, empty_value=None,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("There is no plan year “%(value)s”.")},
    )  # fmt: skip
    q = forms.CharField(
        label=gettext_lazy("Region"), required=False,
        widget=forms.SearchInput(attrs={"placeholder": gettext_lazy("name or code")}),
    )  # fmt: skip
    show = forms.ChoiceField(
        label=gettext_lazy("Regions shown"), required=False,
        choices=[
            ("", gettext_lazy("with a policy of their own")), ("all", gettext_lazy("all regions")),
        ],
        error_messages={"invalid_choice": gettext_lazy("Regions are shown with a policy or all.")},
    )  # fmt: skip

    def defaults(self) -> dict[str, Any]:
        return {"year": this_year()}


class PolicyForm(EditForm):
    """The own policy of a region and year: blank values are inherited."""

    kind = "policies"
    labels = {
        **LABELS,
        "separate": gettext_lazy("merges directly under the country"),
        "document_number": gettext_lazy("document number"),
    }
    choices = {
        "base": Base.choices, "basis": Basis.choices, "union_in_target": _YES_NO,
        "no_canteen_rule": NoCanteenRule.choices, "amount_floor": AmountFloor.choices,
        "separate": _YES_NO,
    }  # fmt: skip
    helps = {
        "document_number": gettext_lazy("The document that these values come from; it is needed."),
        "separate": gettext_lazy("For a city that the state plans apart: past its province."),
        "checkpoints": gettext_lazy("Day of the year and percent, like 06-30:50; 09-30:75."),
    }
    groups = (
        (gettext_lazy("Document"), ("document_number", "separate")),
        (gettext_lazy("Ratio"), ("min_ratio", "encouraged_ratio")),
        (gettext_lazy("Base and counting basis"), ("base", "basis")),
        (
            gettext_lazy("Union and units without a canteen"),
            ("union_in_target", "no_canteen_rule", "union_funds_ratio"),
        ),
        (gettext_lazy("Floor of the amount"), ("amount_floor",)),
        (
            gettext_lazy("Days and checkpoints"),
            ("filing_opens", "filing_due", "confirm_due", "checkpoints"),
        ),
    )
    changed_meanwhile = gettext_lazy(
        "The policy was changed by somebody else while you worked on it."
    )

    def __init__(
        self, *args: Any, region: Region, year: int, start: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.region, self.year = region, year
        self.policy = self._standing()
        standing = values_of(self.policy)
        given = {**standing, **(start or {})}
        super().__init__(*args, standing=standing, initial=given, **kwargs)
        separate = bool(self.policy and self.policy.separate)
        self._say_inherited(inherited(region, year, separate=separate))

    def _standing(self) -> Policy | None:
        found = Policy.objects.filter(region=self.region, year=self.year)
        return found.select_related("region").first()

    def _say_inherited(self, above: Merged) -> None:
        for name in LABELS:
            help_text = escape(_inherited_words(name, above))
            if name in self.helps:
                help_text += f"<br>{escape(self.helps[name])}"
            self.fields[name].help_text = help_text

    def grouped(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        for title, names in self.groups:
            yield title, [self[name] for name in names]

    def locked(self) -> dict[str, str]:
        lock_promises()
        return values_of(self._standing())

    def save(self, *, by: User | None, update: bool = True, **more: str) -> Outcome | None:
        key = {"year": str(self.year), "region": self.region.code}
        return super().save(by=by, update=update, **key, **more)


def _inherited_words(name: str, above: Merged) -> str:
    value = value_words(name, above.values.get(name))
    source = above.sources.get(name)
    if source is None:
        return _("Blank: %(value)s (default).") % {"value": value}
    return _("Blank: %(value)s (%(region)s, %(document)s).") % {
        "value": value, "region": source.region.name, "document": source.document_number,
    }  # fmt: skip


def values_of(policy: Policy | None) -> dict[str, str]:
    """The values of a policy as a form holds them; blank ones where there is none."""
    if policy is None:
        return dict.fromkeys(PolicyForm.labels, "")
    values = {name: _written(name, getattr(policy, name)) for name in PolicyForm.labels}
    # A policy that is not separate says nothing of it.
    return values | {"separate": "true" if policy.separate else ""}


def _written(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "checkpoints":
        return write_checkpoints(value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def from_last_year(region: Region, year: int) -> dict[str, str] | None:
    """Last year's own values with the days a year later and no document; None without any."""
    last = Policy.objects.filter(region=region, year=year - 1).first()
    if last is None:
        return None
    for name in ("filing_opens", "filing_due", "confirm_due"):
        setattr(last, name, _a_year_later(getattr(last, name)))
    return values_of(last) | {"document_number": ""}


def _a_year_later(day: Any) -> Any:
    if day is None:
        return None
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
