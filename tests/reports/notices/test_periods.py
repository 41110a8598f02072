from datetime import date

import pytest

from reports.choices import Rhythm
from reports.notices.periods import Period, ended, period_named, period_of


@pytest.mark.parametrize(
    ("rhythm", "day", "code", "last_day"),
    [
        (Rhythm.MONTHLY, date(2024, 2, 1), "2024-02", date(2024, 2, 29)),
        (Rhythm.MONTHLY, date(2026, 12, 31), "2026-12", date(2026, 12, 31)),
        (Rhythm.QUARTERLY, date(2026, 3, 31), "2026-Q1", date(2026, 3, 31)),
        (Rhythm.QUARTERLY, date(2026, 4, 1), "2026-Q2", date(2026, 6, 30)),
        (Rhythm.HALF_YEARLY, date(2026, 6, 30), "2026-H1", date(2026, 6, 30)),
        (Rhythm.HALF_YEARLY, date(2026, 7, 1), "2026-H2", date(2026, 12, 31)),
        (Rhythm.YEARLY, date(2026, 5, 5), "2026", date(2026, 12, 31)),
    ],
)
def test_period_holds_its_day(rhythm, day, code, last_day):
    period = period_of(rhythm, day)
    assert (period.code, period.last_day) == (code, last_day)
    assert period_named(code) == period


@pytest.mark.parametrize("code", ["2026-13", "2026-Q5", "2026-H3", "2026-1", "x", "2026-Q", ""])
def test_code_of_no_period_is_refused(code):
    with pytest.raises(ValueError):
        period_named(code)


def test_period_is_followed_by_the_next_of_its_rhythm():
    assert Period(Rhythm.MONTHLY, 2026, 12).next() == Period(Rhythm.MONTHLY, 2027, 1)
    assert Period(Rhythm.HALF_YEARLY, 2026, 1).next() == Period(Rhythm.HALF_YEARLY, 2026, 2)
    assert Period(Rhythm.YEARLY, 2026, 1).next() == Period(Rhythm.YEARLY, 2027, 1)


def test_ended_are_those_whose_last_day_lies_between_both_included():
    found = ended(Rhythm.MONTHLY, since=date(2026, 1, 31), until=date(2026, 3, 31))
    assert [period.code for period in found] == ["2026-01", "2026-02", "2026-03"]
    assert list(ended(Rhythm.QUARTERLY, since=date(2026, 4, 1), until=date(2026, 6, 29))) == []
