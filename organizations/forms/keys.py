"""The key of a row that a form has saved."""

from exchange.entered import Entered
from exchange.forms import SheetForm


def key_of(form: SheetForm, field: str) -> str:
    """What was typed into a key field, as the reader of files writes it."""
    typed = {field: form.cleaned_data[field]}
    return getattr(Entered(form.resource, typed).values, field)
