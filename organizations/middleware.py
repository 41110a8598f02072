import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from exchange.requests import identified, request_id, user_id

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


#: A session is renewed by a write at most so often.
_SECONDS_BETWEEN_WRITES = 60


def limit_sessions(get_response: Handler) -> Handler:
    """End a session that has lasted its longest; renew one that is in use.

    The idle limit is the age of the session's cookie and row, counted from the last renewal.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            user_id.set(request.user.pk)
            now = int(time.time())
            began = request.session.setdefault("began", now)
            if now - began > settings.SESSION_LONGEST_SECONDS:
                logout(request)
                messages.info(request, _("You were signed in for a long time; sign in again."))
            elif now - request.session.get("seen", 0) > _SECONDS_BETWEEN_WRITES:
                request.session["seen"] = now
        return get_response(request)

    return middleware
