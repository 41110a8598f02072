"""The auditor's workbook beside the fastest writer of the same bare rows.

    make bench

The command writes the workbook of the year's 200,000 records of a province, and of the 20,000 of
a prefecture; rustpy-xlsxwriter and XlsxWriter then write the rows of its sheet of records from
memory, without a database, formulas or formats. In turn in one run, each in a process of its own.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks import world  # noqa: E402
from config import servers  # noqa: E402
from organizations.models import BudgetUnit  # noqa: E402

RUNS = 5
YEAR = 2025
UNITS, PURCHASES = 2_000, 410_000
PROVINCE, PREFECTURE = "450000", "450100"
#: The place of the sheet of records that count.
RECORDS = 3
FOLDER = Path(settings.DATA_DIR) / "workbook"


def prepare() -> None:
    """A province with some 200,000 records in the year, loaded once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    world.manage("migrate", "--verbosity", "0")
    world.manage("seed_reference")
    if BudgetUnit.objects.exists():
        return
    files = FOLDER / "files"
    world.manage(
        "demo_data", "--province", PROVINCE, "--units", str(UNITS),
        "--purchases", str(PURCHASES), "--seed", "1", "--out", str(files),
    )  # fmt: skip
    for kind in ("units", "policies", "suppliers", "filings", "purchases"):
        for path in sorted(files.glob(f"[0-9]*-{kind}*.csv")):
            world.manage("import_file", kind, str(path))


def measured(*command: str) -> dict[str, Any]:
    """Seconds of a process and its peak memory in MB, and what it said last."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    said = process.stdout.read().strip().splitlines()
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command} failed")
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak": usage.ru_maxrss // 1024, "said": said[-1] if said else ""}


def workbook(region: str) -> dict[str, Any]:
    out = FOLDER / f"{region}.xlsx"
    return measured(
        "manage.py", "auditor_workbook", "--region", region, "--year", str(YEAR), "--out", str(out)
    )


def bare(writer: str) -> float:
    """Seconds that a writer takes for the rows of the last workbook of the province."""
    said = measured("-m", "benchmarks.workbook", writer)["said"]
    return float(json.loads(said))


def write_bare(writer: str) -> None:
    """Read the rows of the records' sheets back, and time nothing but their writing."""
    headings, rows = _rows()
    target = FOLDER / f"{writer}.xlsx"
    started = time.perf_counter()
    if writer == "rust":
        import rustpy_xlsxwriter

        named = (dict(zip(headings, row, strict=True)) for row in rows)
        rustpy_xlsxwriter.write_worksheet(named, str(target))
    else:
        from xlsxwriter import Workbook

        with Workbook(target, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    print(json.dumps(time.perf_counter() - started))


def _rows() -> tuple[list[str], list[list[Any]]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(FOLDER / f"{PROVINCE}.xlsx")
    _title, headings, *rows = book.get_sheet_by_index(RECORDS).to_python()
    return [str(heading) for heading in headings], [
        [None if value == "" else value for value in row] for row in rows
    ]


def main() -> None:
    servers.hold()
    prepare()
    factors, peaks, small_peaks = [], [], []
    for run in range(RUNS):
        large, small = workbook(PROVINCE), workbook(PREFECTURE)
        rust = bare("rust")
        slow = f", XlsxWriter {bare('xlsxwriter'):.1f} s" if run == 0 else ""
        factors.append(large["seconds"] / rust)
        peaks.append(large["peak"])
        small_peaks.append(small["peak"])
        print(
            f"{large['said']}: {large['seconds']:.1f} s, {large['peak']} MB; prefecture"
            f" {small['seconds']:.1f} s, {small['peak']} MB; bare rows: rust {rust:.1f} s{slow};"
            f" factor {factors[-1]:.2f}"
        )
    print(f"factor {statistics.median(factors):.2f} (median of {RUNS}), peak {max(peaks)} MB")
    print(f"peak beside the prefecture's: {max(peaks) / max(small_peaks):.2f}")


if __name__ == "__main__":
    write_bare(sys.argv[1]) if len(sys.argv) > 1 else main()
