"""`make pictures`: every page of the tour at both widths, from a demonstration of its own.

Pictures go to ``YULIU_DATA/pictures``; the best of them, named in BEST, also to docs/pictures, and
the first screens that the user guide shows, named in GUIDE.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import django
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium, tour

PROJECT = Path(__file__).parents[2]
DATA = Path(os.environ.get("YULIU_DATA", "var/pictures")).resolve()
DOCS = PROJECT / "docs" / "pictures"
PORT = "8899"
ADDRESS = f"http://127.0.0.1:{PORT}"
PASSWORD = "pictures-of-yuliu"
START_SECONDS = 300
WIDTHS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}


@contextlib.contextmanager
def demonstration() -> Iterator[None]:
    """The whole system with its demonstration, until the pictures are taken."""
    environment = os.environ | {
        "YULIU_DATA": str(DATA), "PORT": PORT, "YULIU_DEMO_PASSWORD": PASSWORD,
    }  # fmt: skip
    run = subprocess.Popen([sys.executable, "-m", "config.run"], cwd=PROJECT, env=environment)
    try:
        _wait_for_answer(run)
        yield
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait()


def _wait_for_answer(run: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and run.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{ADDRESS}/sign-in/")
            return
        time.sleep(0.5)
    sys.exit("The demonstration did not start; its messages above say why.")


def sign_in(browser: Browser, reader: str, width: str) -> Page:
    page = browser.new_context(
        viewport=WIDTHS[width], locale="zh-CN", base_url=ADDRESS, reduced_motion="reduce"
    ).new_page()
    page.goto("/sign-in/")
    if reader:
        page.get_by_label("登录名").fill(reader)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda address: "sign-in" not in address)
    return page


def take(browser: Browser, folder: Path) -> None:
    """Take every stop at every width; a page that is wider than its window is named."""
    names = tour.readers()
    for width in WIDTHS:
        pages: dict[str, Page] = {}
        for stop in tour.STOPS:
            if stop.reader not in pages:
                pages[stop.reader] = sign_in(browser, names.get(stop.reader, ""), width)
            page = pages[stop.reader]
            page.goto(stop.find(lambda address, page=page: page.request.get(address).text()))
            page.wait_for_load_state("networkidle")
            target = folder / f"{stop.name}-{width}.png"
            page.screenshot(path=target, full_page=True)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                print(f"{target.name} scrolls sideways")
            if (stop.name, width) in tour.BEST:
                shutil.copy(target, DOCS / tour.BEST[stop.name, width])
            if width == "wide" and stop.name in tour.GUIDE:
                page.screenshot(path=DOCS / tour.GUIDE[stop.name], type="jpeg", quality=70)


def main() -> None:
    folder = DATA / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "YULIU_DATA": str(DATA),
        # The sync interface of playwright keeps a loop in this thread; nothing else runs in it.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    django.setup()
    with demonstration(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.path(), args=chromium.ARGUMENTS
        )
        take(browser, folder)
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
