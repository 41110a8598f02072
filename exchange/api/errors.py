"""One shape for whatever the API refuses: ``{"errors": [{"code", "field", …}]}``."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from exchange.columns import Column
from exchange.entered import FieldError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``field`` is a name of the body or of the address, ``column`` the heading that the files give
    the same value, ``value`` what was sent, as text; each is None where it has no sense.
    """

    code: str
    message: str
    field: str | None = None
    column: str | None = None
    value: str | None = None


class Refused(APIException):
    """The request was understood and is refused, for these reasons."""

    def __init__(self, problems: Iterable[Problem], *, status: int = 400) -> None:
        super().__init__()
        self.problems = list(problems)
        self.status_code = status


def refused(code: str, message: str, *, field: str | None = None, status: int = 400) -> Refused:
    return Refused([Problem(code, message, field)], status=status)


def stale(message: str) -> Refused:
    """Somebody else has changed what the sender had read."""
    return refused("stale", message, field="seen", status=409)


def row_refused(errors: Sequence[FieldError], columns: dict[str, Column]) -> Refused:
    """What a service found wrong with a row; 409 where it is only that other values stand."""
    problems = [_of_row(error, columns) for error in errors]
    only_conflicts = {error.code for error in errors} == {"conflict"}
    return Refused(problems, status=409 if only_conflicts else 400)


def _of_row(error: FieldError, columns: dict[str, Column]) -> Problem:
    column = columns.get(error.field)
    value = None if error.value is None else str(error.value)
    return Problem(error.code, error.message, error.field, column and column.heading, value)


#: The codes of Django's form fields, by those of the contract.
_FORM_CODES = {
    "required": "required",
    "invalid_choice": "bad_choice",
    "empty": "empty",
    "max_length": "out_of_range",
}


def form_refused(form: forms.Form) -> Refused:
    return Refused(list(_of_form(form)))


def _of_form(form: forms.Form) -> Iterator[Problem]:
    for field, errors in form.errors.as_data().items():
        name = None if field == "__all__" else field
        for error in errors:
            for message in error.messages:
                code = _FORM_CODES.get(error.code or "", _invalid(form, field))
                value = form.data.get(field)
                yield Problem(code, message, name, None, None if value is None else str(value))


def _invalid(form: forms.Form, field: str) -> str:
    is_day = isinstance(form.fields.get(field), forms.DateField)
    return "bad_date" if is_day else "malformed"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception of a view in the one shape; None leaves it to be reported."""
    response = exception_handler(_known(error), context)
    if response is not None:
        response.data = body(problems_of(error))
    return response


def body(problems: Iterable[Problem]) -> dict[str, Any]:
    return {"errors": [asdict(problem) for problem in problems]}


def _known(error: Exception) -> Exception:
    """Django's own refusals of a request, as the framework knows them."""
    if isinstance(error, RequestDataTooBig):
        return refused("too_large", too_large(), status=413)
    return exceptions.ParseError() if isinstance(error, SuspiciousOperation) else error


def too_large() -> str:
    return _("The request is too large.")


def problems_of(error: Exception) -> list[Problem]:
    if isinstance(error, Refused):
        return error.problems
    if isinstance(error, RequestDataTooBig):
        return [Problem("too_large", too_large())]
    if isinstance(error, exceptions.ValidationError):
        return list(_flattened(error.get_full_details(), ()))
    for kinds, code, words in _SAID:
        if isinstance(error, kinds):
            return [Problem(code, words())]
    # Django's and the framework's PermissionDenied: the reason, where one was given.
    said = str(error) if not isinstance(error, APIException) else ""
    return [Problem("forbidden", said or _("You may not do this here."))]


_SAID = (
    (Http404, "not_found", lambda: _("There is nothing here that you may see.")),
    (exceptions.NotFound, "not_found", lambda: _("There is nothing here that you may see.")),
    (
        exceptions.NotAuthenticated, "not_signed_in",
        lambda: _("Sign in, or send an access token: Authorization: Bearer …"),
    ),
    (
        exceptions.AuthenticationFailed, "not_signed_in",
        lambda: _("This access token is unknown, expired or revoked, or its owner is stopped."),
    ),
    (
        exceptions.MethodNotAllowed, "method_not_allowed",
        lambda: _("This address does not take such a request."),
    ),
    (
        exceptions.UnsupportedMediaType, "unsupported_type",
        lambda: _("Send JSON, or a form with a file where a file is asked for."),
    ),
    (
        exceptions.Throttled, "too_many_requests",
        lambda: _("Too many requests in a minute; wait and send it again."),
    ),
    (
        (exceptions.ParseError, SuspiciousOperation), "malformed",
        lambda: _("The request is no well-formed JSON or form."),
    ),
)  # fmt: skip


#: The codes of the framework's own fields, by those of the contract.
_FIELD_CODES = {"required": "required", "invalid_choice": "bad_choice", "empty": "empty"}


def _flattened(details: Any, path: tuple[str, ...]) -> Iterator[Problem]:
    """What the framework's own fields say, as flat problems; a list's place is in the name."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        code = _FIELD_CODES.get(details["code"], "malformed")
        yield Problem(code, str(details["message"]), ".".join(path) or None)
    elif isinstance(details, dict):
        for name, inner in details.items():
            is_whole = name == "non_field_errors"
            yield from _flattened(inner, path if is_whole else (*path, str(name)))
    else:
        for inner in details:
            yield from _flattened(inner, path)


class ProblemSerializer(serializers.Serializer):
    """One thing that is wrong."""

    code = serializers.CharField(help_text=gettext_lazy("A stable word; the message may change."))
    message = serializers.CharField(help_text=gettext_lazy("In the language of Accept-Language."))
    field = serializers.CharField(
        allow_null=True, help_text=gettext_lazy("Name in the body or the address.")
    )
    column = serializers.CharField(
        allow_null=True, help_text=gettext_lazy("The same value's heading in files.")
    )
    value = serializers.CharField(allow_null=True, help_text=gettext_lazy("What was sent."))


class ErrorsSerializer(serializers.Serializer):
    """What every refusal answers."""

    errors = ProblemSerializer(many=True)
