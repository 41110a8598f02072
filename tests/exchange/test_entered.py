"""A row typed into a form means what it means in a file, and is refused in the same words."""

from datetime import date
from decimal import Decimal

import pytest

from exchange.entered import Entered, enter
from exchange.forms import SheetForm
from exchange.resources import resource_of
from organizations.models import BudgetUnit
from quotas.models import Policy
from tests.builders import accept, take, unit

pytestmark = pytest.mark.django_db

POLICY = {"year": "2026年", "region": "450000", "min_ratio": "15%", "document_number": "桂财1号"}


class PolicyForm(SheetForm):
    kind = "policies"
    labels = {
        "region": "地区", "year": "年度", "min_ratio": "最低比例", "filing_due": "填报截止",
        "basis": "口径", "document_number": "文号",
    }  # fmt: skip
    choices = {"basis": [("paid", "支付"), ("completed", "完结")]}


def test_cells_are_cleaned_as_the_cells_of_a_file() -> None:
    typed = POLICY | {"filing_due": "2026年3月5日", "checkpoints": "06-30:50\t再\\说"}
    entered = Entered(resource_of("policies"), typed)
    [draft] = entered.drafts()
    assert (draft.year, draft.min_ratio) == (2026, Decimal(15))
    assert (draft.filing_due, draft.checkpoints) == (date(2026, 3, 5), "06-30:50\t再\\说")
    assert entered.present == set(typed)
    assert entered.error_count == 0


def test_row_is_saved_by_the_service_of_its_kind() -> None:
    outcome, errors = enter(resource_of("policies"), POLICY, by=None)
    assert (outcome.created, errors) == (1, [])
    assert Policy.objects.get().min_ratio == Decimal(15)


def test_refused_row_saves_nothing_and_says_what_a_file_is_told() -> None:
    accept("units", unit("A"))
    row = {"code": "A", "name": "", "region": "450102", "level": "县级", "kind": "机关"}
    outcome, errors = enter(resource_of("units"), row | {"parent": "NONE"}, by=None)
    assert outcome is None
    assert {(error.field, error.code) for error in errors} == {
        ("name", "required"), ("parent", "unknown_code"),
    }  # fmt: skip
    told = take("units", unit("A", parent="NONE"), update=True).messages
    assert [error.message for error in errors if error.field == "parent"] == told
    assert BudgetUnit.objects.get(code="A").name == "单位A"


def test_form_gives_the_refusal_at_its_field() -> None:
    form = PolicyForm({"year": "2026", "region": "450000", "min_ratio": "abc", "basis": "paid"})
    assert form.is_valid()
    assert form.save(by=None) is None
    assert set(form.errors) == {"min_ratio", "document_number"}
    assert Policy.objects.count() == 0


def test_form_saves_stored_choices_and_what_it_does_not_show() -> None:
    form = PolicyForm({"year": "2026", "region": "450000", "basis": "paid"})
    assert form.is_valid()
    assert form.save(by=None, document_number="桂财2号").created == 1
    saved = Policy.objects.get()
    assert (saved.basis, saved.document_number) == ("paid", "桂财2号")
