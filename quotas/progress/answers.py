"""Who is asked for, by which rows: regions, units, departments."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from organizations.models import BudgetUnit, Region
from quotas.choices import Basis
from quotas.models import EffectivePolicy
from quotas.progress import regions, steps, units
from quotas.progress.figures import Progress, Row
from quotas.progress.steps import Steps

# Units of the asked region but state-owned enterprises, each its own row.
_UNITS_OF_REGION = """
    SELECT u.id AS unit_id, u.id AS row
    FROM organizations_budgetunit u JOIN organizations_region r ON r.id = u.region_id
    WHERE r.path LIKE %(path)s AND u.kind <> 'state_enterprise'
"""

# The same, by the highest of each unit's ancestors (or itself) that lies in the asked region.
_DEPARTMENTS_OF_REGION = """
    SELECT u.id AS unit_id,
           CASE WHEN u.parent_id IS NULL THEN u.id ELSE (
               SELECT above.id
               FROM unnest(string_to_array(trim('/' FROM u.path), '/')::bigint[])
                    WITH ORDINALITY AS step (id, height)
               JOIN organizations_budgetunit above ON above.id = step.id
               JOIN organizations_region r ON r.id = above.region_id AND r.path LIKE %(path)s
               ORDER BY step.height LIMIT 1
           ) END AS row
    FROM organizations_budgetunit u JOIN organizations_region r ON r.id = u.region_id
    WHERE r.path LIKE %(path)s AND u.kind <> 'state_enterprise'
"""

_UNITS_OF_UNIT = """
    SELECT u.id AS unit_id, u.id AS row FROM organizations_budgetunit u
    WHERE u.path LIKE %(path)s AND u.kind <> 'state_enterprise'
"""


def by_region(
    region: Region, year: int, *, basis: Basis | None = None, as_of: date | None = None
) -> Progress:
    """One row for each child of the region, and one for the units attached to itself."""
    rows, places = _rows_below(region)
    with connection.cursor() as cursor:
        regions.fill(cursor, [row.figures for row in rows], places, year, as_of)
    return _answer(rows, region, year, basis, as_of)


@dataclass(frozen=True, slots=True)
class Overview:
    """The answer by region, and by code of its rows how far the units there have come."""

    progress: Progress
    steps: dict[str, Steps]

    @property
    def total(self) -> Steps:
        total = Steps()
        for row in self.steps.values():
            total.add(row)
        return total


def overview(region: Region, year: int, *, basis: Basis) -> Overview:
    """All that is known today of a region, by region, from one look at its subtree."""
    rows, places = _rows_below(region)
    with connection.cursor() as cursor:
        regions.fill(cursor, [row.figures for row in rows], places, year, None)
        counted = steps.count(cursor, places, year, basis)
    by_code = {row.code: counted.get(place, Steps()) for place, row in enumerate(rows)}
    return Overview(_answer(rows, region, year, basis, None), by_code)


def _rows_below(region: Region) -> tuple[list[Row], dict[int, int]]:
    """An empty row for the region's own level and each child, and the row of each region id."""
    rows = [Row(region.code, region.own_level_name)]
    places: dict[int, int] = {}
    children: dict[str, int] = {"": 0}
    below = Region.objects.within(region).order_by("path")
    for pk, code, name, path in below.values_list("pk", "code", "name", "path"):
        step = path.removeprefix(region.path).split("/", 1)[0]
        if step not in children:
            children[step] = len(rows)
            rows.append(Row(code, name))
        places[pk] = children[step]
    return rows, places


def by_unit(
    region: Region,
    year: int,
    *,
    own_level: bool = False,
    basis: Basis | None = None,
    as_of: date | None = None,
) -> Progress:
    """One row for each unit of the subtree, or of the region's own level, but enterprises."""
    path = region.path if own_level else f"{region.path}%"
    rows = _rows_of(_UNITS_OF_REGION, path, year, as_of)
    return _answer(rows, region, year, basis, as_of)


def by_department(
    region: Region, year: int, *, basis: Basis | None = None, as_of: date | None = None
) -> Progress:
    """One row for each topmost ancestor inside the region, with its whole subtree there."""
    rows = _rows_of(_DEPARTMENTS_OF_REGION, f"{region.path}%", year, as_of)
    return _answer(rows, region, year, basis, as_of)


def of_unit(
    unit: BudgetUnit, year: int, *, basis: Basis | None = None, as_of: date | None = None
) -> Progress:
    """One row for each unit of the unit's subtree."""
    rows = _rows_of(_UNITS_OF_UNIT, f"{unit.path}%", year, as_of)
    return Progress.of(
        rows,
        asked=(unit.code, unit.name),
        year=year,
        region=None,
        basis=basis or basis_of(unit.region, year),
        as_of=as_of,
    )


def _rows_of(answered: str, path: str, year: int, as_of: date | None) -> list[Row]:
    """The rows of the units whose (region's) path is like ``path``."""
    with connection.cursor() as cursor:
        return list(units.rows(cursor, answered, {"path": path}, year, as_of).values())


def _answer(
    rows: list[Row], region: Region, year: int, basis: Basis | None, as_of: date | None
) -> Progress:
    return Progress.of(
        rows,
        asked=(region.code, region.name),
        year=year,
        region=region.code,
        basis=basis or basis_of(region, year),
        as_of=as_of,
    )


def basis_of(region: Region, year: int) -> Basis:
    """The counting basis of the region's policy; 完结 where nobody gives one."""
    policy = EffectivePolicy.objects.filter(region=region, year=year).first()
    return Basis(policy.basis) if policy and policy.basis else Basis.COMPLETED


ANSWERS: dict[str, Any] = {"region": by_region, "unit": by_unit, "department": by_department}
