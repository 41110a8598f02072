"""A backup, restored into an empty server, is the same system; into any other it is refused."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import embedded
from embedded.folders import DATABASE, SUPERUSER, socket_folder

PROJECT = Path(__file__).resolve().parents[2]
MAKE = """
import django; django.setup()
from config import servers; servers.hold()
from django.core.files.base import ContentFile
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("seed_reference")
from exchange.models import Job
from organizations.models import User
job = Job.objects.create(task="import", kind="units", created_by=User.objects.create_user("wei"))
job.source.save("台账.csv", ContentFile("单位编码".encode()))
"""


@pytest.fixture
def folders() -> Iterator[tuple[Path, Path]]:
    """The data of a system, and that of an empty server."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        yield Path(first), Path(second)
        embedded.stop(Path(first))
        embedded.stop(Path(second))


def python(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this Python on servers of ``data`` alone."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    environment = kept | {"YULIU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True
    )


def contents(data: Path) -> dict[str, str]:
    """A fingerprint of the rows of every table."""
    embedded.start(data)
    host = str(socket_folder(data))
    with psycopg.connect(host=host, user=SUPERUSER, dbname=DATABASE) as connection:
        tables = connection.execute(
            "SELECT format('%I', relname) FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        rows = "SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM"
        return {name: connection.execute(f"{rows} {name} t").fetchone()[0] for (name,) in tables}


def test_backup_restored_into_an_empty_server_is_the_same(folders: tuple[Path, Path]) -> None:
    kept, empty = folders
    assert python(kept, "-c", MAKE).returncode == 0
    made = python(kept, "-m", "config.backup")
    [backup] = (kept / "backups").iterdir()
    assert made.stdout == f"Kept in {backup.resolve()}\n"
    assert backup.stat().st_mode & 0o777 == 0o600
    restored = python(empty, "-m", "config.backup", "--restore", str(backup))
    assert (restored.returncode, restored.stderr) == (0, "")
    before = contents(kept)
    assert len(before) > 30
    assert contents(empty) == before
    [upload] = (empty / "media").rglob("*.csv")
    assert upload.read_text(encoding="utf-8") == "单位编码"
    again = python(empty, "-m", "config.backup", "--restore", str(backup))
    assert again.returncode == 1
    assert "not empty" in again.stderr
    assert contents(empty) == before
