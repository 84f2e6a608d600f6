"""The ticket as the browser prints it: its code is read from the picture, and its receipts hold."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service.devices.codes import decode_codes
from service.proof.promise import promise_digest, read_promises
from service.proof.signature import recover_address
from service.usecases.key_epoch import epochs, state_site_keys
from tests.e2e.browser import CHROMIUM, chromium
from tests.support.company import Company
from tests.support.pages import Person, pages_of

STATIC = Path(__file__).parents[2] / "service/web/static"
STYLES = re.compile(r'<link rel="stylesheet"[^>]*href="/static/([a-z]+\.css)[^"]*"[^>]*>')
DOTS_PER_PX = 203 / 96
"""A thermal printer sets 203 dots an inch, where the style counts 96."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def printed_code(browser: Browser, page: str) -> bytes:
    """The code on the printed page, as many dots as a thermal printer sets, PNG."""
    styled = STYLES.sub(lambda link: f"<style>{(STATIC / link[1]).read_text()}</style>", page)
    window = browser.new_page(device_scale_factor=DOTS_PER_PX)
    window.emulate_media(media="print")
    window.set_content(styled, wait_until="commit")
    return window.locator(".qr-box.dense svg").screenshot()


@pytest.mark.parametrize("paper", ["a4", "80mm"])
def test_the_code_on_the_paper_is_read_and_each_promise_in_it_was_signed_by_the_site(
    company: Company, paper: str
) -> None:
    state_site_keys(company.deps)
    truck = company.receive()
    page = Person(pages_of(company), "operator").get(
        f"/tickets/{truck.ticket.ticket_no}?paper={paper}"
    )
    with chromium() as browser:
        (code,) = decode_codes(printed_code(browser, page.text))
    key = next(row for row in epochs(company.deps) if row.site_id == "BASE01")
    promises = read_promises(code.text)
    assert len(promises) == 3
    for promise in promises:
        digest = promise_digest(promise, 1337, bytes(20))
        assert recover_address(digest, promise.signature) == key.address
