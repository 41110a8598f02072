import uuid
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from exchange.requests import identified, request_id

Handler = Callable[[HttpRequest], HttpResponse]


def refuse_nul_bytes(get_response: Handler) -> Handler:
    """PostgreSQL text cannot hold NUL: say 400 before a query says 500."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.get_full_path() or "%00" in request.get_full_path():
            raise BadRequest("NUL byte in the address")
        return get_response(request)

    return middleware


def identify_request(get_response: Handler) -> Handler:
    """Give every request an id that the history of its changes carries, and its answer too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with identified(uuid.uuid4().hex):
            response = get_response(request)
            response["X-Request-ID"] = request_id.get()
        return response

    return middleware
