"""What other apps' changes do to filings."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from quotas import totals


@transaction.atomic
def recount_filings(*, regions: Iterable[int], **others: Any) -> None:
    """Sum the filings of these regions anew: a unit moved there, left, or changed its kind."""
    chosen = list(regions)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM quotas_filingtotal WHERE region_id = ANY(%s)", [chosen])
        cursor.execute(
            totals.add(
                "(SELECT 1 AS sign, f.* FROM quotas_filing f"
                " JOIN organizations_budgetunit moved ON moved.id = f.unit_id"
                " WHERE moved.region_id = ANY(%s))"
            ),
            [chosen],
        )
