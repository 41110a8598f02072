"""What keeps people out of a page, found by axe in the browser itself."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
SERIOUS = ("serious", "critical")


def findings(page: Page) -> list[str]:
    """Serious findings of the page as it stands: the rule and the first element it is about."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        # Evaluated, not added as an element: the page's policy forbids any script but its own.
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(result => result.violations)")
    return [
        f"{finding['id']}: {finding['nodes'][0]['html'][:160]}"
        for finding in found
        if finding["impact"] in SERIOUS
    ]
