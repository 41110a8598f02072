"""The form of a row that stands: nothing is saved over a change that its reader has not seen."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise

from exchange.forms import SheetForm
from exchange.staging import Outcome


class EditForm(SheetForm):
    """A row that stands, to be changed. ``seen`` says of which state the form was filled in.

    Where the row has changed meanwhile, ``is_stale`` is set, ``save`` gives None, and
    ``differences`` holds each label with what was typed and what stands.
    """

    #: what the form says where somebody else has changed the row
    changed_meanwhile: Promise | str
    #: the fields that tell whether the row has changed, where the form shows fewer
    watched: tuple[str, ...] = ()
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, standing: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self._fingerprint(standing)
        self.is_stale = False
        self.differences: list[dict[str, Any]] = []

    def locked(self) -> dict[str, Any]:
        """The row's values by field as they stand now, locked until the transaction ends."""
        raise NotImplementedError

    def save(self, *, by: Any, update: bool = True, **more: str) -> Outcome | None:
        """None also where the row has changed since the form was filled in."""
        with transaction.atomic():
            standing = self.locked()
            if self._fingerprint(standing) == self.cleaned_data["seen"]:
                return super().save(by=by, update=update, **more)
        self._compare(standing)
        return None

    def _compare(self, standing: dict[str, Any]) -> None:
        """Show both, and take what was typed for an answer to what stands now."""
        self.is_stale = True
        self.add_error(None, str(self.changed_meanwhile))
        for name, label in self.labels.items():
            words = dict(self.choices.get(name, ()))
            typed, stands = self.cleaned_data.get(name) or "", _written(standing[name])
            if typed != stands:
                shown = {"typed": words.get(typed, typed), "stands": words.get(stands, stands)}
                self.differences.append({"label": label, **shown})
        sent: Any = self.data
        answered = sent.copy()
        answered["seen"] = self._fingerprint(standing)
        self.data = answered

    def _fingerprint(self, values: dict[str, Any]) -> str:
        """A short text that differs where any of the watched values does."""
        return fingerprint({name: values[name] for name in self.watched or self.labels})


def fingerprint(values: Mapping[str, Any]) -> str:
    """A short text that differs where any of the values does, as they are written."""
    fields = {name: _written(value) for name, value in values.items()}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _written(value: Any) -> str:
    return "" if value is None else str(value)
