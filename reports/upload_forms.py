"""What the pages of files are asked, and the file that they are given."""

import uuid
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.listing import AddressForm
from exchange.models import JobState
from reports.kinds import KINDS

_MEGABYTE = 1024**2


class UploadForm(forms.Form):
    """A file to import. ``token`` makes a second sending of the same form the same import."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("File (.xlsx or .csv)"),
        error_messages={
            "required": gettext_lazy("Choose the file to import."),
            "empty": gettext_lazy("This file is empty."),
        },
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".xlsx,.csv"}),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only check, save nothing"), required=False, initial=True
    )
    update = forms.BooleanField(
        label=gettext_lazy("Update what stands with other values"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["token"] = uuid.uuid4()
        super().__init__(*args, **kwargs)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if Path(file.name or "").suffix.lower() not in (".xlsx", ".csv"):
            raise forms.ValidationError(_("Only .xlsx and .csv files can be read."))
        return file

    def refuse_as_too_large(self) -> None:
        """Say why a file was thrown away unread, in place of that none was chosen."""
        message = _(
            "The file is larger than the %(limit)s MB that a page takes. Split it, or ask the"
            " operator to import it by command."
        )
        self.errors["file"] = self.error_class(
            [message % {"limit": settings.UPLOAD_BYTES // _MEGABYTE}]
        )


class RepeatForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    update = forms.BooleanField(required=False)


class FilesForm(AddressForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of file"), required=False,
        choices=[
            ("", gettext_lazy("all kinds")),
            *((kind, terms.label) for kind, terms in KINDS.items()),
        ],
        error_messages={"invalid_choice": gettext_lazy("There is no kind of file “%(value)s”.")},
    )  # fmt: skip
    state = forms.ChoiceField(
        label=gettext_lazy("Outcome"), required=False,
        choices=[("", gettext_lazy("any outcome")), *JobState.choices],
        error_messages={"invalid_choice": gettext_lazy("There is no outcome “%(value)s”.")},
    )  # fmt: skip
