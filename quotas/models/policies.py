import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Region
from quotas.choices import AmountFloor, Base, Basis, NoCanteenRule
from quotas.models.fields import ratio_field
from quotas.querysets import PolicyQuerySet


class PolicyValues(models.Model):
    """The values that a policy row may give and that merging carries down the path."""

    min_ratio = ratio_field(_("minimum ratio (%)"), null=True)
    encouraged_ratio = ratio_field(_("encouraged ratio (%)"), null=True)
    base = models.CharField(_("base"), max_length=20, choices=Base, blank=True)
    basis = models.CharField(_("counting basis"), max_length=10, choices=Basis, blank=True)
    union_in_target = models.BooleanField(_("target includes the union"), null=True)
    no_canteen_rule = models.CharField(
        _("rule without a canteen"), max_length=20, choices=NoCanteenRule, blank=True
    )
    union_funds_ratio = ratio_field(_("ratio of union funds (%)"), null=True)
    amount_floor = models.CharField(
        _("floor of the amount"), max_length=20, choices=AmountFloor, blank=True
    )
    filing_opens = models.DateField(_("filing opens"), null=True)
    filing_due = models.DateField(_("filing due"), null=True)
    confirm_due = models.DateField(_("confirmation due"), null=True)
    #: [["06-30", "50"], …]: day of the year and percent that should be reached
    checkpoints = models.JSONField(_("checkpoints"), default=list)

    class Meta:
        abstract = True


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
)
class Policy(PolicyValues):
    """What one document asks of one region in one year; blank values are inherited."""

    year = models.PositiveSmallIntegerField(_("plan year"))
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT)
    #: 单列: merges directly under the country, past the province
    separate = models.BooleanField(_("separate"), default=False)
    document_number = models.TextField(_("document number"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["year", "region__path"]
        constraints = [
            models.UniqueConstraint(name="policy_year_region", fields=["year", "region"]),
            models.CheckConstraint(
                name="policy_ratios_in_range",
                condition=(Q(min_ratio__isnull=True) | Q(min_ratio__range=(0, 100)))
                & (Q(encouraged_ratio__isnull=True) | Q(encouraged_ratio__range=(0, 100)))
                & (Q(union_funds_ratio__isnull=True) | Q(union_funds_ratio__range=(0, 100))),
            ),
            models.CheckConstraint(
                name="policy_encourages_at_least_the_minimum",
                condition=Q(min_ratio__isnull=True)
                | Q(encouraged_ratio__isnull=True)
                | Q(encouraged_ratio__gte=F("min_ratio")),
            ),
            models.CheckConstraint(
                name="policy_union_funds_need_ratio",
                condition=~Q(no_canteen_rule=NoCanteenRule.UNION_FUNDS)
                | Q(union_funds_ratio__isnull=False),
            ),
            models.CheckConstraint(name="policy_has_document", condition=~Q(document_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.region} {self.document_number}"

    @property
    def place(self) -> Region:
        return self.region


class EffectivePolicy(PolicyValues):
    """The policies of a region's path merged into one, rebuilt by the policy service.

    ``sources`` names the policy that gave each value: ``{"min_ratio": 12, …}`` (policy ids).
    A region and year without a row has no policy at all: no floor, and the defaults.
    """

    pk = models.CompositePrimaryKey("region", "year")
    region = models.ForeignKey(Region, on_delete=models.CASCADE)
    year = models.PositiveSmallIntegerField()
    sources = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("effective policy")
        verbose_name_plural = _("effective policies")

    def __str__(self) -> str:
        return f"{self.year} {self.region}"
