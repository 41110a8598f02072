"""The files of a production system name what exists: no engine reads them here, so this does."""

import os
import re
import shlex
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from shutil import which

import pytest
import yaml

from exchange.tasks import run_job

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE_TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
OURS = {"migrate", "web", "worker", "beat"}
#: Whose end is what others wait for.
ONE_SHOT = {"migrate"}
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
NAMED = set(re.findall(r"^#(\w+)=", EXAMPLE, re.MULTILINE))
LIMIT = run_job.time_limit
STAGES = re.split(r"^FROM ", (PROJECT / "Dockerfile").read_text(encoding="utf-8"), flags=re.M)[1:]
UNITS = sorted((PROJECT / "deploy/systemd").glob("*.service"))


def seconds(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([sm])", text).groups()
    return int(number) * {"s": 1, "m": 60}[unit]


def instructions(stage: str) -> list[tuple[str, str]]:
    """Instruction and arguments, with continued lines joined and comments left out."""
    lines = [line for line in stage.splitlines()[1:] if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(" ", 1)) for line in joined.splitlines() if line]


ALL = [instruction for stage in STAGES for instruction in instructions(stage)]


def command(name: str) -> list[str]:
    return SERVICES[name]["command"]


# --- docker-compose.yml ---


def test_every_variable_of_the_composition_stands_in_the_example() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE_TEXT))
    assert used <= NAMED
    assert set(SERVICES["web"]["environment"]) <= NAMED


def test_secrets_have_no_default() -> None:
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS"):
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", COMPOSE_TEXT)
        assert uses
        assert all(use.startswith(f"${{{name}:?") for use in uses)


def test_every_service_that_stays_has_a_health_check_and_comes_back() -> None:
    for name in set(SERVICES) - ONE_SHOT:
        check = SERVICES[name]["healthcheck"]
        assert check["test"][0] in ("CMD", "CMD-SHELL")
        assert seconds(check["timeout"]) <= seconds(check["interval"])
        assert SERVICES[name]["restart"] == "unless-stopped"
    assert {SERVICES[name]["restart"] for name in ONE_SHOT} == {"no"}


def test_images_are_ours_or_of_a_major_version() -> None:
    assert {SERVICES[name]["image"] for name in OURS} == {"yuliu:0.1"}
    images = {name: SERVICES[name]["image"] for name in set(SERVICES) - OURS}
    assert images == {"postgres": "postgres:18-bookworm", "redis": "redis:8-bookworm"}


def test_services_wait_for_servers_and_tables() -> None:
    healthy, ended = "service_healthy", "service_completed_successfully"
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": healthy}}
    for name in OURS - ONE_SHOT:
        waits = {key: value["condition"] for key, value in SERVICES[name]["depends_on"].items()}
        assert waits == {"migrate": ended, "postgres": healthy, "redis": healthy}


def test_volumes_are_named_and_declared() -> None:
    mounted = {entry.partition(":")[0] for one in SERVICES.values() for entry in one["volumes"]}
    assert mounted == set(COMPOSE["volumes"])


def test_whoever_works_is_given_time_to_end() -> None:
    assert seconds(SERVICES["worker"]["stop_grace_period"]) > LIMIT
    for name in ("web", "postgres", "redis"):
        assert seconds(SERVICES[name]["stop_grace_period"]) >= 30


def test_only_the_web_server_is_reached_and_from_this_machine_alone() -> None:
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_redis_keeps_what_it_was_told() -> None:
    assert shlex.join(command("redis")).startswith("redis-server --appendonly yes")


def test_commands_of_the_services_exist() -> None:
    for name in ("worker", "beat"):
        assert command(name)[:4] == ["celery", "--quiet", "-A", "config"]
    ours = [line.split("manage.py ")[1].split()[0] for line in command("migrate")[2].split("&&")]
    assert ours == ["migrate", "seed_reference"]
    probe = SERVICES["beat"]["healthcheck"]["test"]
    assert probe == ["CMD", "python", "-m", "config.heartbeats", "beat"]


# --- Dockerfile ---


def test_sources_of_the_image_exist_and_are_not_ignored() -> None:
    ignored = set((PROJECT / ".dockerignore").read_text(encoding="utf-8").split())
    copies = [text.split()[:-1] for word, text in ALL if word == "COPY"]
    taken = {name for names in copies if not names[0].startswith("--from") for name in names}
    assert taken == {"package.json", "package-lock.json", ".npmrc", "requirements/run.lock", "."}
    assert [name for name in taken if not (PROJECT / name).exists()] == []
    assert taken & ignored == set()
    assert {".env", "var", ".git"} <= ignored


def test_stages_are_of_a_major_version_and_are_used() -> None:
    heads = [stage.splitlines()[0].split(" AS ") for stage in STAGES]
    assert [head[0] for head in heads] == [
        "node:24-bookworm-slim",
        *["python:3.11-slim-bookworm"] * 2,
    ]
    used = {match for _word, text in ALL for match in re.findall(r"--from=(\w+)", text)}
    assert used == {name for _image, name in heads[:-1]}


def test_packages_are_locked_and_nobody_is_root() -> None:
    runs = " ".join(text for word, text in ALL if word == "RUN")
    assert "--require-hashes -r run.lock" in runs
    assert "npm ci --omit=dev" in runs
    assert "fonts-noto-cjk" in runs
    assert "collectstatic" in runs
    assert "config.messages locale" in runs
    assert [text for word, text in ALL if word == "USER"] == ["yuliu"]
    # Whatever is installed or written comes before the account changes.
    assert [word for word, _text in ALL][-4:] == ["USER", "VOLUME", "EXPOSE", "CMD"]


def test_compiled_folders_exist() -> None:
    [line] = [text for word, text in ALL if word == "RUN" and "compileall" in text]
    folders = line.partition("-q ")[2].partition(" &&")[0].split()
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert set(folders) == packages - {"tests", "benchmarks"}


def test_no_host_of_a_registry_is_named() -> None:
    for text in ((PROJECT / "Dockerfile").read_text(encoding="utf-8"), COMPOSE_TEXT):
        assert re.findall(r"https?://(?!localhost)\S+", text) == []
        assert "index-url" not in text


def test_command_of_the_image_is_there() -> None:
    assert which("granian", path=PROJECT / ".venv/bin") or which("granian")
    [entry] = [text for word, text in ALL if word == "CMD"]
    assert entry.startswith('["granian", "--interface", "wsgi"')
    assert entry.endswith('"config.wsgi:application"]')


# --- deploy/ ---


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


def test_there_is_a_unit_for_each_process() -> None:
    assert [path.stem for path in UNITS] == ["yuliu-beat", "yuliu-web", "yuliu-worker"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_unit_runs_what_the_composition_runs(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["User"] == "yuliu"
    assert service["Restart"] == "always"
    words = shlex.split(service["ExecStart"])
    assert words[:2] == ["/opt/yuliu/.venv/bin/python", "-m"]
    assert words[2] in ("celery", "granian")
    process = path.stem.removeprefix("yuliu-")
    if process != "web":
        options = [option for option in command(process) if option not in ("--pidfile", "")]
        assert [word for word in words[2:] if not word.startswith("--pidfile")] == options


def test_worker_of_the_units_is_given_time_to_end() -> None:
    assert (
        int(unit(PROJECT / "deploy/systemd/yuliu-worker.service")["Service"]["TimeoutStopSec"])
        > LIMIT
    )


def test_proxy_takes_a_file_of_the_largest_size_and_believes_no_reader(settings) -> None:
    text = (PROJECT / "deploy/nginx.conf").read_text(encoding="utf-8")
    [size] = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(size) * 1024**2 > settings.UPLOAD_BYTES
    headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", text))
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["X-Real-IP"] == headers["X-Forwarded-For"] == "$remote_addr"


@pytest.mark.parametrize(
    ("https", "order"), [("True", ["HTTP_X_REAL_IP", "REMOTE_ADDR"]), ("False", ["REMOTE_ADDR"])]
)
def test_address_is_the_proxys_word_behind_a_proxy_alone(https: str, order: list) -> None:
    code = "from django.conf import settings; print(settings.AXES_IPWARE_META_PRECEDENCE_ORDER)"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "HTTPS": https}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    assert done.stdout == f"{order}\n"
