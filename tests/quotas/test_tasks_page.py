"""The table of tasks: what stands in it, what is sent, what each row answers."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import BudgetUnit
from quotas.models import Filing
from quotas.review import assign_tasks
from tests.builders import accept, own_canteen, purchase, supplier, unit
from tests.quotas.reviewing import COUNTY, YEAR, client_of, filed, make_county
from tests.reports.conftest import plain_static_files  # noqa: F401  an autouse fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    make_county()


@pytest.fixture
def owner() -> Client:
    return client_of("owner")


def lines(client: Client, **asked: Any) -> dict[str, Any]:
    response = client.get("/tasks/", {"year": YEAR} | asked)
    return {line.unit.code: line for line in response.context["lines"]}


def pk(code: str) -> int:
    return BudgetUnit.objects.get(code=code).pk


def send(client: Client, *, was: dict[str, str] | None = None, **typed: str) -> Any:
    data = {f"amount-{pk(code)}": text for code, text in typed.items()}
    data |= {f"was-{pk(code)}": text for code, text in (was or {}).items()}
    return client.post("/tasks/assign/", data | {"back": f"year={YEAR}"})


def answers(response: Any) -> dict[str, tuple]:
    rows = response.context["rows"]
    return {unit.code: (amount, not refused) for unit, amount, refused in rows}


def test_table_holds_the_own_regions_units_alone(owner: Client) -> None:
    assert list(lines(owner)) == ["A", "B", "N", "Z"]
    assert list(lines(client_of("higher"))) == ["D"]


def test_line_says_what_was_bought_last_year_and_what_is_filed(owner: Client) -> None:
    accept("suppliers", supplier("S"))
    days = dict.fromkeys(("ordered_at", "paid_at", "accepted_at", "rated_at"), f"{YEAR - 1}-03-10")
    accept("purchases", purchase("1", "B", **days))
    found = lines(owner)
    assert found["B"].last_bought == 100
    assert (found["B"].filing.reserved_amount, found["N"].filing) == (500, None)


@pytest.mark.parametrize(("given", "expected"), [("with", ["N"]), ("without", ["A", "B", "Z"])])
def test_units_with_and_without_a_task_are_told_apart(
    owner: Client, given: str, expected: list[str]
) -> None:
    assign_tasks(YEAR, {pk("N"): Decimal(5)}, by=None)
    assert list(lines(owner, given=given)) == expected


def test_typed_amounts_are_assigned_and_answered_row_by_row(owner: Client) -> None:
    response = send(owner, A="1,234.50", N="７００", B="viel", Z="")
    assert answers(response) == {
        "A": (Decimal("1234.50"), True), "N": (Decimal(700), True), "B": (None, False),
    }  # fmt: skip
    assert response.context["back"] == f"/tasks/?year={YEAR}"
    assert filed("A").assigned_amount == Decimal("1234.50")
    assert (filed("N").state, filed("N").assigned_amount) == ("draft", 700)


def test_amount_that_was_not_changed_is_not_sent(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "B", "5000", assigned_amount="9"), update=True)
    response = send(owner, B="9.00", was={"B": "9.00"})
    assert response.status_code == 302
    assert filed("B").version == 1


def test_task_is_not_emptied(owner: Client) -> None:
    accept("filings", own_canteen(YEAR, "B", "5000", assigned_amount="9"), update=True)
    assert answers(send(owner, B="", was={"B": "9.00"})) == {"B": (None, False)}
    assert filed("B").assigned_amount == 9


def test_sending_twice_makes_one_version(owner: Client) -> None:
    for _time in range(2):
        assert answers(send(owner, Z="50")) == {"Z": (Decimal(50), True)}
    assert Filing.objects.filter(unit__code="Z").count() == 2


def test_unit_of_another_region_is_not_even_named(owner: Client) -> None:
    assert answers(send(owner, X="50", A="60")) == {"A": (Decimal(60), True)}
    assert filed("X").assigned_amount is None


def test_higher_bureau_is_refused_below_itself() -> None:
    assert answers(send(client_of("higher"), A="50")) == {"A": (Decimal(50), False)}


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("colleague", 200), ("higher", 200), ("neighbour", 200), ("auditor", 403),
     ("department", 403), ("clerk", 403), ("stranger", 404)],
)  # fmt: skip
def test_tasks_are_for_bureaus(who: str, status: int) -> None:
    client = client_of(who)
    assert client.get("/tasks/").status_code == status
    if status != 200:
        assert send(client, A="1").status_code == status


def test_table_takes_the_same_queries_with_four_rows_and_with_fifty(owner: Client) -> None:
    lines(owner)  # the first page of a session writes that it has begun
    with CaptureQueriesContext(connection) as few:
        lines(owner)
    codes = [f"Y{number}" for number in range(60)]
    accept("units", *(unit(code, COUNTY) for code in codes))
    accept("filings", *(own_canteen(YEAR, code) for code in codes))
    with CaptureQueriesContext(connection) as many:
        assert len(lines(owner)) == 50
    assert (len(many), len(many) <= 12) == (len(few), True)
