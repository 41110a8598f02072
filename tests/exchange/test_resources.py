import pytest
import tablib
from import_export.resources import Resource

from exchange.columns import Column
from exchange.resources import SheetResource, kinds, resource_of
from organizations.models import BudgetUnit, Region
from organizations.resources import UnitResource
from tests.contract import lines
from tests.exchange.files import write_csv

pytestmark = pytest.mark.django_db


def dataset(*rows: lines.Line) -> tablib.Dataset:
    return tablib.Dataset(*[list(row.values()) for row in rows], headers=list(rows[0]))


def test_kinds_are_those_of_the_registered_apps():
    assert {"units", "people", "suppliers", "purchases", "policies", "filings"} <= set(kinds())
    assert isinstance(resource_of("units"), UnitResource)
    with pytest.raises(KeyError):
        resource_of("pictures")


def test_dataset_goes_through_the_pipeline():
    result = UnitResource().import_data(dataset(lines.unit(" \uff21\uff11 ", "440100")))
    assert (result.accepted, result.rows, result.created) == (True, 1, 1)
    assert BudgetUnit.objects.get().code == "A1"


def test_file_goes_through_the_pipeline(tmp_path):
    path = write_csv(tmp_path / "单位.csv", [lines.unit("A", "440100")])
    assert UnitResource().import_data(path).created == 1


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"raise_errors": False},
        {"rollback_on_validation_errors": False},
        {"use_transactions": False},
    ],
)
def test_dataset_is_never_taken_in_part(options):
    rows = [lines.unit("A", "440100"), lines.unit("B", "999999"), lines.unit("C", "440100")]
    result = UnitResource().import_data(dataset(*rows), **options)
    assert (result.accepted, result.created, result.error_count) == (False, 0, 1)
    assert [(error.row, error.code) for error in result.errors] == [(3, "unknown_code")]
    assert not BudgetUnit.objects.exists()


def test_dry_run_of_a_dataset_saves_nothing():
    result = UnitResource().import_data(dataset(lines.unit("A", "440100")), dry_run=True)
    assert result.created == 1
    assert not BudgetUnit.objects.exists()


def test_row_loop_of_import_export_cannot_read_a_cell():
    with pytest.raises(NotImplementedError):
        Column("单位编码", "key", field="code").clean({"单位编码": "A"})
    with pytest.raises(NotImplementedError):
        UnitResource.fields["code"].clean({"单位编码": "A"})


def test_row_loop_of_import_export_cannot_start():
    with pytest.raises(TypeError):
        Resource.import_data(UnitResource(), dataset(lines.unit("A", "440100")))
    assert not BudgetUnit.objects.exists()


def test_export_sent_back_changes_nothing():
    region = Region.objects.get(code="440100")
    unit = BudgetUnit.objects.create(
        code="0012", name="=1+1", region=region, level="county", kind="school", headcount=5
    )
    columns = UnitResource.columns()
    [cells] = UnitResource().export_rows([unit])
    assert cells[:5] == ["0012", "=1+1", "", "440100", "县级"]
    back = tablib.Dataset(cells, headers=[column.heading for column in columns])
    result = UnitResource().import_data(back)
    assert (result.accepted, result.unchanged) == (True, 1)


def test_resource_without_a_service_saves_nothing():
    with pytest.raises(NotImplementedError):
        SheetResource().save(None, by=None, update=False, job=None)
