"""What every test needs: servers of its own, and the reference data in the test database."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import Settings

from config import servers

REFERENCE_TABLES = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "organizations_region",
    "suppliers_designatedcounty",
}


def pytest_configure() -> None:
    """Start the embedded servers unless others are named; the last process stops them.

    Test processes share Redis: each has a queue of its own.
    """
    servers.hold()
    TransactionTestCase._fixture_teardown = _empty
    settings.CELERY_TASK_DEFAULT_QUEUE = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """Pages are tested without collecting the static files first."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """The divisions and the designated counties stand in every test, as in production."""
    from organizations.reference import load_regions
    from suppliers.reference import load_counties

    with django_db_blocker.unblock():
        load_regions()
        load_counties()


def _empty(_test: TransactionTestCase) -> None:
    """What ends a test with real transactions: Django's flush would take the reference data too.

    Such a test must leave these as they are. The totals are emptied by the purchases' trigger.
    """
    from procurement.totals import TOTALS

    kept = REFERENCE_TABLES | {total.table for total in TOTALS}
    tables = sorted(set(connection.introspection.table_names()) - kept)
    names = ", ".join(map(connection.ops.quote_name, tables))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names}")
