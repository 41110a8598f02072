"""Forms of what stands: nothing is saved over a change that its reader has not seen."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise

from exchange.forms import SheetForm
from exchange.staging import Outcome


class SeenForm(forms.Form):
    """A form that remembers, in ``seen``, of which state it was filled in.

    Where that has changed meanwhile, ``show_change`` sets ``is_stale``, and ``differences`` holds
    each label with what was typed and what stands.
    """

    #: what the form says where somebody else has changed the row
    changed_meanwhile: Promise | str
    #: the fields that tell whether the row has changed, where the form shows others
    watched: tuple[str, ...] = ()
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, standing: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self._fingerprint(standing)
        self.is_stale = False
        self.differences: list[dict[str, Any]] = []

    def has_seen(self, standing: dict[str, Any]) -> bool:
        """Whether the values by field are those of which the form was filled in."""
        return self._fingerprint(standing) == self.cleaned_data["seen"]

    def show_change(self, standing: dict[str, Any]) -> None:
        """Show both, and take what was typed for an answer to what stands now."""
        self.is_stale = True
        for field in self.visible_fields():
            typed = _written(self.cleaned_data.get(field.name))
            stands = _written(standing[field.name])
            if typed != stands:
                words = dict(getattr(field.field, "choices", ()))
                shown = {"typed": words.get(typed, typed), "stands": words.get(stands, stands)}
                self.differences.append({"label": field.label, **shown})
        self.add_error(None, str(self.changed_meanwhile))
        sent: Any = self.data
        answered = sent.copy()
        answered["seen"] = self._fingerprint(standing)
        self.data = answered

    def _fingerprint(self, values: dict[str, Any]) -> str:
        watched = self.watched or [name for name in self.fields if name != "seen"]
        return fingerprint({name: values[name] for name in watched})


class EditForm(SeenForm, SheetForm):
    """A row of a kind of file that stands, to be changed."""

    def locked(self) -> dict[str, Any]:
        """The row's values by field as they stand now, locked until the transaction ends."""
        raise NotImplementedError

    def save(self, *, by: Any, update: bool = True, **more: str) -> Outcome | None:
        """None also where the row has changed since, unless both say the same."""
        with transaction.atomic():
            standing = self.locked()
            outcome = super().save(by=by, update=update, **more)
            if outcome is None or outcome.unchanged or self.has_seen(standing):
                return outcome
            transaction.set_rollback(True)
        self.show_change(standing)
        return None


def fingerprint(values: Mapping[str, Any]) -> str:
    """A short text that differs where any of the values does, as they are written."""
    fields = {name: _written(value) for name, value in values.items()}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _written(value: Any) -> str:
    return "" if value is None else str(value)
