"""The cells of figures: numbers, and formulas that lead from a rate to its rows.

A unit's records stand together, so its amounts are sums of just these rows: a look-up by the
unit's code would read every record for every unit, and Excel tells codes of more than fifteen
digits apart no longer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from xlsxwriter.utility import xl_col_to_name

from exchange.longsheets import Ending, Extent, Formats, LongTable
from procurement.movements import BASES
from quotas.choices import Basis
from quotas.progress import Figures
from reports.workbook import columns

#: What a rate is where there is no target.
NO_RATE = "—"
COUNTS = tuple(columns.COUNTS)
#: The figures in their order on the sheets; ``rate`` and ``excluded`` follow the amounts.
NAMES = (*COUNTS, "base_amount", "target", *BASES, "rate", "excluded")


def sum_of(extents: Iterable[Extent], letter: str) -> str:
    """The formula of the sum of a column's cells, to the cent."""
    return f"ROUND(SUM({','.join(extent.cells(letter) for extent in extents)}),2)"


def rate_of(amount: str, target: str) -> str:
    """The formula of a rate from the cells of its own row."""
    return f'IF({target}>0,ROUND({amount}/{target}*100,2),"{NO_RATE}")'


def value_of(figures: Figures, name: str, basis: Basis) -> int | str:
    """What a figure is: a count, yuan or percent as text, or no rate."""
    if name in COUNTS:
        return int(getattr(figures, name))
    if name == "rate":
        rate = figures.rate(basis)
        return NO_RATE if rate is None else str(rate)
    amount = sum(figures.excluded.values()) if name == "excluded" else getattr(figures, name)
    return f"{amount:.2f}"


@dataclass(frozen=True)
class Places:
    """The columns of the figures on a sheet whose first figure stands at ``first``."""

    first: int

    def letter(self, name: str) -> str:
        return str(xl_col_to_name(self.first + NAMES.index(name)))


#: On the sheet of units the figures follow what the database says of a unit.
OF_UNITS = Places(columns.UNIT_COLUMNS)


def unit_cells(
    rows: Mapping[str, Figures],
    *,
    basis: Basis,
    formats: Formats,
    counted: LongTable,
    excluded: LongTable,
) -> Ending:
    """The figures of a unit as XML, by its code and the number of its row."""
    styles = [formats.index(heading.kind) for heading in columns.figures(basis)]
    sums = {
        name: (counted, xl_col_to_name(columns.FIRST_BASIS + place))
        for place, name in enumerate(BASES)
    } | {"excluded": (excluded, xl_col_to_name(columns.EXCLUDED_AMOUNT))}

    def formula(name: str, code: str, row: int) -> str:
        if name == "rate":
            return rate_of(f"{OF_UNITS.letter(basis)}{row}", f"{OF_UNITS.letter('target')}{row}")
        table, letter = sums.get(name, (None, ""))
        extents = table.groups.get(code) if table else None
        return sum_of(extents, letter) if extents else ""

    def cells(code: str, row: int) -> str:
        return "".join(
            cell(
                f"{OF_UNITS.letter(name)}{row}",
                style,
                formula(name, code, row),
                value_of(rows[code], name, basis),
            )
            for name, style in zip(NAMES, styles, strict=True)
        )

    return cells


def cell(place: str, style: int, formula: str, value: int | str) -> str:
    """The XML of a number, or of a formula with the value that it has."""
    kind = ' t="str"' if value == NO_RATE else ""
    live = f"<f>{escape(formula, quote=False)}</f>" if formula else ""
    return f'<c r="{place}" s="{style}"{kind}>{live}<v>{value}</v></c>'
