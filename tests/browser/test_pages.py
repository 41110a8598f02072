"""Every page of the tour, in both languages: open to all, light, within its window, without error.

One demonstration for all of them, smaller than that of `make run` and made by the same commands.
"""

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import URLResolver, get_resolver, resolve
from playwright.sync_api import Page, Response

from config import demonstration
from organizations.models import User
from tests.browser import axe
from tests.browser.tour import NO_STOP, STOPS, Stop, readers

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = ("--province", "450000", "--units", "120", "--purchases", "3000", "--seed", "1")
LARGEST = 150_000  # bytes, compressed, without charts
NARROW = {"width": 390, "height": 844}


@pytest.fixture
def small_demonstration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(demonstration, "SIZE", SIZE)
    monkeypatch.setitem(os.environ, "YULIU_DEMO_PASSWORD", "pages-of-yuliu")
    demonstration.load(tmp_path)


class Tour:
    """Opens the stops one after the other, and notes what is wrong with each."""

    def __init__(self, page_of: Callable[..., Page]) -> None:
        self.page_of = page_of
        self.pages: dict[str, Page] = {}
        self.wrong: list[str] = []
        self.seen: set[str | None] = set()
        self.weight = 0

    def page(self, reader: str) -> Page:
        if reader not in self.pages:
            user = User.objects.get(username=readers()[reader]) if reader else None
            page = self.pages[reader] = self.page_of(user)
            page.on("console", lambda message: self._note(page, message))
            page.on("response", self._weigh)
        return self.pages[reader]

    def open(self, stop: Stop) -> Page:
        page = self.page(stop.reader)
        address = stop.find(lambda address: page.request.get(address).text())
        self.weight = 0
        response = page.goto(address, wait_until="load")
        self.seen.add(resolve(urlsplit(page.url).path).url_name)
        if response is None or response.status != 200:
            self.wrong.append(f"{stop.name}: status {response and response.status}")
        return page

    def _note(self, page: Page, message: Any) -> None:
        if message.type == "error":
            self.wrong.append(f"{page.url}: {message.text[:200]}")

    def _weigh(self, response: Response) -> None:
        if "echarts" not in response.url and response.ok:
            self.weight += len(gzip.compress(response.body()))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_are_open_to_all_light_and_without_error(
    page_of: Callable[..., Page], live_server: Any, small_demonstration: None, language: str
) -> None:
    """No page scrolls sideways on a phone, and the tour leaves none out."""
    tour = Tour(page_of)
    cookie = {"name": "django_language", "value": language, "url": live_server.url}
    for stop in STOPS:
        tour.page(stop.reader).context.add_cookies([cookie])
        page = tour.open(stop)
        tour.wrong += [f"{stop.name}: {found}" for found in axe.findings(page)]
        if tour.weight > LARGEST:
            tour.wrong.append(f"{stop.name}: {tour.weight} bytes")
        if _scrolls_sideways(page):
            tour.wrong.append(f"{stop.name} scrolls sideways")
    assert tour.wrong == []
    not_meant, forgotten = set().union(*NO_STOP.values()), set(_names()) - tour.seen
    assert (forgotten - not_meant, not_meant - set(_names())) == (set(), set())


def _scrolls_sideways(page: Page) -> bool:
    """On a phone; the page has its wide window again afterwards."""
    wide = page.viewport_size
    page.set_viewport_size(NARROW)
    found: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    page.set_viewport_size(wide)
    return found


def _names(resolver: Any = None) -> Iterator[str]:
    """Names of all addresses of pages."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if str(pattern.pattern).startswith("api/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from _names(pattern)
        else:
            yield pattern.name
