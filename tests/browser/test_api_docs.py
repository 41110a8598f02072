"""The description of the API is drawn under the strict content policy, and can be tried."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from organizations.models import BudgetUnit, Role
from tests.builders import accept, person, unit

pytestmark = pytest.mark.django_db(transaction=True)


def test_description_is_drawn_and_tried_without_an_error(page_of: Callable[..., Page]) -> None:
    accept("units", unit("A", "450102"))
    page = page_of(person("bureau", Role.BUREAU_ADMINISTRATOR, region="450102"))
    errors: list[Any] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/api/v1/docs/")
    operation = page.locator("#operations-units-units_change")
    expect(operation).to_be_visible()
    operation.locator(".opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator("tr[data-param-name=code] input").fill("A")
    operation.locator("textarea.body-param__text").fill('{"headcount": 7}')
    operation.locator(".execute").click()
    status = operation.locator(".live-responses-table tbody .response-col_status")
    expect(status.first).to_contain_text("200")
    assert errors == []
    assert BudgetUnit.objects.get(code="A").headcount == 7
