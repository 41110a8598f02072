import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from organizations.accounts import Accounts
from organizations.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """Pages are tested without collecting the static files first."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def person() -> User:
    return User.objects.create_user("wei", "correct horse")


def sign_in(client: Client, **given: Any) -> Any:
    return client.post("/sign-in/", {"login": "wei", "password": "correct horse"} | given)


def test_sign_in_leads_to_the_page_asked_for(client: Client, person: User) -> None:
    response = sign_in(client, next="/units/U1/")
    assert (response.status_code, response["Location"]) == (302, "/units/U1/")
    assert int(client.session["_auth_user_id"]) == person.pk


def test_sign_in_never_leads_to_another_site(client: Client, person: User) -> None:
    assert sign_in(client, next="https://example.com/")["Location"] == "/"


def test_wrong_password_is_said_in_plain_words(client: Client, person: User) -> None:
    response = sign_in(client, password="wrong")
    assert response.status_code == 200
    words = Accounts.error_messages["username_password_mismatch"]
    assert str(words) in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_stopped_account_cannot_sign_in(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_person_who_is_signed_in_is_sent_on(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/sign-in/")["Location"] == "/"


def test_sign_out_needs_a_post(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_name_is_locked_at_one_address_after_five_wrong_passwords(
    client: Client, person: User
) -> None:
    statuses = [sign_in(client, password="wrong").status_code for _time in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert sign_in(client).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(elsewhere)["Location"] == "/"


def test_session_ends_after_its_longest_time(client: Client, person: User, settings) -> None:
    sign_in(client)
    assert client.get("/").status_code == 200
    session = client.session
    session["began"] -= settings.SESSION_LONGEST_SECONDS + 1
    session.save()
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_sign_in_page_holds_nothing_inline_and_forbids_it(client: Client) -> None:
    response = client.get("/sign-in/")
    text = response.content.decode()
    assert re.findall(r"<script(?! src=\"/static/)", text) == []
    assert "style=" not in text
    policy = response["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
