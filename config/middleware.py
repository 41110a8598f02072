"""A log line for each request."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.logs import FIELDS

Handler = Callable[[HttpRequest], HttpResponse]

#: Asked for every few seconds by machines: no lines of theirs at INFO.
PROBES = {"/health/", "/ready/"}

logger = logging.getLogger(__name__)


def tell_requests(get_response: Handler) -> Handler:
    """A line for each request: its path without the question, its status, its time.

    At INFO, which only the JSON form shows; at WARNING when it took SLOW_REQUEST_MS or more.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = get_response(request)
        _tell(request, response, round(1000 * (time.monotonic() - began)))
        return response

    return middleware


def _tell(request: HttpRequest, response: HttpResponse, milliseconds: int) -> None:
    slow = milliseconds >= settings.SLOW_REQUEST_MS
    ordinary = logging.DEBUG if request.path in PROBES else logging.INFO
    words = ("Slow request: " if slow else "") + "%s %s %s in %s ms"
    values = (request.method, request.path, response.status_code, milliseconds)
    fields = dict(zip(FIELDS, values, strict=True))
    logger.log(logging.WARNING if slow else ordinary, words, *values, extra=fields)
