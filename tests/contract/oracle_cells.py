"""Reading of cells and headings: section 1 of the contract."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})日)"
    r"(?:[T ]*(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?P<zone>Z|[+-]\d{2}:\d{2})?)?"
)
YEAR = re.compile(r"(\d{4})年?")
DAMAGED_KEY = re.compile(r"\d+(\.\d+)?[eE]\+?\d+")
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

Error = tuple[int | None, str | None, str]


class CellError(Exception):
    """A cell that cannot be taken; its only argument is the error code."""


def normalised(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def text(cell: str) -> str:
    return cell.strip()


def code(cell: str) -> str:
    return normalised(cell)


def key(cell: str) -> str:
    """A key, unless a spreadsheet program has already turned it into a rounded number."""
    value = normalised(cell)
    if DAMAGED_KEY.fullmatch(value):
        raise CellError("numeric_key")
    return value


def uscc(cell: str) -> str:
    """GB 32100: 17 characters weighted by powers of 3 modulo 31, then the check character."""
    value = normalised(cell)
    if len(value) != 18 or any(letter not in USCC_ALPHABET for letter in value):
        raise CellError("check_digit")
    total = sum(USCC_ALPHABET.index(value[i]) * pow(3, i, 31) for i in range(17))
    if USCC_ALPHABET[-total % 31] != value[17]:
        raise CellError("check_digit")
    return value


def decimal(cell: str, places: int) -> Decimal:
    value = normalised(cell)
    if not NUMBER.fullmatch(value):
        raise CellError("bad_number")
    number = Decimal(value.replace(",", ""))
    if number != round(number, places):
        raise CellError("bad_number")
    return number


def amount(cell: str) -> Decimal:
    """Yuan, not negative."""
    return not_negative(decimal(cell, 2))


def positive_amount(cell: str) -> Decimal:
    value = decimal(cell, 2)
    if value <= 0:
        raise CellError("out_of_range")
    return value


def quantity(cell: str) -> Decimal:
    return not_negative(decimal(cell, 4))


def percent(cell: str) -> Decimal:
    """`15` and `15%` both mean 15; between 0 and 100."""
    value = not_negative(decimal(normalised(cell).removesuffix("%"), 4))
    if value > 100:
        raise CellError("out_of_range")
    return value


def whole(cell: str) -> int:
    return int(not_negative(decimal(cell, 0)))


def not_negative(number: Decimal) -> Decimal:
    if number < 0:
        raise CellError("out_of_range")
    return number


def year(cell: str) -> int:
    match = YEAR.fullmatch(normalised(cell))
    if not match:
        raise CellError("bad_number")
    return int(match[1])


def day(cell: str) -> date:
    """The day of a cell; its time of day counts only where it is that of another zone."""
    match = DAY.fullmatch(normalised(cell))
    if not match:
        raise CellError("bad_date")
    try:
        found = date(*(int(part) for part in match.groups()[:-2] if part))
        return in_shanghai(found, match["clock"], match["zone"]) if match["zone"] else found
    except ValueError:
        raise CellError("bad_date") from None


def in_shanghai(found: date, clock: str, zone: str) -> date:
    moment = datetime.fromisoformat(f"{found}T{clock.zfill(5)}{zone}")
    return moment.astimezone(timezone(timedelta(hours=8))).date()


def choice(*full: str, short: dict[str, str] | None = None) -> Callable[[str], str]:
    """A reader that takes each full form, and each short form as its full one."""
    forms = {form: form for form in full} | (short or {})

    def read(cell: str) -> str:
        try:
            return forms[normalised(cell)]
        except KeyError:
            raise CellError("bad_choice") from None

    return read


@dataclass(frozen=True)
class Column:
    heading: str
    field: str
    read: Callable[[str], object]
    required: bool = False
    default: object = None


@dataclass
class Row:
    """One line of a file: `values` holds the fields of the columns present and well-formed."""

    number: int
    values: dict[str, object] = field(default_factory=dict)
    sound: bool = True


@dataclass
class Sheet:
    """A file as read. `headings` gives each field present the heading the file shows for it.

    `known` gives every field its heading in the contract: a cell may be asked for that has none.
    """

    headings: dict[str, str]
    known: dict[str, str]
    rows: list[Row]
    errors: list[Error]

    def refuse(self, row: Row, field_name: str, error_code: str) -> None:
        row.sound = False
        heading = self.headings.get(field_name, self.known[field_name])
        self.errors.append((row.number, heading, error_code))


def read_sheet(columns: list[Column], lines: list[dict[str, str]], key_fields: tuple) -> Sheet:
    """Read the lines of a file; the heading is row 1 and blank lines count but are skipped."""
    found = match_headings(columns, lines)
    headings = {column.field: heading for heading, (column, _) in found.items()}
    if not lines:
        return Sheet({}, {}, [], [(None, None, "empty")])
    missing = [c.heading for c in columns if c.required and c.field not in headings]
    known = {column.field: column.heading for column in columns}
    errors = [(None, heading, "missing_column") for heading in missing]
    sheet = Sheet(headings, known, [], errors)
    if missing:
        return sheet
    for number, line in enumerate(lines, start=2):
        if any((cell or "").strip() for cell in line.values()):
            sheet.rows.append(read_row(sheet, found, number, line))
    if not sheet.rows:
        sheet.errors.append((None, None, "empty"))
    refuse_duplicates(sheet, key_fields)
    return sheet


def match_headings(
    columns: list[Column], lines: list[dict[str, str]]
) -> dict[str, tuple[Column, int]]:
    """The column and the scale of each heading that is known; headings match after NFKC."""
    known = {normalised(column.heading): (column, 1) for column in columns}
    for column in columns:
        if column.heading.endswith("(元)"):
            known[column.heading.replace("(元)", "(万元)")] = (column, 10_000)
    headings = {heading for line in lines for heading in line}
    return {h: known[normalised(h)] for h in headings if normalised(h) in known}


def read_row(
    sheet: Sheet, found: dict[str, tuple[Column, int]], number: int, line: dict[str, str]
) -> Row:
    row = Row(number)
    for heading, (column, scale) in found.items():
        try:
            row.values[column.field] = read_cell(column, scale, line.get(heading) or "")
        except CellError as error:
            sheet.refuse(row, column.field, error.args[0])
    return row


def read_cell(column: Column, scale: int, cell: str) -> object:
    if not normalised(cell):
        if column.required:
            raise CellError("required")
        return column.default
    if scale != 1:
        cell = str(decimal(cell, 6) * scale)
    return column.read(cell)


def refuse_duplicates(sheet: Sheet, key_fields: tuple) -> None:
    """The second and later rows of a key, also when identical; `line_no` may be absent."""
    seen = set()
    for row in sheet.rows:
        row_key = tuple(row.values.get(name) for name in key_fields)
        if all(name in row.values or name not in sheet.headings for name in key_fields):
            if row_key in seen:
                sheet.refuse(row, key_fields[0], "duplicate")
            seen.add(row_key)
