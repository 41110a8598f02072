"""The desk of policies: who reads it, what it refuses, what it would change."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exchange import imports
from exchange.edits import fingerprint
from exchange.resources import resource_of
from organizations.models import BudgetUnit, Region, Role, User
from quotas.forms.policies import values_of
from quotas.models import EffectivePolicy, Policy
from tests.builders import accept, policy, unit
from tests.reports.conftest import plain_static_files, signed_in  # noqa: F401

pytestmark = pytest.mark.django_db

PAGE = "/policies/2026/450100/"
EDIT = f"{PAGE}edit/"


@pytest.fixture(autouse=True)
def policies() -> None:
    """The province asks for 10 %, the city for 15 %; U is a unit of the city."""
    accept("policies", policy(2026, "450000", min_ratio="10", basis="paid"))
    accept("policies", policy(2026, "450100", min_ratio="15", filing_due="2026-03-20"))
    accept("units", unit("U", region="450100"), unit("V", region="450102"))


def bureau(code: str, role: Role = Role.BUREAU_ADMINISTRATOR) -> Client:
    return signed_in(f"{role}-{code}", role, region=Region.objects.get(code=code))


def clerk() -> Client:
    return signed_in("clerk", Role.UNIT_CLERK, unit=BudgetUnit.objects.get(code="U"))


def typed(**values: str) -> dict[str, str]:
    """The form of the city's policy as it stands, with other values."""
    standing = values_of(Policy.objects.get(year=2026, region__code="450100"))
    return standing | {"seen": fingerprint(standing), "step": "save"} | values


def in_force(code: str) -> Any:
    return EffectivePolicy.objects.get(year=2026, region__code=code).min_ratio


def statuses(client: Client) -> list[int]:
    return [client.get(page).status_code for page in (PAGE, EDIT, f"{PAGE}history/")]


def test_pages_of_a_policy_answer_each_person_rightly() -> None:
    assert statuses(bureau("450100")) == [200, 200, 200]
    assert statuses(bureau("450100", Role.BUREAU_REVIEWER)) == [200, 403, 200]
    assert statuses(bureau("450200")) == [404, 404, 404]
    assert statuses(clerk()) == [200, 404, 404]
    assert statuses(signed_in("nobody")) == [404, 404, 404]


def test_policies_above_that_bind_are_read_and_not_set() -> None:
    client = bureau("450102")
    assert client.get("/policies/2026/450000/").status_code == 200
    assert client.get("/policies/2026/450000/edit/").status_code == 404
    assert client.get("/policies/2026/440000/").status_code == 404


def test_keeper_of_the_county_reads_no_policy() -> None:
    keeper = signed_in("keeper", Role.COUNTY_KEEPER, region=Region.objects.get(code="450125"))
    assert keeper.get("/policies/").status_code == 403
    assert keeper.get("/policies/2026/450125/").status_code == 403
    assert keeper.get("/policies/2026/450103/").status_code == 404


def test_list_goes_down_the_path() -> None:
    def shown(client: Client, **asked: Any) -> list[str]:
        rows = client.get("/policies/", {"year": 2026} | asked).context["rows"]
        return [region.code for region, _policy in rows]

    assert shown(bureau("450000")) == ["450000", "450100"]
    assert shown(clerk()) == ["450000", "450100"]
    assert shown(bureau("450200")) == ["450000"]
    assert shown(bureau("450102"), show="all") == ["000000", "450000", "450100", "450102"]


def test_page_says_each_value_with_its_document_or_as_default() -> None:
    values = {value.name: value for value, _days, _cells in clerk().get(PAGE).context["values"]}
    assert (values["min_ratio"].value, values["min_ratio"].document.region.code) == (
        "15%",
        "450100",
    )
    assert values["basis"].document.region.code == "450000"
    assert values["base"].document is None


def test_page_says_what_each_level_of_the_path_gives() -> None:
    page = bureau("450100").get(PAGE).context
    assert [
        (level.region.code, level.policy and level.policy.document_number != "")
        for level in page["levels"]
    ] == [("000000", None), ("450000", True), ("450100", True)]
    said = {
        value.name: [(c.words, c.holds) for c in cells] for value, _days, cells in page["values"]
    }
    assert said["min_ratio"] == [("", False), ("10%", False), ("15%", True)]
    assert [holds for _words, holds in said["basis"]] == [False, True, False]


def test_levels_above_a_separate_region_are_passed_over() -> None:
    accept("policies", policy(2026, "450100", separate="true"), update=True)
    levels = bureau("450100").get(PAGE).context["levels"]
    assert [level.is_passed_over for level in levels] == [False, True, False]


def test_page_counts_the_units_that_it_binds() -> None:
    binds = bureau("450100").get(PAGE).context["binds"]
    assert (binds["units"], binds["own_level"]) == (2, 1)
    assert clerk().get(PAGE).context["binds"] is None


def test_policy_is_saved_and_binds_below() -> None:
    response = bureau("450100").post(EDIT, typed(min_ratio="18"))
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert (in_force("450100"), in_force("450102"), in_force("450200")) == (18, 18, 10)


def test_preview_shows_the_effect_and_saves_nothing() -> None:
    client = bureau("450100")
    events = Policy._meta.get_field("events").related_model.objects
    before = events.count()
    effect = client.post(EDIT, typed(min_ratio="18", step="preview")).context["effect"]
    assert [(change.before, change.after) for change in effect.changes] == [("15%", "18%")]
    below = Region.objects.filter(path__startswith="000000/450000/450100/").count()
    assert (effect.regions, effect.units) == (below, 2)
    assert (in_force("450100"), events.count()) == (15, before)


def test_loosening_is_refused_at_its_field() -> None:
    client = bureau("450100")
    for step in ("preview", "save"):
        form = client.post(EDIT, typed(min_ratio="8", step=step)).context["form"]
        assert list(form.errors) == ["min_ratio"]
    assert in_force("450100") == 15


def test_blank_document_is_refused_at_its_field() -> None:
    form = bureau("450100").post(EDIT, typed(document_number="")).context["form"]
    assert list(form.errors) == ["document_number"]


def test_change_that_was_not_seen_is_not_replaced() -> None:
    client = bureau("450100")
    stale = typed(min_ratio="18")
    accept("policies", policy(2026, "450100", min_ratio="16"), update=True)
    response = client.post(EDIT, stale)
    assert (response.status_code, in_force("450100")) == (409, 16)
    rows = {str(row["typed"]): row["stands"] for row in response.context["form"].differences}
    assert rows["18"] == "16"
    # What is sent from that page answers what stands now.
    again = stale | {"seen": response.context["form"].data["seen"]}
    assert client.post(EDIT, again).status_code == 302
    assert in_force("450100") == 18


def test_same_content_twice_is_success() -> None:
    client = bureau("450100")
    content = typed(min_ratio="18")
    assert [client.post(EDIT, content).status_code for _time in range(2)] == [302, 302]


def test_new_policy_may_start_from_last_year() -> None:
    client = bureau("450100")
    form = client.get("/policies/2027/450100/edit/?from=last").context["form"]
    assert (form.initial["min_ratio"], form.initial["filing_due"]) == ("15", "2027-03-20")
    assert form.initial["document_number"] == ""
    sent = {**form.initial, "document_number": "新", "step": "save"}
    assert client.post("/policies/2027/450100/edit/", sent).status_code == 302
    assert Policy.objects.get(year=2027).min_ratio == 15


def test_help_says_what_is_inherited_and_is_escaped() -> None:
    Policy.objects.filter(region__code="450000").update(document_number="<b>")
    form = bureau("450100").get(EDIT).context["form"]
    assert "10%" in form.fields["min_ratio"].help_text
    assert "&lt;b&gt;" in form.fields["min_ratio"].help_text


def test_history_names_the_change() -> None:
    client = bureau("450100")
    client.post(EDIT, typed(min_ratio="18"))
    newest = client.get(f"{PAGE}history/").context["changes"][0]
    assert [(v.before, v.after) for v in newest.values] == [("15", "18")]


def test_list_is_taken_away_as_seen() -> None:
    answer = bureau("450000").get("/policies/", {"year": 2026, "q": "4501", "file": "csv"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["450100"]


def test_list_sent_back_unchanged_changes_nothing(tmp_path) -> None:
    """The province's row binds the city, whose bureau does not set it."""
    client = bureau("450100")
    assert len(client.get("/policies/", {"year": 2026}).context["rows"]) == 2
    path = tmp_path / "policies.csv"
    path.write_bytes(b"".join(client.get("/policies/", {"year": 2026, "file": "csv"})))
    sender = User.objects.get(username=f"{Role.BUREAU_ADMINISTRATOR}-450100")
    found = imports.run(resource_of("policies"), path, path.name, by=sender)
    assert (found.errors, found.unchanged, found.rows) == ([], 1, 1)


def test_who_only_reads_policies_takes_away_what_binds_them() -> None:
    answer = bureau("450100", Role.AUDITOR).get("/policies/", {"year": 2026, "file": "csv"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["450000", "450100"]


@pytest.mark.parametrize("address", ["/policies/?year=2026", PAGE, EDIT, f"{PAGE}history/"])
def test_pages_of_policies_take_a_constant_number_of_queries(address: str) -> None:
    client = bureau("450000")
    numbers = []
    client.get(address)
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        numbers.append(len(queries))
        more = ["450102", "450103", "450105", "450200", "450300"]
        accept("policies", *(policy(2026, code, min_ratio="15") for code in more))
    assert numbers[0] == numbers[1] <= 12
