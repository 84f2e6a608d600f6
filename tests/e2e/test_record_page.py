"""The page of the record in a real browser: it recomputes everything, and shouts when it must."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.browser import CHROMIUM, chromium
from tests.e2e.looks import faults
from tests.e2e.served import served
from tests.support.company import Company
from tests.support.published import BATCHES
from tests.support.registry_on_chain import RegistryOnChain

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

NODE = "http://node.example"


@pytest.fixture
def address(published: Company) -> Iterator[str]:
    with served(published) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{address}/log")
    expect(page.locator('[data-check="memory"]')).not_to_contain_text("not yet")
    return page


def check(page: Page) -> None:
    page.locator('[data-part="start"]').click()
    expect(page.locator('[data-part="stop"]')).to_be_hidden()
    expect(page.locator('[data-check="chain"]')).not_to_contain_text("not yet")


def state_of(page: Page, name: str) -> str | None:
    return page.locator(f'[data-check="{name}"]').get_attribute("data-state")


def show_node(page: Page, registry: RegistryOnChain) -> None:
    """Let the page reach the test's node under a name of its own."""

    def forwarded(route: Route) -> None:
        answer = route.fetch(url=registry.rpc_url)
        allowed = {**answer.headers, "Access-Control-Allow-Origin": "*"}
        route.fulfill(response=answer, headers=allowed)

    page.route(f"{NODE}/**", forwarded)
    page.locator("#rpc").fill(NODE)


def test_a_visitor_recomputes_the_whole_record_and_asks_his_own_node(
    browser: Browser, address: str, registry_chain: RegistryOnChain
) -> None:
    page = opened(browser, address)
    show_node(page, registry_chain)
    check(page)
    names = ("entries", "heads", "roots", "proofs", "chain")
    assert {name: state_of(page, name) for name in names} == dict.fromkeys(names, "ok")
    expect(page.locator(".verdict h1")).to_contain_text("Checked in this browser")
    expect(page.locator(".verdict p").first).to_contain_text(f"under {BATCHES} seals")
    assert faults(page) == []


def test_a_node_that_is_silent_leaves_it_open_and_never_wrong(
    browser: Browser, address: str
) -> None:
    page = opened(browser, address)
    page.route(f"{NODE}/**", lambda route: route.abort())
    page.locator("#rpc").fill(NODE)
    check(page)
    assert (state_of(page, "heads"), state_of(page, "chain")) == ("ok", "warn")
    assert page.locator(".verdict").get_attribute("data-state") == "warn"


@pytest.mark.parametrize(
    ("place", "found", "changed", "check_name"),
    [
        ("entries", '"type":"ticket"', '"type":"settlement"', "heads"),
        ("entries", '"seq":3', '"seq":4', "entries"),
        ("heads", '"batch_root":"', '"batch_root":"00', "roots"),
        ("heads", '"proof":[]', '"proof":["' + "00" * 32 + '"]', "proofs"),
    ],
)
def test_what_was_changed_on_the_way_is_found(
    browser: Browser, address: str, place: str, found: str, changed: str, check_name: str
) -> None:
    page = opened(browser, address)

    def lie(route: Route) -> None:
        answer = route.fetch()
        assert found in answer.text()
        route.fulfill(response=answer, body=answer.text().replace(found, changed, 1))

    page.route(f"**/v1/log/{place}?*", lie)
    check(page)
    assert state_of(page, check_name) == "bad"
    expect(page.locator(".verdict h1")).to_have_text("The record does not hold. Do not rely on it.")


@pytest.mark.parametrize(
    ("kept", "title"),
    [
        ({"head": "ab" * 32}, "This browser was shown another history before."),
        ({"size": 5, "head": "ab" * 32}, "The record does not hold. Do not rely on it."),
        ({"size": 9_999}, "The record has become shorter than this browser saw it."),
    ],
)
def test_another_history_than_before_is_shouted_at_once_and_not_forgotten(
    browser: Browser, address: str, kept: dict[str, object], title: str
) -> None:
    page = opened(browser, address)
    name = str(
        page.evaluate("Object.keys(localStorage).find((k) => k.startsWith('ferrotrace-log'))")
    )
    assert re.fullmatch(r"ferrotrace-log:1337:0x[0-9a-f]{40}", name)
    remembered = {**json.loads(page.evaluate("(k) => localStorage[k]", name)), **kept}
    page.evaluate("([k, v]) => { localStorage[k] = v; }", [name, json.dumps(remembered)])
    for _ in range(2):
        page.reload()
        expect(page.locator(".verdict h1")).to_have_text(title)
        assert page.locator(".verdict").get_attribute("data-state") == "bad"


def test_the_second_visit_finds_the_record_that_the_first_one_saw(
    browser: Browser, address: str
) -> None:
    page = opened(browser, address)
    assert state_of(page, "memory") == "skip"
    page.reload()
    expect(page.locator('[data-check="memory"]')).to_contain_text("It still begins with")
    assert state_of(page, "memory") == "ok"
