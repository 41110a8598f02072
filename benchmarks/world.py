"""A province of 20,000 units and a million purchases, made once and kept for the next run."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
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


def purchases(name: str, first: int, count: int) -> Path:
    """A csv of some of the demonstration's purchases, from number ``first`` on."""
    target = FOLDER / name
    if not target.exists():
        rows = _rows(files()["purchases"])
        headings = next(rows)
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headings)
            writer.writerows(islice(rows, first, first + count))
    return target


def _rows(paths: list[Path]) -> Iterator[list[str]]:
    """All rows of the files, headings once, in an order that no day or unit decides."""
    everything = []
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            headings = next(reader)
            everything += reader
    yield headings
    step = 7_919  # prime to the number of rows, so that every row comes once
    yield from (everything[number * step % len(everything)] for number in range(len(everything)))
