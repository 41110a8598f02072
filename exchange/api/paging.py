"""Lists by page: each page begins after the last row of the one before, and nothing is counted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api.errors import refused
from exchange.patience import within

ROWS_A_PAGE = 100
MOST_ROWS_A_PAGE = 1000
#: What the address of a list takes beside its filters.
PAGE_PARAMETERS = ("size", "cursor")


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the address of the next one, None after the last row."""

    rows: list[Any]
    next: str | None

    def answer(self, show: Callable[[list[Any]], Iterable[Any]]) -> Response:
        return Response({"results": list(show(self.rows)), "next": self.next})


def page(
    request: Request, rows: QuerySet, order: Sequence[str], *, seconds: float | None = None
) -> Page:
    """One page in an order that names every row once: all names rise, or one ``-name`` falls.

    Refused for a size that is none, for a cursor that no page gave, and where the rows asked for
    are too few among too many to be found in so many ``seconds``.
    """
    size = _size(request)
    after = _cursor(request, order)
    found = rows.order_by(*order)
    if after:
        found = found.filter(_beyond(order, after))
    shown = _read(found[: size + 1], seconds)
    if shown is None:
        raise refused("too_slow", _("Looking for these rows takes too long; narrow the question."))
    following = _following(request, shown[size - 1], order) if len(shown) > size else None
    return Page(shown[:size], following)


def _read(rows: QuerySet, seconds: float | None) -> list[Any] | None:
    return list(rows) if seconds is None else within(seconds, lambda: list(rows))


def _size(request: Request) -> int:
    text = request.query_params.get("size", str(ROWS_A_PAGE))
    size = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
    if not 1 <= size <= MOST_ROWS_A_PAGE:
        message = _("A page has from 1 to %(most)s rows.") % {"most": MOST_ROWS_A_PAGE}
        raise refused("out_of_range", message, field="size")
    return size


def _signer(request: Request, order: Sequence[str]) -> signing.Signer:
    """Signs the cursors of one list in one order: those of another are none here."""
    return signing.Signer(salt=" ".join(("api.cursor", request.path, *order)))


def _cursor(request: Request, order: Sequence[str]) -> list[Any] | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        return _signer(request, order).unsign_object(text)
    except (signing.BadSignature, UnicodeError, ValueError):
        message = _("No page of this list has this cursor.")
        raise refused("malformed", message, field="cursor") from None


def _beyond(order: Sequence[str], after: Sequence[Any]) -> Any:
    if len(order) > 1:
        # One comparison of rows, which an index over the same columns answers.
        return TupleGreaterThan(Tuple(*map(F, order)), tuple(after))
    name, falls = order[0].lstrip("-"), order[0].startswith("-")
    return Q(**{f"{name}__{'lt' if falls else 'gt'}": after[0]})


def _following(request: Request, last: Any, order: Sequence[str]) -> str:
    values = [_value(last, name.lstrip("-")) for name in order]
    asked = request.query_params.copy()
    asked["cursor"] = _signer(request, order).sign_object(values)
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row.isoformat() if isinstance(row, date) else row


def paged(of: type[serializers.Serializer]) -> Any:
    """The description of a page of rows."""
    name = of.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "results": of(many=True),
            "next": serializers.URLField(
                allow_null=True,
                help_text=gettext_lazy("Address of the next page; null after the last row."),
            ),
        },
    )
