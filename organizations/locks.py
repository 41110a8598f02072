"""Locks of things that several services write, in the order in which they must be taken.

Each is kept until the transaction ends and is taken before anything is checked.
"""

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from organizations.models import Region

_JUDGEMENT = 8_320_001
_PROMISES = 8_320_002
_PEOPLE = 8_320_003


def lock_judgement() -> None:
    """Purchases, and the units and suppliers that they are judged by.

    No purchase is judged by dates that another transaction is about to change.
    """
    _lock(_JUDGEMENT)


def lock_promises() -> None:
    """Policies, filings and the units that file: no filing is checked against a policy, or summed
    in a region, that another transaction is about to change."""
    _lock(_PROMISES)


def lock_people() -> None:
    """People and their roles: nobody takes a sign-in name that another transaction is giving."""
    _lock(_PEOPLE)


def lock_region(region: "Region") -> None:
    """What a region's bureau may have once alone: its document numbers, its schedules."""
    # Rows that name the region are written meanwhile.
    type(region).objects.select_for_update(no_key=True).get(pk=region.pk)


def _lock(key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
