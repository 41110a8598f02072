"""`make backup` and `make restore FILE=…`: everything of a system in one file, and back again.

The file is a tar archive: the database as pg_dump writes it (one consistent moment), then the
uploaded files, then a manifest. Secrets of the data folder are not in it. A restore goes into an
empty database alone, whole or not at all.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from config import servers
from embedded.postgresql import tool

DUMP, MEDIA, MANIFEST = "database.dump", "media", "manifest.json"


class BackupError(Exception):
    """Nothing was written or restored; the text says why."""


def make(folder: Path) -> Path:
    """Write a backup into ``folder`` and return its path; half a file never has that name."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"yuliu-{datetime.now():%Y%m%d-%H%M%S}.tar"
    part = target.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=folder) as draft:
        dump = Path(draft) / DUMP
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        part.touch(mode=0o600)  # people's names are in it
        with tarfile.open(part, "w") as archive:
            archive.add(dump, DUMP)
            if settings.MEDIA_ROOT.exists():
                archive.add(settings.MEDIA_ROOT, MEDIA)
            _add_manifest(archive, dump)
    part.rename(target)
    return target


def restore(source: Path) -> dict[str, Any]:
    """Bring a backup back into the empty database that the settings name; return its manifest.

    BackupError where the database is not empty or the file is not whole.
    """
    if connection.introspection.table_names():
        raise BackupError("The database is not empty; a backup is restored into an empty one.")
    with tempfile.TemporaryDirectory() as draft:
        with tarfile.open(source) as archive:
            archive.extractall(draft, filter="data")
        dump = Path(draft) / DUMP
        manifest = json.loads((Path(draft) / MANIFEST).read_text(encoding="utf-8"))
        if _digest(dump) != manifest["sha256"]:
            raise BackupError(f"{source} is damaged: the database in it is not what was written.")
        _run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(dump))
        _bring_media(Path(draft) / MEDIA)
    return manifest


def _bring_media(found: Path) -> None:
    if found.exists():
        settings.MEDIA_ROOT.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", f"{found}/.", settings.MEDIA_ROOT], check=True)


def _add_manifest(archive: tarfile.TarFile, dump: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        migrations = dict(cursor.fetchall())
    manifest = {
        "made_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "version": _version(),
        "postgresql": connection.pg_version,
        "migrations": migrations,
        "sha256": _digest(dump),
    }
    text = json.dumps(manifest, indent=2).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(text)
    archive.addfile(entry, BytesIO(text))


def _version() -> str:
    try:
        return version("yuliu")
    except PackageNotFoundError:
        return "working copy"


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _run(program: str, *options: str) -> None:
    """Run a tool of PostgreSQL on the database of the settings; its words are the error's."""
    named = connection.get_connection_params()
    known = ("host", "port", "user", "dbname")
    database = make_conninfo(**{name: named[name] for name in known if named.get(name)})
    password = {"PGPASSWORD": named["password"]} if named.get("password") else {}
    done = subprocess.run(
        [tool(program), *options, f"--dbname={database}"],
        env=os.environ | password, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m config.backup", description=__doc__)
    parser.add_argument("--restore", metavar="FILE", type=Path, help="bring this backup back")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    servers.hold()
    try:
        if options.restore:
            manifest = restore(options.restore)
            print(f"Restored what was kept at {manifest['made_at']}; `make run` goes on with it.")
        else:
            print(f"Kept in {make(settings.DATA_DIR / 'backups')}")
    except (BackupError, OSError, tarfile.TarError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
