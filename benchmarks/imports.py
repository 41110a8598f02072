"""`import_file purchases` beside psycopg COPY of the same rows, and beside python-calamine.

    make bench

COPY writes the rows that the import has just written, into the same table with its triggers
(foreign keys and totals) disabled; both in one run, in turn, on the same server.
"""

import csv
import io
import os
import resource
import statistics
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from xlsxwriter import Workbook  # noqa: E402

from benchmarks import world  # noqa: E402
from config import servers  # noqa: E402
from procurement.models import PurchaseRecord  # noqa: E402

RUNS = 5
GENERATED = {"ordered_on", "paid_on", "accepted_on", "rated_on", "refunded_on"}


def prepare() -> None:
    """Load everything but the rows that the runs import."""
    world.manage("migrate", "--verbosity", "0")
    world.manage("seed_reference")
    kinds = world.files()
    if PurchaseRecord.objects.count() < world.PURCHASES - world.FILE_ROWS:
        for kind in ("units", "policies", "suppliers", "filings"):
            for path in kinds[kind]:
                world.manage("import_file", kind, str(path))
        older, _newest = world.split()
        world.manage("import_file", "purchases", str(older))


def import_once(path: Path) -> tuple[float, int]:
    """Seconds of the whole command, and the peak memory in MB of its largest process."""
    started = time.perf_counter()
    world.manage("import_file", "purchases", str(path))
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def take_out() -> bytes:
    """Take the rows of the newest import out of the table, as COPY text."""
    job = PurchaseRecord.objects.order_by("-job").values_list("job", flat=True)[0]
    columns = _columns()
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        with cursor.cursor.copy(
            f"COPY (SELECT {columns} FROM procurement_purchaserecord WHERE job_id = {job})"
            " TO STDOUT"
        ) as copy:
            for block in copy:
                buffer.write(block)
        cursor.execute("DELETE FROM procurement_purchaserecord WHERE job_id = %s", [job])
        cursor.execute("VACUUM ANALYZE")
    return buffer.getvalue()


def copy_once(rows: bytes) -> float:
    """Seconds of a bare COPY into the same table with its triggers disabled, and its commit."""
    table = "procurement_purchaserecord"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(f"SELECT max(id) FROM {table}")
        (last,) = cursor.fetchone()
        started = time.perf_counter()
        with cursor.cursor.copy(f"COPY {table} ({_columns()}) FROM STDIN") as copy:
            copy.write(rows)
        seconds = time.perf_counter() - started
        cursor.execute(f"DELETE FROM {table} WHERE id > %s", [last])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("VACUUM ANALYZE")
    return seconds


def _columns() -> str:
    fields = PurchaseRecord._meta.concrete_fields
    return ", ".join(f.column for f in fields if f.name not in {"id", *GENERATED})


def workbook_of(path: Path) -> Path:
    """The csv as Excel would keep it: days as days, amounts as numbers, codes as text."""
    target = path.with_suffix(".xlsx")
    if target.exists():
        return target
    with (
        path.open(encoding="utf-8-sig", newline="") as file,
        Workbook(
            target, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
        ) as workbook,
    ):
        sheet = workbook.add_worksheet()
        reader = csv.reader(file)
        headings = next(reader)
        sheet.write_row(0, 0, headings)
        for number, row in enumerate(reader, start=1):
            for place, (heading, text) in enumerate(zip(headings, row, strict=True)):
                _write(sheet, number, place, heading, text)
    return target


def _write(sheet, number: int, place: int, heading: str, text: str) -> None:
    if not text:
        return
    if heading.endswith("时间"):
        sheet.write_datetime(number, place, datetime.fromisoformat(text))
    elif heading.endswith("(元)") or heading in ("数量", "订单行号"):
        sheet.write_number(number, place, float(text))
    else:
        sheet.write_string(number, place, text)


def read_once(path: Path) -> float:
    """Seconds of the bare read by python-calamine, in a process of its own."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "benchmarks.calamine", str(path)], check=True)
    return time.perf_counter() - started


def main() -> None:
    servers.hold()
    prepare()
    _older, path = world.split()
    workbook = workbook_of(path)
    ratios, factors, peak = [], [], 0
    for _run in range(RUNS):
        seconds, memory = import_once(path)
        peak = max(peak, memory)
        copied = copy_once(take_out())
        ratios.append(copied / seconds)
        print(f"csv import {seconds:.2f} s, COPY {copied:.2f} s, ratio {ratios[-1]:.2f}")
    for _run in range(RUNS):
        seconds, memory = import_once(workbook)
        take_out()
        bare = read_once(workbook)
        factors.append(seconds / bare)
        print(f"xlsx import {seconds:.2f} s, bare read {bare:.2f} s, factor {factors[-1]:.2f}")
    print(f"csv: {statistics.median(ratios):.2f} of COPY (median), peak {peak} MB")
    print(f"xlsx: {statistics.median(factors):.2f} times the bare read (median)")


if __name__ == "__main__":
    main()
