"""The way in and out, as a person goes it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from organizations.models import Region, Role, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reviewer() -> User:
    user = User.objects.create_user("wei", "correct horse", name="韦审核")
    user.memberships.create(role=Role.BUREAU_REVIEWER, region=Region.objects.get(code="450000"))
    return user


def test_person_signs_in_changes_the_language_and_signs_out(
    contexts: Callable[..., BrowserContext], reviewer: User
) -> None:
    page = contexts().new_page()
    page.goto("/progress/450000/")
    page.get_by_label("登录名").fill("wei")
    page.get_by_label("密码").fill("correct horse")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("广西壮族自治区")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Progress of")
    page.get_by_role("button", name="简体中文").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    page.goto("/progress/450000/")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
