"""The pages of the directory: everybody looks up, a county's keeper keeps its own."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organizations.models import BudgetUnit, Region, Role, User
from suppliers.models import DesignatedCounty, Product, Supplier
from suppliers.products import save_product, withdraw_product
from tests.builders import accept, person, purchase, supplier, unit
from tests.reports.conftest import plain_static_files, signed_in  # noqa: F401

pytestmark = pytest.mark.django_db

HERE, NEIGHBOUR = "450125", "450124"


@pytest.fixture(autouse=True)
def directory() -> None:
    """S and an ended T in one county, N in its neighbour."""
    accept(
        "suppliers",
        supplier("S"),
        supplier("T", valid_to="2021-12-31"),
        supplier("N", county=NEIGHBOUR),
    )


def keeper(code: str = HERE) -> Client:
    return signed_in(f"keeper{code}", Role.COUNTY_KEEPER, region=Region.objects.get(code=code))


def clerk() -> Client:
    accept("units", unit("U"))
    return signed_in("clerk", Role.UNIT_CLERK, unit=BudgetUnit.objects.get(code="U"))


def period(code: str = "S") -> Supplier:
    return Supplier.objects.get(code=code)


def row(code: str, **values: str) -> dict[str, str]:
    given = {"name": f"供应商{code}", "kind": "cooperative", "county": HERE, "batch": "第一批"}
    return {"code": code, **given, "valid_from": "2026-01-01", "valid_to": ""} | values


def sent(client: Client, address: str, **values: str) -> dict[str, str]:
    """What the form at an address holds, typed over."""
    form = client.get(address).context["form"]
    held = {field.name: field.value() or "" for field in form}
    return held | values


def keeping() -> list[str]:
    """Every address that only the county's keeper opens."""
    product = listed()
    return [
        f"/counties/{HERE}/suppliers/new/", f"/counties/{HERE}/products/new/",
        "/suppliers/S/periods/new/", f"/suppliers/S/periods/{period().pk}/",
        f"/suppliers/S/periods/{period().pk}/end/", f"/products/{product.pk}/edit/",
    ]  # fmt: skip


def county(code: str = HERE) -> DesignatedCounty:
    return DesignatedCounty.objects.get(code=code)


def listed(name: str = "大米", **values: Any) -> Product:
    given = {"supplier_code": "S", "name": name, "county": county(), "by": None}
    return save_product(**given | {"listed_on": date(2026, 1, 5)} | values)


def test_directory_is_read_by_all_and_kept_by_the_keeper() -> None:
    pages = ["/suppliers/", "/counties/"]
    kept = keeping()
    people = [keeper(), keeper(NEIGHBOUR), clerk(), signed_in("nobody")]
    read = [{client.get(page).status_code for page in pages} for client in people]
    assert read == [{200}, {200}, {200}, {404}]
    write = [{client.get(page).status_code for page in kept} for client in people]
    assert write == [{200}, {403}, {403}, {404}]


def shown(client: Client, **asked: Any) -> list[str]:
    return [listing.code for listing in client.get("/suppliers/", asked).context["page"]]


def test_suppliers_are_found_by_what_is_asked() -> None:
    client = keeper()
    assert shown(client) == ["N", "S"]
    assert shown(client, valid="ended") == ["T"]
    assert shown(client, valid="all") == ["N", "S", "T"]
    assert shown(client, q="供应商S") == ["S"]
    assert shown(client, county=NEIGHBOUR) == ["N"]
    assert shown(client, province="广西壮族自治区", kind="cooperative", batch="一批") == ["N", "S"]
    assert shown(client, province="甘肃省") == []


def test_list_of_suppliers_is_taken_away_as_seen() -> None:
    answer = keeper().get("/suppliers/", {"valid": "ended", "file": "csv"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["T"]


def test_counties_are_found_by_current_and_listed_name_and_code() -> None:
    renamed = DesignatedCounty.objects.exclude(listed_name="").exclude(
        name__in=DesignatedCounty.objects.values("listed_name")
    )
    one = renamed.filter(province="广西壮族自治区").first() or renamed.first()
    client = keeper()
    for asked in (one.code, one.listed_code, one.name, one.listed_name):
        found = client.get("/counties/", {"q": asked}).context["page"]
        assert one in list(found)
    here = client.get("/counties/", {"q": HERE}).context["page"]
    assert [(one.code, one.valid) for one in here] == [(HERE, 1)]
    assert client.get("/counties/").context["page"].paginator.count == 832


def test_keeper_adds_a_supplier_of_the_own_county() -> None:
    response = keeper().post(f"/counties/{HERE}/suppliers/new/", row("X"))
    assert (response.status_code, response["Location"]) == (302, "/suppliers/X/")
    assert period("X").county.code == HERE


def test_county_is_the_pages_own_whatever_is_sent() -> None:
    keeper().post(f"/counties/{HERE}/suppliers/new/", row("X", county=NEIGHBOUR))
    assert period("X").county.code == HERE


def test_keeper_cannot_move_a_supplier_to_the_neighbour() -> None:
    address = f"/suppliers/S/periods/{period().pk}/"
    client = keeper()
    form = client.post(address, sent(client, address, county=NEIGHBOUR)).context["form"]
    assert list(form.errors) == ["county"]
    assert period().county.code == HERE


def test_period_that_stands_is_changed_by_its_key() -> None:
    address = f"/suppliers/S/periods/{period().pk}/"
    client = keeper()
    typed = sent(client, address, code="OTHER", name="新名", valid_from="2019-01-01")
    client.post(address, typed)
    changed = period()
    assert (changed.name, changed.valid_from) == ("新名", date(2020, 1, 1))


def test_another_period_must_not_overlap() -> None:
    form = keeper().post("/suppliers/S/periods/new/", row("S")).context["form"]
    assert list(form.errors) == ["valid_from"]
    assert keeper("450123").get("/suppliers/S/periods/new/").status_code == 403
    address = "/suppliers/T/periods/new/"
    response = signed_in("second", Role.COUNTY_KEEPER, region=county().region).post(
        address, row("T")
    )
    assert response["Location"] == "/suppliers/T/"
    assert Supplier.objects.filter(code="T").count() == 2


def test_period_is_ended_with_its_last_day() -> None:
    address = f"/suppliers/S/periods/{period().pk}/end/"
    client = keeper()
    blank, last = (sent(client, address, valid_to=day) for day in ("", "2026-06-30"))
    assert list(client.post(address, blank).context["form"].errors) == ["valid_to"]
    assert client.post(address, last)["Location"] == "/suppliers/S/"
    ended = period()
    assert (ended.valid_to, ended.kind, ended.name) == (
        date(2026, 6, 30), "cooperative", "供应商S",
    )  # fmt: skip


def test_number_of_records_with_another_verdict_is_said() -> None:
    accept("units", unit("U"))
    accept("purchases", *(purchase(f"{n}", "U", ordered_at="2026-03-05") for n in range(2)))
    address = f"/suppliers/S/periods/{period().pk}/"
    client = keeper()

    def said(where: str, **typed: str) -> list[str]:
        held = sent(client, where, **typed)
        page = client.post(where, held, follow=True, headers={"accept-language": "en"})
        return [str(message) for message in page.context["messages"]]

    ended = said(f"{address}end/", valid_to="2026-01-31")
    assert ended == ["The supplier was saved. 2 purchase records have another verdict now."]
    renamed = said(address, name="新名")
    assert renamed == ["The supplier was saved. 0 purchase records have another verdict now."]


@pytest.mark.parametrize("ends", ["", "end/"])
def test_period_changed_meanwhile_is_shown_and_not_overwritten(ends: str) -> None:
    client = keeper()
    address = f"/suppliers/S/periods/{period().pk}/{ends}"
    typed = sent(client, address, valid_to="2026-06-30")
    Supplier.objects.filter(code="S").update(name="他人所改", valid_to="2026-03-31")
    refused = client.post(address, typed)
    assert refused.status_code == 409
    shown = {found["stands"] for found in refused.context["form"].differences}
    assert shown == ({"2026-03-31"} if ends else {"他人所改", "2026-03-31"})
    assert period().valid_to == date(2026, 3, 31)
    again = {field.name: field.value() or "" for field in refused.context["form"]}
    assert client.post(address, again).status_code == 302
    assert period().valid_to == date(2026, 6, 30)


def test_list_has_one_row_for_each_supplier() -> None:
    accept("suppliers", supplier("T", valid_from="2025-01-01"))
    page = keeper().get("/suppliers/", {"valid": "all"}).context["page"]
    rows = [(one.code, one.valid_from.year, one.periods) for one in page]
    assert rows == [("N", 2020, 1), ("S", 2020, 1), ("T", 2025, 2)]
    ended = keeper(NEIGHBOUR).get("/suppliers/", {"valid": "ended"}).context["page"]
    assert [(one.code, one.valid_from.year, one.periods) for one in ended] == [("T", 2020, 2)]


def test_history_of_a_supplier_is_read_period_by_period() -> None:
    accept("suppliers", supplier("T", valid_from="2025-01-01"))
    Supplier.objects.filter(code="T", valid_from__year=2025).update(name="新名")
    bureau = signed_in("bureau", Role.BUREAU_REVIEWER, region=Region.objects.get(code="450000"))
    page = bureau.get("/suppliers/T/history/").context["periods"]
    shown = [(one.valid_from.year, [change.what for change in found]) for one, found in page]
    assert shown == [(2025, ["update", "insert"]), (2020, ["insert"])]
    people = [keeper(), keeper(NEIGHBOUR), clerk(), signed_in("nobody")]
    answers = [client.get("/suppliers/T/history/").status_code for client in people]
    assert answers == [403, 403, 403, 404]


def test_product_is_listed_changed_and_withdrawn_by_the_keeper() -> None:
    client = keeper()
    new = f"/counties/{HERE}/products/new/"
    values = {"supplier_code": "S", "name": "茶叶", "listed_on": "2026-01-05", "labels": "有机"}
    response = client.post(new, sent(client, new, **values))
    assert response["Location"] == f"/counties/{HERE}/"
    product = Product.objects.get()
    assert (product.name, product.county.code, product.labels) == ("茶叶", HERE, "有机")
    edit = f"/products/{product.pk}/edit/"
    client.post(edit, sent(client, edit, name="绿茶"))
    client.post(f"/products/{product.pk}/withdraw/")
    product.refresh_from_db()
    assert (product.name, product.withdrawn_on is not None) == ("绿茶", True)
    client.post(f"/products/{product.pk}/withdraw/")
    product.refresh_from_db()
    assert product.withdrawn_on is None
    labels = [event.pgh_label for event in product.events.order_by("pgh_id")]
    assert labels == ["insert", "update", "update", "update"]


def test_product_changed_meanwhile_is_shown_and_not_overwritten() -> None:
    client, product = keeper(), listed()
    edit = f"/products/{product.pk}/edit/"
    typed = sent(client, edit, labels="有机")
    Product.objects.update(name="他人所改")
    refused = client.post(edit, typed)
    assert refused.status_code == 409
    shown = {(found["typed"], found["stands"]) for found in refused.context["form"].differences}
    assert shown == {("大米", "他人所改"), ("有机", "")}
    again = {field.name: field.value() or "" for field in refused.context["form"]}
    assert client.post(edit, again).status_code == 302
    assert Product.objects.values_list("name", "labels").get() == ("大米", "有机")


def test_product_is_withdrawn_by_post_and_by_its_keeper_alone() -> None:
    product = listed()
    address = f"/products/{product.pk}/withdraw/"
    assert keeper().get(address).status_code == 405
    assert keeper(NEIGHBOUR).post(address).status_code == 403
    product.refresh_from_db()
    assert product.withdrawn_on is None


def test_product_twice_or_of_an_unknown_supplier_is_refused() -> None:
    listed()
    with pytest.raises(ValidationError) as twice:
        listed()
    assert list(twice.value.message_dict) == ["name"]
    with pytest.raises(ValidationError) as unknown:
        listed(supplier_code="NONE")
    assert list(unknown.value.message_dict) == ["supplier_code"]
    client, new = keeper(), f"/counties/{HERE}/products/new/"
    values = {"supplier_code": "S", "name": "大米", "listed_on": "2026-01-05"}
    form = client.post(new, sent(client, new, **values))
    assert list(form.context["form"].errors) == ["name"]
    assert Product.objects.count() == 1


def test_services_refuse_whoever_does_not_keep_the_county() -> None:
    stranger: User = person("other", Role.COUNTY_KEEPER, region=NEIGHBOUR)
    with pytest.raises(PermissionDenied):
        listed(by=stranger)
    with pytest.raises(PermissionDenied):
        withdraw_product(listed(), on=date(2026, 2, 1), by=stranger)


def test_day_of_withdrawal_lies_after_the_listing() -> None:
    product = listed()
    with pytest.raises(ValidationError):
        withdraw_product(product, on=date(2026, 1, 4), by=None)


@pytest.mark.parametrize("address", ["/suppliers/", "/counties/"])
def test_lists_take_a_constant_number_of_queries(address: str) -> None:
    client = keeper()
    client.get(address)
    numbers = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        numbers.append(len(queries))
        accept("suppliers", *(supplier(f"M{number}") for number in range(10)))
    assert numbers[0] == numbers[1] <= 12
