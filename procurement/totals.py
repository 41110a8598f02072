"""Totals that keep in step with the purchases, by statement-level triggers and nothing else.

Three tables hold sums of movements: by unit, year and fund; by region and year; by region, year
and day from which the amount is known. Regions hold their own level only: subtrees are summed
on reading, so that no row of the whole country is locked by every import. One text writes all
three.
"""

from dataclasses import dataclass

from procurement.movements import AMOUNTS, movements, summed


@dataclass(frozen=True)
class Total:
    """A table of sums and its key columns."""

    table: str
    keys: str

    def add(self, source: str) -> str:
        """SQL that adds the sums in relation ``source`` to this table."""
        names = f"{self.keys}, {', '.join(AMOUNTS)}"
        adds = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in AMOUNTS)
        return f"""
            INSERT INTO {self.table} AS kept ({names}) SELECT {names} FROM {source} sums
            ON CONFLICT ({self.keys}) DO UPDATE SET {adds}
        """


UNIT = Total("procurement_unittotal", "unit_id, year, fund")
REGION = Total("procurement_regiontotal", "region_id, year")
REGION_DAY = Total("procurement_regiondaytotal", "region_id, year, known_on")
TOTALS = (UNIT, REGION, REGION_DAY)


def keep_totals(relation: str) -> str:
    """Body of a trigger that adds the movements of ``relation`` to all three tables."""
    resummed = ", ".join(f"sum({name}) AS {name}" for name in AMOUNTS)
    by_region = f"SELECT {REGION.keys}, {resummed} FROM by_day GROUP BY 1, 2 ORDER BY 1, 2"
    return f"""
        WITH moved AS MATERIALIZED ({movements(relation)}),
        by_day AS MATERIALIZED ({summed("moved", REGION_DAY.keys)}),
        units AS ({UNIT.add(f"({summed('moved', UNIT.keys)})")}),
        regions AS ({REGION.add(f"({by_region})")})
        {REGION_DAY.add("by_day")};
        RETURN NULL;
    """


NEW_ROWS = "(SELECT 1 AS sign, * FROM new_rows)"
OLD_ROWS = "(SELECT -1 AS sign, * FROM old_rows)"
BOTH_ROWS = "(SELECT 1 AS sign, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows)"

# Not TRUNCATE: a statement that empties all tables at once holds these already.
EMPTY_TOTALS = " ".join(f"DELETE FROM {total.table};" for total in TOTALS) + " RETURN NULL;"
