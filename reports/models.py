import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import BudgetUnit, Region
from procurement.choices import Verdict
from quotas.choices import Basis, Lag
from reports.choices import (
    LIVE_STATES,
    TRANSITIONS,
    Listed,
    NoticeKind,
    NoticeState,
    Rhythm,
)
from reports.querysets import NoticeQuerySet, RecipientQuerySet


def person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )


def yuan(**kwargs) -> models.DecimalField:
    return models.DecimalField(max_digits=18, decimal_places=2, **kwargs)


class Terms(models.Model):
    """What a notice is about, and what its schedule asks for."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT)
    kind = models.CharField(_("kind of notice"), max_length=12, choices=NoticeKind)
    listed = models.CharField(_("who is listed"), max_length=12, choices=Listed)
    #: of a commendation: from this rate on
    threshold = models.DecimalField(
        _("rate from which one is commended (%)"),
        max_digits=7,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        abstract = True

    @property
    def place(self) -> Region:
        return self.region


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
)
class NoticeSchedule(Terms):
    """A notice that a region makes each period: what is due is asked of it each day."""

    rhythm = models.CharField(_("rhythm"), max_length=12, choices=Rhythm)
    #: the policy's where it is blank
    basis = models.CharField(_("counting basis"), max_length=10, choices=Basis, blank=True)
    days_after = models.PositiveSmallIntegerField(
        _("days after the period's end"), default=5, validators=[MaxValueValidator(90)]
    )
    #: periods that ended before this day are not made up for
    starts_on = models.DateField(_("from the period that ends on or after"))
    active = models.BooleanField(_("active"), default=True)
    created_by = person(_("made by"))
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice schedule")
        verbose_name_plural = _("notice schedules")
        ordering = ["region__path", "kind", "rhythm"]
        constraints = [
            models.UniqueConstraint(
                name="schedule_once", fields=["region", "kind", "rhythm", "listed"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.get_rhythm_display()} {self.get_kind_display()}"


_CONTENT = (
    "region_id", "kind", "listed", "threshold", "year", "period", "as_of", "basis", "title",
    "addressees", "copies", "body", "requirements", "issuer", "totals", "documents", "position",
    "number_of_rows", "digest", "document_number", "issued_on", "made_by_id", "made_at",
    "reviewed_by_id", "reviewed_at", "issued_by_id", "issued_at",
)  # fmt: skip


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
)
class Notice(Terms):
    """A compliance notice with its figures frozen (通报、函、提醒、通报表扬).

    Its rows, totals, basis, cut-off day and documents are those of the moment it was made; the
    words may be changed until it has been reviewed. Once issued nothing of it changes.
    """

    schedule = models.ForeignKey(
        NoticeSchedule, verbose_name=_("schedule"), on_delete=models.PROTECT, null=True
    )
    year = models.PositiveSmallIntegerField(_("plan year"))
    #: ``2026-06``, ``2026-Q2``, ``2026-H1`` or ``2026``
    period = models.CharField(_("period"), max_length=7)
    as_of = models.DateField(_("cut-off day"))
    basis = models.CharField(_("counting basis"), max_length=10, choices=Basis)
    state = models.CharField(
        _("state"), max_length=10, choices=NoticeState, default=NoticeState.DRAFT
    )

    title = models.TextField(_("title"))
    addressees = models.TextField(_("main recipients"))
    copies = models.TextField(_("copies to"), blank=True)
    body = models.TextField(_("body"))
    requirements = models.TextField(_("what is asked for next"), blank=True)
    issuer = models.TextField(_("issued by the body"))

    #: as a row of the spreadsheet contract, section 4
    totals = models.JSONField(_("totals"))
    #: the values in force: ``[{"name", "value", "document", "region"}, …]``
    documents = models.JSONField(_("policy documents"))
    #: up to which entries of records and histories was read: ``{"purchases": 123, …}``
    position = models.JSONField(_("position in the history"))
    number_of_rows = models.PositiveIntegerField(_("number of rows"), default=0)
    #: SHA-256 over the above and every row (``reports.notices.snapshot``)
    digest = models.CharField(_("digest"), max_length=64, blank=True)

    document_number = models.TextField(_("document number"), blank=True)
    issued_on = models.DateField(_("issued on"), null=True)
    made_by = person(_("made by"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    reviewed_by = person(_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)
    issued_by = person(_("issued by"))
    issued_at = models.DateTimeField(_("issued at"), null=True)
    ended_by = person(_("withdrawn or discarded by"))
    ended_at = models.DateTimeField(_("withdrawn or discarded at"), null=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="notice_one_live",
                fields=["schedule", "period"],
                condition=Q(state__in=LIVE_STATES),
            ),
            models.UniqueConstraint(
                name="notice_document_number",
                fields=["region", "document_number"],
                condition=~Q(document_number=""),
            ),
            models.CheckConstraint(
                name="notice_issued_by_a_second_person",
                condition=~Q(state__in=[NoticeState.ISSUED, NoticeState.WITHDRAWN])
                | (
                    Q(
                        reviewed_by__isnull=False,
                        issued_by__isnull=False,
                        issued_on__isnull=False,
                        issued_at__isnull=False,
                    )
                    & ~Q(issued_by=F("reviewed_by"))
                    & ~Q(document_number="")
                ),
            ),
            models.CheckConstraint(
                name="notice_ended_has_reason",
                condition=~Q(state__in=[NoticeState.WITHDRAWN, NoticeState.DISCARDED])
                | (~Q(reason="") & Q(ended_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="legal_move",
                field="state",
                transitions=[(str(a), str(b)) for a, b in TRANSITIONS],
            ),
            pgtrigger.Trigger(
                name="begins_as_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.state <> 'draft' THEN
                        RAISE EXCEPTION 'a notice cannot begin as %', NEW.state;
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="issued_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state IN ('issued', 'withdrawn')"),
                func=pgtrigger.Func(
                    "IF TG_OP = 'DELETE' OR ROW("
                    + ", ".join(f"OLD.{column}" for column in _CONTENT)
                    + ") IS DISTINCT FROM ROW("
                    + ", ".join(f"NEW.{column}" for column in _CONTENT)
                    + ") THEN RAISE EXCEPTION 'an issued notice is never changed'; END IF; "
                    "RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


def _frozen(name: str, operation, relation: str, **referencing) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(**referencing),
        func=f"""
            IF EXISTS (SELECT FROM (SELECT DISTINCT notice_id FROM {relation}) r
                       JOIN reports_notice n ON n.id = r.notice_id WHERE n.state <> 'draft') THEN
                RAISE EXCEPTION 'the rows of a notice are frozen';
            END IF;
            RETURN NULL;
        """,
    )


class NoticeRow(models.Model):
    """One region, department or unit in a notice, as it stood; amounts are yuan.

    Written when the notice is made and never changed.
    """

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    place_in_order = models.PositiveIntegerField(_("number"))
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        BudgetUnit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    code = models.TextField(_("code"))
    name = models.TextField(_("name"))
    units = models.IntegerField(_("units"))
    filed = models.IntegerField(_("filed"))
    zero_filed = models.IntegerField(_("zero filings"))
    not_filed = models.IntegerField(_("not filed"))
    not_due = models.IntegerField(_("not due"))
    confirmed = models.IntegerField(_("confirmed"))
    base_amount = yuan(verbose_name=_("canteen total"))
    target = yuan(verbose_name=_("target"))
    ordered = yuan(verbose_name=_("ordered"))
    paid = yuan(verbose_name=_("paid"))
    accepted = yuan(verbose_name=_("accepted"))
    completed = yuan(verbose_name=_("completed"))
    #: percent, half-up; none without a target
    rate = models.DecimalField(_("completion rate"), max_digits=18, decimal_places=2, null=True)
    rank = models.PositiveIntegerField(_("rank"), null=True)
    #: what should have been reached by the cut-off day and was not, and why
    gap = yuan(verbose_name=_("gap"), null=True)
    lag = models.CharField(_("why it lags"), max_length=14, choices=Lag, blank=True)
    verdict = models.PositiveSmallIntegerField(_("verdict"), choices=Verdict, null=True)

    class Meta:
        verbose_name = _("row of a notice")
        verbose_name_plural = _("rows of a notice")
        ordering = ["notice", "place_in_order"]
        constraints = [
            models.UniqueConstraint(name="notice_row_place", fields=["notice", "place_in_order"]),
        ]
        triggers = [
            _frozen("frozen_insert", pgtrigger.Insert, "new_rows", new="new_rows"),
            _frozen("frozen_delete", pgtrigger.Delete, "old_rows", old="old_rows"),
            pgtrigger.Protect(name="never_updated", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.place_in_order} {self.name}"


class NoticeRecipient(models.Model):
    """A region or unit to which an issued notice went, with its own row of it."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="recipients"
    )
    row = models.OneToOneField(NoticeRow, verbose_name=_("row"), on_delete=models.PROTECT)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    unit = models.ForeignKey(
        BudgetUnit, verbose_name=_("unit"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: by the first of the recipient's people
    opened_at = models.DateTimeField(_("opened at"), null=True)
    opened_by = person(_("opened by"))

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of a notice")
        verbose_name_plural = _("recipients of a notice")
        ordering = ["notice", "row__place_in_order"]
        constraints = [
            models.CheckConstraint(
                name="recipient_region_or_unit",
                condition=Q(region__isnull=False, unit__isnull=True)
                | Q(region__isnull=True, unit__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} → {self.place}"

    @property
    def place(self) -> Region | BudgetUnit:
        place = self.region or self.unit
        assert place is not None, "a constraint asks for one of the two"
        return place


class NoticeReply(models.Model):
    """What a recipient answers: what will be done, and by when (整改计划)."""

    recipient = models.ForeignKey(
        NoticeRecipient,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        related_name="replies",
    )
    plan = models.TextField(_("correction plan"))
    done_by = models.DateField(_("to be done by"), null=True)
    contact = models.TextField(_("contact"), blank=True)
    replied_by = person(_("answered by"))
    replied_at = models.DateTimeField(_("answered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("answer to a notice")
        verbose_name_plural = _("answers to a notice")
        ordering = ["-replied_at"]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.plan[:20]}"
