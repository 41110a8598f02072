"""Sockets and URLs, by which every command finds the same servers."""

import os
import tempfile
from pathlib import Path

import environ
import pytest
from celery import Celery
from redis import Redis

import embedded
from embedded.folders import POSTGRESQL_SOCKET, redis_socket, socket_folder


@pytest.mark.parametrize("name", ["plain", "With Space+Plus", "数据", "a%2Fb?c#d"])
def test_database_url_leads_django_to_the_socket_folder(name):
    data = Path("/srv") / name
    found = environ.Env.db_url_config(embedded.database_url(data))
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["HOST"], found["NAME"], found["USER"]) == (f"/srv/{name}/run", "yuliu", "yuliu")


def test_redis_url_leads_celery_to_the_socket():
    data = Path("/srv/With Space")
    with Celery(broker=embedded.redis_url(data)).connection_for_write() as connection:
        assert connection.transport_cls == "redis"
        assert connection.hostname == "socket:///srv/With%20Space/run/redis.sock"


def test_redis_url_is_answered(data):
    embedded.start(data)
    with Celery(broker=embedded.redis_url(data)).connection_for_write() as connection:
        assert connection.default_channel.client.ping()
    assert Redis(unix_socket_path=str(redis_socket(data))).ping()


def test_socket_path_of_a_long_folder_fits_and_is_its_own():
    folders = [socket_folder(Path("/srv") / (letter * 90)) for letter in "ab"]
    assert folders[0] != folders[1]
    for folder in folders:
        assert folder.parent == Path(tempfile.gettempdir())
        assert folder.name.startswith(f"yuliu-{os.getuid()}-")
        assert len(os.fsencode(folder / POSTGRESQL_SOCKET)) < 107


def test_socket_path_is_counted_in_bytes():
    assert socket_folder(Path("/srv") / ("a" * 80)).name == "run"
    assert socket_folder(Path("/srv") / ("预" * 80)).name != "run"
