"""The description of the API: cells by their columns, filters by their forms, the errors."""

from typing import Any

from django import forms
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from exchange.api.errors import ErrorsSerializer
from exchange.api.paging import MOST_ROWS_A_PAGE, ROWS_A_PAGE
from exchange.api.rows import NUMBERS

_SHAPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "year": {"type": "integer"},
    "amount": {"type": "string", "pattern": r"^-?\d+\.\d{2}$"},
    "decimal": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    "percent": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}
_WORDS = {
    "key": _("A code, as text."),
    "uscc": _("Unified social credit code (GB 32100), with its check digit."),
    "amount": _("Yuan, at most two decimals."),
    "percent": _("Percent: 15 means 15 %."),
    "day": _("A day, such as 2026-03-05."),
    "moment": _("A day with its time."),
}


class CellShape(OpenApiSerializerFieldExtension):
    """A cell going out has one type; coming in it may be whatever a spreadsheet's would."""

    target_class = "exchange.api.rows.CellField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        column = self.target.column
        words = " ".join(w for w in (f"{column.heading}.", str(_WORDS.get(column.kind, ""))) if w)
        shape = self._coming_in() if direction == "request" else self._going_out()
        return shape | {"description": words, "nullable": True}

    def _going_out(self) -> dict[str, Any]:
        column = self.target.column
        if self.target.is_flag:
            return {"type": "boolean"}
        if column.choices:
            return {"type": "string", "enum": [*column.spellings, None]}
        return _SHAPES.get(column.kind, {"type": "string"})

    def _coming_in(self) -> dict[str, Any]:
        column = self.target.column
        if column.kind in NUMBERS:
            return {"anyOf": [{"type": "number"}, {"type": "string"}]}
        if self.target.is_flag:
            return {"anyOf": [{"type": "boolean"}, {"type": "string", "enum": [*column.choices]}]}
        if column.choices:
            return {"type": "string", "enum": [*column.spellings, *column.choices, "", None]}
        return {"type": "string"}


_ERRORS = {
    "400": _("Refused: each error says its code and field; nothing was saved."),
    "401": _("Not signed in, or the access token is unknown, expired or revoked."),
    "403": _("Inside your scope, and you may not do this there; or the token only reads."),
    "404": _("Nothing here, or nothing that you may see."),
    "429": _("Too many requests in a minute."),
}
_ERRORS_OF_WRITES = {
    "409": _("Other values stand here already (conflict), or changed since you read (stale)."),
    "413": _("The body is too large."),
    "415": _("Neither JSON nor, where a file is taken, a form."),
}


class Description(AutoSchema):
    """An operation with the filters of its view's form, its paging and every refusal."""

    def get_description(self) -> str:
        """Docstrings speak to whoever works on the code; a description is said by name."""
        return ""

    def get_override_parameters(self) -> list[Any]:
        form = getattr(self.view, "form", None) if self.method == "GET" else None
        found = [] if form is None else [_parameter(*named) for named in _asked(form, self.view)]
        return [*found, *(_PAGING if getattr(self.view, "is_paged", False) else [])]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        given: dict[str, Any] = super()._get_response_bodies(direction)
        errors = _ERRORS if self.method == "GET" else _ERRORS | _ERRORS_OF_WRITES
        for status, words in errors.items():
            refusal = self._get_response_for_code(ErrorsSerializer, status)
            given[status] = refusal | {"description": str(words)}
        return given


def _asked(form: Any, view: Any) -> list[tuple[str, forms.Field]]:
    left_out = getattr(view, "page_only", frozenset())
    return [(name, field) for name, field in form.base_fields.items() if name not in left_out]


def _parameter(name: str, field: forms.Field) -> OpenApiParameter:
    kind, choices = str, None
    if isinstance(field, forms.TypedChoiceField):
        kind = int
    elif isinstance(field, forms.ChoiceField) and not isinstance(
        field.choices, CallableChoiceIterator
    ):
        choices = list(dict.fromkeys([value for value, _label in field.choices] + [""]))
    is_day = isinstance(field, forms.DateField)
    schema = {"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2})?$"} if is_day else kind
    words = str(field.label or name).capitalize()
    return OpenApiParameter(name, schema, enum=choices, description=f"{words}.")


_PAGING = [
    OpenApiParameter(
        "size",
        {"type": "integer", "minimum": 1, "maximum": MOST_ROWS_A_PAGE, "default": ROWS_A_PAGE},
        description=_("Rows of a page."),
    ),
    OpenApiParameter(
        "cursor", str, description=_("Where the page begins: as the page before says in “next”.")
    ),
]


_INTRODUCTION = (
    _(
        "**Sign in.** Programs send an access token: `Authorization: Bearer yuliu_…`. It may do"
        " what its owner may; a token that only reads writes nothing (403)."
    ),
    _(
        "**Rows.** A body is a row of the file of its kind, with the same rules: amounts as text or"
        " number, `1,234.50`, `15%` and `2026年3月5日` are understood, choices by word or in"
        " Chinese. Answers hold amounts as text of yuan with two decimals."
    ),
    _(
        '**Refusals** all have one shape: `{"errors": [{"code", "message", "field", "column",'
        ' "value"}]}`. The codes are those of files, beside `malformed`, `unknown_field`, `stale`,'
        " `not_signed_in`, `forbidden`, `not_found`, `too_large`, `unsupported_type` and"
        " `too_many_requests`. Whatever is refused has saved nothing."
    ),
    _(
        "**Lists** come by page: `next` is the address of the following page, and nothing is"
        " counted. An unknown or bad filter is refused, never passed over."
    ),
)


def complete(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Introduce the API; say that answers hold every field, and that bodies hold no others."""
    result["info"]["description"] = "\n\n".join(map(str, _INTRODUCTION))
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Request"):
            component["additionalProperties"] = False
        elif component.get("properties"):
            component["required"] = list(component["properties"])
    return result
