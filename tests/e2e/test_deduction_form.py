"""The forms in which deductions are entered show what the chosen kind needs, and no more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.domain.visit import VisitKind
from service.usecases.visit import OpenVisit, open_visit
from tests.e2e.browser import CHROMIUM, TABLET, chromium
from tests.e2e.looks import faults
from tests.e2e.served import served
from tests.support.company import Company
from tests.support.pages import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

NEEDED = {
    "NONE": set(),
    "PCT": {"percent"},
    "KG": {"kg"},
    "IMPURITY": {"kg", "times"},
    "MOISTURE": {"percent", "free"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def unloaded(company: Company) -> str:
    """A delivery of 20 t at the plant that waits for its receipt; its visit."""
    company.receive()
    delivery = company.load({"BASE01-HRS101": 20_000})
    plant = company.people["plant"]
    unloading = OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=delivery.code)
    visit_id = open_visit(unloading, plant, company.deps).visit_id
    company.weigh(visit_id, "PLANT01", "gross", 35_400, "plant")
    company.weigh(visit_id, "PLANT01", "tare", 15_400, "plant")
    return visit_id


def receipt_form(browser: Browser, address: str, visit_id: str) -> Page:
    context = browser.new_context(
        base_url=address, viewport={"width": TABLET[0], "height": TABLET[1]}
    )
    context.add_cookies([{"name": "lang", "value": "en", "url": address}])
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=login]", "plant")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"/visits/{visit_id}/receipt")
    return page


def choose(page: Page, row: str, kind: str) -> None:
    page.locator(f"[name='{row}.kind'][value={kind}]").check()


def test_a_plant_enters_several_deductions_and_sees_what_each_kind_needs(
    browser: Browser, company: Company
) -> None:
    visit_id = unloaded(company)
    with served(company) as address:
        page = receipt_form(browser, address, visit_id)
        for kind, needed in NEEDED.items():
            choose(page, "deduction", kind)
            for name in ("percent", "kg", "times", "free"):
                expect(page.locator(f"[name='deduction.{name}']")).to_be_visible(
                    visible=name in needed
                )
            expect(page.locator("[name='deduction.reason']")).to_be_visible(visible=bool(needed))

        choose(page, "deduction", "KG")
        page.fill("[name='deduction.kg']", "many")
        choose(page, "deduction", "IMPURITY")
        page.fill("[name='deduction.times']", "1.5")
        page.fill("[name='deduction.reason']", "rubber")
        page.get_by_text("More deductions").click()
        choose(page, "deduction2", "MOISTURE")
        page.fill("[name='deduction2.percent']", "3.5")
        page.fill("[name='deduction2.free']", "2")
        page.fill("[name='deduction2.reason']", "wet turnings")
        assert faults(page) == []

        choose(page, "deduction", "PCT")
        page.get_by_role("button", name="Record the receipt").click()
        refused = page.locator("[name='deduction.kg']")
        expect(refused).to_have_value("many")
        expect(refused).to_be_visible()

        refused.fill("12")
        choose(page, "deduction", "IMPURITY")
        expect(page.locator("#sums")).to_contain_text("19,682")
        page.get_by_role("button", name="Record the receipt").click()
        page.wait_for_url("**/deliveries/**")
        receipt = page.locator("section", has=page.get_by_role("heading", name="Plant receipt"))
        for figure in ("rubber", "− 18 kg", "wet turnings", "− 300 kg", "19,682 kg"):
            expect(receipt).to_contain_text(figure)
        assert faults(page) == []
