"""Forms for one row of a kind of file, built from its columns."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from exchange.columns import Column
from exchange.entered import enter
from exchange.resources import resource_of
from exchange.staging import Outcome

Text = Promise | str


class SheetForm(forms.Form):
    """One row of the kind ``kind``, typed.

    Subclasses name the fields they show, each with its label; ``choices`` gives the labels of
    stored values, ``helps`` what to know, ``long_texts`` the fields that take several lines,
    ``fixed`` those that are shown and cannot be changed. ``save`` runs the kind's service; what
    it refuses stands as an error at its field.
    """

    kind: ClassVar[str]
    labels: ClassVar[Mapping[str, Text]]
    choices: ClassVar[Mapping[str, Iterable[tuple[str, Text]]]] = {}
    helps: ClassVar[Mapping[str, Text]] = {}
    long_texts: ClassVar[frozenset[str]] = frozenset()
    fixed: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource = resource_of(self.kind)
        columns = {column.field: column for column in self.resource.columns()}
        for name, label in self.labels.items():
            self.fields[name] = self._field(columns[name], label)

    def _field(self, column: Column, label: Text) -> forms.Field:
        name = column.field
        # What is required is said by the service, in the same words as for a file.
        shared: dict[str, Any] = {
            "label": label, "required": False, "help_text": self.helps.get(name, ""),
            "disabled": name in self.fixed,
        }  # fmt: skip
        if column.choices:
            blank = [] if column.required else [("", "—")]
            given = self.choices.get(name) or column.spellings.items()
            field: forms.Field = forms.ChoiceField(choices=[*blank, *given], **shared)
            field.widget.attrs["class"] = "form-select"
        elif column.kind == "day":
            widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            field = forms.CharField(widget=widget, **shared)
        elif name in self.long_texts:
            field = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **shared)
        else:
            field = forms.CharField(**shared)
        field.widget.attrs.setdefault("class", "form-control")
        if column.kind in ("amount", "decimal", "percent", "integer"):
            field.widget.attrs["inputmode"] = "decimal"
        return field

    def cells(self) -> dict[str, str]:
        """What was typed, as the text of cells: a stored choice in its full spelling."""
        columns = {column.field: column for column in self.resource.columns()}
        typed = {name: self.cleaned_data.get(name, "") or "" for name in self.labels}
        return {
            name: columns[name].spellings.get(str(value), str(value))
            for name, value in typed.items()
        }

    def save(self, *, by: Any, update: bool = True, **more: str) -> Outcome | None:
        """Hand the row to the service, with ``more`` cells that the form does not show.

        None where it was refused: the form then holds the errors.
        """
        outcome, errors = enter(self.resource, self.cells() | more, by=by, update=update)
        for error in errors:
            self.add_error(error.field if error.field in self.fields else None, error.message)
        return outcome
