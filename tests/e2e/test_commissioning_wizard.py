"""The commissioning wizard in the browser, on the line of a simulated indicator."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Response, send_from_directory
from playwright.sync_api import Browser, Page, expect

from service.devices.clock import RatedClock
from service.devices.edge.commissioning import CommissioningDesk
from service.devices.edge.commissioning_api import CommissioningApi
from service.devices.edge.commissioning_store import CommissioningStore
from service.devices.edge.reader import IndicatorReader
from service.devices.edge.scale import Scale
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.edge.state import state_document
from service.devices.http_answers import answering_app
from service.devices.indicators.registry import dialect_by_name
from service.devices.server import HttpServer
from service.devices.simulator.simulator import Simulator
from service.domain.party import Actor, Role
from tests.e2e.browser import CHROMIUM, TABLET, chromium
from tests.e2e.looks import faults
from tests.support.devices import site_devices, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

STATIC = Path(__file__).parents[2] / "service" / "web" / "static"
RATE = 20
SUPERVISOR = Actor(
    user_id="u-1",
    name="王主管",
    role=Role.SUPERVISOR,
    organisation_id="BASE",
    site_ids=frozenset({"BASE01"}),
)
_SIGN_IN = """(session) => new Promise((resolve) => {
  sessionStorage.setItem("open", session.person.user_id);
  indexedDB.open("ferrotrace-yard", 1).onsuccess = ({ target }) => {
    const writing = target.result.transaction("settings", "readwrite");
    writing.objectStore("settings").put("en", "language");
    writing.objectStore("settings").put(session, "session");
    writing.oncomplete = resolve;
  };
})"""


class WizardYard:
    """A simulated scale, the desk that commissions it, and its page; ``address`` is the page's."""

    def __init__(self, folder: Path) -> None:
        site = site_devices()
        self.simulator = Simulator(site, rate=RATE)
        self.simulator.start()
        dialect = dialect_by_name(site.instrument.dialect, site.instrument.params)
        self.scale = Scale(site.instrument.instrument(), dialect, RatedClock(RATE))
        self._file = SqliteFile(folder / "edge.db")
        desk = CommissioningDesk(site.instrument, self.scale, CommissioningStore(self._file))
        url = site.instrument.transport_url
        self._reader = IndicatorReader(self.scale, url, dialect, on_connect=lambda: None)
        self._reader.start()
        api = CommissioningApi(desk, site.site_id, lambda: SUPERVISOR)

        def live() -> Response:
            state = json.dumps(state_document(site, self.scale))
            return Response(f"event: scale\ndata: {state}\n\n", mimetype="text/event-stream")

        def yard_file(name: str) -> Response:
            return send_from_directory(STATIC / "yard", name)

        def file(name: str) -> Response:
            return send_from_directory(STATIC, name)

        pages = (
            ("GET", "/yard/v1/live", live),
            ("GET", "/yard/<path:name>", yard_file),
            ("GET", "/static/<path:name>", file),
        )
        self._server = HttpServer(answering_app("wizard", [*api.routes(), *pages]), "127.0.0.1", 0)
        self._server.start()
        self.address = f"http://127.0.0.1:{self._server.port}/yard/commissioning.html"

    def stop(self) -> None:
        self._server.stop()
        self._reader.stop()
        self.simulator.stop()
        self._file.close()

    def stands(self, kg: int) -> None:
        """A truck of ``kg`` drives on and has stood for as long as the proofs need."""
        self.simulator.deck.drive_on(plate="辽E10001", kg=kg, code=None, laden=True)
        until(lambda: self.scale.state().kg == kg)
        until(lambda: self.scale.state().elapsed_ms >= 5_000)

    def drives_round(self, kg: int) -> None:
        """The truck drives off, on again, and stands."""
        self.simulator.deck.drive_off()
        until(lambda: self.scale.state().kg == 0)
        self.stands(kg)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[WizardYard]:
    running = WizardYard(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, yard: WizardYard) -> Iterator[Page]:
    """The wizard with a supervisor signed in."""
    context = browser.new_context(
        viewport={"width": TABLET[0], "height": TABLET[1]}, has_touch=True, locale="en-GB"
    )
    opened = context.new_page()
    opened.goto(yard.address)
    person = {"user_id": "u-1", "name": SUPERVISOR.name, "role": "supervisor"}
    actions = ["INSTRUMENT_COMMISSION", "WEIGHING_RECORD"]
    until_then = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    opened.evaluate(_SIGN_IN, {"person": person, "actions": actions, "expires_at": until_then})
    opened.reload()
    yield opened
    context.close()


def keys(page: Page, text: str) -> None:
    for sign in text:
        page.locator(f'[data-key="{sign}"]').tap()


def main(page: Page, name: str) -> None:
    page.locator(f'#actions [data-id="{name}"]').tap()


def enter_truck(page: Page, *, known: str, display: str) -> None:
    page.locator('[data-slot="known"]').tap()
    keys(page, known)
    page.locator('[data-slot="display"]').tap()
    keys(page, display)


def expect_proof(page: Page, name: str, state: str) -> None:
    row = page.locator(f'[data-proof="{name}"]')
    expect(row).to_have_attribute("data-proof-state", state)


def test_a_supervisor_commissions_with_a_known_truck(page: Page, yard: WizardYard) -> None:
    main(page, "begin")
    yard.stands(48_620)
    enter_truck(page, known="48600", display="4862")
    main(page, "prove")
    expect_proof(page, "figures", "failed")
    expect_proof(page, "frames", "passed")
    main(page, "next")  # begins anew
    enter_truck(page, known="48600", display="48620")
    looks = faults(page)
    page.reload()  # nothing typed is lost
    expect(page.locator('[data-slot="display"] b')).to_have_text("48620")
    main(page, "prove")
    for name in ("figures", "decimals", "unit", "increment", "checksum", "profile", "mass"):
        expect_proof(page, name, "passed")
    main(page, "next")
    yard.drives_round(48_620)
    main(page, "drive")
    expect_proof(page, "motion", "passed")
    main(page, "next")
    page.locator('[data-id="language"]').tap()
    main(page, "close")
    expect(page.locator(".note[data-state=ok]")).to_contain_text("已调试完成")
    assert looks + faults(page) == []


def test_the_days_check_is_typed_from_the_display(page: Page, yard: WizardYard) -> None:
    yard.stands(16_140)
    keys(page, "16140")
    page.locator('[data-id="check"]').tap()
    expect_proof(page, "figures", "passed")
    expect(page.locator(".note[data-state=ok]").last).to_contain_text("on record")
