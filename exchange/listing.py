"""Lists: filters kept in the address, pages, and the list as seen taken away as a file."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from exchange.filenames import file_name
from exchange.patience import within
from exchange.resources import SheetResource

ROWS_A_PAGE = 50
#: A page makes a file while the reader waits; longer lists are narrowed first.
ROWS_A_FILE = 100_000
#: A list in which few rows are found among very many is narrowed first as well.
SECONDS_A_LIST = 5


class AddressForm(forms.Form):
    """What a page is asked, from its address; of a bad value, named, the default is shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            selects = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if selects else "form-control"

    def defaults(self) -> dict[str, Any]:
        """What is asked where the address says nothing."""
        return {}

    def given(self) -> dict[str, Any]:
        """The good values of the address, which its links carry on."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def asked(self) -> SimpleNamespace:
        """Every field by name, with its default where nothing good was given."""
        blank = dict.fromkeys(self.fields)
        return SimpleNamespace(**(blank | self.defaults() | self.given()))

    def shown(self, **values: Any) -> Self:
        """The form to fill in again: what is answered, without what was refused."""
        return type(self)(initial=self.defaults() | self.given() | values)

    def flaws(self) -> list[str]:
        return [flaw for flaws in self.errors.values() for flaw in flaws]


def address_of(values: dict[str, Any]) -> QueryDict:
    """Values as the query part of an address, for the tag ``querystring``."""
    address = QueryDict(mutable=True)
    address.update({name: str(value) for name, value in values.items()})
    return address


def listing(
    request: HttpRequest,
    form: AddressForm,
    rows: QuerySet,
    *,
    size: int = ROWS_A_PAGE,
    number: int | None = None,
) -> dict[str, Any]:
    """What the templates ``_filters.html`` and ``_pages.html`` show of a list.

    ``number`` is how many rows there are, where the page has counted them already.
    """
    paginator = Paginator(rows, size)
    if number is not None:
        paginator.count = number
    return {
        "form": form.shown(),
        "flaws": form.flaws(),
        "address": address_of(form.given()),
        "page": paginator.get_page(request.GET.get("page")),
    }


def wants_file(request: HttpRequest) -> bool:
    """Whether the list is to be taken away: ``?file=xlsx`` or ``?file=csv``."""
    return request.GET.get("file") in ("xlsx", "csv")


def as_file(
    request: HttpRequest, resource: SheetResource, rows: QuerySet, name: str
) -> HttpResponse:
    """The list as seen, in the columns that its kind is imported by.

    A list that is too long for a page is refused with a word, and shown again.
    """
    if words := too_much(rows):
        messages.warning(request, words)
        kept = request.GET.copy()
        del kept["file"]
        return redirect(f"{request.path}?{kept.urlencode()}")
    suffix = f".{request.GET['file']}"
    return file_of(resource, rows.iterator(chunk_size=2000), f"{name}{suffix}")


def too_much(rows: Any) -> str:
    """Why a page does not give so many rows at once, in the reader's words; "" where it does."""
    # Of rows of the database, counting ends where the answer is known.
    counted = rows[: ROWS_A_FILE + 1] if isinstance(rows, QuerySet) else rows
    number = within(SECONDS_A_LIST, counted.count)
    if number is None:
        return _("The list takes too long to be looked through; narrow it to take it away.")
    if number > ROWS_A_FILE:
        words = _("The list has more than %(limit)s rows; narrow it to take it away.")
        return words % {"limit": ROWS_A_FILE}
    return ""


def file_of(resource: SheetResource, instances: Iterable[Any], name: str) -> HttpResponse:
    """The instances as a file to be saved under ``name``, .xlsx or .csv."""
    return written(lambda path: resource.export_file(instances, path), name)


def written(write: Callable[[Path], None], name: str) -> HttpResponse:
    """What ``write`` leaves at a path of the suffix of ``name``, to be saved under that name."""
    with tempfile.TemporaryDirectory(prefix="yuliu-list-") as folder:
        path = Path(folder) / f"list{Path(name).suffix}"
        write(path)
        return FileResponse(path.open("rb"), as_attachment=True, filename=file_name(name))
