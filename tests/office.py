"""`python -m tests.office`: the auditor's workbook, recalculated by LibreOffice.

Makes the workbook of the demonstration, takes every value away that stands beside a formula, has
LibreOffice compute them anew, and compares each amount and rate with ``quotas.progress``.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import openpyxl  # noqa: E402
from django.utils.translation import override  # noqa: E402

from config import servers  # noqa: E402
from organizations.models import Region  # noqa: E402
from quotas import progress  # noqa: E402
from quotas.choices import Basis  # noqa: E402
from quotas.progress.answers import basis_of  # noqa: E402
from reports.workbook import Question, write_workbook  # noqa: E402

PACKAGE = "libreoffice-calc-nogui"
INSTALL = f"apt-get install -y --no-install-recommends {PACKAGE}"
FILTER = "xlsx:Calc MS Excel 2007 XML"
CENT = Decimal("0.01")
#: Where the rows begin, below what is asked and the headings.
FIRST_ROW = 3


def office() -> str:
    """LibreOffice's program; as root on Debian it is installed where it is missing."""
    if not shutil.which("soffice"):
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            sys.exit(f"The proof needs LibreOffice Calc. As root on Debian: {INSTALL}")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
        subprocess.run([*INSTALL.split(), "-qq"], check=True, env=quiet, stdout=subprocess.DEVNULL)
    return shutil.which("soffice") or sys.exit("LibreOffice was not installed.")


def recalculated(path: Path, folder: Path) -> openpyxl.Workbook:
    """The workbook as LibreOffice computes it when no formula has a value yet."""
    bare, number = folder / "bare.xlsx", 0
    with ZipFile(path) as given, ZipFile(bare, "w", ZIP_DEFLATED, compresslevel=1) as taken:
        for name in given.namelist():
            content, formulas = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", given.read(name))
            taken.writestr(name, content)
            number += formulas
    print(f"{number} formulas without their values")
    subprocess.run(
        [office(), "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
         "--convert-to", FILTER, "--outdir", str(folder / "out"), str(bare)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return openpyxl.load_workbook(folder / "out" / "bare.xlsx", data_only=True, read_only=True)


def rows_of(book: openpyxl.Workbook, sheet: str) -> Iterator[dict[str, Any]]:
    headings, *rows = book[sheet].iter_rows(min_row=FIRST_ROW - 1, values_only=True)
    for row in rows:
        yield dict(zip(headings, row, strict=False))


def differences(
    shown: dict[str, Any], row: progress.Row, basis: Basis
) -> Iterator[tuple[str, Any, Any]]:
    """What LibreOffice computes other than progress: name, computed, expected."""
    figures = row.figures
    expected = {
        f"{one.label} (yuan)": getattr(figures, one) for one in Basis
    } | {
        "Target (yuan)": figures.target,
        "Not counted, order amounts (yuan)": sum(figures.excluded.values()),
        "Filed": figures.filed,
        "Confirmed filings": figures.confirmed,
    }  # fmt: skip
    for name, value in expected.items():
        if Decimal(str(shown[name])).quantize(CENT) != Decimal(value):
            yield name, shown[name], value
    name, rate = f"Completion rate (%), {basis.label}", figures.rate(basis)
    computed = shown[name]
    if (None if computed == "—" else Decimal(str(computed)).quantize(CENT)) != rate:
        yield name, computed, rate


def prove(question: Question) -> int:
    """How many rows differ; each is printed."""
    asked = {"basis": question.basis, "as_of": question.as_of}
    with tempfile.TemporaryDirectory(prefix="yuliu-office-") as name:
        path = Path(name) / "workbook.xlsx"
        write_workbook(question, path)
        book = recalculated(path, Path(name))
        summary = {row["Name"]: row for row in rows_of(book, "Summary")}
        units = {row["Unit code"]: row for row in rows_of(book, "Units of the region")}
    answer = progress.by_region(question.region, question.year, **asked)
    pairs = [(summary[row.name], row) for row in [*answer.rows, answer.total]]
    of_units = progress.by_unit(question.region, question.year, **asked)
    pairs += [(units[row.code], row) for row in of_units.rows]
    wrong = 0
    for shown, row in pairs:
        for difference in differences(shown, row, question.basis):
            print(row.code, row.name, *difference)
            wrong += 1
    print(f"{question.terms}: {len(pairs)} rows compared, {wrong} differences")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--region", default="450000")
    parser.add_argument("--year", type=int, nargs="+", default=[2025, 2026])
    options = parser.parse_args()
    servers.hold()
    region, wrong = Region.objects.get(code=options.region), 0
    with override("en"):
        for year in options.year:
            basis = basis_of(region, year)
            wrong += prove(Question(region, year, basis))
            wrong += prove(Question(region, year, Basis.PAID, date(year, 3, 31)))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
