"""The tablet in a real browser at a real edge unit: trucks, cut cables, two people.

Each walk begins in Chinese and ends in English.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from service.storage.embedded import APP_ROLE, DATABASE, EmbeddedPostgres
from tests.e2e.browser import CHROMIUM
from tests.e2e.looks import faults
from tests.e2e.tablet import PIN, Device, Tablet
from tests.e2e.yard import (
    STARTS_WITHIN_S,
    TabletYard,
    be_strict,
    known_truck,
    tablet_yard,
    today,
    verified_instrument,
)
from tests.support.company import company_on
from tests.support.devices import until
from tests.support.pictures import barcode_jpeg, heap_jpeg, truck_jpeg

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

OPERATOR, INSPECTOR, SUPERVISOR = "陈一", "周二", "孙三"
LADEN_KG, EMPTY_KG, SWAPPED_KG = 48_620, 16_140, 17_140
YARD_DATABASE = "tablet_yard"
UPLOADED_WITHIN_S = 60


@pytest.fixture(scope="module")
def yard(
    migrated_postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TabletYard]:
    migrated_postgres.create_database(YARD_DATABASE, template=DATABASE)
    url = migrated_postgres.url(APP_ROLE, YARD_DATABASE)
    company = company_on(url, instruments=verified_instrument)
    be_strict(company)
    with tablet_yard(company, url, tmp_path_factory.mktemp("yard")) as running:
        yield running
    company.deps.db.close()
    migrated_postgres.drop_database(YARD_DATABASE)


@pytest.fixture(scope="module")
def known(yard: TabletYard) -> str:
    """Plate of a truck whose empty weight was found before."""
    return known_truck(yard.company, EMPTY_KG)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tablet's camera sees, once a picture is put there."""
    return tmp_path_factory.mktemp("camera") / "seen.mjpeg"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def device(
    yard: TabletYard,
    playwright: Playwright,
    camera: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Device]:
    """A tablet on which three people are enrolled and have signed in."""
    device = Device(playwright, tmp_path_factory.mktemp("tablet"), yard.address, camera)
    for login in ("operator", "inspector", "supervisor"):
        device.tablet.enrol(login)
    for name in (INSPECTOR, SUPERVISOR, OPERATOR):
        device.tablet.is_used_by(name)
    yield device
    device.switch_off()


@pytest.fixture
def tablet(device: Device, yard: TabletYard) -> Iterator[Tablet]:
    """The tablet in Chinese with the operator at it, all cables in, the deck empty."""
    yard.drive_off()
    device.tablet.is_up()
    device.tablet.is_used_by(OPERATOR)
    device.tablet.open("/queue")
    device.tablet.speak("zh")
    yield device.tablet
    yard.tablet.mend()
    yard.upstream.mend()


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photograph") / "indicator.jpg"
    path.write_bytes(heap_jpeg())
    return path


READER_TYPES = """(card) => [...card, "Enter"].forEach(
    (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""


def weigh(
    tablet: Tablet, yard: TabletYard, plate: str, which: str, kg: int, *, card: str = ""
) -> None:
    """Weigh a truck from the queue, in two taps at most; ``card`` is held to the reader."""
    yard.drive_on(kg, plate)
    tablet.open("/queue")
    expect(tablet.truck(plate)).to_contain_text(tablet.says(f"ready_weigh-{which}"))
    before = tablet.taps
    tablet.tap(tablet.truck(plate))
    if card:
        tablet.page.evaluate(READER_TYPES, card)
        expect(tablet.page.locator("main")).to_contain_text(f"{tablet.says('card')} {card}")
    record(tablet, which, kg)
    assert tablet.taps - before <= 2
    yard.drive_off()


def record(tablet: Tablet, which: str, kg: int) -> None:
    words = {"pass": tablet.says(which), "kg": f"{kg:,} kg"}
    expect(tablet.main).to_contain_text(tablet.says("record", **words))
    tablet.tap(tablet.main)
    expect(tablet.page.locator(".live.done")).to_contain_text(f"{kg:,}")


def grade(tablet: Tablet, plate: str) -> None:
    tablet.open("/queue")
    tablet.tap(tablet.truck(plate))
    tablet.choose("grade:HRS101")
    tablet.keys("1.2")
    tablet.tap(tablet.main)
    tablet.page.wait_for_url("**/#/queue")


def in_two_lines(tablet: Tablet) -> None:
    """The decided grade and a material without a code, half of the load each."""
    tablet.tap(tablet.by_id("split"))
    expect(tablet.main).to_be_disabled()
    tablet.page.locator("#material-1").fill("copper")
    tablet.tap(tablet.by_id("make-equal"))
    tablet.tap(tablet.by_id("close-line:1"))
    expect(tablet.by_id("line:1")).to_contain_text("copper · 50")


def walk_in(tablet: Tablet, plate: str) -> None:
    """A truck that nobody has booked: plate and seller by taps."""
    tablet.open("/arrival")
    tablet.keys(plate)
    tablet.tap(tablet.page.locator('[data-choice^="supplier_id:"]').first)


def is_sent(tablet: Tablet) -> None:
    """Everything that was kept here is at the edge unit, and nothing was refused."""
    tablet.open("/sync")
    expect(tablet.page.locator("main")).to_contain_text(tablet.says("allSent"))
    expect(tablet.page.locator("main")).to_contain_text(tablet.says("keptN", n=0))


def expect_queued(tablet: Tablet, plate: str, key: str, **values: object) -> None:
    """What stands beside ``plate`` on the list of trucks."""
    expect(tablet.truck(plate)).to_contain_text(tablet.says(key, **values))


def test_a_booked_truck_takes_two_taps_a_weighing_and_leaves_with_its_ticket(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·10001"
    yard.book("辽E10001")
    tablet.arrive_booked(plate)
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    assert faults(tablet.page) == []
    tablet.is_used_by(INSPECTOR)
    grade(tablet, plate)
    tablet.is_used_by(OPERATOR)
    tablet.speak("en")
    weigh(tablet, yard, plate, "tare", EMPTY_KG)
    tablet.tap(tablet.main)
    expect(tablet.main).to_contain_text("Issue the ticket, 32,480 kg")
    in_two_lines(tablet)
    assert faults(tablet.page) == []
    tablet.tap(tablet.main)
    expect(tablet.page.locator(".paper")).to_contain_text("copper · 50.00 %16,240 kg")
    expect(tablet.page.locator(".paper")).to_contain_text(f"BASE01-E1-{today():%y}-")
    for edition in ("original", "COPY 2"):
        with tablet.page.context.expect_page() as paper:
            tablet.tap(tablet.by_id("print-80"))
        paper.value.close()
        expect(tablet.page.locator(".paper")).to_contain_text(edition)
    tablet.open("/queue")
    tablet.tap(tablet.truck(plate))
    expect(tablet.main).to_have_text("Let it leave")
    tablet.tap(tablet.main)
    expect(tablet.truck(plate)).to_have_count(0)


def test_the_tablets_camera_reads_the_code_of_a_booking(
    tablet: Tablet, yard: TabletYard, camera: Path
) -> None:
    for language, sign, drawn in (("zh", "1", shown_by_driver), ("en", "2", barcode_jpeg)):
        plate = f"辽E·1100{sign}"
        number = yard.book(f"辽E1100{sign}")
        camera.write_bytes(drawn(number) * 5)
        tablet.speak(language)
        tablet.open("/queue")
        expect(tablet.page.locator(".bookings a", has_text=plate)).to_be_visible()
        tablet.open("/arrival")
        tablet.tap(tablet.by_id("scan"))
        expect(tablet.page.locator("main")).to_contain_text(f"{tablet.says('booking')} {number}")
        expect(tablet.main).to_contain_text(plate)
        tablet.tap(tablet.main)
        expect_queued(tablet, plate, "ready_weigh-gross")


def shown_by_driver(code: str) -> bytes:
    """The front of a truck whose plate is not the booked one; the driver shows a QR."""
    return truck_jpeg("辽E·NONE0", code=code)


def test_a_walk_in_seller_needs_no_keyboard_and_a_visit_can_be_voided(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·20002"
    expect(tablet.main).to_have_text("车辆到场")
    walk_in(tablet, "辽E20002")
    tablet.choose("material:medium")
    assert faults(tablet.page) == []
    expect(tablet.main).to_contain_text("登记到场")
    tablet.tap(tablet.main)
    expect(tablet.truck(plate)).to_contain_text("可称毛重")
    tablet.is_used_by(SUPERVISOR)
    tablet.speak("en")
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    tablet.page.goto(tablet.page.url.split("/weigh")[0])
    tablet.tap(tablet.by_id("do:void"))
    tablet.choose("void:SELLER_WITHDREW")
    tablet.tap(tablet.main)
    expect(tablet.truck(plate)).to_contain_text("May leave")
    tablet.open("/tickets")
    expect(tablet.page.locator(".ticket-list")).to_contain_text("void")


def test_cut_off_before_the_weighing_two_people_type_it_and_nothing_doubles(
    tablet: Tablet, device: Device, yard: TabletYard, picture: Path
) -> None:
    plate = "辽E·30003"
    yard.drive_on(LADEN_KG, "辽E30003")
    yard.tablet.cut()
    tablet.is_cut()
    walk_in(tablet, "辽E30003")
    tablet.tap(tablet.main)
    tablet.tap(tablet.truck(plate))
    expect(tablet.weight).to_contain_text("——")
    expect(tablet.main).to_have_text("平板未连边缘机")
    assert faults(tablet.page) == []
    tablet.tap(tablet.by_id("typed"))
    tablet.keys("4862")
    tablet = device.switch_off_and_on()
    tablet.open()
    tablet.sign_in(OPERATOR)
    tablet.is_cut()
    tablet.speak("en")
    tablet.tap(tablet.truck(plate))
    tablet.tap(tablet.by_id("typed"))
    expect(tablet.page.locator("#kg")).to_have_value("4,862")
    tablet.keys("0", within=".keypad:has(#kg)")
    fill_typed(tablet, picture, LADEN_KG)
    tablet.page.evaluate(SEALING_WAITS)
    tablet.tap(tablet.main)
    tablet.open("/sync")
    main = tablet.page.locator("main")
    expect(main).to_contain_text(tablet.says("keptN", n=2))
    tablet.page.evaluate("sealIt()")
    expect(main).to_contain_text(tablet.says("keptN", n=3))
    tablet.is_kept()
    assert tablet.page.url.endswith("#/sync"), "whoever looks elsewhere is left there"
    yard.tablet.mend()
    tablet.is_up()
    is_sent(tablet)
    tablet.open("/queue")
    expect(tablet.truck(plate)).to_contain_text("gross 48,620 kg")
    until(lambda: yard.uploaded("辽E30003") >= 3, within_s=UPLOADED_WITHIN_S)


SEALING_WAITS = """() => {
  const seal = crypto.subtle.encrypt.bind(crypto.subtle);
  const released = new Promise((resolve) => { globalThis.sealIt = resolve; });
  crypto.subtle.encrypt = async (...given) => { await released; return seal(...given); };
}"""
"""A tablet that takes its time over the second person's PIN, until ``sealIt()``."""


def fill_typed(tablet: Tablet, picture: Path, kg: int) -> None:
    """The rest of a typed weight: why, what the indicator looks like, and the second person."""
    tablet.choose("reason:LINK_CUT")
    tablet.photograph(picture)
    tablet.tap(tablet.page.locator('[data-choice^="witness:"]', has_text=SUPERVISOR))
    tablet.page.locator("#witness-pin").wait_for()
    tablet.keys(PIN, within=".keypad:has(#witness-pin)")
    expect(tablet.main).to_contain_text(f"{kg:,} kg, MANUAL")


def test_cut_off_between_the_weighings_the_inspector_goes_on_and_the_rest_is_sent_in_order(
    tablet: Tablet, device: Device, yard: TabletYard, picture: Path
) -> None:
    plate = "辽E·40004"
    yard.book("辽E40004")
    tablet.arrive_booked(plate)
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    yard.tablet.cut()
    tablet.is_cut()
    tablet.is_used_by(INSPECTOR)
    tablet.tap(tablet.truck(plate))
    tablet.photograph(picture)
    tablet.choose("grade:MRS201")
    tablet.tap(tablet.main)
    tablet.page.wait_for_url("**/#/queue")
    tablet = device.switch_off_and_on()
    tablet.open()
    tablet.sign_in(OPERATOR)
    tablet.speak("en")
    expect_queued(tablet, plate, "ready_weigh-tare")
    expect(tablet.truck(plate)).to_contain_text("kept here")
    yard.tablet.mend()
    tablet.is_up()
    is_sent(tablet)
    weigh(tablet, yard, plate, "tare", EMPTY_KG)


def test_cut_off_after_the_weighings_the_ticket_gets_its_number_once_the_edge_unit_is_reached(
    tablet: Tablet, device: Device, yard: TabletYard
) -> None:
    plate = "辽E·50005"
    tablet.is_used_by(SUPERVISOR)
    walk_in(tablet, "辽E50005")
    tablet.tap(tablet.main)
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    grade(tablet, plate)
    weigh(tablet, yard, plate, "tare", EMPTY_KG)
    tablet.open("/queue")
    yard.tablet.cut()
    tablet.is_cut()
    tablet.tap(tablet.truck(plate))
    tablet.tap(tablet.by_id("add-deduction"))
    tablet.keys("480")
    tablet.choose("why:SOIL")
    expect(tablet.main).to_contain_text("32,000 kg")
    tablet = device.switch_off_and_on()
    tablet.open()
    tablet.sign_in(SUPERVISOR)
    tablet.speak("en")
    tablet.tap(tablet.truck(plate))
    expect(tablet.main).to_contain_text("Issue the ticket, 32,000 kg")
    tablet.tap(tablet.main)
    expect(tablet.truck(plate)).to_contain_text("May leave")
    yard.tablet.mend()
    tablet.is_up()
    is_sent(tablet)
    tablet.open("/tickets")
    expect(tablet.page.locator(".ticket-list")).to_contain_text(plate)


def test_with_the_cable_to_the_server_out_weighing_goes_on_and_is_uploaded_later(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·60006"
    yard.book("辽E60006")
    tablet.arrive_booked(plate)
    until(lambda: yard.uploaded("辽E60006") >= 1, within_s=UPLOADED_WITHIN_S)
    yard.upstream.cut()
    expect(tablet.by_id("banner-server")).to_contain_text(tablet.says("bannerUp"))
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    tablet.speak("en")
    expect(tablet.by_id("banner-server")).to_contain_text(re.compile(r"[1-9] to upload"))
    yard.upstream.mend()
    expect(tablet.by_id("banner-server")).to_have_count(0)
    until(lambda: yard.uploaded("辽E60006") >= 2, within_s=UPLOADED_WITHIN_S)


@pytest.mark.soak
def test_with_the_server_killed_a_truck_gets_its_ticket_and_all_is_uploaded_once_later(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·60007"
    tablet.is_used_by(SUPERVISOR)
    walk_in(tablet, "辽E60007")
    tablet.tap(tablet.main)
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    yard.server.kill()
    grade(tablet, plate)
    tablet.speak("en")
    weigh(tablet, yard, plate, "tare", EMPTY_KG)
    tablet.tap(tablet.main)
    expect(tablet.main).to_contain_text("Issue the ticket, 32,480 kg")
    tablet.tap(tablet.main)
    expect(tablet.page.locator(".paper")).to_contain_text(f"BASE01-E1-{today():%y}-")
    expect(tablet.by_id("banner-server")).to_contain_text("weighing goes on")
    yard.server.start()
    until(yard.server.answers, within_s=STARTS_WITHIN_S)
    expect(tablet.by_id("banner-server")).to_have_count(0)
    ticketed = [LADEN_KG - EMPTY_KG]
    until(lambda: yard.ticketed("辽E60007") == ticketed, within_s=UPLOADED_WITHIN_S)
    assert yard.held() == []


def test_two_trucks_on_the_deck_are_refused_and_one_is_weighed_once_the_other_has_left(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·70007"
    yard.permit("辽E70007", legal_max_kg=49_000)
    yard.book("辽E70007")
    tablet.arrive_booked(plate)
    yard.drive_on_together({"辽E70007": LADEN_KG, "辽E70008": EMPTY_KG})
    tablet.tap(tablet.truck(plate))
    expect(tablet.main).to_contain_text("64,760 kg")
    tablet.tap(tablet.main)
    refusal = tablet.page.get_by_role("alert")
    expect(refusal).to_contain_text(f"C3 {tablet.says('C3')}")
    expect(refusal).to_contain_text("≤ 49,000 kg")
    assert faults(tablet.page) == []
    tablet.speak("en")
    expect(refusal).to_contain_text("found 64,760 kg · limit ≤ 49,000 kg")
    yard.drive_off_alone("辽E70008")
    record(tablet, "gross", LADEN_KG)
    until(lambda: yard.counted("辽E70007") == [("gross", LADEN_KG)], within_s=UPLOADED_WITHIN_S)


def decide_hold(tablet: Tablet, decision: str, reason: str, picture: Path) -> None:
    """The operator hands the tablet over; the supervisor decides and enters a PIN."""
    tablet.choose(f"decision:{decision}")
    tablet.choose(f"reason:{reason}")
    if decision == "RELEASE":
        expect(tablet.main).to_be_disabled()
        tablet.photograph(picture)
        assert faults(tablet.page) == []
    tablet.tap(tablet.page.locator('[data-choice^="by:"]', has_text=SUPERVISOR))
    tablet.page.locator("#decider-pin").wait_for()
    tablet.keys(PIN)
    tablet.tap(tablet.main)
    tablet.page.wait_for_url("**/#/queue")


def test_a_swapped_tare_is_held_weighed_again_and_released_by_the_supervisor(
    tablet: Tablet, yard: TabletYard, known: str, picture: Path
) -> None:
    plate = f"{known[:2]}·{known[2:]}"
    yard.book(known)
    tablet.is_used_by(SUPERVISOR)
    tablet.arrive_booked(plate)
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    grade(tablet, plate)
    tablet.is_used_by(OPERATOR)
    ways = (("zh", "REWEIGH", "WRONG_POSITION"), ("en", "RELEASE", "VEHICLE_CHANGED"))
    for language, decision, reason in ways:
        tablet.speak(language)
        weigh(tablet, yard, plate, "tare", SWAPPED_KG)
        main = tablet.page.locator("main")
        expect(main).to_contain_text(tablet.says("heldTitle"))
        expect(main).to_contain_text(f"C7 {tablet.says('C7')}")
        blocked = tablet.page.locator(".way .blocked")
        expect(blocked).to_contain_text(tablet.says("step_weigh-tare"))
        tablet.tap(tablet.main)
        limits = {"value": "17,140 kg", "limit": "16,011–16,269 kg"}
        found = f"{tablet.says('value', **limits)} · {tablet.says('limit', **limits)}"
        expect(main).to_contain_text(found)
        expect(main.locator(".photo img").first).to_be_visible()
        decide_hold(tablet, decision, reason, picture)
    expect(tablet.truck(plate)).to_contain_text("Ready for the ticket")
    weighed = [("gross", LADEN_KG), ("tare", SWAPPED_KG)]
    until(lambda: yard.counted(known) == weighed, within_s=UPLOADED_WITHIN_S)
    assert yard.held() == []


def test_a_weighing_is_voided_with_its_reason_and_made_again(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·80008"
    yard.book("辽E80008")
    tablet.is_used_by(SUPERVISOR)
    tablet.arrive_booked(plate)
    weigh(tablet, yard, plate, "gross", LADEN_KG + 500)
    tablet.page.goto(tablet.page.url.split("/weigh")[0])
    tablet.tap(tablet.by_id("void:gross"))
    assert faults(tablet.page) == []
    tablet.tap(tablet.by_id("void-why:WRONG_POSITION"))
    expect(tablet.page.locator("main")).to_contain_text(tablet.says("status_void"))
    tablet.speak("en")
    weigh(tablet, yard, plate, "gross", LADEN_KG, card="IC-80008")
    tablet.open("/queue")
    expect(tablet.truck(plate)).to_contain_text("gross 48,620 kg")
    until(lambda: yard.counted("辽E80008") == [("gross", LADEN_KG)], within_s=UPLOADED_WITHIN_S)
    assert yard.cards("辽E80008") == ["IC-80008"]


def test_a_load_that_a_hazard_stops_goes_no_step_further(tablet: Tablet, yard: TabletYard) -> None:
    plate = "辽E·90009"
    yard.book("辽E90009")
    tablet.arrive_booked(plate)
    until(lambda: yard.uploaded("辽E90009") >= 1, within_s=UPLOADED_WITHIN_S)
    yard.stop("辽E90009")
    expect_queued(tablet, plate, "ready_stopped")
    tablet.tap(tablet.truck(plate))
    for language in ("zh", "en"):
        tablet.speak(language)
        expect(tablet.page.get_by_role("alert")).to_contain_text(tablet.says("stoppedText"))
        expect(tablet.main).to_contain_text(tablet.says("stoppedSmall"))
        expect(tablet.main).to_be_disabled()
    assert faults(tablet.page) == []
    tablet.page.goto(f"{tablet.page.url}/weigh/gross")
    expect(tablet.page.get_by_role("alert")).to_contain_text(tablet.says("stoppedText"))
