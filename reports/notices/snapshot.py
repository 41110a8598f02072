"""The figures of a notice, frozen: its rows, and one digest over all that it says in numbers."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from organizations.models import BudgetUnit, Region
from quotas.merging import FIELDS, Merged
from quotas.pace import Behind, Pace
from quotas.progress import ANSWERS, Progress, Row, by_unit
from quotas.progress.figures import AMOUNTS, COUNTS
from reports.choices import Listed, NoticeKind
from reports.models import Notice, Terms

_COLUMNS = (
    "notice_id", "place_in_order", "region_id", "unit_id", "code", "name", *COUNTS, *AMOUNTS,
    "rate", "rank", "gap", "lag", "verdict",
)  # fmt: skip
_HASHED = ", ".join(_COLUMNS[1:])

# The digest's text: the head, then every row in its order, each as PostgreSQL writes a row.
_DIGEST = f"""
    SELECT encode(sha256(convert_to(
        %(head)s || coalesce(string_agg(ROW({_HASHED})::text, E'\n' ORDER BY place_in_order), ''),
        'UTF8')), 'hex')
    FROM reports_noticerow WHERE notice_id = %(notice)s
"""

# Up to which entry of each the figures were read; the same transaction holds the locks.
_POSITION = """
    SELECT (SELECT max(id) FROM procurement_purchaserecord),
           (SELECT max(pgh_id) FROM procurement_purchaserecordevent),
           (SELECT max(pgh_id) FROM quotas_filingevent),
           (SELECT max(pgh_id) FROM quotas_policyevent),
           (SELECT max(pgh_id) FROM organizations_budgetunitevent),
           (SELECT max(pgh_id) FROM suppliers_supplierevent)
"""
_POSITIONS = ("purchases", "purchase_changes", "filings", "policies", "units", "suppliers")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row in its order; ``rank`` where it has a rate, ``behind`` where it lags."""

    row: Row
    rank: int | None
    behind: Behind | None


def progress_of(terms: Terms, year: int, **asked: Any) -> Progress:
    """The progress by whom the notice lists, ``asked`` being its basis and cut-off day."""
    if terms.listed == Listed.OWN_UNITS:
        return by_unit(terms.region, year, own_level=True, **asked)
    by = {Listed.REGIONS: "region", Listed.DEPARTMENTS: "department", Listed.ALL_UNITS: "unit"}
    return ANSWERS[by[Listed(terms.listed)]](terms.region, year, **asked)


def ranked(answer: Progress, pace: Pace, terms: Terms) -> list[Ranked]:
    """Whom the notice names, in order: by rate, equal rates by amount; a reminder by its gaps.

    Regions without any unit are left out. A reminder holds those behind alone, a commendation
    those whose rate is reached.
    """
    rows = [row for row in answer.rows if row.figures.units or row.figures.filed]
    lags = {one.row.code: one for one in pace.behind(rows)}
    if terms.kind == NoticeKind.REMINDER:
        return [Ranked(one.row, None, one) for one in lags.values()]
    named = list(_in_order(rows, answer.basis, lags))
    if terms.kind == NoticeKind.COMMENDATION:
        return [one for one in named if _is_praised(one, answer.basis, terms.threshold)]
    return named


def _is_praised(one: Ranked, basis: str, threshold: Decimal) -> bool:
    rate = one.row.figures.rate(basis)
    return rate is not None and rate >= threshold


def _in_order(rows: Sequence[Row], basis: str, lags: Mapping[str, Behind]) -> Iterator[Ranked]:
    """Best rate first; rows that equal each other in rate and amount share a rank."""

    def merit(row: Row) -> tuple[Decimal, Decimal]:
        rate = row.figures.rate(basis)
        return (Decimal(-1) if rate is None else rate, getattr(row.figures, basis))

    rank, before = 0, None
    rows = sorted(rows, key=lambda row: row.code)
    for place, row in enumerate(sorted(rows, key=merit, reverse=True), start=1):
        if merit(row) != before:
            rank, before = place, merit(row)
        has_rate = row.figures.target != 0
        yield Ranked(row, rank if has_rate else None, lags.get(row.code))


def freeze(notice: Notice, named: Sequence[Ranked]) -> None:
    """Write the rows in one COPY, and the digest over them and the notice's head."""
    ids = _ids(notice, [one.row.code for one in named])
    with connection.cursor() as cursor:
        names = ", ".join(_COLUMNS)
        with cursor.copy(f"COPY reports_noticerow ({names}) FROM STDIN") as copy:
            for place, one in enumerate(named, start=1):
                copy.write_row(_cells(notice, place, one, ids[one.row.code]))
    notice.number_of_rows = len(named)
    notice.digest = digest(notice)
    notice.save(update_fields=["number_of_rows", "digest"])


def _cells(notice: Notice, place: int, one: Ranked, ids: tuple[int | None, int | None]) -> tuple:
    figures, behind = one.row.figures, one.behind
    return (
        notice.pk, place, *ids, one.row.code, one.row.name,
        *(getattr(figures, name) for name in COUNTS + AMOUNTS),
        figures.rate(notice.basis), one.rank,
        behind.gap if behind else None,
        behind.lag.value if behind else "",
        behind.verdict.value if behind and behind.verdict is not None else None,
    )  # fmt: skip


def _ids(notice: Notice, codes: Iterable[str]) -> dict[str, tuple[int | None, int | None]]:
    """Region id and unit id of each code, of which a row has one."""
    if notice.listed == Listed.REGIONS:
        regions = Region.objects.filter(code__in=codes).values_list("code", "pk")
        return {code: (pk, None) for code, pk in regions}
    units = BudgetUnit.objects.filter(code__in=codes).values_list("code", "pk")
    return {code: (None, pk) for code, pk in units}


def digest(notice: Notice) -> str:
    """The digest of the notice as it stands: the same as kept, unless somebody changed it."""
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST, {"head": _head(notice), "notice": notice.pk})
        return cursor.fetchone()[0]


def is_unchanged(notice: Notice) -> bool:
    """Whether rows and head are still those that the digest was made of."""
    return digest(notice) == notice.digest


def _head(notice: Notice) -> str:
    head = {
        "region": notice.region.code,
        "kind": notice.kind,
        "listed": notice.listed,
        "year": notice.year,
        "period": notice.period,
        "as_of": str(notice.as_of),
        "basis": notice.basis,
        "totals": notice.totals,
        "documents": notice.documents,
        "position": notice.position,
    }
    return json.dumps(head, ensure_ascii=False, sort_keys=True)


def documents_of(merged: Merged) -> list[dict[str, str]]:
    """Each value in force with the document, and its region, that gave it."""
    return [
        {
            "name": name,
            "value": str(merged.values[name]),
            "document": merged.sources[name].document_number,
            "region": merged.sources[name].region.name,
        }
        for name in FIELDS
        if name in merged.sources
    ]


def position() -> dict[str, int]:
    """The last entry of the records and of each history; 0 where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_POSITION)
        return {name: last or 0 for name, last in zip(_POSITIONS, cursor.fetchone(), strict=True)}
