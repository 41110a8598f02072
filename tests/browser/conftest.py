"""A real browser on a real server: pages as people see them, on the test database."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import Settings

from organizations.models import User
from tests.browser import chromium

WIDE = {"width": 1440, "height": 900}
PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.path()
    assert path, "no Chromium: run python -m tests.browser.chromium"
    # The sync interface of playwright keeps a loop in this thread; Django takes it for a reason
    # to refuse queries, and there is none: nothing else runs in the loop's thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def static_root() -> None:
    """The folder of collected files, which the server looks for when it starts."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """Static files are served as they lie in the project."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def contexts(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser profiles that know the server; they end with the test."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        given = {"viewport": WIDE, "locale": "zh-CN", "base_url": live_server.url}
        context = browser.new_context(**given | options)
        context.set_default_timeout(PATIENCE_MS)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page_of(contexts: Callable[..., BrowserContext], live_server: Any) -> Callable[..., Page]:
    """Opens a page of a person who is signed in, or of nobody; an error in it ends the test."""

    def open_page(user: User | None, **options: Any) -> Page:
        context = contexts(**options)
        if user:
            client = Client()
            client.force_login(user)
            session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            context.add_cookies([session | {"url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
        return page

    return open_page
