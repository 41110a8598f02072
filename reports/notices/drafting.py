"""Drafts of notices: made when due or asked for, with their figures frozen."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from organizations.history import record_actor
from organizations.locks import lock_judgement, lock_promises
from organizations.models import Region, User
from quotas.choices import Basis
from quotas.pace import Pace
from reports.choices import LIVE_STATES, Listed, NoticeKind, NoticeState, Rhythm
from reports.models import Notice, NoticeSchedule
from reports.notices import snapshot, wording
from reports.notices.periods import Period, ended, period_named, period_of
from reports.queries import policy_on_path


def due(on: date) -> Iterator[tuple[NoticeSchedule, Period]]:
    """What the active schedules ask for by a day and nobody has made, oldest period first.

    A period is due so many days after its end as its schedule says, and stays due until a
    notice of it is made: a system that was down for weeks makes up for them. One that was
    discarded or withdrawn is not made again by itself.
    """
    made = set(Notice.objects.exclude(schedule=None).values_list("schedule", "period"))
    for schedule in NoticeSchedule.objects.filter(active=True).select_related("region"):
        until = on - timedelta(days=schedule.days_after)
        for period in ended(schedule.rhythm, since=schedule.starts_on, until=until):
            if (schedule.pk, period.code) not in made:
                yield schedule, period


def next_due(
    schedules: Iterable[NoticeSchedule],
) -> Iterator[tuple[NoticeSchedule, tuple[Period, date]]]:
    """The next period of each schedule that has no notice yet, and the day it is due."""
    made = set(Notice.objects.exclude(schedule=None).values_list("schedule", "period"))
    for schedule in schedules:
        period = period_of(Rhythm(schedule.rhythm), schedule.starts_on)
        while (schedule.pk, period.code) in made:
            period = period.next()
        yield schedule, (period, period.last_day + timedelta(days=schedule.days_after))


def make_due(on: date, *, by: User | None = None) -> Iterator[Notice]:
    """Make the drafts that are due, each in a transaction of its own; nothing is issued.

    Whoever is slower of two that run at once makes nothing a second time.
    """
    for schedule, period in list(due(on)):
        notice = draft_scheduled(schedule, period, by=by)
        if notice:
            yield notice


@transaction.atomic
def draft_scheduled(schedule: NoticeSchedule, period: Period, *, by: User | None) -> Notice | None:
    """The draft of a schedule's period; None where a notice of it is alive already."""
    record_actor(by, service="draft_notice")
    lock_judgement()
    lock_promises()
    alive = Notice.objects.filter(schedule=schedule, period=period.code, state__in=LIVE_STATES)
    if alive.exists():
        return None
    notice = Notice(
        schedule=schedule, region=schedule.region, kind=schedule.kind, listed=schedule.listed,
        threshold=schedule.threshold, basis=schedule.basis,
    )  # fmt: skip
    return _draft(notice, period, period.last_day, by)


@transaction.atomic
def draft_notice(
    *,
    region: Region,
    kind: NoticeKind,
    listed: Listed,
    period: Period,
    by: User | None,
    basis: Basis | str = "",
    threshold: Decimal = Decimal(100),
) -> Notice:
    """A draft that a person asks for; of a period that is not over, up to today."""
    record_actor(by, service="draft_notice")
    lock_judgement()
    lock_promises()
    notice = Notice(region=region, kind=kind, listed=listed, threshold=threshold, basis=basis)
    return _draft(notice, period, min(period.last_day, timezone.localdate()), by)


@transaction.atomic
def refresh(notice: Notice, *, by: User | None) -> Notice:
    """Make a draft's figures and words anew, of the same period, as they are known now.

    ValueError where it is no draft any more.
    """
    record_actor(by, service="refresh_notice")
    lock_judgement()
    lock_promises()
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.state != NoticeState.DRAFT:
        raise ValueError("only a draft is made anew")
    notice.rows.all().delete()
    if notice.schedule:
        # Blank is the policy's, which may have changed since.
        notice.basis = notice.schedule.basis
    period = period_named(notice.period)
    return _draft(notice, period, min(period.last_day, timezone.localdate()), by)


def _draft(notice: Notice, period: Period, as_of: date, by: User | None) -> Notice:
    merged = policy_on_path(notice.region, period.year)
    pace = Pace.of_policy(period.year, as_of, merged.values | _given(notice))
    answer = snapshot.progress_of(notice, period.year, basis=pace.basis, as_of=_cut_off(as_of))
    named = snapshot.ranked(answer, pace, notice)
    matter = wording.Matter(notice, period, as_of, pace, merged, answer, named)
    values = asdict(wording.words_of(matter)) | {
        "year": period.year, "period": period.code, "as_of": as_of, "basis": pace.basis,
        "totals": answer.total.as_json(pace.basis),
        "documents": snapshot.documents_of(merged), "position": snapshot.position(),
        "made_by": by,
    }  # fmt: skip
    for name, value in values.items():
        setattr(notice, name, value)
    notice.save()
    snapshot.freeze(notice, named)
    return notice


def _given(notice: Notice) -> dict[str, Any]:
    return {"basis": notice.basis} if notice.basis else {}


def _cut_off(as_of: date) -> date | None:
    """None asks the kept totals for all that is known: up to today there is nothing later."""
    return None if as_of >= timezone.localdate() else as_of
