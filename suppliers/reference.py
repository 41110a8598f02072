"""The 832 designated counties, loaded from the project's own copy of the list."""

import csv
from pathlib import Path

from organizations.models import Region
from suppliers.models import DesignatedCounty

_COUNTIES = Path(__file__).resolve().parent.parent / "data" / "counties_832.csv"


def load_counties() -> int:
    """Make or refresh the designated counties; the regions must stand. Returns how many."""
    regions = dict(Region.objects.values_list("code", "pk"))
    with _COUNTIES.open(encoding="utf-8") as source:
        counties = [
            DesignatedCounty(
                code=row["code"],
                name=row["name"],
                listed_code=row["listed_code"],
                listed_name=row["listed_name"],
                region_id=regions[row["division_code"]],
                province=row["province"],
                prefecture=row["prefecture"],
                exit_year=row["exit_year"],
            )
            for row in csv.DictReader(source)
        ]
    DesignatedCounty.objects.bulk_create(
        counties,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "name",
            "listed_code",
            "listed_name",
            "region",
            "province",
            "prefecture",
            "exit_year",
        ],
    )
    return len(counties)
