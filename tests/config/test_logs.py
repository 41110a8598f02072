"""Lines say what they belong to, and nothing about people."""

import io
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config import heartbeats
from config.celery import app
from config.logs import formatter
from exchange.models import Job
from exchange.requests import identified
from organizations.models import Role
from tests.builders import person
from tests.exchange.worker import Worker, wait_until

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lines():
    """What the root logger writes as JSON, an object a line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter("json"))
    root, told = logging.getLogger(), logging.getLogger("config.middleware")
    root.addHandler(handler)
    level = told.level
    told.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    told.setLevel(level)


def record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error else None
    return logging.LogRecord("quotas.tasks", logging.ERROR, "", 1, message, values, info)


def test_json_line_carries_job_and_person():
    with identified("job:7", by=3):
        line = json.loads(formatter("json").format(record("Totals differ: %s", "广西")))
    when = line.pop("time")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00", when)
    assert line == {
        "level": "ERROR", "logger": "quotas.tasks", "event": "Totals differ: 广西",
        "request_id": "job:7", "job_id": 7, "user_id": 3,
    }  # fmt: skip


def test_line_outside_of_everything_says_no_more():
    assert set(json.loads(formatter("json").format(record("alone")))) == {
        "time", "level", "logger", "event",
    }  # fmt: skip


def test_text_line_carries_the_same_for_people():
    with identified("job:7", by=3):
        line = formatter("text").format(record("Totals differ: %s", "广西"))
    words = "ERROR quotas.tasks: Totals differ: 广西 request_id=job:7 job_id=7 user_id=3"
    assert line.partition(" ")[2].partition(" ")[2] == words


@pytest.mark.parametrize("form", ["text", "json"])
def test_values_of_people_in_an_error_of_the_database_are_left_out(form):
    error = ValueError("duplicate key\nDETAIL:  Key (username)=(wangwu) already exists.")
    line = formatter(form).format(record("Broken: %s", error, error=error))
    assert "duplicate key" in line
    assert line.count("(left out)") == 2
    assert "wangwu" not in line


def test_unknown_form_is_refused():
    with pytest.raises(ValueError, match="text or json, not xml"):
        formatter("xml")


def test_request_is_told_without_its_question(db, lines):
    answer = Client().get("/sign-in/?q=王五")
    [line] = lines()
    assert (line["event"].split(" in ")[0], line["level"]) == ("GET /sign-in/ 200", "INFO")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/sign-in/", 200)
    assert line["milliseconds"] >= 0
    assert line["request_id"] == answer["X-Request-ID"]
    assert "user_id" not in line
    assert "王五" not in json.dumps(line, ensure_ascii=False)


def test_request_of_a_person_carries_the_key_of_the_row_alone(db, lines):
    wang = person("wangwu", Role.AUDITOR, region="450000")
    client = Client()
    client.force_login(wang)
    client.get("/roles/")
    Client().get("/sign-in/")
    first, second = lines()
    assert first["user_id"] == wang.pk
    assert "user_id" not in second
    assert "wangwu" not in json.dumps(first)


def test_slow_request_is_a_warning(db, lines, settings):
    settings.SLOW_REQUEST_MS = 0
    Client().get("/sign-in/")
    [line] = lines()
    assert line["level"] == "WARNING"
    assert line["event"].startswith("Slow request: GET /sign-in/ 200 in ")


def test_probes_are_not_told(lines):
    Client().get("/health/")
    assert lines() == []


def test_password_of_a_sign_in_is_in_no_line(db, lines):
    Client().post("/sign-in/", {"login": "wangwu", "password": "a very secret word"})
    written = json.dumps(lines(), ensure_ascii=False)
    assert "/sign-in/" in written
    assert "secret word" not in written
    assert "wangwu" not in written


def test_command_loads_neither_structlog_nor_celery():
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings';"
        "sys.argv[1:] = ['import_file']; django.setup();"
        "print({'structlog', 'celery', 'redis'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def lines_of(worker: Worker, task: Any) -> list[dict[str, Any]]:
    """What the worker said of one task: others may be left from workers that were killed."""
    whole = [line for line in worker.words.splitlines() if line.startswith("{") and line[-1] == "}"]
    return [line for line in map(json.loads, whole) if line.get("task_id") == task.id]


@pytest.mark.django_db(transaction=True)
def test_worker_shows_itself_and_its_lines_carry_job_and_task(monkeypatch, tmp_path):
    monkeypatch.setenv("LOG_FORMAT", "json")
    asking = person("wangwu", Role.AUDITOR, region="450000")
    job = Job.objects.create(task="none of ours", created_by=asking)
    heartbeats.client().hdel(heartbeats.KEY, "worker")
    worker = Worker(tmp_path).wait_until_ready()
    try:
        wait_until(lambda: "worker" in heartbeats.silences())
        task = app.send_task("exchange.tasks.run_job", [job.pk])
        wait_until(lambda: "task_succeeded" in [line["event"] for line in lines_of(worker, task)])
    finally:
        worker.stop()
    read = lines_of(worker, task)
    [broke] = [line for line in read if line["event"] == f"Job {job.pk} broke."]
    assert (broke["job_id"], broke["user_id"], broke["task_id"]) == (job.pk, asking.pk, task.id)
    assert "KeyError" in broke["exception"]
    [ended] = [line for line in read if line["event"] == "task_succeeded"]
    assert (ended["task_id"], ended["level"]) == (task.id, "INFO")
    assert ended["task"] == broke["task"] == "exchange.tasks.run_job"
    assert ended["duration_ms"] >= 0
