"""An export sent back unchanged changes nothing, for every kind of file, as xlsx and as csv."""

from itertools import product
from pathlib import Path

import pytest
import time_machine

from exchange import imports
from exchange.resources import kinds, resource_of
from organizations.models import BudgetUnit, Role
from quotas.choices import FilingState
from quotas.models import Filing
from quotas.review import return_for_correction
from tests.builders import person
from tests.contract.expectations import COUNTIES
from tests.contract.scenarios import scenario
from tests.contract.test_against_oracle import import_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path):
    """A world with every kind of row, one of its filings returned, one a draft with a task."""
    made = scenario(3, COUNTIES)
    with time_machine.travel(f"{made.today}T12:00:00+08:00", tick=False):
        for step in made.steps:
            import_step(step, tmp_path)
        waiting = Filing.objects.filter(state=FilingState.SUBMITTED).values_list("pk", flat=True)
        decisions = return_for_correction(waiting[:1], reason="采购总额填报不准确", by=None)
        assert [decision.refused for decision in decisions] == [""]
        assert Filing.objects.create(unit=BudgetUnit.objects.all()[0], year=2027, assigned_amount=5)
        person("auditor", Role.AUDITOR, region="450000")
        person("clerk", Role.UNIT_CLERK, unit=BudgetUnit.objects.values_list("code")[0][0])
        yield


def test_export_sent_back_changes_nothing(world, tmp_path: Path) -> None:
    assert len(kinds()) == 6
    for kind, suffix in product(kinds(), (".xlsx", ".csv")):
        resource = resource_of(kind)
        instances = list(resource.visible_to(None))
        path = tmp_path / f"export{suffix}"
        resource.export_file(instances, path)
        result = imports.run(resource_of(kind), path, path.name, by=None, update=True)
        assert (kind, result.errors) == (kind, [])
        counts = result.created, result.updated, result.unchanged
        assert (kind, counts) == (kind, (0, 0, len(instances)))
        assert instances
