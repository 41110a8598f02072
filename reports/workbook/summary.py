"""The first sheet: the region's rows, summed from the units, what does not count, and the proof."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from exchange.longsheets import ROWS_ABOVE, Extent, Formats, LongTable
from exchange.rowtext import Heading
from exchange.workbooks import WIDTHS
from procurement.choices import EXCLUDED_VERDICTS
from procurement.movements import BASES
from quotas.progress import Progress, Row
from reports.workbook import columns
from reports.workbook.figures import COUNTS, NAMES, OF_UNITS, Places, rate_of, sum_of, value_of

#: Code and name stand before the figures.
PLACES = Places(2)
#: The column of the units' sheet that says in which row of the summary a unit stands.
_PLACE_CODE = "A"


@dataclass
class Summary:
    """Writes the sheet row after row, for a sheet of constant memory takes them in order."""

    sheet: Worksheet
    formats: Formats
    answer: Progress
    units: LongTable
    counted: LongTable
    excluded: LongTable
    #: by verdict, how many records do not count
    numbers: dict[int, int]
    row: int = ROWS_ABOVE

    def write(self, title: str) -> None:
        self._write_headings(title)
        first = self.row + 1
        for row in self.answer.rows:
            self._write_figures(row, self._of_units)
        last = self.row
        self._write_figures(
            self.answer.total,
            lambda name: f"SUM({PLACES.letter(name)}{first}:{PLACES.letter(name)}{last})",
            bold=True,
        )
        total = self.row
        self._write_proof(total)
        self._write_reasons()

    def _write_headings(self, title: str) -> None:
        self.sheet.write_string(0, 0, title, self.formats.title)
        headings = [
            Heading(_("Code"), "key"),
            Heading(_("Name"), "text"),
            *columns.figures(self.answer.basis),
        ]
        for place, heading in enumerate(headings):
            text = str(heading.text)
            self.sheet.set_column(place, place, max(WIDTHS[heading.kind], 2 * len(text) + 2))
            self.sheet.write_string(1, place, text, self.formats.heading)
        self.sheet.freeze_panes(ROWS_ABOVE, 2)

    def _of_units(self, name: str) -> str:
        """The sum of the figures of the units of this row, which begins with their code."""
        letter = OF_UNITS.letter(name)
        return _added(
            f"SUMIFS({extent.cells(letter)},{extent.cells(_PLACE_CODE)},$A{self.row + 1})"
            for extent in self.units.extents
        )

    def _write_figures(
        self, row: Row, formula: Callable[[str], str], *, bold: bool = False
    ) -> None:
        basis, number = self.answer.basis, self.row + 1
        self._write_words(row.code, row.name, bold=bold)
        for name, heading in zip(NAMES, columns.figures(basis), strict=True):
            form = self.formats.of(heading.kind, bold=bold)
            if name == "rate":
                text = rate_of(
                    f"{PLACES.letter(basis)}{number}", f"{PLACES.letter('target')}{number}"
                )
            else:
                text = formula(name) if name in COUNTS else f"ROUND({formula(name)},2)"
            value = _number(value_of(row.figures, name, basis))
            self._write_formula(PLACES.first + NAMES.index(name), text, value, form)
        self.row += 1

    def _write_words(self, *words: str, bold: bool = False) -> None:
        for place, word in enumerate(words):
            self.sheet.write_string(self.row, place, word, self.formats.of("text", bold=bold))

    def _write_formula(self, place: int, formula: str, value: Any, form: Any) -> None:
        self.sheet.write_formula(self.row, place, f"={formula}", form, value)

    def _write_proof(self, total: int) -> None:
        """Each total less the sum of all records on the records' own sheets: nothing is left."""
        self._write_words("", _("The same from the records alone"))
        self._each_sum(lambda name, text: text, total)
        self._write_words("", _("Difference; nothing may be left"))
        self._each_sum(lambda name, text: f"ROUND({PLACES.letter(name)}{total}-{text},2)", 0)

    def _each_sum(self, formula: Callable[[str, str], str], total: int) -> None:
        figures = self.answer.total.figures
        for name in (*BASES, "excluded"):
            value = _number(value_of(figures, name, self.answer.basis)) if total else 0
            self._write_formula(
                PLACES.first + NAMES.index(name),
                formula(name, sum_of(*self._all_records(name))),
                value,
                self.formats.of("amount"),
            )
        self.row += 1

    def _all_records(self, name: str) -> tuple[Sequence[Extent], str]:
        if name == "excluded":
            return self.excluded.extents, str(xl_col_to_name(columns.EXCLUDED_AMOUNT))
        return self.counted.extents, str(xl_col_to_name(columns.FIRST_BASIS + BASES.index(name)))

    def _write_reasons(self) -> None:
        """Order amounts that do not count, by reason."""
        self.row += 1
        headings = (
            _("Not counted, by reason"),
            "",
            _("Number of records"),
            _("order amount (yuan)"),
        )
        for place, heading in enumerate(headings):
            self.sheet.write_string(self.row, place, heading, self.formats.heading)
        self.row += 1
        reason, amount = xl_col_to_name(columns.REASON), xl_col_to_name(columns.EXCLUDED_AMOUNT)
        for verdict in EXCLUDED_VERDICTS:
            word = f"$A{self.row + 1}"
            extents = self.excluded.extents
            number = _added(f"COUNTIFS({e.cells(reason)},{word})" for e in extents)
            sums = _added(f"SUMIFS({e.cells(amount)},{e.cells(reason)},{word})" for e in extents)
            given = self.answer.total.figures.excluded[verdict]
            self._write_words(str(verdict.label))
            self._write_formula(2, number, self.numbers.get(verdict, 0), self.formats.of("integer"))
            self._write_formula(3, f"ROUND({sums},2)", float(given), self.formats.of("amount"))
            self.row += 1


def _added(formulas: Any) -> str:
    return "+".join(formulas)


def _number(value: int | str) -> Any:
    """A value as the writer of cells takes it; what is no number stays a word."""
    try:
        return float(Decimal(value))
    except ArithmeticError:
        return value
