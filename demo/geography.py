"""Divisions and designated counties, read from the project's reference files."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
COUNTRY = "000000"
MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


@dataclass(slots=True)
class Division:
    code: str
    name: str
    level: str
    parent: "Division | None" = None
    children: list["Division"] = field(default_factory=list)

    def path(self) -> Iterator["Division"]:
        """Yield the division itself, then its parents up to the province."""
        division: Division | None = self
        while division:
            yield division
            division = division.parent

    def subtree(self) -> Iterator["Division"]:
        yield self
        for child in self.children:
            yield from child.subtree()

    @property
    def title(self) -> str:
        """The name that units put before their own: a district carries its city's."""
        city = self.parent
        if not city or not self.name.endswith("区"):
            return self.name
        is_city = city.level == "prefecture" or city.code in MUNICIPALITIES
        return city.name + self.name if is_city else self.name

    def spread(self) -> list["Division"]:
        """A province's divisions so that any first few hold every kind.

        The province, then in turn a prefecture, its first county and a county that hangs directly
        under the province; then all the other counties by code.
        """
        prefectures = [child for child in self.children if child.level == "prefecture"]
        direct = [child for child in self.children if child.level == "county"]
        first = [self]
        for prefecture, county in zip_longest(prefectures, direct):
            if prefecture:
                first += [prefecture, *prefecture.children[:1]]
            if county:
                first.append(county)
        seen = {division.code for division in first}
        return first + [division for division in self.subtree() if division.code not in seen]


@dataclass(frozen=True, slots=True)
class DesignatedCounty:
    """``division`` is the code of the region that governs the county today."""

    code: str
    listed_code: str
    name: str
    province: str
    division: str


def load_divisions(path: Path = DATA / "divisions.csv") -> dict[str, Division]:
    """Return every division by code, tied to its parent and children."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    divisions = {row["code"]: Division(row["code"], row["name"], row["level"]) for row in rows}
    for row in rows:
        if row["parent_code"]:
            division, parent = divisions[row["code"]], divisions[row["parent_code"]]
            division.parent = parent
            parent.children.append(division)
    return divisions


def load_designated_counties(
    path: Path = DATA / "counties_832.csv",
) -> list[DesignatedCounty]:
    """Return the 832 designated counties; `province` is a province's code."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            DesignatedCounty(
                row["code"],
                row["listed_code"],
                row["name"],
                row["division_code"][:2] + "0000",
                row["division_code"],
            )
            for row in csv.DictReader(file)
        ]


def other_counties(
    divisions: dict[str, Division], designated: list[DesignatedCounty]
) -> list[Division]:
    """Return the counties whose products do not count, by no current or listed code."""
    taken = {county.code for county in designated} | {county.listed_code for county in designated}
    return [
        division
        for division in divisions.values()
        if division.level == "county" and division.code not in taken
    ]
