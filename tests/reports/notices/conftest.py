"""A province with two cities that have filed and bought, and the people of its bureau."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from organizations.models import Region, Role, User
from reports.choices import Listed, NoticeKind, Rhythm
from reports.models import Notice, NoticeSchedule
from reports.notices.drafting import draft_notice
from reports.notices.issuing import issue, review
from reports.notices.periods import Period
from tests.builders import accept, own_canteen, person, policy, purchase, supplier, unit

YEAR = 2025
JUNE = Period(Rhythm.MONTHLY, YEAR, 6)


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """A and B of 450102, C of 450202 and D of the province's own level, N has not filed.

    Targets are 100 yuan each. By June A has bought 100, B 40, C nothing; in July B bought 60 more.
    """
    accept(
        "policies",
        policy(YEAR, "450000", min_ratio="10", basis="ordered", filing_due=f"{YEAR}-03-31"),
    )
    accept(
        "units", unit("A", "450102"), unit("B", "450102"), unit("C", "450202"),
        unit("D", "450000"), unit("N", "450202"),
    )  # fmt: skip
    accept("suppliers", supplier("S"))
    accept("filings", *(own_canteen(YEAR, code, state="confirmed") for code in "ABCD"))
    accept(
        "purchases",
        purchase("1", "A", amount="100", ordered_at=f"{YEAR}-03-10"),
        purchase("2", "B", amount="40", ordered_at=f"{YEAR}-06-30"),
        purchase("3", "B", amount="60", ordered_at=f"{YEAR}-07-01"),
        purchase("4", "D", amount="70", ordered_at=f"{YEAR}-06-01"),
    )
    return SimpleNamespace(
        region=Region.objects.get(code="450000"),
        admin=person("admin", Role.BUREAU_ADMINISTRATOR, region="450000"),
        reviewer=person("reviewer", Role.BUREAU_REVIEWER, region="450000"),
    )


def drafted(world: SimpleNamespace, **terms: Any) -> Notice:
    """A progress notice of June by region, unless otherwise asked."""
    asked = {"kind": NoticeKind.PROGRESS, "listed": Listed.REGIONS, "period": JUNE} | terms
    return draft_notice(region=world.region, by=world.reviewer, **asked)


def issued(world: SimpleNamespace, number: str = "桂财购〔2025〕8号", **terms: Any) -> Notice:
    notice = review(drafted(world, **terms), by=world.reviewer)
    return issue(notice, document_number=number, issued_on=date(YEAR, 7, 5), by=world.admin)


def scheduled(region: Region, **values: Any) -> NoticeSchedule:
    given = {
        "kind": NoticeKind.PROGRESS, "listed": Listed.REGIONS, "rhythm": Rhythm.MONTHLY,
        "starts_on": date(YEAR, 5, 1), "days_after": 5,
    }  # fmt: skip
    return NoticeSchedule.objects.create(region=region, **given | values)


def rows_of(notice: Notice) -> list[tuple[str, str | None, int | None]]:
    """Code, rate and rank of each row, in its order."""
    return [(r.code, None if r.rate is None else str(r.rate), r.rank) for r in notice.rows.all()]


def stranger() -> User:
    return User.objects.create_user("stranger")
