"""Words of notices and their schedules, with what each one means."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """What a notice is for (公文种类)."""

    #: 通报: ranks all and names who is ahead
    PROGRESS = "progress", _("progress notice")
    #: 函: the same figures as a letter
    LETTER = "letter", _("letter")
    #: 提醒: to those alone who have not filed or lag behind
    REMINDER = "reminder", _("reminder")
    #: 通报表扬: to those alone who have reached the rate asked for
    COMMENDATION = "commendation", _("commendation")


class Rhythm(models.TextChoices):
    """How often a notice is made (通报周期)."""

    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEARLY = "half_yearly", _("half-yearly")
    YEARLY = "yearly", _("yearly")


class Listed(models.TextChoices):
    """Of whom a notice has a row (通报对象)."""

    REGIONS = "regions", _("the regions below, and the own level")
    DEPARTMENTS = "departments", _("departments in charge")
    #: of the region's own level
    OWN_UNITS = "own_units", _("units of the own level")
    ALL_UNITS = "all_units", _("units of the region and all below")


class NoticeState(models.TextChoices):
    """Where a notice stands; moved by ``reports.notices`` and guarded by the database."""

    #: made by its schedule or a person; words may change, figures are frozen
    DRAFT = "draft", _("draft")
    #: looked through; waits for a second person
    REVIEWED = "reviewed", _("reviewed")
    #: sent to its recipients; never changed again
    ISSUED = "issued", _("issued")
    #: taken back with a reason; stays as it was
    WITHDRAWN = "withdrawn", _("withdrawn")
    #: a draft that was not wanted
    DISCARDED = "discarded", _("discarded")


#: Neither taken back nor thrown away: at most one of these per schedule and period.
LIVE_STATES = (NoticeState.DRAFT, NoticeState.REVIEWED, NoticeState.ISSUED)

#: Every move a notice may make; the database refuses the others.
TRANSITIONS = [
    (NoticeState.DRAFT, NoticeState.REVIEWED),
    (NoticeState.DRAFT, NoticeState.DISCARDED),
    (NoticeState.REVIEWED, NoticeState.DRAFT),
    (NoticeState.REVIEWED, NoticeState.DISCARDED),
    (NoticeState.REVIEWED, NoticeState.ISSUED),
    (NoticeState.ISSUED, NoticeState.WITHDRAWN),
]
