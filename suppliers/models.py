import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Region
from suppliers.querysets import CountyQuerySet, DirectoryQuerySet, SupplierQuerySet


class DesignatedCounty(models.Model):
    """One of the 832 counties whose farm products count (脱贫县).

    Forty-one were renamed and six re-coded since the list was made, so files may carry the
    listed code or name; both resolve. ``region`` governs the area today.
    """

    code = models.CharField(_("code"), max_length=6, unique=True)
    name = models.CharField(_("name"), max_length=50)
    listed_code = models.CharField(_("listed code"), max_length=6, unique=True)
    listed_name = models.CharField(_("listed name"), max_length=50)
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT)
    province = models.CharField(_("province"), max_length=20)
    prefecture = models.CharField(_("prefecture"), max_length=30, blank=True)
    exit_year = models.PositiveSmallIntegerField(_("year of leaving the list"))

    objects = CountyQuerySet.as_manager()

    class Meta:
        verbose_name = _("designated county")
        verbose_name_plural = _("designated counties")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Region:
        return self.region


class SupplierKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("enterprise")
    COOPERATIVE = "cooperative", _("cooperative")
    FAMILY_FARM = "family_farm", _("family farm")
    HOUSEHOLD = "household", _("farm household")


class _Period(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
)
class Supplier(models.Model):
    """What the directory says of a supplier for one period of validity.

    A supplier is its ``code``; each listing in the directory is one row. Both days are valid
    days, an open end is valid for ever, and periods of one code never overlap.
    """

    code = models.CharField(_("supplier code"), max_length=64)
    name = models.TextField(_("supplier name"))
    kind = models.CharField(_("kind of supplier"), max_length=12, choices=SupplierKind)
    county = models.ForeignKey(
        DesignatedCounty, verbose_name=_("designated county"), on_delete=models.PROTECT
    )
    batch = models.TextField(_("directory batch"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(name="supplier_period", fields=["code", "valid_from"]),
            models.CheckConstraint(
                name="supplier_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="supplier_periods_do_not_overlap",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        _Period("valid_from", "valid_to", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                # An update may move two neighbouring periods in one statement each.
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def place(self) -> Region:
        return self.county.region


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
)
class Product(models.Model):
    """What a supplier offers, and the designated county where it is grown.

    It decides no verdict: a record's origin does. ``withdrawn_on`` is the first day without it.
    """

    supplier_code = models.CharField(_("supplier code"), max_length=64)
    name = models.TextField(_("product name"))
    category = models.TextField(_("category of goods"), blank=True)
    county = models.ForeignKey(
        DesignatedCounty, verbose_name=_("county of origin"), on_delete=models.PROTECT
    )
    unit_of_measure = models.TextField(_("unit of measure"), blank=True)
    labels = models.TextField(_("labels"), blank=True)
    listed_on = models.DateField(_("listed on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)

    objects = DirectoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("product of the directory")
        verbose_name_plural = _("products of the directory")
        ordering = ["supplier_code", "name"]
        constraints = [
            models.UniqueConstraint(
                name="product_of_supplier", fields=["supplier_code", "name", "county"]
            ),
            models.CheckConstraint(
                name="product_withdrawn_after_listing",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("listed_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Region:
        return self.county.region
