"""The servers themselves: what they are set to, and what they bring back after a kill."""

import os
import pwd
import signal
import socket
import time
from pathlib import Path

import psycopg
import pytest
from redis import Redis

import embedded
from embedded.folders import redis_socket, socket_folder
from tests.embedded.conftest import both_run, connect, postmaster, run_as

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take other accounts")
NOBODY = pwd.getpwnam("nobody").pw_uid
HOLD_AND_ASK = """
import sys, pathlib, embedded, psycopg
from embedded.folders import socket_folder
data = pathlib.Path(sys.argv[1])
embedded.hold(data)
host = str(socket_folder(data))
with psycopg.connect(host=host, user="yuliu", dbname="yuliu") as connection:
    print(connection.execute("SELECT 1").fetchone())
"""


def setting(connection, name):
    return connection.execute(f"SHOW {name}").fetchone()[0]


def kill_and_wait(process):
    os.kill(process, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _lives(process):
        time.sleep(0.01)
    assert not _lives(process)


def _lives(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_database_is_safe_and_speaks_unicode(data):
    embedded.start(data)
    with connect(data) as connection:
        assert setting(connection, "fsync") == "on"
        assert setting(connection, "synchronous_commit") == "on"
        assert setting(connection, "listen_addresses") == ""
        assert setting(connection, "jit") == "off"
        assert setting(connection, "TimeZone") == "Asia/Shanghai"
        assert setting(connection, "server_encoding") == "UTF8"
        locale = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'yuliu'"
        assert connection.execute(locale).fetchone() == ("b", "C.UTF-8")


def test_chinese_characters_are_letters_to_pg_trgm(data):
    embedded.start(data)
    with connect(data) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        assert connection.execute("SELECT cardinality(show_trgm('崇义县'))").fetchone()[0] == 4


def test_superuser_can_make_a_test_database(data):
    embedded.start(data)
    with connect(data) as connection:
        connection.execute("CREATE DATABASE test_yuliu")


def test_database_that_was_dropped_is_made_again(data):
    embedded.start(data)
    host = str(socket_folder(data))
    with psycopg.connect(host=host, user="yuliu", dbname="postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE yuliu")
    embedded.stop(data)
    embedded.start(data)
    with connect(data) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_killed_postgresql_comes_back_with_committed_rows(data):
    embedded.start(data)
    with connect(data) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
        kill_and_wait(postmaster(data))
    assert embedded.status(data)["PostgreSQL"] is False
    embedded.start(data)
    with connect(data) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_postgresql_starts_when_its_old_process_id_belongs_to_another_program(data):
    embedded.start(data)
    killed = postmaster(data)
    kill_and_wait(killed)
    for lock in (data / "postgresql/postmaster.pid", data / "run/.s.PGSQL.5432.lock"):
        lock.write_text(lock.read_text().replace(str(killed), str(os.getpid()), 1))
    embedded.start(data)
    assert both_run(data)


def test_killed_redis_comes_back_with_what_it_was_told(data):
    embedded.start(data)
    client = Redis(unix_socket_path=str(redis_socket(data)))
    client.rpush("celery", "message")
    time.sleep(1.5)
    kill_and_wait(client.info("server")["process_id"])
    assert embedded.status(data)["Redis"] is False
    embedded.start(data)
    assert client.lrange("celery", 0, -1) == [b"message"]


def test_stopped_redis_keeps_the_last_message(data):
    embedded.start(data)
    client = Redis(unix_socket_path=str(redis_socket(data)))
    client.rpush("celery", "message")
    embedded.stop(data)
    embedded.start(data)
    assert client.lrange("celery", 0, -1) == [b"message"]


def test_half_made_cluster_is_made_anew(data):
    (data / "postgresql.new").mkdir()
    (data / "postgresql.new" / "PG_VERSION").write_text("18\n")
    embedded.start(data)
    assert both_run(data)


def test_broken_server_is_an_error_that_names_its_log(data, monkeypatch):
    embedded.start(data)
    embedded.stop(data)
    (data / "postgresql" / "PG_VERSION").write_text("3\n")
    monkeypatch.setattr("embedded.postgresql.START_ATTEMPTS", 2)
    with pytest.raises(embedded.ServerError, match=r"postgresql\.log"):
        embedded.start(data)


def test_servers_run_below_a_path_too_long_for_a_socket(data):
    long = data / ("长" * 40) / ("x" * 60)
    embedded.start(long)
    try:
        assert both_run(long)
        assert socket_folder(long).stat().st_mode & 0o777 == 0o700
        assert not (long / "run").exists()
    finally:
        embedded.stop(long)
        socket_folder(long).rmdir()


def test_socket_folder_of_a_stranger_is_refused(data, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    long = data / ("x" * 120)
    socket_folder(long).symlink_to(data)
    with pytest.raises(embedded.ServerError, match="not a private folder"):
        embedded.start(long)


def test_socket_folder_is_closed_to_others(data):
    embedded.start(data)
    assert socket_folder(data).stat().st_mode & 0o777 == 0o700


@ROOT_ONLY
def test_servers_of_root_run_as_nobody_below_a_closed_folder(data):
    data.chmod(0o700)
    embedded.start(data)
    assert Path(f"/proc/{postmaster(data)}").stat().st_uid == NOBODY
    assert (data / "postgresql").stat().st_uid == NOBODY
    assert data.stat().st_mode & 0o777 == 0o700
    assert data.stat().st_uid == 0


@ROOT_ONLY
def test_sockets_of_root_refuse_ordinary_users(data):
    data.chmod(0o755)
    embedded.start(data)
    with socket.socket(socket.AF_UNIX) as connection:
        os.seteuid(1000)
        try:
            with pytest.raises(PermissionError):
                connection.connect(str(redis_socket(data)))
        finally:
            os.seteuid(0)


@ROOT_ONLY
def test_ordinary_user_runs_servers_as_themselves(data):
    os.chown(data, 1000, 1000)
    result = run_as(1000, HOLD_AND_ASK, str(data))
    assert (result.stdout, result.stderr) == ("(1,)\n", "")
    assert (data / "postgresql").stat().st_uid == 1000
    assert not both_run(data)
