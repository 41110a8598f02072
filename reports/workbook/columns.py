"""The columns of the long sheets, in the words of a finance bureau."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.rowtext import Cells, Heading, worded
from organizations.models import UnitKind
from procurement.choices import Channel, Fund, OrderStatus, Verdict
from quotas.choices import Basis, Canteen, FilingState

#: How many columns stand before a unit's figures.
UNIT_COLUMNS = 14


def units() -> list[Cells]:
    """What the database says of a unit; the figures follow (``figures.FIGURES``)."""
    return [
        Cells(_("Row of the summary"), "key", "place_code", always=True),
        Cells(_("Unit code"), "key", "code", always=True),
        Cells(_("Unit name"), "text", "name", always=True),
        Cells(_("Region code"), "key", "region_code", always=True),
        Cells(_("Region"), "text", "region_name", always=True),
        Cells(_("Kind of unit"), "choice", worded("kind", UnitKind.choices)),
        Cells(_("State of the filing"), "choice", worded("state", FilingState.choices)),
        Cells(_("Canteen situation"), "choice", worded("canteen", Canteen.choices)),
        Cells(_("Code of the representative"), "key", "representative_code"),
        Cells(_("reserved ratio (%)"), "percent", "ratio"),
        Cells(_("reserved amount (yuan)"), "amount", "reserved_amount"),
        Cells(_("union expected amount (yuan)"), "amount", "union_amount"),
        Cells(_("union funds (yuan)"), "amount", "union_funds"),
        Cells(_("assigned amount (yuan)"), "amount", "assigned_amount"),
    ]


def filings() -> list[Cells]:
    flag = [("true", _("yes")), ("false", _("no"))]
    return [
        Cells(_("Unit code"), "key", "code", always=True),
        Cells(_("Unit name"), "text", "name", always=True),
        Cells(_("version"), "integer", "version", always=True),
        Cells(_("state"), "choice", worded("state", FilingState.choices)),
        Cells(_("in force"), "choice", worded("in_force", flag)),
        Cells(_("Canteen situation"), "choice", worded("canteen", Canteen.choices)),
        Cells(_("Code of the representative"), "key", "representative_code"),
        Cells(_("canteen contractor"), "text", "executor"),
        Cells(_("canteen ingredient total (yuan)"), "amount", "base_amount"),
        Cells(_("reserved ratio (%)"), "percent", "ratio"),
        Cells(_("reserved amount (yuan)"), "amount", "reserved_amount"),
        Cells(_("union expected amount (yuan)"), "amount", "union_amount"),
        Cells(_("union funds (yuan)"), "amount", "union_funds"),
        Cells(_("assigned amount (yuan)"), "amount", "assigned_amount"),
        Cells(_("document allowing a lower ratio"), "text", "approval_document"),
        Cells(_("explanation"), "text", "explanation"),
        Cells(_("late"), "choice", worded("late", flag)),
        Cells(_("confirmation taken over"), "choice", worded("taken_over", flag)),
        Cells(_("submitted by"), "text", "submitter"),
        Cells(_("submitted at"), "moment", "submitted_at"),
        Cells(_("endorsed by"), "text", "endorser"),
        Cells(_("endorsed at"), "moment", "endorsed_at"),
        Cells(_("decided by"), "text", "decider"),
        Cells(_("decided at"), "moment", "decided_at"),
        Cells(_("reason of return"), "text", "return_reason"),
    ]


def _order() -> list[Cells]:
    """What an order is, whether it counts or not."""
    return [
        Cells(_("order number"), "key", "order_no", always=True),
        Cells(_("order line"), "integer", "line_no", always=True),
        Cells(_("Code of the buyer"), "key", "buyer_code", always=True),
        Cells(_("Name of the buyer"), "text", "buyer_name", always=True),
        Cells(_("supplier code"), "key", "supplier_code", always=True),
        Cells(_("supplier name"), "text", "supplier_name"),
        Cells(_("judged origin"), "text", "coalesce(origin_name, origin_code)"),
        Cells(_("product"), "text", "product", always=True),
        Cells(_("fund"), "choice", worded("fund", Fund.choices)),
        Cells(_("day ordered"), "day", "ordered_on", always=True),
        Cells(_("day paid"), "day", "paid_on"),
        Cells(_("day accepted"), "day", "accepted_on"),
        Cells(_("day rated"), "day", "rated_on"),
        Cells(_("day refunded"), "day", "refunded_on"),
    ]


#: Where the amounts that a record gives begin, in the order of ``Basis``.
FIRST_BASIS = 19


def counted(year: int) -> list[Cells]:
    """A record that counts; the last four are what it gives to the year."""
    return [
        Cells(_("Counts in the row of"), "key", "code", always=True),
        Cells(_("Name of the unit in whose row it counts"), "text", "name", always=True),
        *_order(),
        Cells(_("order amount (yuan)"), "amount", "amount", always=True),
        Cells(_("paid amount (yuan)"), "amount", "coalesce(paid_amount, amount)", always=True),
        Cells(_("refunded (yuan)"), "amount", "refunded", always=True),
        *(
            Cells(
                _("Counts in %(year)s as %(basis)s (yuan)")
                % {"year": year, "basis": Basis(basis).label},
                "amount",
                basis,
            )
            for basis in Basis.values
        ),
    ]


#: Reason and order amount of the records that do not count.
REASON, EXCLUDED_AMOUNT = 2, 3


def excluded() -> list[Cells]:
    return [
        Cells(_("Unit code"), "key", "code", always=True),
        Cells(_("Unit name"), "text", "name", always=True),
        Cells(_("Reason why it does not count"), "text", worded("verdict", Verdict.choices)),
        Cells(_("order amount (yuan)"), "amount", "amount", always=True),
        *_order(),
        Cells(_("channel"), "choice", worded("channel", Channel.choices)),
        Cells(_("order status"), "choice", worded("status", OrderStatus.choices)),
        Cells(_("refunded (yuan)"), "amount", "refunded", always=True),
    ]


#: The figures of a unit's row that hold numbers, by their names in ``Figures``.
COUNTS = {
    "units": gettext_lazy("Open in the year"),
    "filed": gettext_lazy("Filed"),
    "zero_filed": gettext_lazy("of them zero filings"),
    "not_filed": gettext_lazy("Not filed"),
    "not_due": gettext_lazy("Not due"),
    "confirmed": gettext_lazy("Confirmed filings"),
}


def figures(basis: Basis) -> list[Heading]:
    """The figures of a row of the summary and of a unit, in this order on both sheets."""
    return [
        *(Heading(str(label), "integer") for label in COUNTS.values()),
        Heading(_("canteen ingredient total (yuan)"), "amount"),
        Heading(_("Target (yuan)"), "amount"),
        *(Heading(_("%(basis)s (yuan)") % {"basis": b.label}, "amount") for b in Basis),
        Heading(_("Completion rate (%%), %(basis)s") % {"basis": basis.label}, "percent"),
        Heading(_("Not counted, order amounts (yuan)"), "amount"),
    ]
