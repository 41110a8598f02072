"""The files of a demonstration province, in the order in which they are imported."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random

from demo import (
    canteens,
    filings,
    geography,
    lifecycle,
    paces,
    people,
    policies,
    purchases,
    suppliers,
    units,
)
from demo.filings import Filing, Season
from demo.market import Market
from demo.units import Unit

LAST_YEAR = Season(filed=0.98, confirmed=0.98)
THIS_YEAR = Season(filed=0.915, confirmed=0.86)

Written = tuple[str, int]


@dataclass(frozen=True)
class Demonstration:
    """What is asked for. The same values give the same bytes; nothing lies after `today`."""

    province: str
    units: int
    purchases: int
    seed: int
    year: int
    today: date

    @property
    def years(self) -> tuple[int, int]:
        return self.year - 1, self.year

    def rng(self, subject: str) -> Random:
        """Return a stream of its own for each subject, so that one does not shift the others."""
        return Random(f"{self.seed}:{self.province}:{self.year}:{subject}")


def write_demonstration(asked: Demonstration, folder: Path) -> Iterator[Written]:
    """Write the eight files into the folder; yield the name and the number of rows of each."""
    divisions = geography.load_divisions()
    counties = geography.load_designated_counties()
    province = divisions[asked.province]
    ledger = units.build_units(asked.rng("units"), province, asked.units)
    lifecycle.set_opening_and_closing(asked.rng("lifecycle"), ledger, asked.year, asked.today)
    directory = suppliers.build_suppliers(
        asked.rng("suppliers"),
        counties,
        asked.province,
        suppliers.directory_size(asked.units),
        asked.year,
    )
    market = Market(directory, geography.other_counties(divisions, counties), asked.year)
    rules = policies.plan_policies(province, asked.years)
    promises = two_years_of_filings(asked, ledger, rules)

    supplier_rows = chain.from_iterable(supplier.rows() for supplier in directory)
    yield write(folder, "01-units", units.HEADINGS, (unit.row() for unit in ledger))
    yield write(folder, "02-policies", policies.HEADINGS, rules.rows())
    yield write(folder, "03-suppliers", suppliers.HEADINGS, supplier_rows)
    for year, promised in promises.items():
        rows = filings.filing_rows(promised)
        yield write(folder, f"04-filings-{year}", filings.HEADINGS, rows)
    for year, buyers in two_years_of_buyers(asked, ledger, promises).items():
        book = purchases.PurchaseBook(asked.rng(f"purchases {year}"), market, year, asked.today)
        yield write(folder, f"05-purchases-{year}", purchases.HEADINGS, book.rows(buyers))
    staff = people.build_people(
        asked.rng("people"), province, counties, promises[asked.year], asked.today
    )
    yield write(folder, "07-people", people.HEADINGS, (person.row() for person in staff))


def two_years_of_filings(
    asked: Demonstration, ledger: list[Unit], rules: policies.Policies
) -> dict[int, dict[Unit, Filing]]:
    rng = asked.rng("filings")
    before, now = asked.years
    last_canteens = canteens.assign_canteens(rng, ledger)
    canteens_now = canteens.a_year_later(rng, last_canteens)
    last = filings.build_filings(rng, before, last_canteens, rules, LAST_YEAR, {})
    filed = {unit: filing for unit, filing in last.items() if filing.written}
    return {
        before: last,
        now: filings.build_filings(rng, now, canteens_now, rules, THIS_YEAR, filed),
    }


def two_years_of_buyers(
    asked: Demonstration, ledger: list[Unit], promises: dict[int, dict[Unit, Filing]]
) -> dict[int, list[paces.Buyer]]:
    rng = asked.rng("paces")
    buyers = {
        year: paces.plan_buyers(rng, year, ledger, promised, asked.today)
        for year, promised in promises.items()
    }
    lines = paces.year_lines(list(buyers.values()), asked.purchases)
    for of_the_year, number in zip(buyers.values(), lines, strict=True):
        paces.deal_lines(of_the_year, number)
    return buyers


def write(
    folder: Path, name: str, headings: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> Written:
    """Write one file as Excel opens it: UTF-8 with a byte order mark."""
    path = folder / f"{name}.csv"
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in rows:
            writer.writerow(row)
            written += 1
    return path.name, written
