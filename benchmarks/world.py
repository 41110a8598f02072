"""A province of 20,000 units and a million purchases, made once and kept for the next run."""

import csv
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.DATA_DIR) / "benchmark"
PROVINCE = "450000"
UNITS = 20_000
PURCHASES = 1_100_000
#: Rows of the file that is imported into the full table.
FILE_ROWS = 100_000


def manage(*arguments: str) -> None:
    """Run a command in a process of its own, as an operator would."""
    subprocess.run([sys.executable, "manage.py", *arguments], check=True, env=os.environ)


def files() -> dict[str, list[Path]]:
    """The demonstration's files by kind; made when they are not there."""
    if not FOLDER.exists():
        manage(
            "demo_data", "--province", PROVINCE, "--units", str(UNITS),
            "--purchases", str(PURCHASES), "--seed", "1", "--out", str(FOLDER),
        )  # fmt: skip
    kinds: dict[str, list[Path]] = {}
    for path in sorted(FOLDER.glob("[0-9]*.csv")):
        kinds.setdefault(path.stem.split("-")[1], []).append(path)
    return kinds


def split() -> tuple[Path, Path]:
    """The million older order lines that fill the table, and the newest ones for the import."""
    older, newest = FOLDER / "older.csv", FOLDER / "newest.csv"
    if not newest.exists():
        headings, rows = _rows(files()["purchases"])
        day = headings.index("下单时间")
        rows.sort(key=lambda row: row[day])
        _write(older, headings, rows[:-FILE_ROWS])
        _write(newest, headings, rows[-FILE_ROWS:])
    return older, newest


def _rows(paths: list[Path]) -> tuple[list[str], list[list[str]]]:
    headings: list[str] = []
    rows: list[list[str]] = []
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            headings = next(reader)
            rows += reader
    return headings, rows


def _write(path: Path, headings: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
