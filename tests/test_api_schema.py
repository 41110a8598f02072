"""Whatever the description of the API permits, and much that it does not, is asked and answered.

No answer is a server error, and every one has a status, a type and a body that the description
names. The questions are made from the description with a fixed seed.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, settings
from pytest_django import Settings
from schemathesis import checks
from schemathesis.config import SchemathesisConfig

from exchange.models import Job
from organizations.models import Region, Role
from procurement.models import PurchaseRecord
from quotas.models import Filing
from reports.choices import Listed, NoticeKind, Rhythm
from reports.models import Notice, NoticeRecipient
from reports.notices.drafting import draft_notice
from reports.notices.issuing import issue, review
from reports.notices.periods import Period
from suppliers.models import Supplier
from tests.apis import key_for
from tests.builders import accept, own_canteen, person, policy, purchase, supplier, unit

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "database": "none", "mode": "all"},
        # Which methods an address takes is tested for all of them at once (test_addresses.py).
        "phases": {"coverage": {"unexpected-methods": []}},
    }
)
SCHEMA = schemathesis.openapi.from_dict(
    SchemaGenerator().get_schema(request=None, public=True), config=CONFIG
)
handler = cache(get_wsgi_application)
SCHEMA.app = lambda environ, start_response: handler()(environ, start_response)
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
YEAR = timezone.localdate().year


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A test's transaction outlives its requests, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def turns() -> Iterator[int]:
    return count()


@pytest.fixture
def headers(db: None, settings: Settings) -> dict[str, str]:
    """A bureau administrator's writing token, in a county with something of everything."""
    settings.API_REQUESTS_PER_MINUTE = 10**6
    accept("policies", policy(YEAR, "450000", min_ratio="10"), policy(YEAR, "450102"))
    accept("units", unit("D", "450102"), unit("A", "450102", parent="D"), unit("B", "450102"))
    accept("suppliers", supplier("S"))
    accept("filings", own_canteen(YEAR, "A"), own_canteen(YEAR - 1, "A", state="confirmed"))
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    accept("purchases", purchase("O1", "A"), purchase("O2", "B", ordered_at=day))
    bureau = person("bureau", Role.BUREAU_ADMINISTRATOR, region="450000")
    Job.objects.create(task="import", kind="units", created_by=bureau)
    reviewer = person("reviewer", Role.BUREAU_REVIEWER, region="000000")
    period = Period(Rhythm.YEARLY, YEAR - 1, 1)
    for region, listed in (("450000", Listed.ALL_UNITS), ("000000", Listed.REGIONS)):
        notice = draft_notice(
            region=Region.objects.get(code=region), kind=NoticeKind.PROGRESS, listed=listed,
            period=period, by=reviewer,
        )  # fmt: skip
        notice = review(notice, by=reviewer)
    issue(notice, document_number="8", issued_on=timezone.localdate(), by=bureau)
    return {"Authorization": f"Bearer {key_for(bureau)}"}


def what_stands(path: str) -> dict[str, Any]:
    """Path parameters of something that exists."""
    noun = path.removeprefix("/api/v1/").split("/")[0]
    if noun == "notices":
        return {"id": Notice.objects.earliest("pk").pk, "pk": Notice.objects.earliest("pk").pk}
    model = {
        "purchases": PurchaseRecord, "suppliers": Supplier, "filings": Filing, "jobs": Job,
        "inbox": NoticeRecipient,
    }  # fmt: skip
    codes = {"counties": "450125", "units": "A"}
    is_unit = "units" in path
    return {
        "id": model[noun].objects.latest("pk").pk if noun in model else None,
        "pk": model[noun].objects.latest("pk").pk if noun in model else None,
        "code": "A" if is_unit else codes.get(noun, "450102"),
        "year": YEAR,
    }


@SCHEMA.parametrize()
@settings(
    max_examples=5,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_description_names(
    case: schemathesis.Case, headers: dict[str, str], turns: Iterator[int]
) -> None:
    asked, turn = CHECKS, next(turns)
    # A write takes the services' locks and reads their tables: every third question is enough.
    if case.method != "GET" and turn % 3:
        return
    # Every other question is about what exists, where the address names a thing.
    if case.path_parameters and turn % 2:
        stands = what_stands(case.operation.path)
        case.path_parameters = {name: stands[name] for name in case.path_parameters}
        asked = [check for check in CHECKS if check is not checks.negative_data_rejection]
    case.call_and_validate(headers=headers, checks=asked)
