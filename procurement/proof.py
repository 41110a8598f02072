"""The nightly proof: every verdict and every total again, from the records alone."""

from collections.abc import Iterator

from django.db import connection, transaction

from procurement.judgement import JUDGED, JUDGED_INPUT, judged
from procurement.movements import AMOUNTS, movements, summed
from procurement.totals import TOTALS, Total

_RECORDS = "(SELECT 1 AS sign, * FROM procurement_purchaserecord)"
#: How many differences of a kind are spelled out.
SHOWN = 20


def differences() -> Iterator[str]:
    """A line for each verdict and each total that is not what the records say."""
    yield from _verdicts()
    for total in TOTALS:
        yield from _sums(total)


def _verdicts() -> Iterator[str]:
    anew = ", ".join(f"anew.{name}" for name in JUDGED)
    kept = ", ".join(f"kept.{name}" for name in JUDGED)
    yield from _lines(
        f"""
        SELECT 'verdict of order ' || kept.order_no || ' line ' || kept.line_no,
               ROW({kept})::text, ROW({anew})::text
        FROM procurement_purchaserecord kept
        LEFT JOIN ({judged(f"(SELECT {JUDGED_INPUT} FROM procurement_purchaserecord)")}) anew
            USING (id)
        WHERE ROW({kept}) IS DISTINCT FROM ROW({anew})
        LIMIT {SHOWN}
        """
    )


def _sums(total: Total) -> Iterator[str]:
    kept = ", ".join(f"coalesce(kept.{name}, 0)" for name in AMOUNTS)
    anew = ", ".join(f"coalesce(anew.{name}, 0)" for name in AMOUNTS)
    yield from _lines(
        f"""
        WITH moved AS ({movements(_RECORDS)}), anew AS ({summed("moved", total.keys)})
        SELECT '{total.table} ' || ROW({total.keys})::text, ROW({kept})::text, ROW({anew})::text
        FROM {total.table} kept FULL JOIN anew USING ({total.keys})
        WHERE ROW({kept}) <> ROW({anew})
        LIMIT {SHOWN}
        """
    )


def _lines(query: str) -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Told that a few lines are enough, the planner looks record by record for the first
        # ones; where nothing differs there are none, and it looks through all.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(query)
        for subject, kept, anew in cursor.fetchall():
            yield f"{subject}: kept {kept}, should be {anew}"
