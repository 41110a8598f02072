"""The reference data: the region table and the codes of the 832 designated counties."""

import csv
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"
ROOT = "000000"


@dataclass(frozen=True)
class Region:
    code: str
    name: str
    parent: str | None


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_regions(path: Path = DATA / "divisions.csv") -> dict[str, Region]:
    """All divisions by code under one root 000000, the parent of the provinces."""
    regions = {ROOT: Region(ROOT, "全国", None)}
    for line in read_csv(path):
        regions[line["code"]] = Region(line["code"], line["name"], line["parent_code"] or ROOT)
    return regions


def load_county_codes(path: Path = DATA / "counties_832.csv") -> set[str]:
    """Every code a designated county goes by: the current one and the one on the list."""
    lines = read_csv(path)
    return {line["code"] for line in lines} | {line["listed_code"] for line in lines}
