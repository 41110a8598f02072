from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command

from quotas.progress import by_region
from reports.choices import Listed, NoticeKind, NoticeState, Rhythm
from reports.models import Notice
from reports.notices import snapshot
from reports.notices.drafting import due, make_due, refresh
from reports.notices.issuing import discard, review
from tests.builders import accept, check_deferred, execute, fetch, policy, purchase
from tests.reports.notices.conftest import JUNE, YEAR, drafted, rows_of, scheduled

AUGUST = date(YEAR, 8, 4)


def codes_due(on: date) -> list[str]:
    return [period.code for _schedule, period in due(on)]


def test_period_is_due_after_its_days(world):
    scheduled(world.region)
    assert codes_due(date(YEAR, 6, 4)) == []
    assert codes_due(date(YEAR, 6, 5)) == ["2025-05"]


def test_outage_is_made_up_for_and_nothing_made_twice(world):
    scheduled(world.region)
    assert [notice.period for notice in make_due(date(YEAR, 8, 6))] == [
        "2025-05", "2025-06", "2025-07",
    ]  # fmt: skip
    assert list(make_due(date(YEAR, 8, 6))) == []


def test_stopped_schedule_makes_nothing(world):
    scheduled(world.region, active=False)
    assert codes_due(AUGUST) == []


def test_discarded_draft_is_not_made_again(world):
    scheduled(world.region, starts_on=date(YEAR, 6, 1))
    [notice] = make_due(AUGUST)
    discard(notice, reason="figures came late", by=world.admin)
    assert codes_due(AUGUST) == []


def test_rows_are_ranked_by_rate_with_the_own_level(world):
    """Of 450100 200 yuan are promised and 140 ordered by June, of 450200 nothing was."""
    notice = drafted(world)
    assert rows_of(notice) == [
        ("450100", "70.00", 1), ("450000", "70.00", 2), ("450200", "0.00", 3),
    ]  # fmt: skip
    assert [row.name for row in notice.rows.all()][1] == "广西壮族自治区本级"


def test_equal_rates_and_amounts_share_a_rank(world):
    accept("purchases", purchase("9", "C", amount="100", ordered_at=f"{YEAR}-02-01"))
    notice = drafted(world, listed=Listed.ALL_UNITS)
    assert rows_of(notice) == [
        ("A", "100.00", 1), ("C", "100.00", 1), ("D", "70.00", 3), ("B", "40.00", 4),
        ("N", None, None),
    ]  # fmt: skip


def test_figures_are_those_of_the_cut_off_day(world):
    """What B bought in July is in no notice of June; totals are those of the progress."""
    notice = drafted(world)
    answer = by_region(world.region, YEAR, as_of=date(YEAR, 6, 30))
    assert notice.totals == answer.total.as_json("ordered")
    assert notice.totals["ordered"] == "210.00"
    assert (notice.as_of, notice.basis) == (date(YEAR, 6, 30), "ordered")


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        (Listed.OWN_UNITS, ["D"]),
        (Listed.DEPARTMENTS, ["A", "D", "B", "C", "N"]),
        (Listed.ALL_UNITS, ["A", "D", "B", "C", "N"]),
    ],
)
def test_listed_says_who_has_a_row(world, listed, codes):
    assert [row.code for row in drafted(world, listed=listed).rows.all()] == codes


def test_reminder_holds_those_behind_with_the_reason(world):
    """By the end of June half of the target should be reached: B has 40, C nothing, N no filing."""
    notice = drafted(world, kind=NoticeKind.REMINDER, listed=Listed.ALL_UNITS)
    assert [(row.code, row.gap, row.lag) for row in notice.rows.all()] == [
        ("C", Decimal("49.59"), "nothing_bought"),
        ("B", Decimal("9.59"), "too_little"),
        ("N", None, "not_filed"),
    ]


def test_commendation_holds_those_who_reached_the_rate(world):
    praised = {"kind": NoticeKind.COMMENDATION, "listed": Listed.ALL_UNITS}
    assert rows_of(drafted(world, **praised)) == [("A", "100.00", 1)]
    lower = drafted(world, **praised, threshold=Decimal(70))
    assert rows_of(lower) == [("A", "100.00", 1), ("D", "70.00", 2)]


def test_words_say_what_the_figures_say(world):
    notice = drafted(world)
    assert notice.title == "关于广西壮族自治区2025年1—6月政府采购脱贫地区农副产品工作进展情况的通报"
    assert notice.issuer == "广西壮族自治区财政厅"
    assert "截至2025年6月30日，广西壮族自治区共有预算单位5个" in notice.body
    assert "完成比例52.50%" in notice.body
    assert "尚有1个预算单位未填报预留份额" in notice.body
    assert notice.documents == [
        {"name": "min_ratio", "value": "10.0000", "document": "财办2025-450000号",
         "region": "广西壮族自治区"},
        {"name": "basis", "value": "ordered", "document": "财办2025-450000号",
         "region": "广西壮族自治区"},
        {"name": "filing_due", "value": "2025-03-31", "document": "财办2025-450000号",
         "region": "广西壮族自治区"},
    ]  # fmt: skip


def test_later_purchases_change_no_draft_until_it_is_made_anew(world):
    notice = drafted(world)
    accept("purchases", purchase("9", "C", amount="10", ordered_at=f"{YEAR}-06-02"))
    assert rows_of(notice)[2] == ("450200", "0.00", 3)
    again = refresh(notice, by=world.reviewer)
    assert again.pk == notice.pk
    assert rows_of(again)[2] == ("450200", "10.00", 3)
    assert again.digest != notice.digest


def test_draft_made_anew_follows_the_policys_basis_where_its_schedule_names_none(world):
    scheduled(world.region, starts_on=date(YEAR, 6, 1))
    [notice] = make_due(date(YEAR, 7, 5))
    changed = policy(YEAR, "450000", min_ratio="10", basis="paid", filing_due=f"{YEAR}-03-31")
    accept("policies", changed, update=True)
    assert (notice.basis, refresh(notice, by=world.reviewer).basis) == ("ordered", "paid")


def test_only_a_draft_is_made_anew(world):
    notice = review(drafted(world), by=world.reviewer)
    with pytest.raises(ValueError):
        refresh(notice, by=world.reviewer)


def test_digest_sees_a_row_or_total_that_was_changed(world):
    notice = drafted(world)
    assert snapshot.is_unchanged(notice)
    check_deferred()
    execute("ALTER TABLE reports_noticerow DISABLE TRIGGER USER")
    execute("UPDATE reports_noticerow SET paid = paid + 0.01 WHERE code = '450100'")
    assert not snapshot.is_unchanged(notice)
    execute("UPDATE reports_noticerow SET paid = paid - 0.01 WHERE code = '450100'")
    assert snapshot.is_unchanged(notice)
    notice.totals = notice.totals | {"paid": "1.00"}
    assert not snapshot.is_unchanged(notice)


def test_history_says_who_drafted_it(world):
    drafted(world)
    [(service, user)] = fetch(
        "SELECT c.metadata->>'service', c.metadata->>'username' FROM reports_noticeevent e"
        " JOIN pghistory_context c ON c.id = e.pgh_context_id WHERE e.pgh_label = 'insert'"
    )
    assert (service, user) == ("draft_notice", "reviewer")


@time_machine.travel("2025-06-10 04:00+08:00", tick=False)
def test_notice_of_a_period_that_goes_on_ends_today(world):
    assert drafted(world).as_of == date(2025, 6, 10)


def test_command_makes_what_is_due_and_says_so(world, capsys):
    scheduled(world.region, rhythm=Rhythm.QUARTERLY)
    call_command("make_notices", "--as-of", "2025-07-05")
    [notice] = Notice.objects.all()
    assert (notice.period, notice.state, notice.made_by) == ("2025-Q2", NoticeState.DRAFT, None)
    assert notice.title in capsys.readouterr().out
    call_command("make_notices", "--as-of", "2025-07-05")
    assert "没有到期" in capsys.readouterr().out


def test_basis_of_the_schedule_goes_before_the_policys(world):
    scheduled(world.region, basis="paid", starts_on=date(YEAR, 6, 1))
    [notice] = make_due(date(YEAR, 7, 5))
    assert (notice.basis, notice.totals["rate"]) == ("paid", "0.00")
    assert notice.period == JUNE.code
