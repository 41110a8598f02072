"""The divisions of the country, loaded from the project's own copy of the code table."""

import csv
from pathlib import Path

from django.db import transaction

from organizations.models import ROOT_CODE, Region, RegionLevel

_DIVISIONS = Path(__file__).resolve().parent.parent / "data" / "divisions.csv"


@transaction.atomic
def load_regions() -> int:
    """Make the root and its divisions; rename what the table renames. Returns how many stand.

    Paths follow ``finance_parent``; a region whose finance parent a bureau has changed keeps it.
    """
    Region.objects.get_or_create(
        code=ROOT_CODE,
        defaults={"name": "全国", "level": RegionLevel.COUNTRY, "path": f"{ROOT_CODE}/"},
    )
    known = {region.code: region for region in Region.objects.all()}
    with _DIVISIONS.open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    for level in (RegionLevel.PROVINCE, RegionLevel.PREFECTURE, RegionLevel.COUNTY):
        _load_level([row for row in rows if row["level"] == level], known)
    return len(known)


def _load_level(rows: list[dict[str, str]], known: dict[str, Region]) -> None:
    new, renamed = [], []
    for row in rows:
        region = known.get(row["code"])
        if region is None:
            parent = known[row["parent_code"] or ROOT_CODE]
            new.append(
                Region(
                    code=row["code"],
                    name=row["name"],
                    level=row["level"],
                    parent=parent,
                    finance_parent=parent,
                    path=f"{parent.path}{row['code']}/",
                )
            )
        elif region.name != row["name"]:
            region.name = row["name"]
            renamed.append(region)
    for region in Region.objects.bulk_create(new):
        known[region.code] = region
    Region.objects.bulk_update(renamed, ["name"])
