"""The columns of each sheet, and the formulas that lead from one sheet to the next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from exchange import longsheets
from exchange.columns import Kind
from quotas.choices import Basis, Canteen, FilingState
from quotas.models import Filing
from quotas.progress import Figures
from quotas.progress.figures import COUNTS
from reports.workbook.contents import Contents
from reports.workbook.records import Span

Spans = tuple[Mapping[int, Span], Sequence[str]]
_NUMBERS = ("integer", "decimal", "amount", "percent", "moment")


@dataclass(frozen=True)
class Heading:
    """A column: its words, and how its values are written."""

    words: str
    kind: Kind

    @property
    def is_number(self) -> bool:
        return self.kind in _NUMBERS


@dataclass(frozen=True)
class Formula:
    """A formula with the value that it has: a viewer that computes nothing shows it."""

    text: str
    value: Decimal | int | None


Sheet = tuple[list[Heading], list[list[Any]]]


def _count_headings() -> list[Heading]:
    words = [
        _("Budget units"), _("Filed"), _("Of these zero filings"), _("Not filed"),
        _("Not due to file"), _("Confirmed"),
    ]  # fmt: skip
    return [Heading(word, "integer") for word in words]


def _amount_headings() -> list[Heading]:
    words = [
        _("Canteen ingredient total (yuan)"), _("Reserved target (yuan)"), *_basis_words(),
        _("Not counted, order amount (yuan)"),
    ]  # fmt: skip
    return [Heading(word, "amount") for word in words]


def _basis_words() -> list[str]:
    return [_("%(basis)s amount (yuan)") % {"basis": basis.label} for basis in Basis]


def _rate_headings() -> list[Heading]:
    words = _("Completion rate, %(basis)s (%%)")
    return [Heading(words % {"basis": basis.label}, "percent") for basis in Basis]


def _amounts(figures: Figures) -> list[Decimal]:
    bought = [getattr(figures, basis) for basis in Basis]
    return [figures.base_amount, figures.target, *bought, sum(figures.excluded.values(), Decimal())]


def _rates(figures: Figures, row: int, target: int) -> Iterator[Formula]:
    """A rate on each basis from the cells of its own row; no target, no rate."""
    asked = f"{xl_col_to_name(target)}{row}"
    for place, basis in enumerate(Basis, start=1):
        amount = f"{xl_col_to_name(target + place)}{row}"
        text = f'=IF({asked}=0,"—",ROUND({amount}/{asked}*100,2))'
        yield Formula(text, figures.rate(basis))


# Columns of the sheet of units, counted from 0: the summary adds them up.
_UNIT_WORDS = 11
_UNIT_PLACE = 4
_SUMMED = len(COUNTS) + 7


def summary_sheet(contents: Contents, units: str, head: int) -> Sheet:
    """A row for each region below and the region's own level, and the total of them."""
    headings = [
        Heading(_("Summary row"), "integer"), Heading(_("Region code"), "key"),
        Heading(_("Region"), "text"),
        *_count_headings(), *_amount_headings(), *_rate_headings(),
    ]  # fmt: skip
    last = head + max(1, len(contents.units))
    rows = []
    for number, row in enumerate(contents.regions, start=1):
        sums = (
            f"=SUMIFS({_range(units, place, head, last)},"
            f"{_range(units, _UNIT_PLACE, head, last)},$A{head + number})"
            for place in range(_UNIT_WORDS, _UNIT_WORDS + _SUMMED)
        )
        rows.append([number, row.code, row.name, *_line(row.figures, sums, head + number)])
    end = head + len(rows)
    sums = (
        f"=SUM({xl_col_to_name(place)}{head + 1}:{xl_col_to_name(place)}{end})"
        for place in range(3, 3 + _SUMMED)
    )
    total = contents.total
    rows.append([None, total.code, _("Total"), *_line(total.figures, sums, end + 1)])
    return headings, rows


def _range(sheet: str, column: int, first: int, last: int) -> str:
    letter = xl_col_to_name(column)
    return f"'{sheet}'!${letter}${first + 1}:${letter}${last}"


def _line(figures: Figures, sums: Iterator[str], row: int) -> list[Formula]:
    values = [*(getattr(figures, name) for name in COUNTS), *_amounts(figures)]
    cells = [Formula(text, value) for text, value in zip(sums, values, strict=True)]
    return [*cells, *_rates(figures, row, 3 + len(COUNTS) + 1)]


def units_sheet(contents: Contents, counted: Spans, excluded: Spans, head: int) -> Sheet:
    """A row for each unit: its filing, and amounts that are sums of its records."""
    headings = [
        Heading(_("Unit row"), "integer"), Heading(_("Unit code"), "key"),
        Heading(_("Unit name"), "text"), Heading(_("Region"), "text"),
        Heading(_("Summary row"), "integer"), Heading(_("Kind of unit"), "choice"),
        Heading(_("State of the filing"), "choice"), Heading(_("Canteen situation"), "choice"),
        Heading(_("Representative of the canteen"), "key"),
        Heading(_("Reserved ratio (%)"), "percent"),
        Heading(_("Reserved amount (yuan)"), "amount"),
        *_count_headings(), *_amount_headings(), *_rate_headings(),
    ]  # fmt: skip
    rows = []
    for number, unit in enumerate(contents.units, start=1):
        figures = contents.figures[unit.code]
        *amounts, not_counted = _amounts(figures)
        base, target, *bought = amounts
        sums = [
            Formula(_sum_of(counted, number, _FIRST_AMOUNT + place, head), amount)
            for place, amount in enumerate(bought)
        ]
        left_out = Formula(_sum_of(excluded, number, _FIRST_AMOUNT + 1, head), not_counted)
        rows.append([
            number, unit.code, unit.name, unit.region.name, contents.places[unit.pk],
            unit.get_kind_display(), *_filed(contents.filings.get(unit.pk)),
            *(getattr(figures, name) for name in COUNTS), base, target, *sums, left_out,
            *_rates(figures, head + number, _UNIT_WORDS + len(COUNTS) + 1),
        ])  # fmt: skip
    return headings, rows


def _filed(filing: Filing | None) -> list[Any]:
    if filing is None:
        return [_("not filed"), None, None, None, None]
    return [
        FilingState(filing.state).label, _canteen(filing),
        filing.representative.code if filing.representative else None,
        filing.ratio, filing.reserved_amount,
    ]  # fmt: skip


def _canteen(filing: Filing) -> str:
    return str(Canteen(filing.canteen).label) if filing.canteen else ""


def _sum_of(spans: Spans, number: int, column: int, head: int) -> str:
    """The sum over a unit's records, which stand together, be it across several sheets."""
    found, names = spans
    span = found.get(number)
    if span is None:
        return "=0"
    size = longsheets.SHEET_ROWS - head
    pieces = [
        _range(
            names[place], column,
            head + max(span.start - place * size, 0), head + min(span.end - place * size, size),
        )
        for place in range(span.start // size, (span.end - 1) // size + 1)
    ]  # fmt: skip
    return f"=SUM({','.join(pieces)})"


#: The first column of amounts that count, in the sheets of records; after the reason in the other.
_FIRST_AMOUNT = 19


def records_sheet(counted: bool) -> list[Heading]:
    """The columns that ``records.rows`` fills."""
    given: list[tuple[str, Kind]] = [
        (_("Counts in unit row"), "integer"), (_("Buyer's code"), "key"), (_("Buyer"), "text"),
        (_("Order number"), "key"), (_("Order line"), "integer"), (_("Supplier code"), "key"),
        (_("Supplier name"), "text"), (_("Product"), "text"), (_("Fund"), "choice"),
        (_("Channel"), "choice"), (_("Order status"), "choice"), (_("Ordered at"), "moment"),
        (_("Paid at"), "moment"), (_("Accepted at"), "moment"), (_("Rated at"), "moment"),
        (_("Order amount (yuan)"), "amount"), (_("Paid amount (yuan)"), "amount"),
        (_("Refunded (yuan)"), "amount"), (_("Refunded at"), "moment"),
    ]  # fmt: skip
    if counted:
        words = _("Counts in this year when %(basis)s (yuan)")
        given += [(words % {"basis": basis.label}, "amount") for basis in Basis]
    else:
        given.append((_("Reason why it does not count"), "text"))
        given.append((_("Order amount left out in this year (yuan)"), "amount"))
    return [Heading(*each) for each in given]


def filings_sheet(filings: QuerySet[Filing]) -> Sheet:
    """Every version of the year, and who handed in, endorsed and decided it when."""
    headings: list[tuple[str, Kind]] = [
        (_("Unit code"), "key"), (_("Unit name"), "text"), (_("Version"), "integer"),
        (_("State of the filing"), "choice"), (_("In force"), "choice"),
        (_("Canteen situation"), "choice"), (_("Representative of the canteen"), "key"),
        (_("Canteen ingredient total (yuan)"), "amount"), (_("Reserved ratio (%)"), "percent"),
        (_("Reserved amount (yuan)"), "amount"), (_("Union expected amount (yuan)"), "amount"),
        (_("Assigned amount (yuan)"), "amount"), (_("Handed in at"), "moment"),
        (_("Handed in by"), "text"), (_("Endorsed at"), "moment"), (_("Endorsed by"), "text"),
        (_("Decided at"), "moment"), (_("Decided by"), "text"),
        (_("Reason of the return"), "text"), (_("Explanation"), "text"),
    ]  # fmt: skip
    return [Heading(*each) for each in headings], [_version(filing) for filing in filings]


def _version(filing: Filing) -> list[Any]:
    return [
        filing.unit.code, filing.unit.name, filing.version, FilingState(filing.state).label,
        _("yes") if filing.in_force else _("no"), _canteen(filing),
        filing.representative.code if filing.representative else None,
        filing.base_amount, filing.ratio, filing.reserved_amount, filing.union_amount,
        filing.assigned_amount, filing.submitted_at, _name(filing.submitted_by),
        filing.endorsed_at, _name(filing.endorsed_by), filing.decided_at, _name(filing.decided_by),
        filing.return_reason, filing.explanation,
    ]  # fmt: skip


def _name(person: Any) -> str:
    return "" if person is None else str(person)
