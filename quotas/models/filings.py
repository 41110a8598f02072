import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import BudgetUnit, Region
from quotas import totals
from quotas.choices import OPEN_STATES, TRANSITIONS, Canteen, FilingState
from quotas.models.fields import amount_field, ratio_field
from quotas.querysets import FilingQuerySet


def _keeper(name: str, operation, relation: str, **referencing) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(**referencing),
        func=totals.keep(relation),
    )


_CONTENT = [
    "canteen",
    "representative_id",
    "executor",
    "base_amount",
    "ratio",
    "approval_document",
    "reserved_amount",
    "union_amount",
    "union_funds",
    "assigned_amount",
    "diners",
    "contact",
    "phone",
    "remark",
    "explanation",
]
#: Kept as it was typed, with what does not go together; the rules hold once it is handed in.
_TYPED = Q(state__in=(FilingState.DRAFT, FilingState.RETURNED))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
)
class Filing(models.Model):
    """The reserved share that a unit files for a year (预留份额填报), in versions.

    Every figure uses the confirmed version ``in_force``; an amendment is a later version that
    takes its place when it is confirmed. Amounts are yuan, ``ratio`` percent.
    """

    year = models.PositiveSmallIntegerField(_("plan year"))
    unit = models.ForeignKey(
        BudgetUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="filings"
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=FilingState, default=FilingState.DRAFT
    )
    in_force = models.BooleanField(_("in force"), default=False)

    canteen = models.CharField(_("canteen situation"), max_length=10, choices=Canteen, blank=True)
    representative = models.ForeignKey(
        BudgetUnit,
        verbose_name=_("representative unit"),
        on_delete=models.PROTECT,
        null=True,
        related_name="represented_filings",
    )
    executor = models.TextField(_("canteen contractor"), blank=True)
    base_amount = amount_field(_("canteen ingredient total (yuan)"), default=0)
    ratio = ratio_field(_("reserved ratio (%)"), default=0)
    approval_document = models.TextField(_("document allowing a lower ratio"), blank=True)
    reserved_amount = amount_field(_("reserved amount (yuan)"), default=0)
    union_amount = amount_field(_("union expected amount (yuan)"), default=0)
    union_funds = amount_field(_("union funds (yuan)"), null=True)
    assigned_amount = amount_field(_("assigned amount (yuan)"), null=True)
    diners = models.PositiveIntegerField(_("diners"), null=True)
    contact = models.TextField(_("contact"), blank=True)
    phone = models.TextField(_("phone"), blank=True)
    remark = models.TextField(_("remark"), blank=True)
    explanation = models.TextField(_("explanation"), blank=True)

    late = models.BooleanField(_("late"), default=False)
    #: the confirmation was made elsewhere (the platform's) and taken over
    taken_over = models.BooleanField(_("confirmation taken over"), default=False)
    return_reason = models.TextField(_("reason of return"), blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    #: by the department in charge; cleared when new content is handed in
    endorsed_at = models.DateTimeField(_("endorsed at"), null=True)
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("endorsed by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        ordering = ["year", "unit__code", "version"]
        constraints = [
            models.UniqueConstraint(name="filing_version", fields=["year", "unit", "version"]),
            models.UniqueConstraint(
                name="filing_one_in_force", fields=["unit", "year"], condition=Q(in_force=True)
            ),
            models.UniqueConstraint(
                name="filing_one_open", fields=["unit", "year"], condition=Q(state__in=OPEN_STATES)
            ),
            models.CheckConstraint(
                name="filing_in_force_is_confirmed",
                condition=Q(in_force=False) | Q(state=FilingState.CONFIRMED),
            ),
            models.CheckConstraint(
                name="filing_says_canteen",
                condition=Q(state=FilingState.DRAFT) | ~Q(canteen=""),
            ),
            models.CheckConstraint(
                name="filing_only_members_have_representative",
                condition=_TYPED
                | Q(representative__isnull=True)
                | (Q(canteen=Canteen.SHARED) & ~Q(representative=F("unit"))),
            ),
            models.CheckConstraint(
                name="filing_without_canteen_reserves_nothing",
                condition=_TYPED
                | ~(Q(canteen=Canteen.NONE) | Q(representative__isnull=False))
                | Q(base_amount=0, ratio=0, reserved_amount=0),
            ),
            models.CheckConstraint(
                name="filing_numbers_in_range",
                condition=Q(
                    base_amount__gte=0,
                    ratio__range=(0, 100),
                    reserved_amount__gte=0,
                    union_amount__gte=0,
                )
                & (Q(union_funds__isnull=True) | Q(union_funds__gte=0))
                & (Q(assigned_amount__isnull=True) | Q(assigned_amount__gte=0)),
            ),
            models.CheckConstraint(
                name="filing_returned_has_reason",
                condition=~Q(state=FilingState.RETURNED) | ~Q(return_reason=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="legal_move",
                field="state",
                transitions=[(str(a), str(b)) for a, b in TRANSITIONS],
            ),
            pgtrigger.Trigger(
                name="legal_start",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                # A task assigned beside an open amendment is confirmed at once (quotas.review).
                func="""
                    IF NEW.state NOT IN ('draft', 'submitted', 'confirmed')
                       OR (NEW.state = 'confirmed' AND NOT NEW.taken_over AND NOT EXISTS (
                           SELECT FROM quotas_filing
                           WHERE unit_id = NEW.unit_id AND year = NEW.year
                             AND state = 'confirmed')) THEN
                        RAISE EXCEPTION 'a filing cannot begin as %', NEW.state;
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="confirmed_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'confirmed'"),
                func=pgtrigger.Func(
                    "IF TG_OP = 'DELETE' OR ROW("
                    + ", ".join(f"OLD.{c}" for c in _CONTENT)
                    + ") IS DISTINCT FROM ROW("
                    + ", ".join(f"NEW.{c}" for c in _CONTENT)
                    + ") THEN RAISE EXCEPTION 'a confirmed filing is never overwritten'; END IF; "
                    "RETURN NEW;"
                ),
            ),
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
                func="DELETE FROM quotas_filingtotal; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.unit} v{self.version}"

    @property
    def place(self) -> BudgetUnit:
        return self.unit

    @property
    def is_member(self) -> bool:
        """A member of a shared canteen that another unit represents."""
        return self.representative_id is not None

    @property
    def is_zero(self) -> bool:
        """A zero filing (零填报): no canteen, or a member."""
        return self.canteen == Canteen.NONE or self.is_member


class FilingTotal(models.Model):
    """Sums of the filings of one region (own level only) and year; written by triggers alone."""

    pk = models.CompositePrimaryKey("region", "year")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField()
    filed = models.IntegerField()
    zero_filed = models.IntegerField()
    confirmed = models.IntegerField()
    base_amount = amount_field("")
    assigned_amount = amount_field("")
    reserved_amount = amount_field("")
    union_amount = amount_field("")
    zero_union_amount = amount_field("")

    def __str__(self) -> str:
        return f"{self.year} {self.region_id}"


class CanteenMembership(models.Model):
    """Who files for a unit's canteen in a year; a representative points to itself.

    The deferred foreign key from (representative, year, representative) to the unique
    (unit, year, representative) refuses chains, cycles and a representative that turns member,
    whatever the order of filing (added in the migrations: Django has no composite keys there).
    """

    year = models.PositiveSmallIntegerField(_("plan year"))
    unit = models.ForeignKey(
        BudgetUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    representative = models.ForeignKey(
        BudgetUnit,
        verbose_name=_("representative unit"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("canteen membership")
        verbose_name_plural = _("canteen memberships")
        constraints = [
            models.UniqueConstraint(name="membership_unit_year", fields=["unit", "year"]),
            models.UniqueConstraint(
                name="membership_target", fields=["unit", "year", "representative"]
            ),
        ]
        indexes = [
            models.Index(
                fields=["year", "unit", "representative"],
                name="membership_members",
                condition=~Q(unit=F("representative")),
            ),
            models.Index(
                fields=["representative", "year"],
                name="membership_representative",
                condition=~Q(unit=F("representative")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.unit} → {self.representative}"
