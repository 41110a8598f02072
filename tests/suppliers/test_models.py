"""What the database refuses of suppliers, whoever writes."""

import pytest
from django.db import IntegrityError

from suppliers.models import Supplier
from tests.builders import accept, check_deferred, execute, supplier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def directory() -> None:
    accept(
        "suppliers",
        supplier("S", "2024-01-01", valid_to="2024-06-30"),
        supplier("S", "2024-07-01", valid_to="2024-12-31"),
        supplier("T", "2024-01-01"),
    )


@pytest.mark.parametrize(
    "assignment",
    [
        "valid_to = '2024-07-01' WHERE code = 'S' AND valid_from = '2024-01-01'",
        "valid_to = NULL WHERE code = 'S' AND valid_from = '2024-01-01'",
        "valid_from = '2024-06-30' WHERE code = 'S' AND valid_from = '2024-07-01'",
        "code = 'S', valid_from = '2023-01-01' WHERE code = 'T'",
    ],
)
def test_periods_of_one_code_do_not_overlap(assignment):
    """Both days are valid days, so one period ends before the next one's first day."""
    execute(f"UPDATE suppliers_supplier SET {assignment}")
    with pytest.raises(IntegrityError):
        check_deferred()


def test_neighbouring_periods_may_move_one_after_the_other():
    execute("UPDATE suppliers_supplier SET valid_to = '2024-08-31'"
            " WHERE code = 'S' AND valid_from = '2024-01-01'")  # fmt: skip
    execute("UPDATE suppliers_supplier SET valid_from = '2024-09-01'"
            " WHERE code = 'S' AND valid_from = '2024-07-01'")  # fmt: skip
    check_deferred()


def test_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(IntegrityError, match="supplier_ends_after_start"):
        Supplier.objects.filter(code="T").update(valid_to="2023-12-31")
