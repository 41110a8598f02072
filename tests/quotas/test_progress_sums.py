"""Progress of random worlds adds up, and costs as many queries for 300 units as for 3."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotas.progress import Progress
from quotas.progress.figures import AMOUNTS, COUNTS
from tests.builders import Row, accept, member, own_canteen, purchase, supplier, unit
from tests.quotas.answers import (
    CITY,
    COUNTRY,
    COUNTY,
    DIRECT,
    ELSEWHERE,
    NEIGHBOUR,
    PROVINCE,
    by_department,
    by_region,
    by_unit,
    make_divisions,
    of_unit,
)

pytestmark = pytest.mark.django_db


def random_world(rng: Random, places: list[str]) -> None:
    codes = [f"U{number:02}" for number in range(24)]
    accept("units", *(_random_unit(rng, codes, n, places) for n in range(len(codes))))
    accept("suppliers", supplier("S", "2024-06-01", valid_to="2025-11-30"))
    accept("filings", *(_random_filing(rng, codes, n) for n in range(0, len(codes), 2)))
    accept("purchases", *(_random_purchase(rng, codes, n) for n in range(150)))


def _random_unit(rng: Random, codes: list[str], number: int, places: list[str]) -> Row:
    parent = rng.choice([None, *codes[:number]])
    opened_on = rng.choice([None, None, "2025-04-01"])
    return unit(codes[number], rng.choice(places), parent=parent, opened_on=opened_on)


def _random_filing(rng: Random, codes: list[str], number: int) -> Row:
    """Every fourth unit represents, those two after it are members of one of these."""
    state = {"state": "submitted"}
    if number % 4 == 0:
        return own_canteen(2025, codes[number], str(rng.randint(1, 9999)), **state)
    return member(2025, codes[number], rng.choice(codes[::4]), **state)


def _random_purchase(rng: Random, codes: list[str], number: int) -> Row:
    def day() -> str:
        return f"{rng.choice((2024, 2025, 2025, 2026))}-{rng.randint(1, 12):02}-15"

    cells = {name: rng.choice([None, day()]) for name in ("paid_at", "accepted_at", "refunded_at")}
    amount = rng.randint(100, 99999)
    return purchase(
        str(number), rng.choice(codes), amount=Decimal(amount) / 100, ordered_at=day(),
        refunded=Decimal(rng.choice((0, 0, amount // 2, amount))) / 100,
        fund=rng.choice(("canteen", "canteen", "union")), **cells,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_every_answer_add_up_to_its_total_and_all_answers_agree(seed):
    """Regions are read from region sums, units from unit sums, cut-offs from the records."""
    make_divisions()
    rng = Random(seed)
    places = [PROVINCE, CITY, COUNTY, "450102Z1", NEIGHBOUR, DIRECT, ELSEWHERE]
    random_world(rng, places)
    for code in (COUNTRY, PROVINCE, CITY, COUNTY):
        for as_of in (None, date(2025, rng.randint(1, 12), 15), date(2025, 4, 30)):
            answers = [ask(code, as_of=as_of) for ask in (by_region, by_unit, by_department)]
            for answer in answers:
                assert_adds_up(answer)
            assert answers[0].total == answers[1].total == answers[2].total


def assert_adds_up(answer: Progress) -> None:
    for name in COUNTS + AMOUNTS:
        parts = sum(getattr(row.figures, name) for row in answer.rows)
        assert parts == getattr(answer.total.figures, name), name
    for reason, amount in answer.total.figures.excluded.items():
        assert sum(row.figures.excluded[reason] for row in answer.rows) == amount


ANSWERS: dict[str, Callable[..., Progress]] = {
    "by region": lambda **options: by_region(COUNTY, **options),
    "by unit": lambda **options: by_unit(COUNTY, **options),
    "by department": lambda **options: by_department(COUNTY, **options),
    "of unit": lambda **options: of_unit("U0", **options),
}


@pytest.mark.parametrize("as_of", [None, date(2025, 6, 15)])
@pytest.mark.parametrize("answer", ANSWERS)
def test_number_of_queries_is_the_same_for_3_and_for_300_units(answer, as_of):
    accept("units", unit("U0"), unit("U1", parent="U0"), unit("U2", parent="U1"))
    few = queries(lambda: ANSWERS[answer](as_of=as_of))
    accept("units", *(unit(f"U{number}", parent="U0") for number in range(3, 300)))
    assert queries(lambda: ANSWERS[answer](as_of=as_of)) == few


def queries(ask: Callable[[], Progress]) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)
