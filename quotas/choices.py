"""Words of policies and filings, with what each one means."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Base(models.TextChoices):
    """What the reserved ratio is a ratio of (填报基数)."""

    CANTEEN = "canteen", _("canteen ingredients")
    FARM_PRODUCTS = "farm_products", _("farm products")
    #: reserved amount = (canteen base + union amount) x ratio
    CANTEEN_AND_UNION = "canteen_and_union", _("canteen and union")


class Basis(models.TextChoices):
    """Which step of an order makes it count (统计口径)."""

    ORDERED = "ordered", _("ordered")
    PAID = "paid", _("paid")
    ACCEPTED = "accepted", _("accepted")
    COMPLETED = "completed", _("completed")


class NoCanteenRule(models.TextChoices):
    """What a unit without a canteen is asked for (无食堂要求)."""

    NONE = "none", _("nothing")
    UNION_DEMAND = "union_demand", _("file the union's demand")
    UNION_FUNDS = "union_funds", _("a ratio of the union's funds")


class AmountFloor(models.TextChoices):
    """Below which amount an explanation is due (预留金额下限)."""

    NONE = "none", _("none")
    LAST_RESERVED = "last_reserved", _("last year's reserve")
    LAST_PURCHASED = "last_purchased", _("last year's purchases")


class Canteen(models.TextChoices):
    """Canteen situation (食堂情况)."""

    OWN = "own", _("own canteen")
    #: with a representative: a member; without: the representative itself
    SHARED = "shared", _("shared canteen")
    OUTSOURCED = "outsourced", _("outsourced canteen")
    NONE = "none", _("no canteen")


class FilingState(models.TextChoices):
    """Where a filing stands; moved by ``quotas.services`` and guarded by the database."""

    #: being filled in by the unit
    DRAFT = "draft", _("draft")
    #: handed in, waits for the department or the bureau
    SUBMITTED = "submitted", _("submitted")
    #: passed by the department-in-charge, waits for the bureau
    ENDORSED = "endorsed", _("endorsed")
    #: accepted by the finance bureau; never changed again
    CONFIRMED = "confirmed", _("confirmed")
    #: sent back with a reason; keeps its effect on shared canteens until replaced
    RETURNED = "returned", _("returned")


class Standing(models.TextChoices):
    """How a unit stands with its filing of a year (填报情况)."""

    #: open in the year, and nothing handed in; a draft is nothing yet
    NOT_FILED = "not_filed", _("not filed")
    #: the same, and not open on the day on which filings were due
    NOT_DUE = "not_due", _("not due")
    #: sent back, and not handed in anew
    RETURNED = "returned", _("returned for correction")
    #: submitted by a unit with a superior unit
    TO_ENDORSE = "to_endorse", _("waiting for endorsement")
    #: endorsed, or submitted by a unit without a superior unit
    TO_CONFIRM = "to_confirm", _("waiting for confirmation")
    CONFIRMED = "confirmed", _("confirmed")


#: Not confirmed yet: at most one of these per unit and year.
OPEN_STATES = (
    FilingState.DRAFT,
    FilingState.SUBMITTED,
    FilingState.ENDORSED,
    FilingState.RETURNED,
)
#: Handed in, and shown to whoever reviews in place of the version in force.
HANDED_IN_STATES = (FilingState.SUBMITTED, FilingState.ENDORSED, FilingState.RETURNED)
#: Handed in and waiting.
PENDING_STATES = (FilingState.SUBMITTED, FilingState.ENDORSED)

#: Every move a filing may make; the database refuses the others.
TRANSITIONS = [
    (FilingState.DRAFT, FilingState.SUBMITTED),
    (FilingState.SUBMITTED, FilingState.ENDORSED),
    (FilingState.SUBMITTED, FilingState.CONFIRMED),
    (FilingState.SUBMITTED, FilingState.RETURNED),
    (FilingState.ENDORSED, FilingState.CONFIRMED),
    (FilingState.ENDORSED, FilingState.RETURNED),
    # New content handed in over a waiting filing begins the review again.
    (FilingState.ENDORSED, FilingState.SUBMITTED),
    (FilingState.RETURNED, FilingState.SUBMITTED),
]


class Part(models.TextChoices):
    """What a target is made of."""

    TASK = "task", _("the task that the bureau assigned, and nothing else")
    RESERVE = "reserve", _("canteen ingredient total × reserved ratio")
    RESERVE_OF_BOTH = (
        "reserve_of_both",
        _("(canteen ingredient total + union expected amount) × reserved ratio"),
    )
    UNION_FUNDS = "union_funds", _("the policy's ratio of the union funds")
    UNION = "union", _("the union's expected amount")


class Lag(models.TextChoices):
    """Why a unit or region lags behind the pace of the year: the main reason of each."""

    NOT_FILED = "not_filed", _("has not filed")
    #: handed in, and the bureau has not decided
    NOT_CONFIRMED = "not_confirmed", _("filing is not confirmed yet")
    #: confirmed with a canteen, and yet promises nothing
    NO_TARGET = "no_target", _("filed without a target")
    NOTHING_BOUGHT = "nothing_bought", _("nothing bought")
    TOO_LITTLE = "too_little", _("too little ordered")
    NOT_PAID = "not_paid", _("ordered, not paid")
    NOT_ACCEPTED = "not_accepted", _("paid, not accepted")
    NOT_RATED = "not_rated", _("accepted, not rated")
    EXCLUDED = "excluded", _("bought, does not count")
