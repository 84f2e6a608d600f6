"""Debian's Chromium under Playwright: one window for each person."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.company import Company

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TABLET = (1280, 800)
PHONE = (390, 844)
DESKTOP = (1440, 900)
PATIENCE_MS = 30_000
"""What a page is given before a test says that something is not there: as much as for a click."""

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def person(
    browser: Browser,
    company: Company,
    role: str,
    *,
    language: str = "en",
    size: tuple[int, int] = TABLET,
) -> Page:
    """A signed-in person with a window of their own, reading ``language``."""
    page = stranger(browser, company, language=language, size=size)
    page.goto(f"{company.address}/sign-in")
    page.locator("#login").fill(role)
    page.locator("#password").fill(company.password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def stranger(
    browser: Browser,
    company: Company,
    *,
    language: str = "en",
    size: tuple[int, int] = TABLET,
) -> Page:
    """A window of somebody who is not signed in."""
    locale = {"en": "en-GB", "zh": "zh-CN"}[language]
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=locale, accept_downloads=True
    )
    context.add_cookies([{"name": "lang", "value": language, "url": company.address}])
    return context.new_page()
