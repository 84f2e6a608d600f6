"""What every page must be: clean to axe in light and dark, and nothing clipped on a phone."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.browser import PHONE

THEMES = ("light", "dark")
SETTLES_MS = 250
_IS_STILL = "matchMedia('(prefers-reduced-motion: reduce)').matches"
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    """What is wrong with how the page looks; empty is good. The page is left as it was."""
    found = []
    for theme in THEMES:
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        if not page.evaluate(_IS_STILL):
            page.wait_for_timeout(SETTLES_MS)
        found += [f"{theme}: {fault}" for fault in _axe_faults(page)]
    page.evaluate("delete document.documentElement.dataset.theme")
    before = page.viewport_size
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    overflow = page.evaluate(_OVERFLOW)
    if overflow > 0:
        found.append(f"{overflow} px wider than a phone")
    if before:
        page.set_viewport_size(before)
    return [f"{page.url}: {fault}" for fault in found]


def _axe_faults(page: Page) -> list[str]:
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} at {violation['nodes'][0]['html'][:160]}" for violation in violations
    ]
