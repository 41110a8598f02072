"""Pages of what went wrong, in the look of the others."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error


def test_unknown_address_has_a_page_of_its_own(db: None, client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert response.templates[0].name == "404.html"


@pytest.mark.parametrize(
    ("view", "status"), [(bad_request, 400), (permission_denied, 403), (server_error, 500)]
)
def test_error_page_needs_no_database(view: Any, status: int) -> None:
    arguments = [] if view is server_error else [Exception()]
    response = view(RequestFactory().get("/"), *arguments)
    assert response.status_code == status
    assert str(status) in response.content.decode()
    assert 'href="/"' in response.content.decode()


def test_form_without_its_token_is_explained(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "wei"})
    assert response.status_code == 403
    assert 'class="plain-code"' in response.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "404", "500"])
def test_error_templates_hold_no_script_or_style(name: str) -> None:
    text = render_to_string(f"{name}.html")
    assert re.findall(r"<script(?! src=\"/static/)", text) == []
    assert "style=" not in text and "https://" not in text
