"""The demo company as people start it: one whole truck in the browser, by clicks, keys and files
alone; how every page looks; a truck that drives by itself; and what is left when it has ended."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from service.commands.simulate_client import Login, Person
from tests.e2e.browser import CHROMIUM, chromium, person, stranger
from tests.e2e.company import ROOT, Company, demo_company
from tests.e2e.looks import faults
from tests.e2e.three_verifiers import (
    others_cannot_tell_the_status,
    others_say_valid,
    valid_without_any_network,
)
from tests.e2e.walk import EMPTY_KG, LADEN_KG, Walk
from tests.support.cable import cut_at_random

pytestmark = pytest.mark.xdist_group("demo company")

DOCUMENTS_A_TRUCK = 5 + 3 + 4 + 1
"""Received, loaded, received at the plant with its carbon statement, settled."""
TRUCKS = 1
SEED = 20_261_122

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
    with demo_company(tmp_path_factory.mktemp("company"), measured=True) as running:
        yield running


@pytest.fixture(scope="module")
def installed_browser() -> Iterator[Browser | None]:
    if CHROMIUM is None:
        yield None
    else:
        with chromium() as running:
            yield running


@pytest.fixture(scope="module")
def browser(installed_browser: Browser | None) -> Browser:
    if installed_browser is None:
        pytest.skip("Debian's chromium is not installed")
    return installed_browser


class LookedAtWalk(Walk):
    """A walk on which every page that a step ends on is looked at."""

    def look(self, role: str) -> None:
        assert faults(self.at(role)) == []


@pytest.mark.browser
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


@pytest.mark.browser
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


@pytest.mark.browser
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


@pytest.mark.browser
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


def test_what_a_truck_left_holds_when_the_company_has_ended(
    company: Company, installed_browser: Browser | None, tmp_path: Path
) -> None:
    """The last test of this company: it ends it."""
    logins = ("--company", str(company.var_dir / "demo.json"))
    with cut_at_random(company.upstream, SEED, joined_s=(4, 8), cut_s=(2, 5)):
        driven = _ferrotrace(company, "simulate", "--trucks", str(TRUCKS), "--json", *logins)
    assert driven.returncode == 0, driven.stderr[-2000:]
    totals = json.loads(driven.stdout)
    for noun in ("tickets", "deliveries", "settlements"):
        assert totals[noun] >= TRUCKS
    assert totals["final_documents"] >= DOCUMENTS_A_TRUCK * TRUCKS
    audited = _ferrotrace(company, "audit")
    assert audited.returncode == 0, audited.stdout
    folders = _bundles(company, tmp_path / "bundles")
    papers = [path for folder in folders[:4] for path in sorted(folder.iterdir())]
    page = company.address + "/verify"
    others_say_valid(papers, company.var_dir, installed_browser, page=page)
    company.end()
    assert len(folders) >= 4 * TRUCKS  # a delivery and three visits each
    others_cannot_tell_the_status(papers, company.var_dir)
    valid_without_any_network(papers, company.var_dir)
    together = _together(folders, tmp_path / "together")
    trust = str(company.var_dir / "trust.json")
    verified = _ferrotrace(company, "verify", together, "--trust", trust)
    assert verified.returncode == 0, verified.stdout
    assert _ferrotrace(company, "verify", together).returncode == 2


def _ferrotrace(company: Company, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env={**os.environ, "FERROTRACE_VAR": str(company.var_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def _person(company: Company, role: str) -> tuple[Person, str]:
    said: dict[str, Any] = json.loads((company.var_dir / "demo.json").read_text())
    (login,) = [login for login in said["logins"] if login["role"] == role]
    fields = ("username", "password", "role", "organisation_id")
    person = Person(said["url"], Login(site_ids=(), **{name: login[name] for name in fields}))
    return person, said["url"]


def _bundles(company: Company, folder: Path) -> list[Path]:
    """Bundles of every delivery, a folder each."""
    clerk, url = _person(company, "clerk")
    folders = []
    for noun, key in (("deliveries", "delivery_id"), ("visits", "visit_id")):
        for found in clerk.get(f"/v1/{noun}")["items"]:
            path = f"/v1/{noun}/{found[key]}/bundles"
            answer = requests.get(url + path, headers=clerk.headers, timeout=60)
            answer.raise_for_status()
            folders.append(folder / found[key])
            zipfile.ZipFile(BytesIO(answer.content)).extractall(folders[-1])
    return folders


def _together(folders: list[Path], target: Path) -> str:
    """All bundles in one folder; a document that is in several is in it once."""
    target.mkdir()
    for path in (path for folder in folders for path in folder.iterdir()):
        shutil.copyfile(path, target / path.name)
    return str(target)
