from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from exchange.listing import ROWS_A_PAGE, address_of, as_file, wants_file
from exchange.models import Job
from exchange.patience import within
from exchange.resources import resource_of
from organizations.changes import changes_of
from organizations.models import BudgetUnit
from organizations.permissions import may, requires
from organizations.roles import Permission
from organizations.scope import SignedInRequest
from procurement import records
from procurement.choices import Verdict
from procurement.forms import RecordsForm, days_of
from procurement.models import PurchaseRecord
from suppliers.models import Supplier


class _FirstRecords(Paginator):
    """Pages of the first records found, whose number is known already."""

    def __init__(self, found: QuerySet[PurchaseRecord], number: int) -> None:
        super().__init__(found, ROWS_A_PAGE)
        self.number = number

    @property
    def count(self) -> int:
        return self.number

    def read(self, number: str | None) -> Page:
        """A page whose rows have been read."""
        page = self.get_page(number)
        page.object_list = list(page.object_list)
        return page


@requires(Permission.READ)
def record_list(request: SignedInRequest) -> HttpResponse:
    """The records of the units in the reader's scope, to be filtered and taken away."""
    form = RecordsForm(request.GET)
    asked = form.asked()
    found = records.records(request.user, asked)
    chosen = found if asked.verdict is None else found.filter(verdict=asked.verdict)
    if wants_file(request):
        return as_file(request, resource_of("purchases"), _readable(chosen), _("purchase records"))
    # What takes too long to count is read all the same, and said to be more than MOST.
    counted = within(records.SECONDS, lambda: records.counted(found, asked.verdict))
    sums, number = counted or ([], records.MOST)
    pages = _FirstRecords(_readable(chosen), number)
    read = within(records.SECONDS, lambda: pages.read(request.GET.get("page")))
    page = read or _FirstRecords(chosen.none(), 0).read(None)
    return render(request, "procurement/records.html", {
        "form": form.shown(), "flaws": form.flaws(), "address": address_of(form.given()),
        "asked": asked, "days": days_of(asked), "money": asked.unit or "yuan", "page": page,
        "is_unread": read is None, "capped": read is not None and number == records.MOST,
        "most": records.MOST,
        "verdicts": sums,
        "suppliers": _supplier_names(page),
    })  # fmt: skip


def _readable(found: QuerySet[PurchaseRecord]) -> QuerySet[PurchaseRecord]:
    return found.select_related("unit", "credited_unit", "origin_county")


def _supplier_names(page: Any) -> dict[str, str]:
    """By code: the latest name of each supplier that the directory knows."""
    listed = Supplier.objects.filter(code__in={record.supplier_code for record in page})
    return dict(listed.order_by("code", "valid_from").values_list("code", "name"))


def record_in_scope(request: SignedInRequest, pk: int) -> PurchaseRecord:
    visible = PurchaseRecord.objects.visible_to(request.user).select_related(
        "unit__region", "credited_unit", "credited_region", "origin_county", "job__created_by"
    )
    return get_object_or_404(visible, pk=pk)


@requires(Permission.READ, fetch=record_in_scope)
def record_detail(request: SignedInRequest, record: PurchaseRecord) -> HttpResponse:
    """One record: its steps, what it gives to each figure or why not, and its history."""
    listings = records.listings_of(record)
    given = records.given_by(record)
    sees_history = may(request.user, Permission.READ_HISTORY, record.unit)
    return render(request, "procurement/record.html", {
        "record": record, "listings": listings, "money": "yuan",
        "given": records.counted_in(given), "in_figures": record.verdict != Verdict.OUTSIDE_SCOPE,
        "why": records.why(record, listings), "hints": records.hints(record),
        "changes": changes_of(record) if sees_history else [], "sees_history": sees_history,
        "job_visible": _sees_job(request, record),
        "canteen_rows": _reachable(request, records.canteen_rows(record, given)),
        "credited_visible": _is_visible(request, record.credited_unit),
    })  # fmt: skip


def _reachable(
    request: SignedInRequest, rows: list[tuple[int, BudgetUnit]]
) -> list[tuple[int, BudgetUnit, bool]]:
    """Each year's unit, and whether the reader may open its page."""
    named = {unit.pk for _year, unit in rows}
    visible = BudgetUnit.objects.visible_to(request.user).filter(pk__in=named)
    seen = set(visible.values_list("pk", flat=True)) if named else set()
    return [(year, unit, unit.pk in seen) for year, unit in rows]


def _sees_job(request: SignedInRequest, record: PurchaseRecord) -> bool:
    return Job.objects.visible_to(request.user).filter(pk=record.job_id).exists()


def _is_visible(request: SignedInRequest, unit: BudgetUnit) -> bool:
    return BudgetUnit.objects.visible_to(request.user).filter(pk=unit.pk).exists()
