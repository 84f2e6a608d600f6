"""The appeal against a grade in the browser: phone, blind second and third, supervisor, ticket."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browser import CHROMIUM, DESKTOP, PHONE, chromium
from tests.e2e.looks import faults
from tests.e2e.served import served
from tests.support.company import Company
from tests.support.pages import PASSWORD

TABLET = (1280, 800)
APPEAL = "FY-26-000001"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def person(browser: Browser, address: str, who: str, language: str, size: tuple[int, int]) -> Page:
    """A window in which ``who`` is signed in."""
    context: BrowserContext = browser.new_context(
        base_url=address, viewport={"width": size[0], "height": size[1]}
    )
    context.add_cookies([{"name": "lang", "value": language, "url": address}])
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=login]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile("(?<!sign-in)$"))
    return page


def kept(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody asked for pictures."""
    folder = os.environ.get("APPEAL_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def reviewed(reviewer: Page, plate: str, language: str) -> None:
    """Look at the photographs alone, and say what they show."""
    reviewer.goto("/reviews")
    kept(reviewer, f"reviews-{language}")
    reviewer.get_by_role("link", name=re.compile(APPEAL)).click()
    expect(reviewer.locator(".look img").first).to_be_visible()
    expect(reviewer.locator("main")).not_to_contain_text(plate)
    reviewer.locator("label.choice", has_text="MRS201").first.click()
    expect(reviewer.locator("output[for=share-MRS201]")).to_have_text("100 %")
    kept(reviewer, f"review-{language}")
    assert faults(reviewer) == []
    reviewer.locator(".actions button[type=submit]").click()
    reviewer.wait_for_url("**/reviews")


def answered(office: Page) -> None:
    """Answer as the reviews say, and look at what follows from it."""
    office.goto(f"/appeals/{APPEAL}")
    expect(office.locator("main")).to_contain_text("Most of the load is another grade.")
    office.fill("[name=answer]", "Two of three inspectors see medium scrap.")
    office.get_by_role("button", name="Record the answer").click()
    expect(office.locator("main")).to_contain_text("The seller owes the base CNY")
    kept(office, "appeal-upheld-en")
    office.goto("/appeals/figures")
    expect(office.locator("main")).to_contain_text("too few loads")
    kept(office, "figures-en")
    office.goto("/grade-rules/BASE01")
    kept(office, "grade-rules-en")
    office.goto("/catalogues")
    kept(office, "catalogues-en")


def test_a_grade_is_appealed_reviewed_blind_twice_and_overturned(
    browser: Browser, company: Company
) -> None:
    truck = company.receive()
    ticket = f"/t/{truck.ticket.ticket_no}"
    with served(company) as address:
        phone = person(browser, address, "supplier", "zh", PHONE)
        phone.goto(ticket)
        phone.get_by_text("有问题", exact=True).click()
        phone.select_option("[name=ground]", "grade")
        expect(phone.locator("#answer")).to_contain_text("前提出复议")
        phone.fill("[name=statement]", "是中型料，不是重型")
        phone.get_by_role("button", name="提出异议").click()
        way = phone.locator(".appeal-way")
        expect(way.locator("[aria-current=step]")).to_contain_text("第二位质检员看照片")
        assert faults(phone) == []
        kept(phone, "phone-appealed-zh")

        for number, language in (("2", "zh"), ("3", "en")):
            reviewer = person(browser, address, f"inspector{number}", language, TABLET)
            reviewed(reviewer, truck.visit.plate, language)
            phone.reload()
            expect(way).to_contain_text("第三位质检员看照片")
        kept(phone, "phone-reviewed-zh")

        answered(person(browser, address, "supervisor", "en", DESKTOP))

        phone.context.add_cookies([{"name": "lang", "value": "en", "url": address}])
        phone.goto(ticket)
        expect(phone.locator("main")).to_contain_text("The ticket now says MRS201.")
        expect(phone.locator("main")).to_contain_text("Corrected 1 time")
        assert faults(phone) == []
        kept(phone, "phone-upheld-en")
        phone.goto(f"/appeals/{APPEAL}")
        expect(phone.locator("main")).to_contain_text("Two of three inspectors see medium scrap.")
        kept(phone, "phone-appeal-en")
