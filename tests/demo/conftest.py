"""One small demonstration province, written once and read by all tests of its files."""

import csv
from datetime import date
from pathlib import Path

import pytest

from demo.files import Demonstration, write_demonstration

TODAY = date(2026, 11, 20)


def asked(province: str = "450000", units: int = 240, purchases: int = 6_000, **other: object):
    values = {"seed": 832, "year": 2026, "today": TODAY} | other
    return Demonstration(province, units, purchases, **values)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(demonstration: Demonstration, folder: Path) -> dict[str, list[dict[str, str]]]:
    """Write the files and read them back: name without ending to rows, in order of import."""
    for _written in write_demonstration(demonstration, folder):
        pass
    return {path.stem: read(path) for path in sorted(folder.glob("*.csv"))}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    return write(asked(), tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="session")
def purchases(files: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return files["05-purchases-2025"] + files["05-purchases-2026"]


@pytest.fixture(scope="session")
def filings(files: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return files["04-filings-2025"] + files["04-filings-2026"]
