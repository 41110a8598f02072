"""`progress --by region` of a province beside ORM look-ups by primary key, on one connection.

    make bench

Of 20,000 units with a million purchases, and again with a tenth of them.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from benchmarks import world  # noqa: E402
from config import servers  # noqa: E402
from organizations.models import BudgetUnit, Region  # noqa: E402
from procurement.models import PurchaseRecord  # noqa: E402
from quotas import progress  # noqa: E402

RUNS = 15
LOOKUPS = 200


def seconds_of(call: Callable[[], object]) -> float:
    """Median seconds of a call, after a first one that warms it."""
    call()
    times = []
    for _run in range(RUNS):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def lookup_seconds() -> float:
    """Median seconds of one ORM look-up by primary key."""
    keys = list(BudgetUnit.objects.values_list("pk", flat=True)[:LOOKUPS])
    return seconds_of(lambda: [BudgetUnit.objects.get(pk=pk) for pk in keys]) / LOOKUPS


def measure() -> dict[str, float]:
    province = Region.objects.get(code=world.PROVINCE)
    year = date.today().year
    lookup = lookup_seconds()
    whole = seconds_of(lambda: progress.by_region(province, year))
    until = seconds_of(lambda: progress.by_region(province, year, as_of=date(year, 6, 20)))
    print(
        f"{PurchaseRecord.objects.count():>9} records: look-up {lookup * 1e3:.3f} ms,"
        f" by region {whole * 1e3:.1f} ms = {whole / lookup:.0f} look-ups,"
        f" with --as-of {until * 1e3:.1f} ms = {until / lookup:.0f} look-ups"
    )
    return {"whole": whole, "until": until}


def main() -> None:
    servers.hold()
    full = measure()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procurement_purchaserecord WHERE id % 10 <> 0")
            cursor.execute("ANALYZE")
        tenth = measure()
        transaction.set_rollback(True)
    print(
        f"a million beside a tenth: {full['whole'] / tenth['whole']:.2f},"
        f" with --as-of {full['until'] / tenth['until']:.2f}"
    )


if __name__ == "__main__":
    main()
