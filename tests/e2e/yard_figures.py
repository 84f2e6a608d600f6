"""Figures of the tablet: ``python -m tests.e2e.yard_figures``. It prints, and judges nothing.

First load: a browser that has kept nothing, on a processor four times slower, at 1.6 Mbit/s and
150 ms a round trip (the browser's own throttling). Interactive is when the first button stands and
the page has answered an event. Waiting: what server and page add to the two taps of a booked truck
beside the stable window, at true speed.
"""

import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from playwright.sync_api import Browser, Page, sync_playwright

from service.commands.bench_timing import machine_line
from service.devices.edge_client import EdgeClient
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.storage.migrate import migrate
from tests.e2e.browser import ARGUMENTS, CHROMIUM, TABLET
from tests.e2e.tablet import Tablet, window
from tests.e2e.yard import TabletYard, tablet_yard, verified_instrument
from tests.support.company import company_on

RUNS = 7
TRUCKS = 3
SLOWER = 4
ROUND_TRIP_MS = 150
BYTES_PER_S = 1_600_000 // 8
LADEN_KG = 48_620
POLLS_EVERY_S = 0.01
FIRST_BUTTON = '[data-id="enrol"]'
_WATCH = """(selector) => {
  globalThis.interactive = new Promise((resolve) => {
    const found = () => {
      if (!document.querySelector(selector)) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => {
        resolve((globalThis.interactive_ms = performance.now()));
      }));
    };
    const watch = new MutationObserver(found);
    watch.observe(document, { childList: true, subtree: true });
  });
}"""
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
_FETCHED = """performance.getEntriesByType("resource")
  .filter((each) => each.responseEnd < interactive_ms)
  .map((each) => [each.name.split("/").at(-1), each.transferSize, Math.round(each.responseEnd)])"""
_WHEN_ENABLED = """(label) => new Promise((found) => {
  const look = () => {
    const main = document.querySelector("#actions .main:enabled");
    if (main?.textContent.includes(label)) found(Date.now());
    else requestAnimationFrame(look);
  };
  look();
})"""


def main() -> None:
    """Measure both and print them."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with (
        tempfile.TemporaryDirectory() as folder,
        _yard(Path(folder)) as yard,
        _browser() as browser,
    ):
        say(machine_line())
        loads = [first_load(browser, yard.address) for _ in range(RUNS)]
        say(_line("first paint", [load["painted_ms"] for load in loads]))
        say(_line("interactive", [load["interactive_ms"] for load in loads]))
        for name, size, ended_ms in loads[-1]["fetched"]:
            say(f"  {name:20} {size:6} bytes, there after {ended_ms} ms")
        waits = list(waited(browser, yard))
        for name in ("open", "decide", "record", "all"):
            say(_line(f"waiting: {name}", [wait[name] for wait in waits]))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _line(name: str, values: list[float]) -> str:
    return f"{name:20} median {median(values):6.0f} ms, {min(values):.0f} to {max(values):.0f} ms"


def first_load(browser: Browser, address: str) -> dict[str, Any]:
    """One first load by a tablet that has kept nothing; times since the address was entered."""
    context = browser.new_context(viewport={"width": TABLET[0], "height": TABLET[1]})
    page = context.new_page()
    slowed(page)
    page.add_init_script(f"({_WATCH})({FIRST_BUTTON!r})")
    page.goto(address, wait_until="commit")
    load = {
        "interactive_ms": page.evaluate("globalThis.interactive"),
        "painted_ms": page.evaluate(_PAINTED),
        "fetched": page.evaluate(_FETCHED),
    }
    context.close()
    return load


def slowed(page: Page) -> None:
    """An old tablet on a bad network, by the browser's own means."""
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    network = {
        "offline": False,
        "latency": ROUND_TRIP_MS,
        "downloadThroughput": BYTES_PER_S,
        "uploadThroughput": BYTES_PER_S,
    }
    tools.send("Network.emulateNetworkConditions", network)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def waited(browser: Browser, yard: TabletYard) -> Iterator[dict[str, float]]:
    """Per booked truck, ms: the tap on it, from the window's closing to the button, the tap on it.

    The window's closing is what the edge unit says, asked every 10 ms.
    """
    tablet = Tablet(window(browser), yard.address)
    tablet.enrol("operator")
    tablet.page.locator(".names button").first.tap()
    tablet.keys("2468")
    tablet.tap(tablet.by_id("sign-in"))
    tablet.page.wait_for_url("**/#/queue")
    for number in range(TRUCKS):
        plate = f"辽E·7000{number}"
        yard.book(plate.replace("·", ""))
        tablet.arrive_booked(plate)
        yield _waited_for(tablet, yard, plate)
        yard.edge.simulator_put("speed", {"rate": 20})
        yard.drive_off()


def _waited_for(tablet: Tablet, yard: TabletYard, plate: str) -> dict[str, float]:
    tablet.open("/queue")
    truck = tablet.truck(plate)
    truck.wait_for()
    yard.edge.simulator_put("speed", {"rate": 1})
    yard.drive_on(LADEN_KG, plate)
    began = time.time()
    truck.tap()
    tablet.weight.wait_for()
    opened = time.time()
    decided = _allowed_at(yard.edge)
    shown = tablet.page.evaluate(_WHEN_ENABLED, f"{LADEN_KG:,}") / 1_000
    asked = time.time()
    tablet.main.tap()
    tablet.page.locator(".live.done").wait_for()
    recorded = time.time()
    waits = {
        "open": opened - began,
        "decide": max(0.0, shown - decided),
        "record": recorded - asked,
    }
    return {name: 1_000 * each for name, each in {**waits, "all": sum(waits.values())}.items()}


def _allowed_at(edge: EdgeClient) -> float:
    while not edge.state().capture_allowed:
        time.sleep(POLLS_EVERY_S)
    return time.time()


@contextmanager
def _yard(folder: Path) -> Iterator[TabletYard]:
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    with server.running():
        migrate(server.owner_url)
        url = server.url(APP_ROLE)
        company = company_on(url, instruments=verified_instrument)
        with tablet_yard(company, url, folder) as yard:
            yield yard
        company.deps.db.close()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
