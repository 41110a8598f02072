"""Where each person begins, and what the home pages say."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exchange.models import Job
from organizations.models import BudgetUnit, Membership, Region, Role, User
from procurement.choices import Verdict
from quotas.choices import Lag
from quotas.models import Filing
from quotas.progress import by_region, by_unit, of_unit
from tests.reports.conftest import (
    DOCUMENT,
    YEAR,
    confirm,
    make_record,
    make_unit,
    set_policy,
    signed_in,
)

PAID = datetime(YEAR, 3, 6, tzinfo=UTC)
TODAY = datetime(2026, 7, 1, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def middle_of_the_year() -> Any:
    """Half of the year and a day: without checkpoints, 49.86 percent should be reached."""
    with time_machine.travel(TODAY, tick=False):
        yield


def place(code: str) -> Region:
    return Region.objects.get(code=code)


def join(username: str, role: str, **where: Any) -> Membership:
    return Membership.objects.create(user=User.objects.get(username=username), role=role, **where)


def behind(response: Any, name: str = "units_behind") -> list[tuple]:
    return [(one.row.code, one.lag, one.gap) for one, _address in response.context[name].named]


# --- Who comes where ------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "template", "named"),
    [
        ("province", "reports/home/bureau.html", "450000"),
        ("city", "reports/home/bureau.html", "450100"),
        ("department", "reports/home/department.html", "U1"),
    ],
)
def test_home_is_of_the_place_of_the_membership(
    who: str, template: str, named: str, request: pytest.FixtureRequest
) -> None:
    response = request.getfixturevalue(who).get("/")
    assert response.templates[0].name == template
    assert response.context["place"].code == named


def test_clerk_comes_to_the_page_of_the_unit(clerk: Client) -> None:
    response = clerk.get("/")
    assert (response.status_code, response["Location"]) == (302, "/units/U2/")


def test_county_keeper_comes_to_the_page_of_the_county(world: SimpleNamespace) -> None:
    keeper = signed_in("keeper", Role.COUNTY_KEEPER, region=place("450125"))
    response = keeper.get("/")
    assert (response.status_code, response["Location"]) == (302, "/counties/450125/")


@pytest.mark.parametrize("where", [{"region": "450100"}, {"unit": "U1"}])
def test_auditor_reads_the_home_of_region_or_unit(
    world: SimpleNamespace, where: dict[str, str]
) -> None:
    unit = BudgetUnit.objects.filter(code=where.get("unit")).first()
    region = Region.objects.filter(code=where.get("region")).first()
    auditor = signed_in("auditor", Role.AUDITOR, region=region, unit=unit)
    response = auditor.get("/")
    assert response.context["place"] == (region or unit)
    # An auditor endorses nothing.
    labels = [str(one.label) for one in response.context["matters"]]
    assert "待审核的填报" not in labels


def test_several_memberships_are_named_and_each_has_its_address(province: Client) -> None:
    city = join("province", Role.BUREAU_REVIEWER, region=place("450100"))
    unit = join("province", Role.UNIT_CLERK, unit=BudgetUnit.objects.get(code="U3"))
    response = province.get("/")
    assert [one.place.code for one in response.context["posts"]] == ["450000", "450100", "U3"]
    assert f'href="/home/{city.pk}/"' in response.content.decode()
    assert province.get(f"/home/{city.pk}/").context["place"].code == "450100"
    assert province.get(f"/home/{unit.pk}/")["Location"] == "/units/U3/"


def test_first_membership_with_figures_is_shown_before_those_that_lead_away(
    clerk: Client,
) -> None:
    join("clerk", Role.DEPARTMENT, unit=BudgetUnit.objects.get(code="U1"))
    assert clerk.get("/").context["place"].code == "U1"


def test_several_memberships_that_all_lead_away_are_chosen_from(clerk: Client) -> None:
    join("clerk", Role.UNIT_CLERK, unit=BudgetUnit.objects.get(code="U3"))
    response = clerk.get("/")
    assert response.templates[0].name == "reports/home/posts.html"
    assert [one.place.code for one in response.context["posts"]] == ["U2", "U3"]


def test_memberships_of_others_are_not_found(province: Client, city: Client) -> None:
    other = Membership.objects.get(user__username="city")
    assert city.get(f"/home/{other.pk}/").status_code == 200
    assert province.get(f"/home/{other.pk}/").status_code == 404
    assert province.get("/home/0/").status_code == 404


def test_membership_home_asks_a_stranger_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/home/1/")["Location"] == "/sign-in/?next=/home/1/"


def test_home_of_a_membership_without_any_is_not_found(nobody: Client, city: Client) -> None:
    other = Membership.objects.get(user__username="city")
    assert nobody.get(f"/home/{other.pk}/").status_code == 404


def test_superuser_without_membership_comes_to_the_progress(world: SimpleNamespace) -> None:
    client = signed_in("root")
    User.objects.filter(username="root").update(is_superuser=True)
    assert client.get("/")["Location"] == "/progress/"


# --- The figures ----------------------------------------------------------------


def test_bureau_home_says_what_progress_answers(province: Client) -> None:
    response = province.get("/")
    answer = by_region(place("450000"), YEAR)
    assert response.context["answer"] == answer
    assert response.context["line"].rate == Decimal("50.00")
    assert DOCUMENT in response.content.decode()


def test_department_home_says_what_progress_answers(department: Client) -> None:
    response = department.get("/")
    unit = BudgetUnit.objects.select_related("region").get(code="U1")
    assert response.context["answer"] == of_unit(unit, YEAR)
    assert [stage.number for stage in response.context["stages"]] == [2, 1, 1, 1, 1, 0]


def test_department_home_draws_the_year_of_its_units(
    department: Client, world: SimpleNamespace
) -> None:
    response = department.get("/")
    months = response.context["pace_chart"].data["series"][0]["values"]
    line = response.context["line"]
    assert line.reached
    assert [amount for amount in months if amount is not None][-1] == float(line.reached) / 10000


def test_department_with_too_many_records_has_no_curve(
    department: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*asked: object, **more: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr("reports.dashboards.department.unit_by_month", slow)
    monkeypatch.setattr("reports.dashboards.department.CURVE_SECONDS", 0.05)
    response = department.get("/")
    assert (response.status_code, response.context["pace_chart"]) == (200, None)


def test_funnel_counts_the_units_of_each_step(province: Client, world: SimpleNamespace) -> None:
    confirm(world.third, canteen="none", base_amount=0, ratio=0, reserved_amount=0)
    Filing.objects.create(
        unit=world.second, year=YEAR, canteen="own", base_amount=10, ratio=10, reserved_amount=1,
        state="submitted",
    )  # fmt: skip
    stages = province.get("/").context["stages"]
    assert [stage.number for stage in stages] == [3, 3, 2, 1, 1, 0]
    assert [stage.share for stage in stages][:3] == ["100.00", "100.00", "66.67"]
    answer = by_unit(place("450000"), YEAR).total.figures
    assert (answer.units, answer.filed, answer.confirmed) == (3, 3, 2)


@pytest.mark.parametrize(
    ("values", "lag", "gap"),
    [
        ({}, Lag.NOTHING_BOUGHT, "498.60"),
        ({"paid_at": None}, Lag.NOT_PAID, "498.60"),
        ({"paid_at": PAID, "amount": "300.00"}, Lag.TOO_LITTLE, "198.60"),
        ({"verdict": Verdict.OFF_PLATFORM}, Lag.EXCLUDED, "498.60"),
    ],
)  # fmt: skip
def test_city_names_its_unit_with_gap_and_reason(
    city: Client, world: SimpleNamespace, values: dict[str, Any], lag: Lag, gap: str
) -> None:
    set_policy("450100", basis="paid")
    confirm(world.second)
    if values:
        make_record(world.second, 50, values.pop("amount", "900.00"), **values)
    assert behind(city.get("/")) == [("U2", lag, Decimal(gap))]


def test_regions_and_own_units_that_lag_are_named(province: Client, world: SimpleNamespace) -> None:
    confirm(world.second)
    response = province.get("/")
    # U1 keeps pace; U3 of 450200 has not filed.
    assert behind(response) == []
    assert behind(response, "regions_behind") == [
        ("450100", Lag.NOTHING_BOUGHT, Decimal("498.60")), ("450200", Lag.NOT_FILED, None),
    ]  # fmt: skip
    text = response.content.decode()
    assert 'href="/progress/450100/"' in text
    assert "本级单位均已跟上进度。" in text


def test_ten_are_named_and_the_others_counted(province: Client) -> None:
    for number in range(12):
        confirm(make_unit(f"B{number:02}", "450000"), reserved_amount=Decimal(1000 + number))
    laggards = province.get("/").context["units_behind"]
    assert [one.row.code for one, _address in laggards.named][:2] == ["B11", "B10"]
    assert (len(laggards.named), laggards.number) == (10, 12)


def test_pace_follows_the_checkpoints_of_the_policy(city: Client) -> None:
    set_policy("450100", basis="paid", checkpoints=[["06-30", "80"]])
    assert city.get("/").context["pace"].percent == Decimal("80.11")


def test_curve_holds_this_year_up_to_today_and_the_year_before(
    province: Client, world: SimpleNamespace
) -> None:
    paid = datetime(YEAR - 1, 8, 3, tzinfo=UTC)
    make_record(world.first, 60, "30.00", ordered_at=paid, paid_at=paid)
    chart = province.get("/", {"unit": "yuan"}).context["pace_chart"]
    reached, pace, target, before = (one.values for one in chart.series)
    assert reached == [0, 0, *[Decimal("500.00")] * 5, *[None] * 5]
    assert before == [*[0] * 7, *[Decimal("30.00")] * 5]
    assert set(target) == {Decimal("1000.00")}
    assert (pace[6], pace[11]) == (Decimal("498.60"), Decimal("1000.00"))
    assert (chart.categories[6], chart.categories[7]) == ("7月1日", "8月")
    totals = [
        by_region(place("450000"), YEAR, as_of=day).total.figures.paid
        for day in (date(YEAR, 2, 28), date(YEAR, 3, 31), date(YEAR, 7, 1))
    ]
    assert totals == [reached[1], reached[2], reached[6]]


def test_past_year_is_looked_at_from_its_end(province: Client) -> None:
    context = province.get("/", {"year": YEAR - 1}).context
    assert (context["pace"].on, context["pace"].percent) == (date(YEAR - 1, 12, 31), 100)
    assert None not in context["pace_chart"].series[0].values


def test_bars_hold_rates_and_overall_ratios_with_the_floor(
    province: Client, world: SimpleNamespace
) -> None:
    confirm(world.second, base_amount=Decimal(30_000), reserved_amount=Decimal(4_500))
    rates, ratios = province.get("/").context["region_charts"]
    assert rates.categories == ratios.categories == ["广西壮族自治区本级", "南宁市", "柳州市"]
    assert rates.series[0].values == [Decimal("50.00"), Decimal("0.00"), None]
    assert ratios.series[0].values == [Decimal("10.00"), Decimal("15.00"), None]
    assert ratios.series[1].values == [Decimal(10)] * 3


def test_tiles_lead_to_each_region_below(province: Client, world: SimpleNamespace) -> None:
    confirm(world.second)
    tiles = {tile.line.row.code: tile for tile in province.get("/").context["tiles"]}
    assert len(tiles) == Region.objects.filter(finance_parent__code="450000").count()
    assert (tiles["450100"].step, tiles["450200"].step) == ("0", "none")
    assert tiles["450100"].line.address == "/progress/450100/"


def test_country_has_a_tile_for_each_of_34_provinces(world: SimpleNamespace) -> None:
    country = signed_in("country", Role.AUDITOR, region=place("000000"))
    tiles = country.get("/").context["tiles"]
    assert len({(tile.column, tile.row) for tile in tiles}) == len(tiles) == 34
    assert all(1 <= tile.column <= 10 and 1 <= tile.row <= 8 for tile in tiles)


def test_county_without_regions_below_has_neither_tiles_nor_bars(world: SimpleNamespace) -> None:
    make_unit("C1", "450102")
    county = signed_in("county", Role.BUREAU_REVIEWER, region=place("450102"))
    response = county.get("/")
    assert "tiles" not in response.context and "region_charts" not in response.context
    assert behind(response) == [("C1", Lag.NOT_FILED, None)]


def test_region_without_units_says_what_to_do(world: SimpleNamespace) -> None:
    empty = signed_in("empty", Role.BUREAU_REVIEWER, region=place("440000"))
    text = empty.get("/").content.decode()
    assert "empty-title" in text and "data-chart" not in text


# --- What is due and what waits ---------------------------------------------------


def test_days_of_the_policy_are_counted_from_today(city: Client) -> None:
    set_policy(
        "450100", filing_opens=date(2026, 1, 1), filing_due=date(2026, 7, 1),
        confirm_due=date(2026, 7, 15), checkpoints=[["06-30", "50"], ["09-30", "75"]],
    )  # fmt: skip
    found = [
        (one.day, one.days, one.tone, one.document) for one in city.get("/").context["deadlines"]
    ]
    assert found == [
        (date(2026, 1, 1), -181, "none", DOCUMENT),
        (date(2026, 7, 1), 0, "idle", DOCUMENT),
        (date(2026, 7, 15), 14, "idle", DOCUMENT),
        (date(2026, 6, 30), -1, "none", DOCUMENT),
        (date(2026, 9, 30), 91, "going", DOCUMENT),
    ]


def test_passed_day_with_something_open_is_marked(city: Client) -> None:
    set_policy("450100", filing_due=date(2026, 3, 31))
    due, end = city.get("/").context["deadlines"]
    assert (due.is_open, due.tone, due.note) == (True, "idle", "1 家未填报")
    assert (end.day, end.document) == (date(2026, 12, 31), "")


def matters(response: Any) -> list[int]:
    return [one.number for one in response.context["matters"]]


def test_what_waits_is_counted_in_the_region_itself(
    province: Client, world: SimpleNamespace
) -> None:
    # One waits for the bureau and one for its department; one is endorsed and one returned.
    for number, state in enumerate(["submitted", "submitted", "endorsed", "returned"]):
        unit = make_unit(f"W{number}", "450000", parent=world.first if number else None)
        filing = Filing.objects.create(unit=unit, year=YEAR, canteen="none", state="submitted")
        Filing.objects.filter(pk=filing.pk).update(state=state, return_reason="改")
    make_unit("W9", "450000")
    # U2 and U3 of the cities below are theirs to chase.
    user = User.objects.get(username="province")
    for state, days in (("refused", 1), ("failed", 2), ("refused", 40)):
        ended = timezone.now() - timezone.timedelta(days=days)
        Job.objects.create(
            task="import", kind="units", state=state, created_by=user, ended_at=ended
        )
    Job.objects.create(task="import", state="failed", ended_at=timezone.now())
    response = province.get("/")
    assert matters(response) == [2, 1, 1, 1, 0, 1, 1]
    for matter in response.context["matters"]:
        assert province.get(matter.address).context["page"].paginator.count == matter.number


def test_department_sees_what_waits_for_its_endorsement(
    department: Client, world: SimpleNamespace
) -> None:
    waiting = {"year": YEAR, "canteen": "none", "state": "submitted"}
    Filing.objects.create(unit=world.second, **waiting)
    # Its own amendment is not its own to endorse, and U3 is not below it.
    Filing.objects.create(unit=world.first, version=2, **waiting)
    Filing.objects.create(unit=world.third, **waiting)
    response = department.get("/")
    assert matters(response) == [1, 0, 0, 0, 0, 0, 0]
    assert (
        department.get(response.context["matters"][0].address).context["page"].paginator.count == 1
    )
    assert behind(response) == [("U2", Lag.NOT_CONFIRMED, None)]


# --- Charts and queries -----------------------------------------------------------


def test_amounts_switch_between_yuan_and_wan(province: Client, world: SimpleNamespace) -> None:
    confirm(world.second, base_amount=Decimal(2_000_000), reserved_amount=Decimal(123_456))
    wan = province.get("/").context["pace_chart"]
    yuan = province.get("/", {"unit": "yuan"}).context["pace_chart"]
    assert (wan.data["series"][2]["values"][0], wan.unit) == (12.45, "万元")
    assert (yuan.data["series"][2]["values"][0], yuan.unit) == (124456.0, "元")


@pytest.mark.parametrize(("who", "most"), [("province", 12), ("city", 12), ("department", 12)])
def test_queries_stay_constant_and_few(
    who: str, most: int, request: pytest.FixtureRequest, world: SimpleNamespace
) -> None:
    client = request.getfixturevalue(who)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    codes = Region.objects.filter(path__startswith="000000/450000/").values_list("code", flat=True)
    for number, code in enumerate(list(codes)[:40]):
        unit = make_unit(f"Q{number:03}", code, parent=world.first)
        if number % 2:
            confirm(unit)
        make_record(unit, 1000 + number, "10.00")
    with CaptureQueriesContext(connection) as many:
        response = client.get("/")
    assert response.context["line"].figures.units >= 5
    # A limit of time stands in a savepoint here, which asks nothing of the tables.
    asked = [query for query in many if "SAVEPOINT" not in query["sql"]]
    assert len(few) == len(many)
    assert len(asked) <= most
