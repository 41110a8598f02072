import re

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from exchange.requests import request_id
from organizations.middleware import identify_request, refuse_nul_bytes


@pytest.mark.parametrize("path", ["/units/%00", "/units/?code=A%00", "/units/?code=%00", "/a\x00b"])
def test_nul_byte_in_an_address_is_a_bad_request(path):
    """Django answers it with status 400, by the project's own page."""
    refuse = refuse_nul_bytes(lambda request: HttpResponse())
    with pytest.raises(BadRequest):
        refuse(RequestFactory().get(path))


def test_address_without_nul_byte_passes():
    pass_on = refuse_nul_bytes(lambda request: HttpResponse())
    assert pass_on(RequestFactory().get("/a/?b=%E9%A2%84")).status_code == 200


def test_request_has_an_id_of_its_own_while_it_is_served():
    served = []

    def view(request: HttpRequest) -> HttpResponse:
        served.append(request_id.get())
        return HttpResponse()

    identify = identify_request(view)
    answers = [identify(RequestFactory().get("/"))["X-Request-ID"] for _ in range(2)]
    assert answers == served
    assert all(re.fullmatch("[0-9a-f]{32}", given) for given in answers)
    assert answers[0] != answers[1]
    assert request_id.get() == ""


def test_request_that_fails_leaves_no_id_behind():
    def view(request: HttpRequest) -> HttpResponse:
        raise ValueError

    with pytest.raises(ValueError):
        identify_request(view)(RequestFactory().get("/"))
    assert request_id.get() == ""
