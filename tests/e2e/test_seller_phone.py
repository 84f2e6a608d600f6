"""The seller with the paper in his hand: genuine or not, right or not, on his own phone."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.domain.deduction import Deduction, DeductionKind, DeductionReason, Deductions
from service.proof.signed_receipt import receipt_payload, receipt_text
from service.storage import views
from service.storage.edge import KeyRow, add_key
from tests.e2e.browser import CHROMIUM, DESKTOP, PHONE, chromium
from tests.e2e.looks import faults
from tests.e2e.served import served
from tests.support.company import START, Company
from tests.support.pages import PASSWORD

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
DEDUCTIONS = Deductions(
    lines=(
        Deduction(kind=DeductionKind.KG, kg=200, reason_code=DeductionReason.SOIL),
        Deduction(
            kind=DeductionKind.PCT, bp=50, reason_code=DeductionReason.OTHER, reason="雨后装车"
        ),
    )
)

PRINTS = "window.print = () => { document.documentElement.dataset.printed = 1; }"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture
def signed(company: Company) -> tuple[str, str]:
    """A ticket, and what the code on its paper says; the scale's key is on record."""
    row = KeyRow(
        edge_id="EDGE-BASE01",
        version=1,
        site_id="BASE01",
        public_key=PUBLIC,
        from_seq=1,
        made_at=START,
        registered_at=datetime.now(UTC),
        registered_by="test",
        reason="installed",
    )
    number = company.receive(deduction=DEDUCTIONS).ticket.ticket_no  # type: ignore[arg-type]
    with company.deps.db.transaction() as tx:
        add_key(tx, row)
        ticket = views.ticket(tx, views.EVERYTHING, number)
    assert ticket is not None
    payload = receipt_payload(ticket.record, gross_hash="1a" * 32, tare_hash="2b" * 32)
    text = receipt_text("http://base", payload, sign=KEY.sign, public_key=PUBLIC)
    return number, text.partition("#")[2]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def window(browser: Browser, address: str, language: str, size: tuple[int, int]) -> BrowserContext:
    context = browser.new_context(base_url=address, viewport={"width": size[0], "height": size[1]})
    context.add_cookies([{"name": "lang", "value": language, "url": address}])
    context.add_init_script(PRINTS)
    return context


def printed(office: Page, number: str, button: str) -> Page:
    """A counted copy; the browser sends it to the printer by itself."""
    office.goto(f"/tickets/{number}")
    with office.context.expect_page() as opened:
        office.get_by_role("button", name=button, exact=True).click()
    paper = opened.value
    expect(paper.locator("html")).to_have_attribute("data-printed", "1")
    return paper


def code_on(paper: Page) -> str:
    return str(re.findall(r'<b class="(?:big )?num">(\d{6})</b>', paper.content())[0])


def test_a_seller_finds_the_paper_genuine_disputes_it_and_it_is_corrected(
    browser: Browser, company: Company, signed: tuple[str, str]
) -> None:
    number, fragment = signed
    with served(company) as address:
        office = window(browser, address, "en", DESKTOP).new_page()
        office.goto("/sign-in")
        office.fill("[name=login]", "supervisor")
        office.fill("[name=password]", PASSWORD)
        office.click("button[type=submit]")
        first = printed(office, number, "Print on A4")
        expect(first.locator(".paper")).to_contain_text("version 1 · original")
        second = printed(office, number, "Print on the 80 mm roll")
        expect(second.locator(".paper")).to_contain_text("version 1 · COPY 2")

        phone = window(browser, address, "zh", PHONE).new_page()
        phone.goto(f"/t/{number}#{fragment}")
        expect(phone.locator("[data-receipt]")).to_contain_text("这张磅单是真的")
        assert phone.get_attribute("[data-receipt]", "data-found") == "holds"
        assert faults(phone) == []
        phone.fill("[name=code]", code_on(second))
        phone.get_by_text("有问题", exact=True).click()
        phone.select_option("[name=ground]", "deduction")
        phone.fill("[name=statement]", "没有泥土")
        phone.get_by_role("button", name="提出异议").click()
        expect(phone.locator("#answer")).to_contain_text("卖方已提出异议")

        forger = window(browser, address, "en", PHONE).new_page()
        forger.goto(f"/t/{number}#{fragment.replace(fragment[40], 'B', 1)}")
        forger.wait_for_selector("[data-found]:not([data-found=holds])")

        office.goto(f"/tickets/{number}")
        expect(office.locator("main")).to_contain_text("disputed by the seller")
        office.bring_to_front()  # behind another tab colours stand still on their way
        assert faults(office) == []
        office.get_by_role("link", name=re.compile("FY-26-")).first.click()
        expect(office.locator("main")).to_contain_text("没有泥土")

        office.context.add_cookies([{"name": "lang", "value": "zh", "url": address}])
        office.goto(f"/tickets/{number}/correction")
        office.get_by_label("更正原因").fill("卖方所言属实：泥土很少")
        office.fill('[name="deduction.kg"]', "40")
        office.get_by_role("button", name="记录更正").click()
        office.wait_for_url(f"**/tickets/{number}")
        expect(office.locator("main")).to_contain_text("卖方所言属实：泥土很少")
        expect(office.locator("s").first).to_be_visible()
        phone.context.add_cookies([{"name": "lang", "value": "en", "url": address}])
        phone.goto(f"/t/{number}")
        expect(phone.locator("main")).to_contain_text("Corrected 1 time")
