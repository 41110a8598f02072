"""Chains of units: superiors and successors."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db import connection

from organizations.models import BudgetUnit, UnitKind


def circular(units: Sequence[BudgetUnit], name: str) -> Iterator[int]:
    """Ids of ``units`` whose chain along ``name`` comes back to them, seen with their new values.

    ``name`` is ``parent`` or ``successor``; of the ledger the chains that begin in ``units`` are
    read, in one query.
    """
    wanted = {unit.pk: getattr(unit, f"{name}_id") for unit in units}
    starts = {pk for pk in wanted.values() if pk and pk not in wanted}
    following = _standing_links(starts, name) | wanted
    for unit in units:
        if _comes_back(unit.pk, following):
            yield unit.pk


def _standing_links(starts: Collection[int], name: str) -> dict[int, int | None]:
    """Each unit of the chains from ``starts``, and the unit that follows it there."""
    if not starts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE chain AS (
                SELECT id, {name}_id AS next FROM organizations_budgetunit WHERE id = ANY(%s)
                UNION
                SELECT unit.id, unit.{name}_id
                FROM organizations_budgetunit unit JOIN chain ON unit.id = chain.next
            )
            SELECT id, next FROM chain
            """,
            [list(starts)],
        )
        return dict(cursor.fetchall())


def _comes_back(start: int, following: dict[int, int | None]) -> bool:
    passed = {start}
    here = following.get(start)
    while here is not None and here not in passed:
        passed.add(here)
        here = following.get(here)
    return here == start


def enterprises_that_succeed(units: Iterable[BudgetUnit]) -> Iterator[tuple[int, str]]:
    """(unit id, code of the enterprise): units succeeded by one, or that became one."""
    units = list(units)
    known = {unit.pk: unit for unit in units}
    missing = {unit.successor_id for unit in units if unit.successor_id} - set(known)
    known |= BudgetUnit.objects.in_bulk(missing)
    enterprises = [unit.pk for unit in units if unit.kind == UnitKind.STATE_ENTERPRISE]
    succeeded = set(
        BudgetUnit.objects.filter(successor__in=enterprises)
        .exclude(pk__in=[unit.pk for unit in units])
        .values_list("successor_id", flat=True)
    )
    for unit in units:
        successor = known.get(unit.successor_id) if unit.successor_id else None
        if successor and successor.kind == UnitKind.STATE_ENTERPRISE:
            yield unit.pk, successor.code
        if unit.pk in succeeded:
            yield unit.pk, unit.code


def successors_of(unit: BudgetUnit) -> list[BudgetUnit]:
    """The unit, its successor, that one's successor and so on; two queries, however many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE chain AS (
                SELECT id, successor_id, 1 AS step FROM organizations_budgetunit WHERE id = %s
                UNION ALL
                SELECT next.id, next.successor_id, chain.step + 1
                FROM chain JOIN organizations_budgetunit next ON next.id = chain.successor_id
                WHERE chain.step < 100
            )
            SELECT id FROM chain ORDER BY step
            """,
            [unit.pk],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    units = BudgetUnit.objects.in_bulk(ids)
    return [units[pk] for pk in ids]
