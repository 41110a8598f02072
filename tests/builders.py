"""Rows of files as the reader hands them to a service, and people who send them.

A row is a dict of the field names of the spreadsheet contract; the builders give the least that
makes each acceptable. What the reader does to cells is tested with the reader.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from exchange import staging
from exchange.resources import resource_of
from exchange.sheets import SheetResult
from organizations.models import BudgetUnit, Membership, Region, Role, User

Row = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """What became of the rows: counts, or errors as (row, field, code), the first row being 2."""

    counts: tuple[int, int, int]
    errors: list[tuple[int, str, str]]
    messages: list[str]


def take(kind: str, *rows: Row, by: User | None = None, update: bool = False) -> Taken:
    """Hand the rows to the service of their kind, and look at what the commit would look at."""
    with transaction.atomic():
        staged = _stage(kind, rows)
        outcome = resource_of(kind).save(staged, by=by, update=update, job=None)
        check_deferred()
        transaction.set_rollback(staged.error_count > 0)
    fields = {column.heading: column.field for column in staged.columns.values()}
    listed = staged.listed()
    errors = [(error.row, fields[error.column], error.code) for error in listed]
    counts = (outcome.created, outcome.updated, outcome.unchanged)
    return Taken(counts, errors, [error.message for error in listed])


def accept(kind: str, *rows: Row, by: User | None = None, update: bool = False) -> Taken:
    """Take rows that must be without error."""
    taken = take(kind, *rows, by=by, update=update)
    assert taken.errors == []
    return taken


def refusals(kind: str, *rows: Row, by: User | None = None, update: bool = False) -> list[tuple]:
    """The (field, code) pairs of the errors, whatever their rows."""
    return [(field, code) for _, field, code in take(kind, *rows, by=by, update=update).errors]


def _stage(kind: str, rows: tuple[Row, ...]) -> staging.Staged:
    columns = [column for column in resource_of(kind).columns() if not column.export_only]
    staging._create_table(columns)
    names = [column.field for column in columns]
    places = ", ".join(["%s"] * (len(names) + 1))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {staging.TABLE} (row, {', '.join(names)}) VALUES ({places})",
            [[number, *map(row.get, names)] for number, row in enumerate(rows, start=2)],
        )
    present = frozenset(name for row in rows for name in row)
    sheet = SheetResult(present=present, rows=len(rows))
    return staging.Staged({column.field: column for column in columns}, sheet)


def check_deferred() -> None:
    """Let the deferred constraints speak now: a test's transaction never commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def execute(query: str, *params: Any) -> int:
    """Run bare SQL, as someone at the database's own prompt would; returns the rows it met."""
    with connection.cursor() as cursor:
        cursor.execute(query, params or None)
        return cursor.rowcount


def fetch(query: str, *params: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, params or None)
        return cursor.fetchall()


def unit(code: str, region: str = "450102", **cells: Any) -> Row:
    level = "central" if region == "000000" else "county"
    row = {"code": code, "name": f"单位{code}", "region": region, "level": level}
    return row | {"kind": "government"} | cells


def supplier(code: str, valid_from: str = "2020-01-01", **cells: Any) -> Row:
    row = {"code": code, "name": f"供应商{code}", "kind": "cooperative", "county": "450125"}
    return row | {"batch": "第一批", "valid_from": valid_from, "valid_to": None} | cells


def purchase(order_no: str, unit_code: str = "A", **cells: Any) -> Row:
    """A purchase of 100 yuan ordered on 2025-03-10; a bare day stands for its midnight here."""
    row = {
        "order_no": order_no, "unit": unit_code, "supplier": "S", "product": "大米",
        "amount": "100", "fund": "canteen", "channel": "platform_832", "status": "closed",
        "ordered_at": "2025-03-10",
    } | cells  # fmt: skip
    return {
        name: f"{value} 00:00+08" if name.endswith("_at") and value else value
        for name, value in row.items()
    }


def policy(year: int, region: str, **cells: Any) -> Row:
    return {"year": year, "region": region, "document_number": f"财办{year}-{region}号"} | cells


def filing(year: int, unit_code: str, canteen: str = "own", **cells: Any) -> Row:
    return {"year": year, "unit": unit_code, "canteen": canteen} | cells


def own_canteen(year: int, unit_code: str, base: str = "1000", ratio: str = "10", **cells) -> Row:
    return filing(year, unit_code, base_amount=base, ratio=ratio) | cells


def member(year: int, unit_code: str, representative: str, **cells: Any) -> Row:
    return filing(year, unit_code, "shared", representative=representative) | cells


def person(username: str, role: Role, *, region: str = "", unit: str = "") -> User:
    """Someone with one membership, at a region or at a unit."""
    user = User.objects.create_user(username)
    Membership.objects.create(
        user=user,
        role=role,
        region=Region.objects.get(code=region) if region else None,
        unit=BudgetUnit.objects.get(code=unit) if unit else None,
    )
    return user
