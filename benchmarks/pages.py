"""Server time, queries and bytes of every page of the tour, on the demonstration of `make run`.

    make bench

Each page is asked for by its reader, first once to warm it; the median of the rest counts.
"""

import gzip
import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from config import servers  # noqa: E402
from config.run import prepare  # noqa: E402
from organizations.models import User  # noqa: E402
from tests.browser.tour import STOPS, Stop, readers  # noqa: E402

RUNS = 7


def measure(stop: Stop, client: Client) -> tuple[float, int, int]:
    """Median milliseconds, number of queries, and compressed bytes of a page's own text."""
    address = stop.find(lambda address: client.get(address, follow=True).content.decode())
    response = client.get(address, follow=True)
    # Where a page only leads on, what it leads to is measured.
    address = response.redirect_chain[-1][0] if response.redirect_chain else address
    times = []
    for _run in range(RUNS):
        started = time.perf_counter()
        response = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return statistics.median(times[1:]), len(queries), len(gzip.compress(response.content))


def main() -> None:
    servers.hold()
    prepare(settings.DATA_DIR, with_demo=True)
    setup_test_environment()
    names, clients = readers(), dict[str, Client]()
    for stop in STOPS:
        if stop.reader not in clients:
            clients[stop.reader] = Client()
            if stop.reader:
                clients[stop.reader].force_login(User.objects.get(username=names[stop.reader]))
        milliseconds, queries, size = measure(stop, clients[stop.reader])
        print(f"{stop.name:<24} {milliseconds:7.0f} ms {queries:4} queries {size / 1024:6.1f} KB")


if __name__ == "__main__":
    main()
