"""What every test needs: servers of its own, and the reference data in the test database."""

import pytest

from config import servers


def pytest_configure() -> None:
    """Start the embedded servers unless others are named; the last process stops them."""
    servers.hold()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """The divisions and the designated counties stand in every test, as in production."""
    from organizations.reference import load_regions
    from suppliers.reference import load_counties

    with django_db_blocker.unblock():
        load_regions()
        load_counties()
