"""The inspector's page, the stop and the bay in a real browser, on a tablet, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.storage import grade as grades
from service.storage.bay import bay_of
from service.storage.hazard import open_stop_of
from service.usecases.register import set_yard_rules
from tests.e2e.browser import CHROMIUM, TABLET, chromium
from tests.e2e.looks import faults
from tests.e2e.served import served
from tests.support.company import Company
from tests.support.graded_loads import cylinder, proposed, proposed_load
from tests.support.pages import PASSWORD
from tests.support.pictures import heap_jpeg

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@dataclass(frozen=True)
class Yard:
    """A company with its pages, and a browser before them."""

    browser: Browser
    company: Company
    address: str

    def at(self, who: str, path: str, language: str = "en") -> Page:
        """The window of a person, at ``path``."""
        width, height = TABLET
        context = self.browser.new_context(viewport={"width": width, "height": height})
        context.add_cookies([{"name": "lang", "value": language, "url": self.address}])
        page = context.new_page()
        page.goto(f"{self.address}/sign-in")
        page.locator("#login").fill(who)
        page.locator("#password").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(self.address + path)
        return page


@pytest.fixture
def yard(company: Company) -> Iterator[Yard]:
    with chromium() as browser, served(company) as address:
        yield Yard(browser, company, address)


def test_a_load_is_labelled_blind_compared_marked_and_decided(yard: Yard) -> None:
    company = yard.company
    rules = {"blind_percent": 100}
    set_yard_rules("BASE01", rules, company.people["supervisor"], company.deps)
    visit_id = proposed_load(company, "辽E·DEMO1", proposed())
    page = yard.at("inspector", f"/visits/{visit_id}/grade")
    assert "heavy mixed" not in page.content()
    expect(page.locator("#decide")).to_have_text("Choose a grade first")
    page.locator('.choice:has-text("MRS201")').click()
    expect(page.locator("#decide")).to_have_text("Grade as MRS201")
    page.get_by_role("button", name="I have looked: show the proposal").click()
    page.wait_for_url(re.compile("proposal=shown"))
    expect(page.locator("#proposal")).to_contain_text("heavy mixed")
    expect(page.locator("#proposal")).to_contain_text("79 % was seen.")
    expect(page.locator(".drawn")).to_be_visible()
    page.get_by_text("Tiles").click()
    expect(page.locator(".drawn")).to_be_hidden()

    page.locator("#share-HRS101").focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    shares = page.locator("[data-shares] input[type=range]").evaluate_all(
        "sliders => sliders.map((slider) => Number(slider.value))"
    )
    assert sum(shares) == 100
    _draw(page)
    page.locator("[data-draw-add]").click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-draw-list] li")).to_have_count(2)
    page.get_by_role("textbox", name="Inclusions").fill("1.2")
    expect(page.locator("#decide")).to_have_text("Grade as MRS201, deduct 1.20 %")
    assert faults(page) == []
    page.locator("#decide").click()
    page.wait_for_url(re.compile("/visits/[0-9a-f-]+$"))
    expect(page.locator("main")).to_contain_text("Said blind")
    with company.deps.db.transaction() as tx:
        decision = grades.decision_of(tx, visit_id)
    assert decision is not None
    assert decision.grade == "MRS201"


def _draw(page: Page) -> None:
    """Draw a box on the photograph by a pointer."""
    page.locator("[data-draw-toggle]").click()
    box = page.locator("[data-marks]").bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 80, middle[1] + 60)
    page.mouse.up()


def test_a_stop_fills_the_page_until_two_people_have_signed(yard: Yard, tmp_path: Path) -> None:
    company = yard.company
    answer = proposed("stop", reasons=("HAZARD_GAS_CYLINDER",), hazards=[cylinder()])
    visit_id = proposed_load(company, "辽E·DEMO2", answer)
    picture = tmp_path / "after.jpg"
    picture.write_bytes(heap_jpeg("after"))
    first = yard.at("inspector", f"/visits/{visit_id}/grade", "zh")
    assert first.url.endswith("/hazard")
    expect(first.locator(".banner")).to_contain_text("停止卸货！ 料里可能有气瓶。")
    expect(first.locator(".crops svg")).to_have_count(1)
    assert faults(first) == []
    _sign(first, "已隔离", picture)
    expect(first.locator(".actions")).to_contain_text("等第二人签字")
    second = yard.at("supervisor", f"/visits/{visit_id}/hazard")
    expect(second.locator("main")).to_contain_text("1 of 2")
    _sign(second, "an empty shell", picture)
    second.wait_for_url(re.compile(f"/visits/{visit_id}$"))
    with company.deps.db.transaction() as tx:
        assert open_stop_of(tx, visit_id) is None


def _sign(page: Page, reason: str, picture: Path) -> None:
    page.locator("#reason").fill(reason)
    page.locator("#picture").set_input_files(picture)
    page.locator(".actions button").click()


def test_a_supervisor_sets_the_corners_of_a_bed(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = yard.company
    monkeypatch.setattr("tests.support.company.seen_jpeg", heap_jpeg)
    proposed_load(company, "辽E·DEMO3", proposed())
    page = yard.at("supervisor", "/bays")
    page.get_by_role("link", name="Load", exact=True).click()
    before = page.locator("#corners").input_value()
    handle = page.locator(".corner").first
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 10, box["y"] - 5)
    page.mouse.up()
    page.locator(".corner").nth(2).focus()
    page.keyboard.press("Shift+ArrowRight")
    after = page.locator("#corners").input_value()
    assert after != before
    page.locator("#bed_length_mm").fill("9600")
    page.locator("#bed_width_mm").fill("2350")
    page.get_by_role("button", name="Show the bed and the scale").click()
    expect(page.locator(".found")).to_have_count(1)
    assert page.locator("#corners").input_value() == after
    assert faults(page) == []
    page.get_by_role("button", name="Keep from now on").click()
    expect(page.get_by_text("set, version 1")).to_be_visible()
    with company.deps.db.transaction() as tx:
        kept = bay_of(tx, "BASE01", "load")
    assert kept is not None
    assert (kept.bed_length_mm, kept.bed_width_mm) == (9_600, 2_350)
    assert " ".join(f"{x},{y}" for x, y in kept.corners_px) == after
