"""What suppliers sold: sums of what counted, never who bought."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from procurement.choices import Verdict
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
       AND p.ordered_on < make_date(%(year)s + 1, 1, 1))
"""
_SALES = f"""
    SELECT m.year, m.category,
           coalesce(nullif(split_part(g.path, '/', 2), ''), g.code) AS province, {_SUMS}
    FROM ({movements(_RECORDS, also="category")}) m
    JOIN organizations_region g ON g.id = m.region_id
    WHERE m.year BETWEEN %(year)s - {YEARS - 1} AND %(year)s
    GROUP BY 1, 2, 3
"""

Bases = dict[str, Decimal]


@dataclass(frozen=True)
class Sales:
    """Yuan on each basis: by year, and of the year asked for by category and by the code of the
    buying province (000000: central units)."""

    by_year: dict[int, Bases] = field(default_factory=dict)
    by_category: dict[str, Bases] = field(default_factory=dict)
    by_province: dict[str, Bases] = field(default_factory=dict)


def sales_of(listings: Iterable[int], year: int) -> Sales:
    """What counted of the suppliers while these periods (ids of ``Supplier``) held.

    One query, by the index on the supplier's code.
    """
    rows = _rows({"listings": list(listings), "year": year})
    by_year = _summed((row["year"], row) for row in rows)
    asked = [row for row in rows if row["year"] == year]
    return Sales(
        dict(sorted(by_year.items(), reverse=True)),
        _largest_first(_summed((row["category"], row) for row in asked)),
        _largest_first(_summed((row["province"], row) for row in asked)),
    )


def _rows(params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_SALES, params)
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
