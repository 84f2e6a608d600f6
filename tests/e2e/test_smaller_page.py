"""A holder makes a smaller copy in a real browser: ticks, locks, the count, and the file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.proof.verify import verify
from service.storage import views
from tests.e2e.browser import CHROMIUM, chromium
from tests.e2e.looks import faults
from tests.e2e.served import served
from tests.support.company import Company
from tests.support.pages import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, published: Company) -> Iterator[Page]:
    """The supplier at the smaller copy of his ticket."""
    with published.deps.db.transaction() as tx:
        (ticket, *_) = views.tickets(tx, views.EVERYTHING)
    with served(published) as address:
        context = browser.new_context(accept_downloads=True)
        context.add_cookies([{"name": "lang", "value": "en", "url": address}])
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.locator("#login").fill("supplier")
        page.locator("#password").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.goto(f"{address}/documents/{ticket.target_hash}/smaller")
        yield page
        context.close()


def tick(page: Page, path: str) -> None:
    page.locator(f'input[name="show"][value="{path}"]').click()


def tally(page: Page) -> tuple[int, int]:
    words = page.locator('[data-part="tally"]').inner_text().split()
    return int(words[0]), int(words[2])


def test_an_object_goes_with_everything_in_it_and_the_rest_is_counted(page: Page) -> None:
    visible, total = tally(page)
    assert visible == total
    tick(page, "record.deduction")
    expect(page.locator('input[value="record.deduction.kind"]')).to_be_disabled()
    assert tally(page) == (total - 3, total)
    tick(page, "record.deduction")
    expect(page.locator('input[value="record.deduction.kind"]')).to_be_enabled()
    assert tally(page) == (total, total)
    assert faults(page) == []


def test_the_file_holds_what_is_ticked_and_another_can_be_made_at_once(
    page: Page, tmp_path: Path
) -> None:
    page.locator("select[name=audience]").select_option("bank")
    expect(page.locator('input[value="record.net_kg"]')).to_be_disabled()
    tick(page, "personal")
    visible, _ = tally(page)
    for number in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the smaller copy").click()
        saved = tmp_path / f"{number}.json"
        download.value.save_as(saved)
        content = saved.read_bytes()
        assert "辽EDEMO" not in content.decode()
        assert verify(content, audience="bank").check("DISCLOSURE_POLICY").status.value == "VALID"
        hidden = json.loads(content)["document"]["privacy"]["obfuscatedData"]
        assert len(hidden) == tally(page)[1] - visible
        expect(page.locator("form[data-picks]")).not_to_have_attribute("data-busy", "")
