import pytest
from django.db import transaction

from exchange import announcements
from exchange.announcements import announce, listen
from organizations.models import User


@pytest.fixture(autouse=True)
def topics(monkeypatch) -> None:
    monkeypatch.setattr(announcements, "_handlers", announcements.defaultdict(list))


def test_announcement_reaches_each_listener_of_its_topic_in_order():
    heard = []
    listen("moved", lambda **payload: heard.append(("first", payload)))
    listen("moved", lambda **payload: heard.append(("second", payload)))
    listen("closed", lambda **payload: heard.append(("other", payload)))
    announce("moved", units=[1])
    assert heard == [("first", {"units": [1]}), ("second", {"units": [1]})]


def test_announcement_without_listeners_is_no_error():
    announce("moved", units=[1])


def test_listener_that_is_named_twice_hears_once():
    heard = []

    def note(**payload: object) -> None:
        heard.append(payload)

    listen("moved", note)
    listen("moved", note)
    announce("moved", units=[1])
    assert heard == [{"units": [1]}]


@pytest.mark.django_db
def test_change_fails_with_a_listener_that_fails():
    def refuse(**payload: object) -> None:
        raise ZeroDivisionError

    listen("moved", refuse)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        User.objects.create(username="written")
        announce("moved")
    assert not User.objects.exists()
