"""What the probes answer, with the real servers and without them."""

import time
import uuid

import pytest
from django.conf import settings
from django.db import ConnectionHandler
from django.test import Client

from config import health, heartbeats

ALL_OK = dict.fromkeys(["database", "migrations", "redis", "worker", "beat", "disk"], "ok")


@pytest.fixture(autouse=True)
def heartbeats_of_this_test(monkeypatch, settings):
    """A key of its own, with a worker and a beat that live."""
    monkeypatch.setattr(heartbeats, "KEY", f"test:{uuid.uuid4()}")
    monkeypatch.setattr(heartbeats, "_last", {})
    settings.READY_DISK_MB = 1
    living = settings.CELERY_BROKER_URL
    heartbeats.client.cache_clear()
    heartbeats.show("worker")
    heartbeats.show("beat")
    yield
    settings.CELERY_BROKER_URL = living
    heartbeats.client.cache_clear()
    heartbeats.client().delete(heartbeats.KEY)


def asked() -> tuple[int, dict[str, str]]:
    """The status of the readiness, and the checks that are not ok."""
    answer = Client().get("/ready/")
    body = answer.json()
    assert body["status"] == ("ready" if answer.status_code == 200 else "not ready")
    assert list(body["checks"]) == list(ALL_OK)
    return answer.status_code, {k: v for k, v in body["checks"].items() if v != "ok"}


def silence(name: str, seconds: int) -> None:
    heartbeats.client().hset(heartbeats.KEY, name, int(time.time()) - seconds)


def test_health_needs_neither_database_nor_redis(db, django_assert_num_queries, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    with django_assert_num_queries(0):
        answer = Client().get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_system_with_everything_is_ready_after_one_query(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert asked() == (200, {})


def test_probes_are_answered_without_tls_and_to_nobody_signed_in(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    statuses = [client.get(path).status_code for path in ("/health/", "/ready/", "/sign-in/")]
    assert statuses == [200, 200, 301]


def test_probes_take_no_forms():
    client = Client(enforce_csrf_checks=False)
    assert [client.post(path).status_code for path in ("/health/", "/ready/")] == [405, 405]


def test_redis_at_a_dead_address_is_away_and_is_said_at_once(db, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    heartbeats.client.cache_clear()
    began = time.monotonic()
    assert asked() == (503, {"redis": "away", "worker": "unknown", "beat": "unknown"})
    assert time.monotonic() - began < 2 * heartbeats.ANSWER_SECONDS


def test_database_at_a_dead_address_is_away(db, monkeypatch):
    dead = settings.DATABASES["default"] | {"HOST": "127.0.0.1", "PORT": "1"}
    monkeypatch.setattr(health, "connection", ConnectionHandler({"default": dead})["default"])
    assert asked() == (503, {"database": "away", "migrations": "unknown"})


def test_migration_that_is_not_applied_is_pending(db, monkeypatch):
    newer = health._migrations() | {("quotas", "9999_newer")}
    monkeypatch.setattr(health, "_migrations", lambda: newer)
    assert asked() == (503, {"migrations": "pending"})


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_silence_is_told_after_its_time(db, name):
    silence(name, heartbeats.SILENT_SECONDS - 5)
    assert asked() == (200, {})
    silence(name, heartbeats.SILENT_SECONDS + 1)
    assert asked() == (503, {name: "silent"})
    heartbeats.client().hdel(heartbeats.KEY, name)
    assert asked() == (503, {name: "silent"})


def test_little_room_is_low(db, settings):
    settings.READY_DISK_MB = 1024**4
    assert asked() == (503, {"disk": "low"})


def test_heartbeat_is_written_every_ten_seconds_at_most(monkeypatch):
    silence("worker", 60)
    heartbeats.show("worker")
    assert heartbeats.silences()["worker"] >= 60
    monkeypatch.setitem(heartbeats._last, "worker", time.monotonic() - 11)
    heartbeats.show("worker")
    assert heartbeats.silences()["worker"] < 5


def status_of_command(monkeypatch, name: str) -> object:
    monkeypatch.setattr("sys.argv", ["heartbeats", name])
    with pytest.raises(SystemExit) as ended:
        heartbeats.main()
    return ended.value.code


def test_command_tells_by_its_status_who_is_alive(monkeypatch, settings):
    assert status_of_command(monkeypatch, "beat") == 0
    silence("beat", heartbeats.SILENT_SECONDS + 1)
    assert status_of_command(monkeypatch, "beat") == 1
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    heartbeats.client.cache_clear()
    assert status_of_command(monkeypatch, "beat") == "Redis does not answer: ConnectionError"


def test_heartbeat_into_a_dead_redis_disturbs_nobody(monkeypatch, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    heartbeats.client.cache_clear()
    monkeypatch.setattr(heartbeats, "_last", {})
    heartbeats.show("worker")
    assert list(heartbeats._last) == ["worker"]
