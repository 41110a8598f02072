"""Writes to the purchase records."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from exchange.columns import Column
from exchange.models import Job
from exchange.rowtext import worded
from exchange.staging import TABLE, Outcome, Staged
from organizations.history import record_actor
from organizations.locks import lock_judgement
from organizations.models import BudgetUnit, User
from organizations.roles import Permission
from procurement.judgement import JUDGED, JUDGED_INPUT, judged
from procurement.progressing import (
    MATCHED,
    any_of,
    differs,
    match,
    refused,
    staged_value,
    stored,
)

#: Ids of the units whose purchases the sender keeps, where these are not all units.
_KEPT = "kept_units"
_DAYS = ("ordered_at", "paid_at", "accepted_at", "rated_at", "refunded_at")


@transaction.atomic
def save_purchases(
    staged: Staged, *, by: User | None, update: bool = False, job: Job | None = None
) -> Outcome:
    """Insert new order lines and move the standing ones on; judge them and keep the totals.

    One INSERT and one UPDATE, however many rows. Errors are reported to ``staged``; with any,
    the caller undoes what was written. Another value under a standing key is a conflict unless
    it is the ordinary progress of an order or the sender asks for an ``update``.
    """
    record_actor(by, service="save_purchases")
    lock_judgement()
    bounded = _note_kept_units(by)
    _check_units(staged, bounded)
    _check_origins(staged)
    _check_refunds(staged)
    newest = _newest()
    created = 0 if staged.error_count else _insert_new(list(staged.columns.values()), job)
    if created == staged.rows:
        return Outcome(created)
    match(newest)
    _check_standing(staged, bounded)
    _check_standing_refunds(staged, bounded)
    present = _compared(staged)
    if not update:
        _report_conflicts(staged, present, bounded)
    if staged.error_count:
        return Outcome()
    changed = _move_on(present)
    return Outcome(created, changed, staged.rows - created - changed)


def _newest() -> int:
    """Id of the newest record that stands: what this import inserts is newer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM procurement_purchaserecord")
        (newest,) = cursor.fetchone()
    return newest


def _insert_new(columns: Sequence[Column], job: Job | None) -> int:
    """Insert the staged rows whose key does not stand yet, judged; returns how many.

    The unique key finds those that stand; matching is left to files that have any. Passing over
    conflicts takes a tenth longer, so it waits for the first one.
    """
    fields = [column for column in columns if not column.key]
    names = ["order_no", "line_no", *(stored(c.field) for c in fields)]
    values = ", ".join(f"{staged_value(c)} AS {stored(c.field)}" for c in fields)
    fresh = f"""
        (SELECT m.order_no, coalesce(m.line_no, 1) AS line_no, {values},
                (m.ordered_at AT TIME ZONE 'Asia/Shanghai')::date AS ordered_on
         FROM (SELECT s.*, u.id AS unit_id
               FROM {TABLE} s JOIN organizations_budgetunit u ON u.code = s.unit) m)
    """
    chosen = ", ".join([*names, *JUDGED])
    insert = f"""
        INSERT INTO procurement_purchaserecord ({chosen}, job_id)
        SELECT {chosen}, %s FROM ({judged(fresh)}) fresh
    """
    # The triggers are given the new rows, 36 MB of 100,000: kept in memory, not in a file.
    _execute("SET LOCAL work_mem = '64MB'")
    try:
        with transaction.atomic():
            return _execute(insert, [job and job.pk])
    except IntegrityError:
        return _execute(f"{insert} ON CONFLICT (order_no, line_no) DO NOTHING", [job and job.pk])


def _compared(staged: Staged) -> list[Column]:
    return [c for c in staged.columns.values() if c.field in staged.present and not c.key]


def _note_kept_units(by: User | None) -> bool:
    """Note the units whose purchases the sender keeps; False where these are all units."""
    if by is None or by.is_superuser:
        return False
    kept = BudgetUnit.objects.where_may(by, Permission.KEEP_PURCHASES).values("id")
    query, params = kept.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_KEPT}")
        cursor.execute(f"CREATE TEMPORARY TABLE {_KEPT} ON COMMIT DROP AS {query}", params)
        cursor.execute(f"ANALYZE {_KEPT}")
    return True


def _check_units(staged: Staged, bounded: bool) -> None:
    staged.report_found(
        f"""
        SELECT s.row, s.unit AS value FROM {TABLE} s
        LEFT JOIN organizations_budgetunit u ON u.code = s.unit
        WHERE s.unit IS NOT NULL AND u.id IS NULL
        """,
        "unit",
        "unknown_code",
        _("There is no unit with the code %(value)s in the ledger; import the units first."),
    )
    if not bounded:
        return
    staged.report_found(
        f"""
        SELECT s.row, s.unit AS value FROM {TABLE} s
        JOIN organizations_budgetunit u ON u.code = s.unit
        WHERE u.id NOT IN (SELECT kept.id FROM {_KEPT} kept)
        """,
        "unit",
        "unknown_code",
        _("The unit %(value)s is none of those whose purchases you keep."),
    )


def _check_standing(staged: Staged, bounded: bool) -> None:
    """An order of a unit outside the sender's scope stays what it is."""
    if not bounded:
        return
    staged.report_found(
        f"""
        SELECT m.row, m.order_no AS value FROM ({MATCHED}) m
        JOIN procurement_purchaserecord p ON p.id = m.record_id
        WHERE p.unit_id NOT IN (SELECT kept.id FROM {_KEPT} kept)
        """,
        "order_no",
        "unknown_code",
        _("The order %(value)s stands with a unit whose purchases you do not keep."),
    )


def _shown(bounded: bool) -> str:
    """SQL condition: the record may be shown to the sender."""
    return f"p.unit_id IN (SELECT kept.id FROM {_KEPT} kept)" if bounded else "true"


def _check_origins(staged: Staged) -> None:
    staged.report_found(
        f"SELECT row, origin AS value FROM {TABLE} WHERE origin !~ '^[0-9]{{6}}$'",
        "origin",
        "unknown_code",
        _("A county code has six digits; %(value)s has not."),
    )


def _check_refunds(staged: Staged) -> None:
    staged.report_found(
        f"SELECT row, refunded AS value, amount FROM {TABLE} WHERE refunded > amount",
        "refunded",
        "out_of_range",
        _("The refund of %(value)s yuan is more than the order amount of %(amount)s yuan."),
    )


def _check_standing_refunds(staged: Staged, bounded: bool) -> None:
    """A refund that stands and is not in the file bounds the amounts of the file."""
    if "refunded" in staged.present:
        return
    staged.report_found(
        f"""
        SELECT m.row, NULL AS value, p.refunded, m.amount FROM ({MATCHED}) m
        JOIN procurement_purchaserecord p ON p.id = m.record_id
        WHERE p.refunded > m.amount AND {_shown(bounded)}
        """,
        "refunded",
        "out_of_range",
        _("The refund of %(refunded)s yuan is more than the order amount of %(amount)s yuan."),
    )


def _report_conflicts(staged: Staged, present: Sequence[Column], bounded: bool) -> None:
    """Find the rows in conflict by one query, then the cells of those rows alone.

    What stands of a unit outside the sender's scope is not shown.
    """
    found = f"FROM ({MATCHED}) m JOIN procurement_purchaserecord p ON p.id = m.record_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.row {found} WHERE {_shown(bounded)} AND {any_of(map(refused, present))}"
        )
        rows = [row for (row,) in cursor.fetchall()]
    if not rows:
        return
    for column in present:
        staged.report_found(
            f"""
            SELECT m.row, m.{column.field} AS value, p.order_no, p.line_no,
                   {_standing(column)} AS standing
            {found} WHERE m.row = ANY(%(rows)s) AND {refused(column)}
            """,
            column.field,
            "conflict",
            _(
                "The order %(order_no)s, line %(line_no)s, stands with %(standing)s here. To change"
                " it, import the file as an update."
            ),
            rows=rows,
        )


def _standing(column: Column) -> str:
    if column.field == "unit":
        return "(SELECT code FROM organizations_budgetunit WHERE id = p.unit_id)"
    if column.kind == "moment":
        return f"p.{column.field.removesuffix('_at')}_on"
    if column.choices:
        return worded(f"p.{stored(column.field)}", column.spellings.items())
    return f"p.{stored(column.field)}"


def _move_on(present: Sequence[Column]) -> int:
    """Update the records whose staged row differs; returns how many."""
    values = ", ".join(f"{_moved(c)} AS {stored(c.field)}" for c in present)
    kept = ", ".join(f"p.{name}" for name in _judged_by(exclude={stored(c.field) for c in present}))
    names = [stored(column.field) for column in present] + list(JUDGED)
    merged = f"""
        (SELECT merged.*, (merged.ordered_at AT TIME ZONE 'Asia/Shanghai')::date AS ordered_on
         FROM (SELECT p.id, {", ".join(filter(None, [values, kept]))}
               FROM ({MATCHED}) m JOIN procurement_purchaserecord p ON p.id = m.record_id
               WHERE {any_of(map(differs, present))}) merged)
    """
    return _execute(
        f"""
        UPDATE procurement_purchaserecord record
        SET {", ".join(f"{name} = moved.{name}" for name in names)}
        FROM ({judged(merged)}) moved WHERE moved.id = record.id
        """
    )


def _judged_by(exclude: set[str]) -> list[str]:
    """Columns that judging reads and the file does not bring."""
    needed = (
        "unit_id", "supplier_code", "origin_code", "ordered_at", "channel", "status", "amount",
        "refunded",
    )  # fmt: skip
    return [name for name in needed if name not in exclude]


def _moved(column: Column) -> str:
    """The new value; a time of the same day does not replace the standing one."""
    if column.field in _DAYS:
        return f"CASE WHEN {differs(column)} THEN m.{column.field} ELSE p.{column.field} END"
    return staged_value(column)


@transaction.atomic
def rejudge(*, units: Sequence[int] = (), suppliers: Sequence[str] = ()) -> int:
    """Judge anew the purchases of these units, of units they succeed, and of these suppliers.

    Only records whose verdict, credit or origin differs are written; returns how many have
    another verdict.
    """
    return _count(
        f"""
        WITH RECURSIVE buyers AS (
            SELECT unnest(%(units)s::bigint[]) AS id
            UNION
            SELECT u.id FROM organizations_budgetunit u JOIN buyers b ON u.successor_id = b.id
        ),
        touched AS MATERIALIZED (
            SELECT p.* FROM procurement_purchaserecord p JOIN buyers b ON b.id = p.unit_id
            UNION
            SELECT * FROM procurement_purchaserecord WHERE supplier_code = ANY(%(suppliers)s)
        ),
        moved AS (
            UPDATE procurement_purchaserecord record
            SET {", ".join(f"{name} = anew.{name}" for name in JUDGED)}
            FROM ({judged(f"(SELECT {JUDGED_INPUT}, verdict AS stood_as FROM touched)")}) anew
            WHERE anew.id = record.id
              AND ROW({", ".join(f"record.{name}" for name in JUDGED)})
                  IS DISTINCT FROM ROW({", ".join(f"anew.{name}" for name in JUDGED)})
            RETURNING anew.stood_as <> anew.verdict AS has_moved
        )
        SELECT count(*) FILTER (WHERE has_moved) FROM moved
        """,
        {"units": list(units), "suppliers": list(suppliers)},
    )


def rejudge_units(*, units: Sequence[int], **others: Any) -> None:
    """What the ledger's announcement of changed units does here."""
    rejudge(units=units)


def rejudge_suppliers(*, codes: Sequence[str], **others: Any) -> int:
    """What the directory's announcement of changed suppliers does here."""
    return rejudge(suppliers=codes)


def _execute(query: str, params: Any = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.rowcount


def _count(query: str, params: Any = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchone()[0]
