"""Words of a purchase, and the verdicts of the spreadsheet contract."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fund(models.TextChoices):
    """Whose money paid (资金类型)."""

    CANTEEN = "canteen", _("canteen")
    UNION = "union", _("trade union")
    INDIVIDUAL = "individual", _("individual staff")


class Channel(models.TextChoices):
    """Where it was bought (采购渠道)."""

    PLATFORM_832 = "platform_832", _("832 platform")
    THIRD_PARTY = "third_party", _("bought by a third party")
    OFFLINE = "offline", _("offline")
    OTHER_PLATFORM = "other_platform", _("another platform")


class OrderStatus(models.TextChoices):
    OPEN = "open", _("in progress")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class Settlement(models.TextChoices):
    PREPAID = "prepaid", _("payment before goods")
    POSTPAID = "postpaid", _("goods before payment")


class Verdict(models.IntegerChoices):
    """Counted, or the first reason that applies; 1 to 7 are numbered as in the contract."""

    COUNTED = 0, _("counted")
    CANCELLED = 1, _("cancelled or wholly refunded")
    OFF_PLATFORM = 2, _("bought off the platform")
    THIRD_PARTY = 3, _("bought by a third party")
    ORIGIN_NOT_DESIGNATED = 4, _("origin is no designated county")
    SUPPLIER_UNKNOWN = 5, _("supplier is not in the directory")
    SUPPLIER_NOT_ELIGIBLE = 6, _("supplier was not valid on the day of the order")
    UNIT_NOT_ACTIVE = 7, _("unit was not open on the day of the order")
    #: bought by a state-owned enterprise: kept and shown, in no figure
    OUTSIDE_SCOPE = 8, _("outside the scope")


#: Reasons that the figure ``excluded`` lists, in its order.
EXCLUDED_VERDICTS = [v for v in Verdict if 1 <= v <= 7]
