"""Pictures of the pages for the documentation: ``python -m tests.e2e.screens``.

One truck is walked through the demo company; on its way each page is taken in both languages, at
the size of the people who use it.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Page

from service.commands.simulate import read_company
from tests.e2e.browser import DESKTOP, PHONE, TABLET, chromium, person, stranger
from tests.e2e.company import Company, demo_company
from tests.e2e.walk import EMPTY_KG, LADEN_KG, SENT_EMPTY_KG, SENT_LADEN_KG, Walk
from tests.e2e.yard_screens import photograph_yard

TARGET = Path(__file__).parents[2] / "docs" / "screens"
SIZES = {"tablet": TABLET, "phone": PHONE, "desktop": DESKTOP}
LARGEST_BYTES = 150_000
KEPT_BITS = (0xFC, 0xF8, 0xF0)


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as one person sees it on one kind of screen; a dark one is taken in dark."""

    name: str
    role: str
    path: str
    size: str
    dark: bool = False


def take(browser: Browser, company: Company, shots: Sequence[Shot]) -> None:
    """Each shot in Chinese and English."""
    for shot in shots:
        for language in ("zh", "en"):
            page = _window(browser, company, shot, language)
            page.goto(company.address + shot.path)
            if shot.dark:
                page.evaluate("document.documentElement.dataset.theme = 'dark'")
            page.wait_for_timeout(900)
            _keep(page, f"{shot.name}-{shot.size}-{language}{'-dark' if shot.dark else ''}")
            page.context.close()


def _window(browser: Browser, company: Company, shot: Shot, language: str) -> Page:
    size = SIZES[shot.size]
    if not shot.role:
        return stranger(browser, company, language=language, size=size)
    return person(browser, company, shot.role, language=language, size=size)


def _keep(page: Page, name: str) -> None:
    """The picture, small enough for the documentation: no eye misses the lowest bits."""
    TARGET.mkdir(parents=True, exist_ok=True)
    path = TARGET / f"{name}.png"
    page.screenshot(path=path)
    picture = cv2.imread(str(path))
    assert picture is not None
    for kept_bits in KEPT_BITS:
        fewer = np.bitwise_and(picture, kept_bits)
        cv2.imwrite(str(path), fewer, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        if path.stat().st_size <= LARGEST_BYTES:
            return
    sys.stderr.write(f"{path.name} has more than {LARGEST_BYTES} bytes\n")


def walk_and_take(browser: Browser, company: Company) -> None:
    walk = Walk(browser, company)
    walk.hurry("operator", "BASE01")
    walk.hurry("plant", "PLANT01")
    number = walk.book("辽E10001")
    visit = walk.arrive("operator", "BASE01", number)
    path = visit.removeprefix(company.address)
    arriving = [
        Shot("sign-in", "", "/sign-in", "tablet"),
        Shot("booking", "supplier", f"/bookings/{number}", "phone"),
        Shot("queue", "operator", "/yard", "tablet"),
        Shot("arrival", "operator", "/yard/arrival?site=BASE01", "tablet"),
        Shot("simulated-yard", "operator", "/demo", "desktop"),
    ]
    take(browser, company, arriving)
    weigh_and_take(browser, company, walk, path)
    walk.weigh("operator", "BASE01", visit, "gross", LADEN_KG)
    grading = [
        Shot("grade", "inspector", f"{path}/grade", "tablet"),
        Shot("grade", "inspector", f"{path}/grade", "phone", dark=True),
    ]
    take(browser, company, grading)
    walk.grade(visit)
    walk.weigh("operator", "BASE01", visit, "tare", EMPTY_KG)
    take(browser, company, [Shot("ticket-form", "operator", f"{path}/ticket", "tablet")])
    ticket = walk.issue_ticket(visit).removeprefix(company.address)
    issued = [
        Shot("ticket", "operator", ticket, "desktop"),
        Shot("ticket-code", "", ticket.replace("/tickets/", "/t/"), "phone"),
        Shot("visit", "operator", path, "tablet"),
    ]
    take(browser, company, issued)
    delivery = deliver(walk)
    path = delivery.removeprefix(company.address)
    walk.settle(delivery)
    bundle = walk.download_settlement(delivery, Path(tempfile.gettempdir()))
    settled = [
        Shot("delivery", "approver", path, "desktop"),
        Shot("delivery", "approver", path, "phone", dark=True),
        Shot("settlements", "clerk", "/settlements", "desktop"),
        Shot("dashboard", "clerk", "/dashboard", "desktop", dark=True),
        Shot("verify", "", "/verify", "desktop"),
        Shot("record", "", "/log", "desktop"),
    ]
    take(browser, company, settled)
    for language in ("zh", "en"):
        page = stranger(browser, company, language=language, size=DESKTOP)
        page.goto(company.address + "/verify")
        page.locator("#bundles").set_input_files(bundle)
        page.wait_for_selector(".verdict")
        _keep(page, f"verdict-desktop-{language}")
        page.context.close()


def weigh_and_take(browser: Browser, company: Company, walk: Walk, path: str) -> None:
    """The live page with a truck at rest, and with a silent line."""
    walk.drive_on("operator", "BASE01", LADEN_KG)
    page = walk.at("operator")
    page.goto(f"{company.address}{path}/weigh/gross")
    page.wait_for_selector("button.main:enabled", timeout=60_000)
    live = f"{path}/weigh/gross"
    take(browser, company, [Shot("weigh", "operator", live, "tablet")])
    take(browser, company, [Shot("weigh", "operator", live, "phone", dark=True)])
    for line, name in (("silent", "weigh-silent"), ("speaking", "")):
        page = walk.at("operator", "/demo")
        page.locator(f'form[action="/demo/BASE01/line/{line}"] button').click()
        page.wait_for_timeout(2_000)
        if name:
            take(browser, company, [Shot(name, "operator", live, "tablet")])
    page.locator('form[action="/demo/BASE01/truck/off"] button').click()


def deliver(walk: Walk) -> str:
    loaded = walk.arrive_to_load("辽E20002")
    walk.weigh("operator", "BASE01", loaded, "tare", SENT_EMPTY_KG)
    walk.weigh("operator", "BASE01", loaded, "gross", SENT_LADEN_KG)
    waybill_no = walk.issue_delivery_note(loaded)
    unloaded = walk.arrive("plant", "PLANT01", waybill_no)
    walk.weigh("plant", "PLANT01", unloaded, "gross", 47_380)
    walk.weigh("plant", "PLANT01", unloaded, "tare", 15_420)
    return walk.receive(unloaded)


def tablet_and_take(browser: Browser, company: Company, description: Path) -> None:
    """The tablet of the yard, then what the server's pages say of the same trucks."""
    about = photograph_yard(browser, read_company(description), company.upstream, _keep)
    pages = [
        Shot("yard-stock", "clerk", "/lots", "desktop"),
        Shot("held-weighings", "supervisor", "/holds", "desktop"),
        Shot("held-weighing", "supervisor", f"/holds/{about['weighing_id']}", "desktop"),
        Shot("vehicles", "clerk", "/vehicles", "desktop", dark=True),
        Shot("seller", "", f"/t/{about['ticket_no']}", "phone"),
    ]
    take(browser, company, pages)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_company(Path(folder)) as company,
        chromium() as browser,
    ):
        walk_and_take(browser, company)
        tablet_and_take(browser, company, Path(folder) / "var" / "demo.json")


if __name__ == "__main__":
    main()
