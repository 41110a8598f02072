"""The list of purchase records and one record's page: what they show, and to whom."""

from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import Role, User
from procurement import records
from procurement.choices import Verdict
from procurement.models import PurchaseRecord
from tests.builders import accept, member, own_canteen, person, purchase, supplier, unit

pytestmark = pytest.mark.django_db

LIST = "/records/?year=2025"


@pytest.fixture(autouse=True)
def bought() -> None:
    """A and B in one county, N in a neighbour; one order counts, the others say why not."""
    accept("units", unit("A"), unit("B"), unit("N", "450103"))
    accept("suppliers", supplier("S", valid_to="2025-06-30"))
    done = {"paid_at": "2025-03-12", "accepted_at": "2025-03-13", "rated_at": "2026-01-02"}
    accept(
        "purchases",
        purchase("O1", "A", paid_amount="90", refunded="10", refunded_at="2026-02-01", **done),
        purchase("O2", "A", channel="offline", fund="union"),
        purchase("O3", "B", supplier="NOBODY", amount="55.50"),
        purchase("O4", "B", ordered_at="2025-07-01"),
        purchase("N1", "N"),
    )


def reader(role: Role = Role.AUDITOR, **place: str) -> Client:
    client = Client()
    client.force_login(person("reader", role, **(place or {"region": "450102"})))
    return client


def orders(client: Client, asked: str) -> set[str]:
    return {record.order_no for record in client.get(LIST + asked).context["page"]}


def detail(client: Client, order: str):
    record = PurchaseRecord.objects.get(order_no=order)
    return client.get(f"/records/{record.pk}/")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"O1", "O2", "O3", "O4"}),
        ("&verdict=2", {"O2"}),
        ("&fund=union", {"O2"}),
        ("&channel=offline", {"O2"}),
        ("&order=O", {"O1", "O2", "O3", "O4"}),
        ("&order=O3", {"O3"}),
        ("&unit_name=B", {"O3", "O4"}),
        ("&supplier=NOBODY", {"O3"}),
        ("&supplier=供应商S", {"O1", "O2", "O4"}),
        ("&region=450103", set()),
    ],
)
def test_list_holds_what_is_asked_for_within_the_scope(asked: str, found: set) -> None:
    assert orders(reader(), asked) == found


def test_list_of_another_year_is_another_list() -> None:
    assert list(reader().get("/records/?year=2024").context["page"]) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("since=2025-03-11", {"O4"}),
        ("until=2025-03-10", {"O1", "O2", "O3"}),
        ("since=2024-01-01&until=2025-06-30", {"O1", "O2", "O3"}),
        ("year=2025&since=2025-07-02&until=2025-07-01", set()),
    ],
)
def test_list_holds_any_days_that_are_named(asked: str, found: set) -> None:
    context = reader().get(f"/records/?{asked}").context
    assert {record.order_no for record in context["page"]} == found
    assert bool(context["flaws"]) == ("until=2025-07-01" in asked)


def test_record_names_the_days_of_its_unit_and_of_who_succeeds_it() -> None:
    accept("units", unit("D", opened_on="2026-01-01", closed_on="2026-12-31"))
    accept("units", unit("C", closed_on="2024-12-31", successor="D"))
    accept("purchases", purchase("O7", "C"))
    page = detail(reader(), "O7")
    assert page.context["record"].verdict == Verdict.UNIT_NOT_ACTIVE
    for fact in ("单位C", "2024-12-31", "单位D", "2026-01-01", "2026-12-31"):
        assert fact in page.context["why"]


def test_canteen_record_of_a_member_names_the_row_that_it_counts_in() -> None:
    accept("purchases", purchase("O8", "A", fund="canteen"), purchase("O9", "A", fund="union"))
    accept("filings", own_canteen(2025, "B"), member(2025, "A", "B"))
    client = reader()
    rows = [
        [(year, unit.code, seen) for year, unit, seen in detail(c, order).context["canteen_rows"]]
        for c, order in ((client, "O8"), (client, "O9"))
    ]
    assert rows == [[(2025, "B", True)], []]


def test_list_sums_each_verdict() -> None:
    sums = reader().get(LIST).context["verdicts"]
    assert [(row["verdict"], row["number"], row["amount"]) for row in sums] == [
        (0, 1, Decimal(100)), (2, 1, Decimal(100)), (5, 1, Decimal("55.50")), (6, 1, Decimal(100)),
    ]  # fmt: skip


def test_counting_ends_where_nobody_turns_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST", 3)
    context = reader().get(LIST).context
    assert (context["page"].paginator.count, context["capped"]) == (3, True)


def test_list_that_takes_too_long_is_to_be_narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rare verdict in a year of ten million records."""
    client = reader()
    for module in ("procurement.views", "exchange.listing"):
        monkeypatch.setattr(f"{module}.within", lambda seconds, read: None)
    page = client.get(LIST + "&verdict=5")
    assert (page.context["is_unread"], page.context["capped"]) == (True, False)
    refused = client.get(LIST + "&verdict=5&file=csv")
    assert refused["Location"] == "/records/?year=2025&verdict=5"


def test_list_is_taken_away_as_seen(tmp_path) -> None:
    response = reader().get(LIST + "&verdict=5&file=xlsx")
    taken = tmp_path / "taken.xlsx"
    taken.write_bytes(b"".join(response.streaming_content))
    rows = list(openpyxl.load_workbook(taken).worksheets[0].values)
    assert [row[0] for row in rows] == ["订单编号", "O3"]


def test_record_says_what_it_gives_and_when() -> None:
    given = detail(reader(), "O1").context["given"]
    assert [(one.figure, one.year, str(one.known_on), one.amount) for one in given] == [
        ("ordered", 2025, "2025-03-10", Decimal(100)), ("ordered", 2025, "2026-02-01", -10),
        ("paid", 2025, "2025-03-12", Decimal(90)), ("paid", 2025, "2026-02-01", -10),
        ("accepted", 2025, "2025-03-13", Decimal(90)), ("accepted", 2025, "2026-02-01", -10),
        ("completed", 2026, "2026-01-02", Decimal(90)), ("completed", 2026, "2026-02-01", -10),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "fact"),
    [("O2", "832 平台"), ("O3", "NOBODY"), ("O4", "2025-07-01")],
)
def test_record_that_does_not_count_says_why(order: str, fact: str) -> None:
    context = detail(reader(), order).context
    assert context["given"] == []
    assert fact in context["why"]


def test_record_hints_at_days_and_payers_that_do_not_fit() -> None:
    accept(
        "purchases",
        purchase("O5", "A", paid_at="2025-03-01", payer="别的单位"),
        purchase("O6", "A", payer="张三", fund="individual"),
    )
    client = reader()
    assert len(detail(client, "O5").context["hints"]) == 2
    assert detail(client, "O6").context["hints"] == []


def test_record_shows_what_a_later_file_changed() -> None:
    accept("purchases", purchase("O2", "A", channel="platform_832", fund="union"), update=True)
    [change] = detail(reader(), "O2").context["changes"]
    assert change.what == "update"
    assert [value.after for value in change.values if value.field == "channel"] == ["832平台"]


def test_history_is_for_those_who_may_read_it() -> None:
    context = detail(reader(Role.UNIT_CLERK, unit="A"), "O1").context
    assert (context["sees_history"], context["changes"]) == (False, [])


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        (Role.BUREAU_REVIEWER, {"region": "450102"}, 200),
        (Role.UNIT_CLERK, {"unit": "A"}, 200),
        (Role.UNIT_CLERK, {"unit": "B"}, 404),
        (Role.AUDITOR, {"region": "450103"}, 404),
        (Role.COUNTY_KEEPER, {"region": "450102"}, 404),
    ],
)
def test_record_is_found_within_the_scope_alone(role: Role, place: dict, status: int) -> None:
    assert detail(reader(role, **place), "O1").status_code == status


def test_list_is_for_readers() -> None:
    assert reader(Role.COUNTY_KEEPER, region="450102").get(LIST).status_code == 403
    stranger = Client()
    stranger.force_login(User.objects.create_user("stranger"))
    assert stranger.get(LIST).status_code == 404


def test_queries_stay_constant_and_few() -> None:
    client = reader()
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    accept("purchases", *(purchase(f"M{number}", "A") for number in range(60)))
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(LIST).context["page"]) == 50
    # A limit of time stands in a savepoint here, which asks nothing of the tables.
    asked = [query for query in many if "SAVEPOINT" not in query["sql"]]
    assert len(few) == len(many)
    assert len(asked) <= 12
