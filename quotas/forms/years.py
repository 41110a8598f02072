"""The plan years that a page can be asked for."""

from django.utils import timezone

#: The platform opened in October 2019.
FIRST_YEAR = 2019


def this_year() -> int:
    """The current year in Asia/Shanghai."""
    return timezone.localdate().year


def plan_years() -> list[tuple[int, str]]:
    """Every year that has had the platform, and the next."""
    return [(year, str(year)) for year in range(this_year() + 1, FIRST_YEAR - 1, -1)]
