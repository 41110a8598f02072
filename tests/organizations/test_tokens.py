"""Access tokens: made once, kept as a hash, void when they should be, and never more than asked."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from organizations.models import AccessToken, AccessTokenEvent, User
from organizations.tokens import MOST, make_token, revoke_token, token_of
from tests.apis import Api, codes_of, key_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("owner")


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def test_key_is_kept_as_a_hash_alone(owner: User) -> None:
    made = make_token(name="月报", scope="read", expires_on=in_days(9), by=owner)
    kept = [str(value) for value in AccessToken.objects.values_list().get()]
    assert made.key.startswith(f"yuliu_{made.token.prefix}_")
    assert [value for value in kept if made.key.rpartition("_")[2] in value] == []
    assert token_of(made.key) == made.token


@pytest.mark.parametrize("days", [-1, 366, 4000])
def test_token_lasts_a_year_at_the_most(owner: User, days: int) -> None:
    with pytest.raises(ValidationError):
        make_token(name="月报", scope="read", expires_on=in_days(days), by=owner)


def test_nobody_keeps_more_tokens_than_they_look_after(owner: User) -> None:
    for _number in range(MOST):
        key_for(owner)
    with pytest.raises(ValidationError):
        key_for(owner)
    revoke_token(AccessToken.objects.first(), by=owner)
    assert token_of(key_for(owner)) is not None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
        lambda key: key.replace("yuliu", "other"),
        lambda key: key.rpartition("_")[0],
        lambda key: "",
        lambda key: "yuliu__" + key,
        lambda key: key + "é",
    ],
)
def test_any_other_key_opens_nothing(owner: User, spoil) -> None:
    assert token_of(spoil(key_for(owner))) is None


def test_token_is_good_on_its_last_day(owner: User) -> None:
    key = make_token(name="月报", scope="read", expires_on=in_days(1), by=owner).key
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert token_of(key) is not None
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert token_of(key) is None


def test_use_is_noted_to_the_minute_and_is_no_history(owner: User) -> None:
    key = key_for(owner)
    now = timezone.now()
    for seconds in (0, 30, 90):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            token_of(key)
            noted = AccessToken.objects.get().last_used_at
            assert noted == now + timedelta(seconds=0 if seconds < 60 else seconds)
    assert AccessTokenEvent.objects.count() == 1


@pytest.mark.parametrize("ends", ["revoked", "expired", "stopped"])
def test_void_tokens_are_answered_401(world: SimpleNamespace, ends: str) -> None:
    api = Api(world.chen)
    assert api.get("units/").status_code == 200
    if ends == "revoked":
        revoke_token(AccessToken.objects.get(), by=world.chen)
    elif ends == "expired":
        AccessToken.objects.update(expires_on=in_days(-1))
    else:
        User.objects.filter(pk=world.chen.pk).update(is_active=False)
    answer = api.get("units/")
    assert (answer.status_code, codes_of(answer)) == (401, [(None, "not_signed_in")])
    assert answer["WWW-Authenticate"] == 'Bearer realm="yuliu"'


def test_reading_token_writes_nothing(world: SimpleNamespace) -> None:
    api = Api(world.chen, scope="read")
    assert api.get("units/X/").status_code == 200
    answer = api.patch("units/X/", {"headcount": 1})
    assert (answer.status_code, codes_of(answer)) == (403, [(None, "forbidden")])


def test_token_that_sends_too_much_waits(world: SimpleNamespace, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    api, other = Api(world.chen), Api(world.chen)
    assert [api.get("units/X/").status_code for _time in range(3)] == [200, 200, 429]
    assert codes_of(api.get("units/X/")) == [(None, "too_many_requests")]
    assert other.get("units/X/").status_code == 200


def test_too_large_a_body_is_not_read(world: SimpleNamespace) -> None:
    answer = Api(world.chen).patch("units/X/", {"name": "x" * 1024**2})
    assert (answer.status_code, codes_of(answer)) == (413, [(None, "too_large")])


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    [
        ("application/json", "{", (400, "malformed")),
        ("application/json", "[]", (400, "malformed")),
        ("application/json", "[" * 500_000, (400, "malformed")),
        ("application/json", b"\xff", (400, "malformed")),
        ("application/json", '{"headcount": %s}' % ("9" * 5000), (400, "malformed")),
        ("text/plain", "{}", (415, "unsupported_type")),
    ],
)
def test_what_is_no_json_is_refused(
    world: SimpleNamespace, kind: str, sent: str | bytes, expected: tuple[int, str]
) -> None:
    api = Api(world.chen)
    answer = api.client.post("/api/v1/units/", sent, content_type=kind, headers=api.headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == expected


def test_whatever_lies_nowhere_is_answered_in_the_same_shape(world: SimpleNamespace) -> None:
    api = Api(world.chen)
    assert codes_of(api.get("castles/")) == [(None, "not_found")]
    assert codes_of(api.get("units/%00/")) == [(None, "malformed")]
    answer = api.delete("units/X/")
    assert (answer.status_code, codes_of(answer)) == (405, [(None, "method_not_allowed")])


# --- The page ---


def typed(**given: str) -> dict[str, str]:
    return {"name": "月报", "scope": "read", "expires_on": in_days(30).isoformat()} | given


def test_page_shows_a_key_once(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    answer = client.post("/tokens/", typed())
    key = answer.context["made"].key
    assert token_of(key).user == owner
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert key in answer.content.decode()
    assert key not in client.get("/tokens/").content.decode()


def test_page_says_what_is_wrong(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    answer = client.post("/tokens/", typed(expires_on=in_days(400).isoformat(), name=""))
    assert set(answer.context["form"].errors) == {"name"}
    answer = client.post("/tokens/", typed(expires_on=in_days(400).isoformat()))
    assert set(answer.context["form"].errors) == {"expires_on"}
    assert AccessToken.objects.count() == 0


def test_page_revokes_ones_own_and_no_other(owner: User) -> None:
    other = User.objects.create_user("other")
    keys = {user: key_for(user) for user in (owner, other)}
    client = Client()
    client.force_login(owner)
    addresses = [f"/tokens/{token_of(key).pk}/revoke/" for key in keys.values()]
    assert [client.post(address).status_code for address in addresses] == [302, 404]
    assert [token_of(key) is None for key in keys.values()] == [True, False]
