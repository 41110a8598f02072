"""Totals that keep in step with the purchases, by statement-level triggers and nothing else.

Three tables hold sums of movements: by unit and month, by region and month, by region and day
(own level only: subtrees are summed on reading, so that no row of the whole country is locked
by every import). One text writes all three.
"""

from dataclasses import dataclass

from procurement.movements import BASES, KEYS, movements


@dataclass(frozen=True)
class Total:
    """A table of sums: its key columns, and how each is made from a movement."""

    table: str
    keys: dict[str, str]

    def sums(self, source: str) -> str:
        """SQL that sums the movements of ``source`` to this table's rows."""
        keys = ", ".join(f"{sql} AS {name}" for name, sql in self.keys.items())
        sums = ", ".join(f"sum({basis}) AS {basis}" for basis in BASES)
        places = ", ".join(str(n) for n in range(1, len(self.keys) + 1))
        # In the order of the key, so that two imports lock shared rows in the same order.
        return f"""
            SELECT {keys}, {sums} FROM {source} GROUP BY {places}
            HAVING {" OR ".join(f"sum({basis}) <> 0" for basis in BASES)}
            ORDER BY {places}
        """

    def add(self, source: str) -> str:
        """SQL that adds the movements of ``source`` to this table."""
        names = ", ".join(self.keys)
        adds = ", ".join(f"{basis} = kept.{basis} + excluded.{basis}" for basis in BASES)
        return f"""
            INSERT INTO {self.table} AS kept ({names}, {", ".join(BASES)}) {self.sums(source)}
            ON CONFLICT ({names}) DO UPDATE SET {adds}
        """


_KNOWN_MONTH = "date_trunc('month', known_on::timestamp)::date"

UNIT_MONTH = Total(
    "procurement_unitmonthtotal",
    {
        "unit_id": "unit_id",
        "year": "year",
        "month": "month",
        "known_month": _KNOWN_MONTH,
        "fund": "fund",
        "verdict": "verdict",
    },
)
REGION_MONTH = Total(
    "procurement_regionmonthtotal",
    {
        "region_id": "region_id",
        "year": "year",
        "known_month": _KNOWN_MONTH,
        "fund": "fund",
        "verdict": "verdict",
    },
)
REGION_DAY = Total(
    "procurement_regiondaytotal",
    {"region_id": "region_id", "year": "year", "known_on": "known_on", "verdict": "verdict"},
)
TOTALS = (UNIT_MONTH, REGION_MONTH, REGION_DAY)


def keep_totals(relation: str) -> str:
    """Body of a trigger that adds the movements of ``relation`` to all three tables."""
    return f"""
        WITH moved AS MATERIALIZED ({movements(relation)}),
        by_unit AS ({UNIT_MONTH.add("moved")}),
        by_month AS ({REGION_MONTH.add("moved")})
        {REGION_DAY.add("moved")};
        RETURN NULL;
    """


NEW_ROWS = "(SELECT 1 AS sign, * FROM new_rows)"
OLD_ROWS = "(SELECT -1 AS sign, * FROM old_rows)"
BOTH_ROWS = "(SELECT 1 AS sign, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows)"

EMPTY_TOTALS = f"TRUNCATE {', '.join(total.table for total in TOTALS)}; RETURN NULL;"

__all__ = ["BOTH_ROWS", "EMPTY_TOTALS", "KEYS", "NEW_ROWS", "OLD_ROWS", "TOTALS", "keep_totals"]
