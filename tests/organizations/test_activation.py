"""One-time codes: for whom, how long, and what a wrong one costs."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organizations.activation import ALPHABET, TRIES, VALID, WrongCode, activate, make_codes
from organizations.models import Activation, Role, User, UserEvent
from organizations.people import stop
from tests.builders import accept, person, unit

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough secret"


@pytest.fixture
def wei() -> User:
    accept("units", unit("X", "450102"))
    return person("wei", Role.UNIT_CLERK, unit="X")


def code_of(user: User, by: User | None = None) -> str:
    [slip] = make_codes([user], by=by)
    return slip.code


def test_code_is_readable_and_only_its_hash_is_kept(wei):
    code = code_of(wei)
    assert len(code) == 11
    assert set(code) <= {*ALPHABET, "-"}
    assert not {"0", "O", "1", "I", "L"} & set(code)
    kept = Activation.objects.filter(user=wei).values().get()
    letters = code.replace("-", "")
    assert [value for value in kept.values() if letters in str(value) or code in str(value)] == []
    assert kept["expires_at"] - kept["made_at"] == VALID


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: f" {code.replace('-', ' ')}　"])
def test_code_sets_the_password_however_it_is_typed(wei, typed):
    used = activate(username="wei", code=typed(code_of(wei)), password=PASSWORD)
    assert used == wei
    assert User.objects.get(username="wei").check_password(PASSWORD)


def test_code_is_used_once(wei):
    code = code_of(wei)
    activate(username="wei", code=code, password=PASSWORD)
    with pytest.raises(WrongCode):
        activate(username="wei", code=code, password="another long secret")
    assert User.objects.get(username="wei").check_password(PASSWORD)


def test_new_code_makes_the_old_one_void(wei):
    old, new = code_of(wei), code_of(wei)
    with pytest.raises(WrongCode):
        activate(username="wei", code=old, password=PASSWORD)
    activate(username="wei", code=new, password=PASSWORD)


def test_lost_password_works_until_the_new_code_is_used(wei):
    wei.set_password("the old password")
    wei.save()
    code = code_of(wei)
    assert User.objects.get(username="wei").check_password("the old password")
    activate(username="wei", code=code, password=PASSWORD)
    assert not User.objects.get(username="wei").check_password("the old password")


def test_right_code_is_void_after_five_wrong_ones(wei):
    code = code_of(wei)
    for _time in range(TRIES):
        with pytest.raises(WrongCode):
            activate(username="wei", code="AAAAA-AAAAA", password=PASSWORD)
    with pytest.raises(WrongCode):
        activate(username="wei", code=code, password=PASSWORD)
    activate(username="wei", code=code_of(wei), password=PASSWORD)


def test_code_of_somebody_else_is_wrong(wei):
    qin = person("qin", Role.UNIT_CLERK, unit="X")
    code_of(qin)
    with pytest.raises(WrongCode):
        activate(username="qin", code=code_of(wei), password=PASSWORD)


def test_code_expires(wei):
    code = code_of(wei)
    late = timezone.now() + VALID + timedelta(seconds=1)
    with time_machine.travel(late, tick=False), pytest.raises(WrongCode):
        activate(username="wei", code=code, password=PASSWORD)


def test_weak_password_is_refused_and_costs_nothing(wei):
    code = code_of(wei)
    with pytest.raises(ValidationError):
        activate(username="wei", code=code, password="12345678")
    assert Activation.objects.get().tries == 0
    activate(username="wei", code=code, password=PASSWORD)


def test_stopped_person_has_no_code(wei):
    code = code_of(wei)
    stop(wei, by=None)
    with pytest.raises(WrongCode):
        activate(username="wei", code=code, password=PASSWORD)
    wei.refresh_from_db()
    with pytest.raises(PermissionDenied):
        make_codes([wei], by=None)


def test_nobody_makes_codes_beyond_their_reach_or_for_themselves(wei):
    neighbour = person("chen", Role.BUREAU_ADMINISTRATOR, region="450203")
    for somebody in (wei, neighbour):
        with pytest.raises(PermissionDenied):
            make_codes([somebody], by=neighbour)
    assert not Activation.objects.exists()


def test_history_tells_of_no_code_and_no_password(wei):
    fields = {field.name for field in UserEvent._meta.fields if not field.name.startswith("pgh_")}
    assert fields & {"password", "code_hash"} == set()
