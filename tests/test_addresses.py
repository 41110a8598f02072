"""Every address of the system is guarded, and gives each person the right answer."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config.urls import PUBLIC
from exchange.models import Job
from organizations.models import BudgetUnit, Membership, Region, Role, User
from organizations.roles import ROLES, Permission
from procurement.models import PurchaseRecord
from quotas.models import Filing
from reports.models import Notice, NoticeRecipient, NoticeSchedule
from reports.notices.drafting import draft_scheduled
from reports.notices.issuing import issue, review
from reports.notices.periods import period_named
from suppliers.models import DesignatedCounty, Product, Supplier
from tests.builders import accept, own_canteen, person, policy, purchase, supplier, unit


class Address(NamedTuple):
    """A named address: its view, and the parts that it is made of."""

    name: str
    view: Any
    parts: tuple[str, ...]


def addresses(patterns: list, namespace: str = "") -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            parts = tuple(pattern.pattern.converters)
            yield Address(f"{namespace}{pattern.name}", pattern.callback, parts)


ALL = list(addresses(get_resolver().url_patterns))
GUARDED = [address for address in ALL if address.name not in PUBLIC]
#: Programs are told so, and are not led to a page.
OF_PROGRAMS = [a for a in GUARDED if a.name.startswith("api:") and a.name != "api:docs"]
#: Who stands inside the scope of every sample and lacks the permission.
LACKS = dict.fromkeys(Permission, "auditor") | {
    Permission.READ: "keeper",
    Permission.READ_HISTORY: "clerk",
}
#: A clerk's scope is a unit, and a policy's place a region.
#: Read at a region, which a keeper stands in.
REGIONAL = {"reports:progress", "quotas:policy", "api:policy", "api:region", "api:progress-region"}
OTHERS = {"quotas:policy-history": "keeper", "reports:workbook": "keeper"}
#: Of these an auditor learns nothing, not even that they are there.
HIDDEN = {"person", "role"}


#: In the API, whose id an address of the noun holds.
OF_NOUN = {
    "purchase": "procurement", "filing": "quotas", "supplier": "suppliers", "job": "reports",
    "job-report": "reports", "job-product": "reports",
}  # fmt: skip


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """One unit with a filing and a purchase, and somebody of every role where it lies."""
    accept("policies", policy(2025, "450102", min_ratio="10"))
    accept("units", unit("D", "450102"), unit("A", "450102", parent="D"))
    accept("suppliers", supplier("S"))
    accept("filings", own_canteen(2025, "A"))
    accept("purchases", purchase("O1", "A"))
    notice = issued_notice()
    people = {
        "keeper": person("keeper", Role.COUNTY_KEEPER, region="450102"),
        "auditor": person("auditor", Role.AUDITOR, region="450102"),
        "clerk": person("clerk", Role.UNIT_CLERK, unit="A"),
        "stranger": User.objects.create_user("stranger", "a password of its own"),
    }
    post = Membership.objects.get(user=people["clerk"])
    job = Job.objects.create(task="import", kind="units", created_by=people["auditor"])
    product = Product.objects.create(
        supplier_code="S", name="大米", county=DesignatedCounty.objects.get(code="450125"),
        listed_on=date(2025, 1, 1),
    )  # fmt: skip
    return SimpleNamespace(
        people=people, post=post, job=job, product=product,
        notice=notice, schedule=notice.schedule,
        sent_to={r.place.code: r for r in NoticeRecipient.objects.all()},
    )  # fmt: skip


def issued_notice() -> Notice:
    """A notice of the county to its units, of a schedule, written by two people."""
    region = Region.objects.get(code="450102")
    one, other = (User.objects.create_user(name) for name in ("one", "other"))
    schedule = NoticeSchedule.objects.create(
        region=region, kind="progress", listed="all_units", rhythm="monthly",
        starts_on=date(2025, 6, 1),
    )  # fmt: skip
    notice = draft_scheduled(schedule, period_named("2025-06"), by=one)
    assert notice is not None
    review(notice, by=one)
    return issue(notice, document_number="8号", issued_on=date(2025, 7, 5), by=other)


def sample(address: Address, world: SimpleNamespace) -> str:
    """The address of something that exists; a part of a new kind needs its sample here."""
    app, _colon, name = address.name.partition(":")
    if app == "api":
        of_notices = name == "received" or name.startswith("notice")
        app = "reports" if of_notices else OF_NOUN.get(name, app)
    ids = {
        "organizations": world.people["clerk"].pk,
        "procurement": PurchaseRecord.objects.get().pk,
        "quotas": Filing.objects.get().pk,
        "reports": world.job.pk,
    }
    if app == "reports":
        ids["reports"] = id_of_report(name, world)
    ids["suppliers"] = world.product.pk if name.startswith("product") else Supplier.objects.get().pk
    is_region = name in ("progress", "region", "progress-region", "workbook") or "polic" in name
    is_county = name in ("county", "supplier-new", "product-new")
    is_supplier = name in ("supplier", "supplier-history") or name.startswith("period")
    values = {
        "code": "450102" if is_region else "450125" if is_county else "S" if is_supplier else "A",
        "year": 2025, "pk": ids.get(app), "rest": "castles/",
        "post": world.post.pk, "membership": world.post.pk,
    }  # fmt: skip
    return reverse(address.name, kwargs={part: values[part] for part in address.parts})


def id_of_report(name: str, world: SimpleNamespace) -> int:
    if name.startswith("received") or name == "notice-reply":
        return world.sent_to["A"].pk
    if name == "notice-personal":
        return world.sent_to["A"].pk
    if name.startswith("notice"):
        return world.notice.pk
    return world.schedule.pk if name == "schedule" else world.job.pk


def ask(user: User | None, address: str) -> int:
    client = Client()
    if user:
        client.force_login(user)
    return client.get(address).status_code


def test_every_address_declares_its_permission_or_its_reason() -> None:
    undeclared = {a.name for a in GUARDED if not hasattr(a.view, "permission")}
    assert undeclared == set()
    assert set(PUBLIC) - {address.name for address in ALL} == set()


def test_whoever_lacks_a_permission_lacks_it() -> None:
    roles = {"auditor": Role.AUDITOR, "keeper": Role.COUNTY_KEEPER, "clerk": Role.UNIT_CLERK}
    everybody = {p for p in Permission if all(p in terms.permissions for terms in ROLES.values())}
    for permission in set(Permission) - everybody:
        assert permission not in ROLES[roles[LACKS[permission]]].permissions


def test_signed_out_program_is_told_to_sign_in(world: SimpleNamespace) -> None:
    statuses = {a.name: Client().get(sample(a, world)).status_code for a in OF_PROGRAMS}
    assert statuses == dict.fromkeys(statuses, 401)


def test_signed_out_visitor_gets_the_sign_in_page(world: SimpleNamespace) -> None:
    pages = [address for address in GUARDED if address not in OF_PROGRAMS]
    led = {a.name: Client().get(sample(a, world)) for a in pages}
    astray = {
        name
        for name, response in led.items()
        if not response.get("Location", "").startswith("/sign-in/?next=/")
    }
    assert astray == set()


def test_signed_in_stranger_finds_nothing(world: SimpleNamespace) -> None:
    found = {}
    for address in GUARDED:
        status = ask(world.people["stranger"], sample(address, world))
        own = address.view.permission == "signed_in"
        if status not in ((404, 405) if address.parts else (200, 302)) if own else status != 404:
            found[address.name] = status
    assert found == {}


def test_whoever_is_inside_and_may_not_is_refused(world: SimpleNamespace) -> None:
    wrong = {}
    for address in GUARDED:
        permission = address.view.permission
        if permission in ("signed_in", Permission.READ_DIRECTORY):
            continue
        who = OTHERS.get(address.name, LACKS[permission])
        status = ask(world.people[who], sample(address, world))
        if status != (404 if _hides(address) else 403):
            wrong[address.name] = (who, status)
    assert wrong == {}


def _hides(address: Address) -> bool:
    """Whether whoever lacks the permission does not see the thing either."""
    words = set(address.name.partition(":")[2].split("-"))
    permission = address.view.permission
    reads = permission == Permission.READ and address.name not in REGIONAL
    # A notice is its bureau's, and what one received the recipient's.
    of_notice = permission == Permission.READ_HISTORY and "notice" in words
    addressed = permission == Permission.ANSWER_NOTICES
    return bool(address.parts) and (reads or of_notice or addressed or bool(HIDDEN & words))


def test_samples_lie_where_everybody_of_the_world_stands(world: SimpleNamespace) -> None:
    assert BudgetUnit.objects.get(code="A").region == Region.objects.get(code="450102")
    assert ask(world.people["auditor"], "/units/A/") == 200
    assert ask(world.people["clerk"], "/units/A/") == 200
