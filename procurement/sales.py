"""What suppliers sold: sums of what counted, never who bought."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from organizations.models import User
from procurement.choices import Verdict
from procurement.models import PurchaseRecord
from procurement.movements import BASES, movements

#: Years that are looked at: the one asked for and those before it.
YEARS = 3

_SUMS = ", ".join(
    f"coalesce(sum(m.amount) FILTER (WHERE m.slot = {slot}), 0) AS {name}"
    for slot, name in enumerate(BASES)
)
#: The records of the listings' suppliers, each in the period that holds its day.
_RECORDS = f"""
    (SELECT 1 AS sign, p.* FROM suppliers_supplier s
     JOIN procurement_purchaserecord p ON p.supplier_code = s.code
          AND p.ordered_on >= s.valid_from AND (s.valid_to IS NULL OR p.ordered_on <= s.valid_to)
     WHERE s.id = ANY(%(listings)s) AND p.verdict = {Verdict.COUNTED:d}
       AND p.ordered_on < make_date(%(year)s + 1, 1, 1)
       AND (%(units)s::bigint[] IS NULL OR p.unit_id = ANY(%(units)s)))
"""
_SALES = f"""
    SELECT m.year, m.category, coalesce(province.name, '') AS province, {_SUMS}
    FROM ({movements(_RECORDS, also="category")}) m
    JOIN organizations_region g ON g.id = m.region_id
    LEFT JOIN organizations_region province ON province.code = split_part(g.path, '/', 2)
    WHERE m.year BETWEEN %(year)s - {YEARS - 1} AND %(year)s
    GROUP BY 1, 2, 3
"""
# What a year's orders give on the basis of orders, as the movements sum it, without the others.
_RANKING = f"""
    SELECT c.id, c.code, c.name, coalesce(sum(p.amount - least(p.refunded, p.amount)), 0) AS amount
    FROM suppliers_designatedcounty c
    LEFT JOIN suppliers_supplier s ON s.county_id = c.id
    LEFT JOIN procurement_purchaserecord p ON p.supplier_code = s.code
          AND p.ordered_on >= s.valid_from AND (s.valid_to IS NULL OR p.ordered_on <= s.valid_to)
          AND p.ordered_on BETWEEN make_date(%(year)s, 1, 1) AND make_date(%(year)s, 12, 31)
          AND p.verdict = {Verdict.COUNTED:d}
    WHERE c.province = %(province)s
    GROUP BY c.id ORDER BY amount DESC, c.code
"""

Bases = dict[str, Decimal]


@dataclass(frozen=True)
class Sales:
    """Yuan on each basis: by year, and of the year asked for by category and by the name of the
    buying province ("": central units)."""

    by_year: dict[int, Bases] = field(default_factory=dict)
    by_category: dict[str, Bases] = field(default_factory=dict)
    by_province: dict[str, Bases] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A county among those of its province: counties that sold the same share a ``rank``."""

    rank: int
    county: int
    code: str
    name: str
    amount: Decimal


def ranking(province: str, year: int) -> list[Place]:
    """The designated counties of a province by what counted of the year's orders, in yuan.

    Reads the year's records of every supplier of the province: to be asked with a limit of time.
    """
    places: list[Place] = []
    rows = _rows(_RANKING, {"province": province, "year": year})
    for number, row in enumerate(rows, 1):
        is_level = places and places[-1].amount == row["amount"]
        rank = places[-1].rank if is_level else number
        places.append(Place(rank, row["id"], row["code"], row["name"], row["amount"]))
    return places


def sales_of(listings: Iterable[int], year: int, *, units: Iterable[int] | None = None) -> Sales:
    """What counted of the suppliers while these periods (ids of ``Supplier``) held.

    ``units`` are the buyers looked at, all where None. One query, by the index on the
    supplier's code.
    """
    buyers = None if units is None else list(units)
    rows = _rows(_SALES, {"listings": list(listings), "year": year, "units": buyers})
    by_year = _summed((row["year"], row) for row in rows)
    asked = [row for row in rows if row["year"] == year]
    return Sales(
        dict(sorted(by_year.items(), reverse=True)),
        _largest_first(_summed((row["category"], row) for row in asked)),
        _largest_first(_summed((row["province"], row) for row in asked)),
    )


def buyers_of(user: User, code: str) -> list[int]:
    """Ids of the units in the user's scope that ever bought from a supplier."""
    bought = PurchaseRecord.objects.visible_to(user).filter(supplier_code=code)
    return list(bought.values_list("unit_id", flat=True).distinct())


def _rows(query: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _summed(keyed: Iterable[tuple[Any, dict[str, Any]]]) -> dict[Any, Bases]:
    sums: dict[Any, Bases] = defaultdict(lambda: dict.fromkeys(BASES, Decimal(0)))
    for key, row in keyed:
        for basis in BASES:
            sums[key][basis] += row[basis]
    return dict(sums)


def _largest_first(sums: dict[str, Bases]) -> dict[str, Bases]:
    return dict(sorted(sums.items(), key=lambda item: item[1][BASES[0]], reverse=True))
