"""What the pages of files are asked, and the file that they are given."""

import uuid
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.import_jobs import request_import
from exchange.listing import AddressForm
from exchange.models import Job, JobState
from exchange.uploads import is_too_large
from organizations.models import User
from reports.kinds import KINDS

_MEGABYTE = 1024**2


class UploadForm(forms.Form):
    """A file to import. ``token`` makes a second sending of the same form the same import.

    Only with the same file: who goes back, mends the file and sends the form again means another
    import.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("File (.xlsx or .csv)"),
        error_messages={
            "required": gettext_lazy("Choose the file to import."),
            "empty": gettext_lazy("This file is empty."),
        },
        widget=forms.FileInput(
            attrs={
                "class": "form-control",
                "accept": ".xlsx,.csv",
                "data-max-bytes": settings.UPLOAD_BYTES,
            }
        ),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only check, save nothing"), required=False, initial=True
    )
    update = forms.BooleanField(
        label=gettext_lazy("Update what stands with other values"), required=False
    )

    def __init__(self, request: HttpRequest) -> None:
        sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        super().__init__(*sent, initial={"token": uuid.uuid4()})
        self.was_thrown_away = request.method == "POST" and is_too_large(request)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if Path(file.name or "").suffix.lower() not in (".xlsx", ".csv"):
            raise forms.ValidationError(_("Only .xlsx and .csv files can be read."))
        if (file.size or 0) > settings.UPLOAD_BYTES:
            raise forms.ValidationError(_too_large())
        return file

    def clean(self) -> dict[str, Any]:
        if self.was_thrown_away:
            self.errors.pop("file", None)
            self.add_error("file", _too_large())
        return self.cleaned_data

    def save(self, *, kind: str, by: User) -> Job:
        """Request the import; the same form with the same file is the same import."""
        given = self.cleaned_data
        file, options = given["file"], {"update": given["update"], "dry_run": given["dry_run"]}
        sending = f"{by.pk} {kind} {options} {file.name} {_digest(file)}"
        token = uuid.uuid5(given["token"], sending)
        return request_import(
            kind=kind, file=file, name=file.name, by=by, token=token, **options
        )  # fmt: skip


def _too_large() -> str:
    return _(
        "The file is larger than the %(limit)s MB that a page takes. Split it, or ask the operator"
        " to import it by command."
    ) % {"limit": settings.UPLOAD_BYTES // _MEGABYTE}


def _digest(file: UploadedFile) -> str:
    found = blake2b(digest_size=16)
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


class RepeatForm(forms.Form):
    """Which way a stored file goes in once more."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    way = forms.ChoiceField(choices=[("save", ""), ("update", ""), ("again", "")])


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
    #: only what the reader sent, and what ended on this day or later
    own = forms.ChoiceField(choices=[("1", "")], required=False, widget=forms.HiddenInput)
    since = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.HiddenInput(),
    )
