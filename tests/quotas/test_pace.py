"""The pace of a year: what should be reached by a day, who lags, and the main reason."""

from datetime import date
from decimal import Decimal

import pytest

from procurement.choices import EXCLUDED_VERDICTS, Verdict
from quotas.choices import Basis, Lag
from quotas.pace import Pace, checkpoint_day, expected
from quotas.progress import Figures, Row

HALVES = [["06-30", "50"], ["09-30", "75"]]
OVER = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "checkpoints", "percent"),
    [
        # Without checkpoints: the share of the year that has passed, its days counted whole.
        ("2025-12-31", [], "0"),
        ("2026-01-01", [], "0.27"),
        ("2026-07-02", [], "50.14"),
        ("2026-12-31", [], "100"),
        ("2027-01-01", [], "100"),
        # With them: even between two, and exact on their days.
        ("2026-01-01", HALVES, "0.28"),
        ("2026-06-30", HALVES, "50"),
        ("2026-07-01", HALVES, "50.27"),
        ("2026-09-30", HALVES, "75"),
        ("2026-11-25", HALVES, "90.22"),
        ("2026-12-31", HALVES, "100"),
        # The last checkpoint may end the year below the whole, and never falls behind another.
        ("2026-12-31", [["12-31", "90"]], "90"),
        ("2026-09-30", [["06-30", "60"], ["09-30", "40"]], "60"),
        ("2026-02-28", [["02-29", "20"]], "20"),
    ],
)
def test_expected_percent_of_a_day(day: str, checkpoints: list, percent: str) -> None:
    assert expected(date.fromisoformat(day), 2026, checkpoints) == Decimal(percent)


def test_leap_day_is_a_checkpoint_in_leap_years_alone() -> None:
    assert checkpoint_day(2028, "02-29") == date(2028, 2, 29)
    assert checkpoint_day(2026, "02-29") == date(2026, 2, 28)
    assert expected(date(2028, 12, 30), 2028, []) == Decimal("99.73")


def row(**figures: object) -> Row:
    """A unit that filed 1,000 yuan, confirmed; amounts are given as numbers."""
    excluded = dict.fromkeys(EXCLUDED_VERDICTS, Decimal(0)) | figures.pop("excluded", {})
    given = {"units": 1, "filed": 1, "confirmed": 1, "target": 1000} | figures
    counts = ("units", "filed", "confirmed", "not_filed", "not_due", "zero_filed")
    values = {
        name: value if name in counts else Decimal(str(value)) for name, value in given.items()
    }
    return Row("U", "单位", Figures(**values, excluded=excluded))


def bought(ordered: int, paid: int, accepted: int, completed: int, **more: object) -> Row:
    return row(ordered=ordered, paid=paid, accepted=accepted, completed=completed, **more)


def pace(**values: object) -> Pace:
    given = {"year": 2026, "on": OVER, "basis": Basis.COMPLETED, "checkpoints": []}
    return Pace(**given | values)


OFF = {Verdict.OFF_PLATFORM: Decimal(300)}


@pytest.mark.parametrize(
    ("lagging", "lag", "gap", "amount"),
    [
        (row(filed=0, confirmed=0, target=0, not_filed=1), Lag.NOT_FILED, None, None),
        (row(confirmed=0, target=0), Lag.NOT_CONFIRMED, None, None),
        (row(target=0), Lag.NO_TARGET, None, None),
        (row(), Lag.NOTHING_BOUGHT, 1000, 1000),
        (bought(400, 400, 400, 400), Lag.TOO_LITTLE, 600, 600),
        (bought(900, 300, 200, 100), Lag.NOT_PAID, 900, 600),
        (bought(900, 800, 300, 200), Lag.NOT_ACCEPTED, 800, 500),
        (bought(900, 800, 700, 100), Lag.NOT_RATED, 900, 600),
        # Two equal drops: the earlier step is the one to begin with.
        (bought(900, 600, 600, 300), Lag.NOT_PAID, 700, 300),
        (row(excluded=OFF), Lag.EXCLUDED, 1000, 300),
        (bought(900, 900, 900, 800, excluded=OFF), Lag.EXCLUDED, 200, 300),
        (bought(400, 400, 400, 400, excluded=OFF), Lag.TOO_LITTLE, 600, 600),
    ],
)
def test_main_reason_is_the_largest_amount_that_is_missing(
    lagging: Row, lag: Lag, gap: int | None, amount: int | None
) -> None:
    found = pace().lag_of(lagging)
    assert found is not None
    assert (found.lag, found.gap, found.amount) == (lag, gap, amount)


@pytest.mark.parametrize(
    "keeping",
    [
        bought(1000, 1000, 1000, 1000),
        bought(1200, 1200, 1200, 1100, excluded=OFF),
        # A zero filing owes nothing; a unit that was not open on the day is not asked.
        row(target=0, zero_filed=1),
        row(filed=0, confirmed=0, target=0, not_due=1),
    ],
)
def test_who_keeps_pace_or_owes_nothing_does_not_lag(keeping: Row) -> None:
    assert pace().lag_of(keeping) is None


def test_steps_beyond_the_counting_basis_are_no_reason() -> None:
    found = pace(basis=Basis.PAID).lag_of(bought(800, 500, 100, 0))
    assert found is not None
    assert (found.lag, found.gap, found.amount) == (Lag.NOT_PAID, 500, 300)


def test_reason_names_why_most_of_the_records_do_not_count() -> None:
    excluded = OFF | {Verdict.THIRD_PARTY: Decimal(301)}
    found = pace().lag_of(row(excluded=excluded))
    assert found is not None
    assert (found.verdict, found.amount) == (Verdict.THIRD_PARTY, Decimal(301))
    assert found.reason == f"{Lag.EXCLUDED.label}：{Verdict.THIRD_PARTY.label}"


def test_gap_is_measured_against_what_should_be_reached_by_the_day() -> None:
    halfway = pace(on=date(2026, 6, 30), checkpoints=HALVES)
    found = halfway.lag_of(bought(400, 400, 400, 400))
    assert found is not None
    assert (found.gap, found.points) == (Decimal("100.00"), Decimal("10.00"))
    assert halfway.lag_of(bought(500, 500, 500, 500)) is None


@pytest.mark.parametrize(
    ("day", "not_filed", "waiting"),
    [("2026-03-31", None, None), ("2026-04-01", Lag.NOT_FILED, None),
     ("2026-04-16", Lag.NOT_FILED, Lag.NOT_CONFIRMED)],
)  # fmt: skip
def test_filings_lag_only_when_their_day_is_over(
    day: str, not_filed: Lag | None, waiting: Lag | None
) -> None:
    dated = pace(
        on=date.fromisoformat(day), filing_due=date(2026, 3, 31), confirm_due=date(2026, 4, 15)
    )
    rows = [row(filed=0, confirmed=0, target=0, not_filed=1), row(confirmed=0, target=0)]
    found = [dated.lag_of(one) for one in rows]
    assert [one and one.lag for one in found] == [not_filed, waiting]


def test_behind_names_the_widest_gap_first_and_those_without_a_target_last() -> None:
    rows = {
        "A": row(filed=0, confirmed=0, target=0, not_filed=1),
        "B": bought(900, 900, 900, 900),
        "C": row(),
        "D": bought(2000, 2000, 2000, 2000),
        "E": row(target=100_000, ordered=1, paid=1, accepted=1, completed=1),
    }
    for code, one in rows.items():
        one.code = code
    assert [one.row.code for one in pace().behind(rows.values())] == ["E", "C", "B", "A"]


def test_policy_gives_basis_days_and_checkpoints() -> None:
    values = {"basis": "paid", "checkpoints": HALVES, "filing_due": date(2026, 3, 31)}
    given = Pace.of_policy(2026, OVER, values)
    assert given == Pace(2026, OVER, Basis.PAID, HALVES, date(2026, 3, 31), None)
    assert Pace.of_policy(2026, OVER, {}) == Pace(2026, OVER, Basis.COMPLETED, [], None, None)
