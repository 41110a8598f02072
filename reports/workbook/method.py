"""The sheets of words: which documents ask for what, and how every figure is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from exchange.longsheets import ROWS_ABOVE, Formats, LongTable
from procurement.choices import Verdict
from quotas.choices import Basis
from quotas.merging import FIELDS
from quotas.models import Policy
from quotas.queries.policies import LABELS, value_words
from reports.workbook.question import Question

#: A name and what is said of it; a heading says nothing.
Line = tuple[str, str]
_WIDE = 110


@dataclass(frozen=True)
class Content:
    """A sheet, or a table over several, and what it holds."""

    name: str
    words: str
    table: LongTable | None = None
    fixed: int = 0

    @property
    def rows(self) -> int:
        return self.table.rows if self.table else self.fixed


def write_policies(sheet: Worksheet, formats: Formats, question: Question, title: str) -> int:
    """Each policy that binds a unit of the region, with every value that it gives; how many."""
    headings = [
        _("Region code"),
        _("region"),
        _("document number"),
        _("separate"),
        *map(str, LABELS.values()),
    ]
    sheet.write_string(0, 0, title, formats.title)
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, max(16, 2 * len(heading) + 2))
        sheet.write_string(1, place, heading, formats.heading)
    sheet.freeze_panes(ROWS_ABOVE, 3)
    number = 0
    for number, policy in enumerate(_policies(question).iterator(), start=1):
        for place, value in enumerate(_policy_words(policy)):
            sheet.write_string(ROWS_ABOVE + number - 1, place, value, formats.of("text"))
    return number


def _policies(question: Question) -> QuerySet[Policy]:
    """Of the regions above, whose values are inherited, and of the region and all below."""
    region = question.region
    above = region.path.strip("/").split("/")
    of_year = Policy.objects.filter(year=question.year).select_related("region")
    bound = of_year.filter(region__code__in=above) | of_year.filter(
        region__path__startswith=region.path
    )
    return bound.order_by("region__path")


def _policy_words(policy: Policy) -> list[str]:
    return [
        policy.region.code,
        policy.region.name,
        policy.document_number,
        _("yes") if policy.separate else _("no"),
        *(_given(name, getattr(policy, name)) for name in FIELDS),
    ]


def _given(name: str, value: Any) -> str:
    """The value in words; "" where this document leaves it to those above it."""
    return "" if value in (None, "", []) else value_words(name, value)


def write_method(
    sheet: Worksheet, formats: Formats, question: Question, contents: list[Content]
) -> None:
    """How the figures are made; ``contents`` are the other sheets."""
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, _WIDE, formats.wrapped)
    lines = [
        *_facts(question),
        ("", ""),
        *_sheets(contents),
        ("", ""),
        *_rules(),
        ("", ""),
        *_verdicts(),
    ]
    for row, (name, words) in enumerate(lines):
        sheet.write_string(
            row, 0, name, formats.heading if name and not words else formats.of("text")
        )
        sheet.write_string(row, 1, words, formats.wrapped)


def _facts(question: Question) -> Iterator[Line]:
    now = timezone.localtime()
    yield _("How the figures are made"), ""
    yield _("Region"), f"{question.region.name} ({question.region.code})"
    yield _("Plan year"), str(question.year)
    yield _("Counting basis"), str(question.basis.label)
    yield _("Cut-off day"), question.as_of.isoformat() if question.as_of else _("no cut-off")
    yield _("Made at"), f"{now:%Y-%m-%d %H:%M:%S}"
    yield _("Made for"), question.asker or _("the system's operator")


def _sheets(contents: list[Content]) -> Iterator[Line]:
    yield _("What each sheet holds"), ""
    for content in contents:
        words = _("%(content)s Rows of data: %(rows)s.")
        yield content.name, words % {"content": content.words, "rows": content.rows}


def _rules() -> Iterator[Line]:
    yield _("Rules of the figures"), ""
    yield (
        _("Completion rate"),
        _(
            "The amount on the counting basis divided by the target, in percent, half-up to two"
            " decimals, from sums and never as a mean of rates. Where there is no target, there is"
            " no rate. More than 100 is normal."
        ),
    )
    yield (
        _("Target"),
        _(
            "Only a confirmed filing in force makes one: the assigned task, and then nothing"
            " else; otherwise the reserved amount of the canteen, and the union's part where the"
            " policy of the unit's region counts it."
        ),
    )
    for basis, words in _bases().items():
        yield str(basis.label), words
    yield (
        _("Refund"),
        _(
            "A refund is taken off every basis, never below zero, in the year of what it takes"
            " back and from its own day on; up to a cut-off day only what was known by then"
            " counts."
        ),
    )
    yield (
        _("Year"),
        _(
            "A record counts in the year of each basis's own day, so an order may count as"
            " ordered in one year and as paid in the next; its columns say what it gives to this"
            " year."
        ),
    )
    yield (
        _("Shared canteen"),
        _(
            "Canteen purchases of a member count in the row of its representative for the whole"
            " year, wherever the two belong: a record of a member elsewhere is listed here, and"
            " one of a member here whose representative is elsewhere is not. Other funds stay with"
            " the buyer."
        ),
    )
    yield (
        _("State-owned enterprises"),
        _("They and what they buy are in no figure and on no sheet."),
    )
    yield (
        _("Formulas"),
        _(
            "A unit's amounts are sums of its own rows on the sheets of records, where these"
            " stand together; the summary adds up the units. Filter freely, but copy a sheet"
            " before you sort it: the sums name the rows where they stand."
        ),
    )


def _bases() -> dict[Basis, str]:
    return {
        Basis.ORDERED: _("The order amount, on the day of the order."),
        Basis.PAID: _("The amount paid, on the day of payment."),
        Basis.ACCEPTED: _("The amount paid, on the later day of payment and acceptance."),
        Basis.COMPLETED: _(
            "The amount paid, on the latest day of payment, acceptance and rating; all three must"
            " have been."
        ),
    }


def _verdicts() -> Iterator[Line]:
    yield _("What counts: the first reason that applies"), ""
    words = {
        Verdict.OUTSIDE_SCOPE: _("Bought by a state-owned enterprise: kept, in no figure."),
        Verdict.CANCELLED: _(
            "The order was cancelled, or its whole amount was refunded, on whatever day."
        ),
        Verdict.OFF_PLATFORM: _("Bought offline or on a platform other than the 832 platform."),
        Verdict.THIRD_PARTY: _(
            "Bought by a third party on the unit's behalf, which is prohibited."
        ),
        Verdict.ORIGIN_NOT_DESIGNATED: _(
            "The origin, or where none is given the supplier's county, is none of the 832."
        ),
        Verdict.SUPPLIER_UNKNOWN: _("The directory has no supplier with this code."),
        Verdict.SUPPLIER_NOT_ELIGIBLE: _("The day of the order is in no period of the supplier."),
        Verdict.UNIT_NOT_ACTIVE: _(
            "On the day of the order neither the unit nor a successor of it was open."
        ),
        Verdict.COUNTED: _(
            "Every other record; it counts for the unit, or for its open successor."
        ),
    }
    for verdict, text in words.items():
        yield str(verdict.label), text
