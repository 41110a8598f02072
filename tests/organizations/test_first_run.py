"""The first administrator, made on the command line."""

import sys
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from organizations.management.commands import first_run
from organizations.models import Membership, Role, User

PASSWORD = "guihua-yongjiang-7"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YULIU_PASSWORD", PASSWORD)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A terminal at which the given passwords are typed, one after the other."""

    def type_in(*passwords: str) -> None:
        typed = iter(passwords)
        monkeypatch.delenv("YULIU_PASSWORD", raising=False)
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr(first_run, "getpass", lambda prompt: next(typed))

    return type_in


def run(username: str = "luo", region: str = "450100") -> str:
    output = StringIO()
    call_command("first_run", "--username", username, "--region", region, stdout=output)
    return output.getvalue()


def refusal(**arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        run(**arguments)
    assert refused.value.returncode == 2
    return str(refused.value)


def test_first_run_makes_an_administrator_of_the_region(environment: None) -> None:
    assert run() == "luo is now an administrator of 南宁市.\n"
    membership = Membership.objects.get(user__username="luo", region__code="450100")
    assert membership.role == Role.BUREAU_ADMINISTRATOR
    assert membership.user.check_password(PASSWORD)
    assert not membership.user.is_superuser


def test_first_run_asks_for_the_password_twice(terminal: Callable[..., None]) -> None:
    terminal(PASSWORD, PASSWORD)
    run()
    assert User.objects.get(username="luo").check_password(PASSWORD)


def test_passwords_that_differ_are_refused(terminal: Callable[..., None]) -> None:
    terminal(PASSWORD, f"{PASSWORD}8")
    assert refusal() == "The two passwords differ."
    assert not User.objects.exists()


def test_first_run_without_password_or_terminal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YULIU_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", StringIO())
    assert refusal().startswith("There is no terminal")


def test_unknown_region_is_refused(environment: None) -> None:
    assert refusal(region="459999") == "There is no region with the code 459999."


def test_existing_username_is_refused_and_keeps_its_password(
    environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    monkeypatch.setenv("YULIU_PASSWORD", "another-of-these-9")
    assert "already exists" in refusal(region="450200")
    assert User.objects.get(username="luo").check_password(PASSWORD)
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("username", ["", "luo wei", "l" * 65])
def test_name_that_cannot_sign_in_is_refused(environment: None, username: str) -> None:
    assert refusal(username=username)
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["k7-brev", "password123", "luozhiwei1"])
def test_password_that_is_easily_guessed_is_refused(
    monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("YULIU_PASSWORD", password)
    assert "password" in refusal(username="luozhiwei")
    assert not User.objects.exists()
