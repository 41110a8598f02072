import pghistory
import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from exchange.models import Job
from organizations.models import BudgetUnit, Region
from procurement import totals
from procurement.choices import Channel, Fund, OrderStatus, Settlement, Verdict
from procurement.querysets import PurchaseQuerySet
from suppliers.models import DesignatedCounty


def yuan(label: str, **kwargs) -> models.DecimalField:
    return models.DecimalField(label, max_digits=18, decimal_places=2, **kwargs)


def day_of(instant: str, label: str) -> models.GeneratedField:
    """The day of an instant in Asia/Shanghai: only days are compared, times are kept."""
    return models.GeneratedField(
        verbose_name=label,
        expression=Func(
            F(instant), template="(%(expressions)s AT TIME ZONE 'Asia/Shanghai')::date"
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
    )


def _keeper(name: str, operation, relation: str, **referencing) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(**referencing),
        func=totals.keep_totals(relation),
    )


@pghistory.track(
    # The batch tells where an inserted row came from; events keep what a change replaced.
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
    exclude=["ordered_on", "paid_on", "accepted_on", "rated_on", "refunded_on"],
)
class PurchaseRecord(models.Model):
    """One line of a platform order (采购记录), with the day and amount of each of its steps.

    The last four columns are judged (``procurement.judgement``) whenever the record, its unit
    or its supplier changes: it is counted, or carries exactly one reason why not.
    """

    order_no = models.CharField(_("order number"), max_length=64)
    line_no = models.PositiveIntegerField(_("order line"), default=1)
    # Held by triggers, a statement at a time (docs/decisions/0008).
    unit = models.ForeignKey(
        BudgetUnit,
        verbose_name=_("attributed unit"),
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
    )
    supplier_code = models.CharField(_("supplier code"), max_length=64)
    origin_code = models.CharField(_("origin county code"), max_length=6, blank=True, default="")
    product = models.TextField(_("product"))
    category = models.TextField(_("category"), blank=True, default="")
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4, null=True)
    unit_of_measure = models.TextField(_("unit of measure"), blank=True, default="")
    unit_price = models.DecimalField(
        _("unit price (yuan)"), max_digits=18, decimal_places=4, null=True
    )
    amount = yuan(_("order amount (yuan)"))
    fund = models.CharField(_("fund"), max_length=10, choices=Fund)
    channel = models.CharField(_("channel"), max_length=14, choices=Channel)
    status = models.CharField(_("order status"), max_length=9, choices=OrderStatus)
    settlement = models.CharField(
        _("settlement"), max_length=8, choices=Settlement, blank=True, default=""
    )

    ordered_at = models.DateTimeField(_("ordered at"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    paid_amount = yuan(_("paid amount (yuan)"), null=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    rated_at = models.DateTimeField(_("rated at"), null=True)
    refunded = yuan(_("refunded (yuan)"), default=0)
    refunded_at = models.DateTimeField(_("refunded at"), null=True)
    ordered_on = day_of("ordered_at", _("day ordered"))
    paid_on = day_of("paid_at", _("day paid"))
    accepted_on = day_of("accepted_at", _("day accepted"))
    rated_on = day_of("rated_at", _("day rated"))
    refunded_on = day_of("refunded_at", _("day refunded"))

    account = models.TextField(_("trading account"), blank=True, default="")
    payer = models.TextField(_("payer"), blank=True, default="")
    receiver = models.TextField(_("receiver"), blank=True, default="")
    voucher = models.TextField(_("pick-up voucher"), blank=True, default="")
    tracking_no = models.TextField(_("tracking number"), blank=True, default="")
    trace_code = models.TextField(_("trace code"), blank=True, default="")

    # Written from joins of the same statement, so a constraint would only repeat the join at
    # five microseconds a row.
    job = models.ForeignKey(
        Job,
        verbose_name=_("import"),
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
    )
    verdict = models.PositiveSmallIntegerField(_("verdict"), choices=Verdict)
    credited_unit = models.ForeignKey(
        BudgetUnit,
        verbose_name=_("credited unit"),
        on_delete=models.PROTECT,
        related_name="credited_records",
        db_constraint=False,
        db_index=False,
    )
    credited_region = models.ForeignKey(
        Region,
        verbose_name=_("credited region"),
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    origin_county = models.ForeignKey(
        DesignatedCounty,
        verbose_name=_("judged origin"),
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
    )

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase record")
        verbose_name_plural = _("purchase records")
        ordering = ["-ordered_at", "order_no", "line_no"]
        constraints = [
            models.UniqueConstraint(name="purchase_order_line", fields=["order_no", "line_no"]),
            models.CheckConstraint(
                name="purchase_amounts_in_range",
                condition=Q(amount__gt=0)
                & Q(refunded__gte=0, refunded__lte=F("amount"))
                & (Q(paid_amount__isnull=True) | Q(paid_amount__gte=0)),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "ordered_on"], name="purchase_unit_day"),
            models.Index(
                fields=["credited_unit", "ordered_on"],
                name="purchase_credited_elsewhere",
                condition=~Q(credited_unit=F("unit")),
            ),
            models.Index(fields=["supplier_code"], name="purchase_supplier"),
            # Which records have moved since a day: a range of pages each, for they come by month.
            BrinIndex(
                Greatest("ordered_on", "paid_on", "accepted_on", "rated_on", "refunded_on"),
                name="purchase_last_step",
                pages_per_range=32,
            ),
        ]
        triggers = [
            _keeper("totals_insert", pgtrigger.Insert, totals.NEW_ROWS, new="new_rows"),
            _keeper(
                "totals_update", pgtrigger.Update, totals.BOTH_ROWS, old="old_rows", new="new_rows"
            ),
            _keeper("totals_delete", pgtrigger.Delete, totals.OLD_ROWS, old="old_rows"),
            pgtrigger.Trigger(
                name="totals_truncate",
                when=pgtrigger.After,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func=totals.EMPTY_TOTALS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_no}-{self.line_no}"

    @property
    def place(self) -> BudgetUnit:
        return self.unit


class MovementTotal(models.Model):
    """Sums of movements in yuan: what counted by basis, and order amounts by reason."""

    year = models.PositiveSmallIntegerField()
    ordered = yuan("")
    paid = yuan("")
    accepted = yuan("")
    completed = yuan("")
    cancelled = yuan("")
    off_platform = yuan("")
    third_party = yuan("")
    origin_not_designated = yuan("")
    supplier_unknown = yuan("")
    supplier_not_eligible = yuan("")
    unit_not_active = yuan("")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class UnitTotal(MovementTotal):
    """By credited unit, year of the basis day and fund."""

    pk = models.CompositePrimaryKey("unit", "year", "fund")
    unit = models.ForeignKey(
        BudgetUnit, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    fund = models.CharField(max_length=10, choices=Fund)


class RegionTotal(MovementTotal):
    """By region of the credited unit (own level only) and year of the basis day."""

    pk = models.CompositePrimaryKey("region", "year")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )


class RegionDayTotal(MovementTotal):
    """The same by the day from which the amount is known: it answers every cut-off."""

    pk = models.CompositePrimaryKey("region", "year", "known_on")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    known_on = models.DateField()
