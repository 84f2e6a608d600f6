"""Pictures of the tablet in the yard, and of the server's pages about what happens there.

Three trucks stand in the yard of the demo company: one waits for the scale, one is weighed while
the pictures are made, one is held. Programs at other tablets bring them there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, Page, expect

from service.commands.simulate import Company as Programs
from service.commands.simulate_client import waited_for
from service.commands.simulate_yard import Yard
from service.domain.instants import business_date
from tests.e2e.browser import DESKTOP, PHONE, TABLET
from tests.e2e.tablet import Tablet, window
from tests.support.cable import Cable

SITE = "BASE01"
PIN = "2468"
LADEN_KG, EMPTY_KG = 48_620, 16_140
OTHER_KG = 31_480
HURRIED = 10
SETTLES_MS = 700
IS_STABLE_MS = 60_000
SHORTEST_HELD_S = 600
BOOKED = (
    ("辽E51007", "heavy"),
    ("辽E80362", "medium"),
    ("辽E60915", "light"),
    ("辽ED12345", "mixed"),
)
SIZES = {"tablet": TABLET, "phone": PHONE, "desktop": DESKTOP}

EXPIRED, VALID = "2025-06-30", "2099-12-31"

Keep = Callable[[Page, str], None]
"""Take a picture of the page under a name."""


@dataclass(frozen=True, slots=True)
class Camera:
    """The tablet in front of the pictures, and who keeps them."""

    tablet: Tablet
    keep: Keep

    def take(self, name: str, *, size: str = "tablet", dark: bool = False) -> None:
        """The screen as it is now, in Chinese and in English."""
        page = self.tablet.page
        theme = "dark" if dark else "light"
        page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        for language in ("zh", "en"):
            self.speak(language)
            page.wait_for_timeout(SETTLES_MS)
            self.keep(page, f"{name}-{size}-{language}{'-dark' if dark else ''}")
        page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
        page.evaluate("document.documentElement.dataset.theme = 'light'")

    def speak(self, language: str) -> None:
        """Choose the language with its button, which names the other one."""
        button = self.tablet.by_id("language")
        if button.inner_text() == {"zh": "中文", "en": "EN"}[language]:
            button.tap()


@dataclass(frozen=True, slots=True)
class Scene:
    """The yard at work: ``visits`` are those of the booked trucks, by plate."""

    yard: Yard
    visits: dict[str, str]


def photograph_yard(
    browser: Browser, programs: Programs, upstream: Cable, keep: Keep
) -> dict[str, str]:
    """Every picture of the tablet; what the server's pages of the same trucks need, by name."""
    page = window(browser, "zh")
    tablet = Tablet(page, programs.tablets[SITE])
    camera = Camera(tablet, keep)
    for role in ("operator", "inspector", "supervisor"):
        _enrol(tablet, programs, role)
    tablet.page.locator(".names button").first.tap()
    camera.take("yard-sign-in")
    with _at_rate(HURRIED, programs):
        scene = _scene(programs)
    name = tablet.page.locator(".names button").first.locator("span span").inner_text()
    tablet.sign_in(name, PIN)
    camera.take("yard-queue")
    camera.take("yard-queue", size="phone", dark=True)
    _arrival(camera)
    _weighing(camera, scene)
    with _at_rate(HURRIED, programs):
        ticket_no = _ticket(camera, scene)
        weighing_id = _held(camera, scene, programs)
    _offline(camera, upstream)
    page.context.close()
    _known_vehicles(programs)
    return {"weighing_id": weighing_id, "ticket_no": ticket_no}


def _enrol(tablet: Tablet, programs: Programs, role: str) -> None:
    login = next(one for one in programs.logins if one.role == role and SITE in one.site_ids)
    tablet.open("/enrol")
    tablet.page.locator("#email").fill(login.username)
    tablet.page.locator("#password").fill(login.password)
    tablet.keys(PIN)
    tablet.tap(tablet.by_id("send"))
    tablet.page.wait_for_url("**/#/sign-in")


def _scene(programs: Programs) -> Scene:
    """Four trucks are booked, three of them have come: one weighed, two waiting."""
    yard = Yard(
        site_id=SITE,
        operator=programs.tablet("operator", SITE),
        inspector=programs.tablet("inspector", SITE),
        supervisor=programs.tablet("supervisor", SITE),
        hardware=programs.person("operator", SITE),
    )
    supplier = programs.person("supplier")
    visits = {}
    for plate, material in BOOKED:
        booking = {
            "site_id": SITE,
            "plate": plate,
            "supplier_id": supplier.login.organisation_id,
            "carrier_id": programs.person("carrier").login.organisation_id,
            "material": material,
            "expected_on": business_date(datetime.now(UTC)).isoformat(),
        }
        code = supplier.post("/v1/bookings", booking)["code"]
        if (plate, material) != BOOKED[-1]:
            arrival = {"visit_kind": "RECEIVING", "identified_by": "QR", "code": code}
            visits[plate] = yard.arrive({**arrival, "plate": plate})
    third = BOOKED[2][0]
    yard.go(visits[third], acts={}, until="weigh-gross")
    yard.weigh(visits[third], "gross", third, OTHER_KG)
    return Scene(yard, visits)


def _arrival(camera: Camera) -> None:
    """The truck of a booking stands at the gate."""
    camera.tablet.open("/queue")
    camera.tablet.page.locator(".bookings a").first.tap()
    camera.take("yard-arrival")
    camera.tablet.open("/queue")


def _weighing(camera: Camera, scene: Scene) -> None:
    """The first truck drives on, comes to rest and is weighed; between, the indicator is silent."""
    tablet, yard, plate = camera.tablet, scene.yard, BOOKED[0][0]
    visit = scene.visits[plate]
    yard.go(visit, acts={}, until="weigh-gross")
    tablet.open(f"/visit/{visit}/weigh/gross")
    with _on_deck(yard, plate, LADEN_KG):
        expect(tablet.page.locator(".live.moving")).to_contain_text(",", timeout=IS_STABLE_MS)
        camera.take("yard-weigh-moving")
        expect(tablet.main).to_be_enabled(timeout=IS_STABLE_MS)
        camera.take("yard-weigh")
        camera.take("yard-weigh", size="phone", dark=True)
        line = f"/v1/sites/{SITE}/simulator/line"
        yard.hardware.put(line, {"connected": True, "silent": True})
        expect(tablet.weight).to_contain_text("——", timeout=IS_STABLE_MS)
        camera.take("yard-weigh-silent")
        yard.hardware.put(line, {"connected": True, "silent": False})
        expect(tablet.main).to_be_enabled(timeout=IS_STABLE_MS)
        tablet.tap(tablet.main)
        expect(tablet.page.locator(".live.done")).to_be_visible()
        camera.take("yard-weigh-done")


def _held(camera: Camera, scene: Scene, programs: Programs) -> str:
    """The third truck comes back sooner than its site allows; the weighing that is held."""
    tablet, yard, plate = camera.tablet, scene.yard, BOOKED[2][0]
    visit = scene.visits[plate]
    _allow_again_after(SHORTEST_HELD_S, programs)
    yard.go(visit, acts={"grade": _grade(yard)}, until="weigh-tare")
    tablet.open(f"/visit/{visit}/weigh/tare")
    with _on_deck(yard, plate, EMPTY_KG):
        expect(tablet.main).to_be_enabled(timeout=IS_STABLE_MS)
        tablet.tap(tablet.main)
        expect(tablet.page.locator(".live.done")).to_be_visible()
        camera.take("yard-weigh-held", dark=True)
    tablet.open(f"/visit/{visit}/hold")
    camera.take("yard-hold")
    passes = yard.operator.visit(visit)["passes"]
    return next(str(each["weighing_id"]) for each in passes if each["held"])


def _ticket(camera: Camera, scene: Scene) -> str:
    """The first truck is unloaded and weighed empty; its ticket."""
    tablet, yard, plate = camera.tablet, scene.yard, BOOKED[0][0]
    visit = scene.visits[plate]
    acts = {
        "grade": _grade(yard),
        "weigh-tare": lambda visit: yard.weigh(visit, "tare", plate, EMPTY_KG),
    }
    yard.go(visit, acts=acts, until="ticket")
    tablet.open(f"/visit/{visit}/ticket")
    expect(tablet.main).to_be_enabled()
    camera.take("yard-ticket-form")
    tablet.tap(tablet.main)
    expect(tablet.page.locator(".paper")).to_be_visible()
    camera.take("yard-ticket")
    return tablet.page.locator(".paper").get_attribute("aria-label") or ""


def _offline(camera: Camera, upstream: Cable) -> None:
    upstream.cut()
    try:
        camera.tablet.open("/queue")
        expect(camera.tablet.by_id("banner-server")).to_be_visible(timeout=IS_STABLE_MS)
        camera.take("yard-offline")
    finally:
        upstream.mend()


@contextmanager
def _at_rate(rate: int, programs: Programs) -> Iterator[None]:
    """The simulated scale ``rate`` times as fast; at the pace of a true one afterwards."""
    administrator = programs.person("administrator")
    path = f"/v1/sites/{SITE}/simulator/speed"
    administrator.put(path, {"rate": rate})
    try:
        yield
    finally:
        administrator.put(path, {"rate": 1})


@contextmanager
def _on_deck(yard: Yard, plate: str, kg: int) -> Iterator[None]:
    deck = f"/v1/sites/{SITE}/simulator/deck"
    waited_for("an empty deck", lambda: _is_ready(yard) or None)
    yard.hardware.put(deck, {"plate": plate, "kg": kg})
    try:
        yield
    finally:
        yard.hardware.delete(deck)


def _is_ready(yard: Yard) -> bool:
    """Whether the scale has stood at zero long enough for the next truck."""
    scale = yard.hardware.get(f"/v1/sites/{SITE}/scale")
    return bool(scale["zero"]) and scale["elapsed_ms"] >= scale["needed_ms"]


def _grade(yard: Yard) -> Callable[[str], None]:
    def decide(visit_id: str) -> None:
        decision: dict[str, Any] = {
            "visit_id": visit_id,
            "grade": "HRS101",
            "shares": {"HRS101": 10_000},
            "inclusions_bp": 120,
            "reason": "",
        }
        yard.inspector.enter("grade.decided", decision)

    return decide


def _allow_again_after(shortest_s: int, programs: Programs) -> None:
    """Hold a second weighing that comes sooner than ``shortest_s`` after the first."""
    administrator = programs.person("administrator")
    path = f"/v1/sites/{SITE}/control-policies"
    policy = {"C8": {"limits": {"shortest_s": shortest_s}}}
    reason = "Nobody unloads a truck sooner."
    administrator.post(path, {"policy": policy, "reason": reason})


def _known_vehicles(programs: Programs) -> None:
    """The trucks of the scene stand in the register, one of them with a paper that has expired."""
    clerk = programs.person("clerk")
    carrier_id = programs.person("carrier").login.organisation_id
    for number, (plate, _) in enumerate(BOOKED):
        vehicle = {
            "plate": plate,
            "plate_colour": "黄",
            "vehicle_type": "重型自卸货车",
            "axles": 6,
            "legal_max_kg": 49_000,
            "carrier_id": carrier_id,
            "papers": [{"kind": "行驶证", "valid_to": EXPIRED if number == 1 else VALID}],
        }
        clerk.post("/v1/vehicles", vehicle)
