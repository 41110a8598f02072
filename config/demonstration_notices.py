"""Notices of the demonstration: issued, waiting, drafted and by schedule; loaded once models are
ready."""

from datetime import timedelta

from django.utils import timezone

from organizations.models import Membership, Region, Role, User
from reports.choices import Listed, NoticeKind, Rhythm
from reports.models import NoticeSchedule
from reports.notices.drafting import draft_notice
from reports.notices.issuing import issue, review
from reports.notices.periods import period_of


def make_notices(code: str) -> None:
    """Of last month a progress notice to the regions and a reminder to units, both issued; a
    commendation waits for its second person, a letter is a draft, and a monthly schedule waits
    for the month's end."""
    region = Region.objects.get(code=code)
    one, other = (
        _person(region, role) for role in (Role.BUREAU_REVIEWER, Role.BUREAU_ADMINISTRATOR)
    )
    today = timezone.localdate()
    month = period_of(Rhythm.MONTHLY, today.replace(day=1) - timedelta(days=1))
    sent = ((NoticeKind.PROGRESS, Listed.REGIONS), (NoticeKind.REMINDER, Listed.ALL_UNITS))
    for number, (kind, listed) in enumerate(sent, start=8):
        notice = draft_notice(region=region, kind=kind, listed=listed, period=month, by=one)
        number_of_document = f"演示财购〔{month.year}〕{number}号"
        issue(review(notice, by=one), document_number=number_of_document, issued_on=today, by=other)
    praise, _letter = (
        draft_notice(region=region, kind=kind, listed=Listed.REGIONS, period=month, by=one)
        for kind in (NoticeKind.COMMENDATION, NoticeKind.LETTER)
    )
    review(praise, by=one)
    NoticeSchedule.objects.create(
        region=region, kind=NoticeKind.PROGRESS, listed=Listed.REGIONS, rhythm=Rhythm.MONTHLY,
        starts_on=today.replace(day=1), created_by=other,
    )  # fmt: skip


def _person(region: Region, role: Role) -> User:
    """The latest who holds the role there: the person of the first sign-in among them."""
    return Membership.objects.filter(region=region, role=role).latest("pk").user
