"""One whole truck in the browser, by clicks, keys and files alone, and how every page looks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import CHROMIUM, chromium, person, stranger
from tests.e2e.company import Company, demo_company
from tests.e2e.looks import faults
from tests.e2e.walk import EMPTY_KG, LADEN_KG, Walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("demo company"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

OWN_PAGES = {
    "supervisor": ("/yard", "/yard/arrival", "/lots", "/tickets", "/bookings", "/demo"),
    "clerk": ("/deliveries", "/settlements", "/price-lists", "/dashboard", "/alarms", "/search"),
    "administrator": ("/users", "/users/new", "/price-lists/new"),
    "supplier": ("/bookings/new",),
    "plant": ("/plant",),
    "auditor": ("/audit",),
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with demo_company(tmp_path_factory.mktemp("company")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


class LookedAtWalk(Walk):
    """A walk on which every page that a step ends on is looked at."""

    def look(self, role: str) -> None:
        assert faults(self.at(role)) == []


def test_a_truck_goes_from_its_booking_to_a_verified_settlement(
    browser: Browser, company: Company, tmp_path: Path
) -> None:
    walk = LookedAtWalk(browser, company)
    walk.hurry("operator", "BASE01")
    walk.hurry("plant", "PLANT01")
    received = receive(walk)
    walk.issue_ticket(received)
    walk.look("operator")
    loaded = walk.arrive_to_load("辽E20002")
    walk.weigh("operator", "BASE01", loaded, "tare", 15_420)
    walk.weigh("operator", "BASE01", loaded, "gross", 47_420)
    waybill_no = walk.issue_delivery_note(loaded)
    walk.look("operator")
    unloaded = walk.arrive("plant", "PLANT01", waybill_no)
    walk.weigh("plant", "PLANT01", unloaded, "gross", 47_380)
    walk.weigh("plant", "PLANT01", unloaded, "tare", 15_420)
    delivery = walk.receive(unloaded)
    walk.look("plant")
    walk.settle(delivery)
    walk.look("approver")
    bundle = walk.download_settlement(delivery, tmp_path)
    walk.look("approver")
    verdict = walk.verify(bundle)
    expect(verdict.locator(".verdict h1")).to_have_text("Valid")
    assert faults(verdict) == []


def receive(walk: LookedAtWalk) -> str:
    """From the booking to the second weighing; the address of the visit."""
    number = walk.book("辽E10001")
    walk.look("supplier")
    visit = walk.arrive("operator", "BASE01", number)
    walk.look("operator")
    walk.weigh("operator", "BASE01", visit, "gross", LADEN_KG)
    walk.grade(visit)
    walk.look("inspector")
    walk.weigh("operator", "BASE01", visit, "tare", EMPTY_KG)
    return visit


@pytest.mark.soak
def test_every_page_of_the_menus_is_clean_in_both_themes_and_fits_a_phone(
    browser: Browser, company: Company
) -> None:
    found = []
    for role, addresses in OWN_PAGES.items():
        page = person(browser, company, role, language="zh")
        for address in addresses:
            page.goto(company.address + address)
            found += faults(page)
        page.context.close()
    anybody = stranger(browser, company, language="zh")
    for address in ("/sign-in", "/verify", "/log", "/nowhere"):
        anybody.goto(company.address + address)
        found += faults(anybody)
    assert found == []


def test_a_half_filled_form_survives_a_reload_and_a_dead_link(
    browser: Browser, company: Company
) -> None:
    page = person(browser, company, "supplier")
    page.goto(company.address + "/bookings/new")
    page.get_by_label("Plate").fill("辽E77777")
    page.reload()
    expect(page.get_by_label("Plate")).to_have_value("辽E77777")
    page.context.set_offline(True)
    page.get_by_role("button", name="Book the truck").click()
    page.context.set_offline(False)
    page.goto(company.address + "/bookings/new")
    expect(page.get_by_label("Plate")).to_have_value("辽E77777")
    page.get_by_role("button", name="Book the truck").click()
    expect(page.locator("h1")).to_contain_text("YY-")
    page.goto(company.address + "/bookings/new")
    expect(page.get_by_label("Plate")).to_have_value("")


def test_the_keyboard_alone_signs_in(browser: Browser, company: Company) -> None:
    page = stranger(browser, company)
    page.goto(company.address + "/sign-in")
    page.keyboard.type("auditor")
    page.keyboard.press("Tab")
    page.keyboard.type(company.password)
    page.keyboard.press("Enter")
    page.wait_for_url(company.address + "/audit")  # loaded: a key on a half-built page is lost
    assert _focus_is_seen(page)


def _focus_is_seen(page: Page) -> bool:
    page.keyboard.press("Tab")
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    return bool(width == "3px")
