"""Purchase records as their readers look for them, and what one record gives to each figure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.chains import successors_of
from organizations.models import BudgetUnit, User
from organizations.queries import region_named
from procurement.canteens import representatives
from procurement.choices import Fund, Settlement, Verdict
from procurement.forms import days_of
from procurement.models import PurchaseRecord
from procurement.movements import AMOUNTS, BASES, movements
from suppliers.models import Supplier

#: Counting stops here: a page says "more than", and the reader narrows.
MOST = 10_000
#: And here: a rare thing among ten million would be looked for too long.
SECONDS = 2
#: A program waits longer than a reader.
SECONDS_OF_A_PROGRAM = 10
#: A name that is looked for means at most so many suppliers or units.
MEANT = 200


def records(user: User, asked: SimpleNamespace) -> QuerySet[PurchaseRecord]:
    """The records of the units in the user's scope, as asked, in an order that an index gives.

    This year's last taken in come first. What begins in a past year lies below all that came
    since, and is read unit by unit: the first page of ten million is never sorted.
    """
    since, until = days_of(asked)
    found = PurchaseRecord.objects.visible_to(user).filter(ordered_on__range=(since, until))
    if asked.order:
        found = found.filter(order_no__startswith=asked.order.strip())
    if asked.unit_name:
        found = found.filter(unit__in=_units_named(user, asked.unit_name.strip()))
    if asked.region:
        found = found.filter(region_named(user, asked.region.strip(), "unit__region__path"))
    if asked.supplier:
        found = found.filter(supplier_code__in=_suppliers_named(asked.supplier.strip()))
    for name in ("fund", "channel", "status"):
        if getattr(asked, name):
            found = found.filter(**{name: getattr(asked, name)})
    return found.order_by(*order_of(since.year))


def order_of(year: int) -> list[str]:
    """The order in which the records of a year are read."""
    return ["-pk"] if year == timezone.localdate().year else ["unit_id", "ordered_on", "pk"]


def _units_named(user: User, text: str) -> list[int]:
    """Ids of the units meant; as values, so that the planner knows how few they are."""
    visible = BudgetUnit.objects.visible_to(user)
    named = visible.filter(Q(code=text) | Q(name__icontains=text))
    return list(named.values_list("pk", flat=True)[:MEANT])


def _suppliers_named(text: str) -> list[str]:
    """The code itself, which the directory need not know, and the codes under such a name."""
    named = Supplier.objects.filter(name__icontains=text)
    return [text, *named.values_list("code", flat=True).distinct()[:MEANT]]


def verdict_sums(records: QuerySet[PurchaseRecord]) -> list[dict]:
    """Number and order amount (yuan) of the records under each verdict that occurs."""
    sums = records.order_by("verdict").values("verdict").annotate(
        number=Count("pk"), amount=Sum("amount")
    )  # fmt: skip
    return [{**row, "label": Verdict(row["verdict"]).label} for row in sums]


def counted(found: QuerySet[PurchaseRecord], verdict: int | None) -> tuple[list[dict], int]:
    """The sums by verdict, and how many records have the verdict asked for: of the first MOST."""
    sums = verdict_sums(PurchaseRecord.objects.filter(pk__in=found.values("pk")[:MOST]))
    numbers = {row["verdict"]: row["number"] for row in sums}
    if verdict is None or sum(numbers.values()) < MOST:
        return sums, sum(numbers.values()) if verdict is None else numbers.get(verdict, 0)
    return sums, found.filter(verdict=verdict)[:MOST].count()


@dataclass(frozen=True)
class Given:
    """What a record gives to one figure: yuan, in the year, known from a day on."""

    figure: str
    year: int
    known_on: date
    amount: Decimal


def given_by(record: PurchaseRecord) -> list[Given]:
    """Every movement of the record, from the one text that all figures are summed from."""
    one = "(SELECT 1 AS sign, * FROM procurement_purchaserecord WHERE id = %s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT slot, year, known_on, amount FROM ({movements(one)}) moved"
            " WHERE amount <> 0 ORDER BY slot, known_on, amount DESC",
            [record.pk],
        )
        return [
            Given(AMOUNTS[slot], year, known_on, amount)
            for slot, year, known_on, amount in cursor.fetchall()
        ]


def canteen_rows(record: PurchaseRecord, given: list[Given]) -> list[tuple[int, BudgetUnit]]:
    """By year: the representative in whose row a member's canteen purchase counts."""
    if record.fund != Fund.CANTEEN or record.verdict != Verdict.COUNTED:
        return []
    years = {one.year for one in given}
    return sorted(representatives(record.credited_unit_id, years).items())


def counted_in(given: list[Given]) -> list[Given]:
    return [one for one in given if one.figure in BASES]


def listings_of(record: PurchaseRecord) -> list[Supplier]:
    """Every period of the record's supplier in the directory, the first one first."""
    listed = Supplier.objects.filter(code=record.supplier_code).select_related("county")
    return list(listed.order_by("valid_from"))


_REASONS = {
    Verdict.CANCELLED: gettext_lazy("The order was cancelled, or its whole amount was refunded."),
    Verdict.OFF_PLATFORM: gettext_lazy(
        "Only purchases on the 832 platform count; this one was made elsewhere."
    ),
    Verdict.THIRD_PARTY: gettext_lazy(
        "Nobody may buy on a unit's behalf; such orders never count."
    ),
    Verdict.ORIGIN_NOT_DESIGNATED: gettext_lazy(
        "The origin %(origin)s is none of the 832 designated counties."
    ),
    Verdict.SUPPLIER_UNKNOWN: gettext_lazy(
        "The directory has no supplier with the code %(supplier)s."
    ),
    Verdict.SUPPLIER_NOT_ELIGIBLE: gettext_lazy(
        "The order's day %(day)s lies in no period of the supplier: %(periods)s."
    ),
    Verdict.UNIT_NOT_ACTIVE: gettext_lazy(
        "On %(day)s neither the unit nor a successor was open: %(units)s."
    ),
    Verdict.OUTSIDE_SCOPE: gettext_lazy(
        "A state-owned enterprise is encouraged, not obliged: its purchases are kept."
    ),
}


def why(record: PurchaseRecord, listings: list[Supplier]) -> str:
    """Why the record does not count, with the fact behind it; "" where it counts."""
    if record.verdict == Verdict.COUNTED:
        return ""
    return str(_REASONS[Verdict(record.verdict)]) % {
        "origin": record.origin_code,
        "supplier": record.supplier_code,
        "day": record.ordered_on,
        "periods": "; ".join(map(_period, listings)),
        "units": "; ".join(map(_open_days, _succession(record))),
    }


def _period(listing: Supplier) -> str:
    return f"{listing.valid_from} ~ {listing.valid_to or _('open end')}"


def _succession(record: PurchaseRecord) -> list[BudgetUnit]:
    """The buyer and who succeeds it, in this order; asked only where none of them was open."""
    if record.verdict != Verdict.UNIT_NOT_ACTIVE:
        return []
    return successors_of(record.unit)


def _open_days(unit: BudgetUnit) -> str:
    words = _("%(name)s (%(code)s) open from %(first)s to %(last)s") % {
        "name": unit.name, "code": unit.code, "first": unit.opened_on or _("the beginning"),
        "last": unit.closed_on or _("open end"),
    }  # fmt: skip
    if unit.successor_id:
        return words
    return _("%(unit)s, without a successor") % {"unit": words}


def hints(record: PurchaseRecord) -> list[str]:
    """What a reader may want to look into; nothing of it changes the verdict."""
    found = []
    if record.paid_on and record.paid_on < record.ordered_on:
        found.append(_("It was paid before it was ordered."))
    pays_first = record.settlement != Settlement.POSTPAID
    is_early = record.accepted_on and record.paid_on and record.accepted_on < record.paid_on
    if pays_first and is_early:
        found.append(_("It was accepted before it was paid."))
    pays_itself = record.fund != Fund.INDIVIDUAL
    if pays_itself and record.payer and record.payer.strip() != record.unit.name.strip():
        found.append(_("The payer “%(payer)s” is not the unit.") % {"payer": record.payer})
    if record.rated_on and record.rated_on == record.ordered_on:
        found.append(_("It was ordered and rated on the same day."))
    return found
