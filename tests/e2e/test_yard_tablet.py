"""The tablet in a real browser at a real edge unit: trucks, cut cables, two people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from service.storage.embedded import APP_ROLE, DATABASE, EmbeddedPostgres
from tests.e2e.browser import CHROMIUM
from tests.e2e.looks import faults
from tests.e2e.tablet import PIN, Tablet, profile
from tests.e2e.yard import (
    TabletYard,
    be_strict,
    known_truck,
    tablet_yard,
    today,
    verified_instrument,
)
from tests.support.company import company_on
from tests.support.devices import until
from tests.support.pictures import heap_jpeg

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

OPERATOR, INSPECTOR, SUPERVISOR = "陈一", "周二", "孙三"
LADEN_KG, EMPTY_KG, SWAPPED_KG = 48_620, 16_140, 17_140
YARD_DATABASE = "tablet_yard"


@pytest.fixture(scope="module")
def yard(
    migrated_postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TabletYard]:
    migrated_postgres.create_database(YARD_DATABASE, template=DATABASE)
    company = company_on(
        migrated_postgres.url(APP_ROLE, YARD_DATABASE), instruments=verified_instrument
    )
    be_strict(company)
    with tablet_yard(company, tmp_path_factory.mktemp("yard")) as running:
        yield running
    company.deps.db.close()
    migrated_postgres.drop_database(YARD_DATABASE)


@pytest.fixture(scope="module")
def known(yard: TabletYard) -> str:
    """Plate of a truck whose empty weight was found before."""
    return known_truck(yard.company, EMPTY_KG)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def home(
    yard: TabletYard, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The storage of a tablet on which three people are enrolled."""
    folder = tmp_path_factory.mktemp("tablet")
    with profile(playwright, folder) as context:
        tablet = Tablet(context.pages[0], yard.address)
        for login in ("operator", "inspector", "supervisor"):
            tablet.enrol(login)
        tablet.sign_in(INSPECTOR)
        change_to(tablet, OPERATOR)
        tablet.page.wait_for_function("navigator.serviceWorker.controller !== null")
    return folder


@pytest.fixture
def page(home: Path, playwright: Playwright) -> Iterator[Page]:
    with profile(playwright, home) as context:
        yield context.pages[0]


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("camera") / "indicator.jpg"
    path.write_bytes(heap_jpeg())
    return path


@pytest.fixture
def tablet(page: Page, yard: TabletYard) -> Iterator[Tablet]:
    """The tablet with the operator at it, in English."""
    yard.drive_off()
    tablet = Tablet(page, yard.address)
    tablet.open()
    tablet.sign_in(OPERATOR)
    if tablet.by_id("language").inner_text() == "EN":
        tablet.tap(tablet.by_id("language"))
    tablet.is_up()
    yield tablet
    yard.tablet.mend()
    yard.upstream.mend()


def weigh(tablet: Tablet, yard: TabletYard, plate: str, which: str, kg: int) -> int:
    """Weigh a truck from the queue; how many taps it took."""
    yard.drive_on(kg, plate)
    tablet.open("/queue")
    expect(tablet.truck(plate)).to_contain_text(f"Ready for {which}")
    before = tablet.taps
    tablet.tap(tablet.truck(plate))
    expect(tablet.main).to_contain_text(f"Record {which} {kg:,} kg")
    tablet.tap(tablet.main)
    expect(tablet.page.locator(".live.done")).to_contain_text(f"{kg:,}")
    yard.drive_off()
    return tablet.taps - before


def grade(tablet: Tablet, plate: str) -> None:
    tablet.open("/queue")
    tablet.tap(tablet.truck(plate))
    tablet.choose("grade:HRS101")
    tablet.keys("1.2")
    tablet.tap(tablet.main)
    tablet.page.wait_for_url("**/#/queue")


def change_to(tablet: Tablet, name: str) -> None:
    tablet.sign_out()
    tablet.sign_in(name)


def sent(tablet: Tablet) -> None:
    """Everything that was kept here is at the edge unit, and nothing was refused."""
    tablet.open("/sync")
    expect(tablet.page.locator("main")).to_contain_text("Everything is sent")
    expect(tablet.page.locator("main")).to_contain_text("0 on this tablet")


def test_a_booked_truck_takes_two_taps_a_weighing_and_leaves_with_its_ticket(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·10001"
    yard.book("辽E10001")
    tablet.arrive_booked(plate)
    assert weigh(tablet, yard, plate, "gross", LADEN_KG) <= 2
    assert faults(tablet.page) == []
    change_to(tablet, INSPECTOR)
    grade(tablet, plate)
    change_to(tablet, OPERATOR)
    assert weigh(tablet, yard, plate, "tare", EMPTY_KG) <= 2
    tablet.tap(tablet.main)
    expect(tablet.main).to_contain_text("Issue the ticket, 32,480 kg")
    assert faults(tablet.page) == []
    tablet.tap(tablet.main)
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


def test_a_walk_in_seller_needs_no_keyboard_and_a_visit_can_be_voided(
    tablet: Tablet, yard: TabletYard
) -> None:
    tablet.tap(tablet.by_id("language"))
    expect(tablet.main).to_have_text("车辆到场")
    tablet.tap(tablet.main)
    tablet.keys("辽E20002")
    tablet.tap(tablet.page.locator('[data-choice^="supplier_id:"]').first)
    tablet.choose("material:medium")
    assert faults(tablet.page) == []
    expect(tablet.main).to_contain_text("登记到场")
    tablet.tap(tablet.main)
    expect(tablet.truck("辽E·20002")).to_contain_text("可称毛重")
    change_to(tablet, SUPERVISOR)
    tablet.tap(tablet.by_id("language"))
    weigh(tablet, yard, "辽E·20002", "gross", LADEN_KG)
    tablet.page.goto(tablet.page.url.split("/weigh")[0])
    tablet.tap(tablet.by_id("do:void"))
    tablet.choose("void:SELLER_WITHDREW")
    tablet.tap(tablet.main)
    expect(tablet.truck("辽E·20002")).to_contain_text("May leave")
    tablet.open("/tickets")
    expect(tablet.page.locator(".ticket-list")).to_contain_text("void")


def finish_typed(tablet: Tablet, picture: Path, kg: int) -> None:
    """The rest of a typed weight: why, what the indicator looks like, and the second person."""
    tablet.choose("reason:LINK_CUT")
    tablet.photograph(picture)
    tablet.tap(tablet.page.locator('[data-choice^="witness:"]', has_text=SUPERVISOR))
    tablet.page.locator("#witness-pin").wait_for()
    for sign in PIN:
        tablet.tap(tablet.page.locator(f'.keypad:has(#witness-pin) [data-key="{sign}"]'))
    expect(tablet.main).to_contain_text(f"{kg:,} kg, MANUAL")
    tablet.tap(tablet.main)
    expect(tablet.page.locator("main")).to_contain_text("MANUAL")


def test_cut_off_before_the_weighing_two_people_type_it_and_nothing_doubles(
    tablet: Tablet, yard: TabletYard, home: Path, playwright: Playwright, picture: Path
) -> None:
    plate = "辽E·30003"
    yard.drive_on(LADEN_KG, "辽E30003")
    yard.tablet.cut()
    tablet.is_cut()
    tablet.open("/arrival")
    tablet.keys("辽E30003")
    tablet.tap(tablet.page.locator('[data-choice^="supplier_id:"]').first)
    tablet.tap(tablet.main)
    tablet.tap(tablet.truck(plate))
    expect(tablet.weight).to_contain_text("——")
    expect(tablet.main).to_have_text("No link to the edge unit")
    assert faults(tablet.page) == []
    tablet.tap(tablet.by_id("typed"))
    tablet.keys("4862")
    tablet.page.context.close()
    with profile(playwright, home) as context:
        again = Tablet(context.pages[0], yard.address)
        again.open()
        again.sign_in(OPERATOR)
        again.is_cut()
        again.tap(again.truck(plate))
        again.tap(again.by_id("typed"))
        expect(again.page.locator("#kg")).to_have_value("4,862")
        again.keys("0", within=".keypad:has(#kg)")
        finish_typed(again, picture, LADEN_KG)
        yard.tablet.mend()
        again.is_up()
        sent(again)
        again.open("/queue")
        expect(again.truck(plate)).to_contain_text("gross 48,620 kg")
        until(lambda: yard.uploaded("辽E30003") == 3, within_s=30)


def test_cut_off_between_the_weighings_the_inspector_goes_on_and_the_rest_is_sent_in_order(
    tablet: Tablet, yard: TabletYard, picture: Path
) -> None:
    plate = "辽E·40004"
    yard.book("辽E40004")
    tablet.arrive_booked(plate)
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    yard.tablet.cut()
    tablet.is_cut()
    change_to(tablet, INSPECTOR)
    tablet.tap(tablet.truck(plate))
    tablet.photograph(picture)
    tablet.choose("grade:MRS201")
    tablet.tap(tablet.main)
    tablet.page.wait_for_url("**/#/queue")
    expect(tablet.truck(plate)).to_contain_text("Ready for tare")
    expect(tablet.truck(plate)).to_contain_text("1 kept here")
    yard.tablet.mend()
    tablet.is_up()
    sent(tablet)
    change_to(tablet, OPERATOR)
    weigh(tablet, yard, plate, "tare", EMPTY_KG)


@pytest.mark.soak
def test_cut_off_after_the_weighings_the_ticket_gets_its_number_once_the_edge_unit_is_reached(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·50005"
    yard.book("辽E50005")
    change_to(tablet, SUPERVISOR)
    tablet.arrive_booked(plate)
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
    expect(tablet.main).to_contain_text("Issue the ticket, 32,000 kg")
    tablet.tap(tablet.main)
    expect(tablet.truck(plate)).to_contain_text("May leave")
    yard.tablet.mend()
    tablet.is_up()
    sent(tablet)
    tablet.open("/tickets")
    expect(tablet.page.locator(".ticket-list")).to_contain_text(plate)


def test_without_the_server_weighing_goes_on_and_is_uploaded_later(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·60006"
    yard.book("辽E60006")
    tablet.arrive_booked(plate)
    until(lambda: yard.uploaded("辽E60006") == 1, within_s=30)
    yard.upstream.cut()
    expect(tablet.by_id("banner-server")).to_contain_text("weighing goes on")
    assert weigh(tablet, yard, plate, "gross", LADEN_KG) <= 2
    expect(tablet.by_id("banner-server")).to_contain_text("1 to upload")
    yard.upstream.mend()
    expect(tablet.by_id("banner-server")).to_have_count(0)
    until(lambda: yard.uploaded("辽E60006") == 2, within_s=30)


def test_two_trucks_on_the_deck_are_refused_and_one_is_weighed_once_the_other_has_left(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·70007"
    yard.permit("辽E70007", legal_max_kg=49_000)
    yard.book("辽E70007")
    tablet.arrive_booked(plate)
    yard.drive_on_together({"辽E70007": LADEN_KG, "辽E70008": EMPTY_KG})
    tablet.tap(tablet.truck(plate))
    expect(tablet.main).to_contain_text("Record gross 64,760 kg")
    tablet.tap(tablet.main)
    refusal = tablet.page.get_by_role("alert")
    expect(refusal).to_contain_text("C3 One vehicle on the deck")
    expect(refusal).to_contain_text("found 64760 kg · limit ≤ 49000 kg")
    assert faults(tablet.page) == []
    yard.drive_off_alone("辽E70008")
    expect(tablet.main).to_contain_text("Record gross 48,620 kg")
    tablet.tap(tablet.main)
    expect(tablet.page.locator(".live.done")).to_contain_text("48,620")
    until(lambda: yard.counted("辽E70007") == [("gross", LADEN_KG)], within_s=30)


def decide_hold(tablet: Tablet, decision: str, reason: str, picture: Path) -> None:
    """The operator hands the tablet over; the supervisor decides and enters a PIN."""
    tablet.choose(f"decision:{decision}")
    tablet.choose(f"reason:{reason}")
    if decision == "RELEASE":
        expect(tablet.main).to_be_disabled()
        tablet.photograph(picture)
    tablet.tap(tablet.page.locator('[data-choice^="by:"]', has_text=SUPERVISOR))
    tablet.page.locator("#decider-pin").wait_for()
    assert faults(tablet.page) == []
    tablet.keys(PIN)
    tablet.tap(tablet.main)
    tablet.page.wait_for_url("**/#/queue")


def test_a_swapped_tare_is_held_weighed_again_and_released_by_the_supervisor(
    tablet: Tablet, yard: TabletYard, known: str, picture: Path
) -> None:
    plate = f"{known[:2]}·{known[2:]}"
    yard.book(known)
    change_to(tablet, SUPERVISOR)
    tablet.arrive_booked(plate)
    grossed = weigh(tablet, yard, plate, "gross", LADEN_KG)
    assert grossed <= 2
    grade(tablet, plate)
    change_to(tablet, OPERATOR)
    for decision, reason in (("REWEIGH", "WRONG_POSITION"), ("RELEASE", "VEHICLE_CHANGED")):
        weigh(tablet, yard, plate, "tare", SWAPPED_KG)
        main = tablet.page.locator("main")
        expect(main).to_contain_text("This weighing is held")
        expect(main).to_contain_text("C7 Tare history")
        tablet.tap(tablet.main)
        expect(main).to_contain_text("found 17140 kg · limit 16011–16269 kg")
        expect(main.locator(".photo img").first).to_be_visible()
        decide_hold(tablet, decision, reason, picture)
    expect(tablet.truck(plate)).to_contain_text("Ready for the ticket")
    until(lambda: yard.counted(known) == [("gross", LADEN_KG), ("tare", SWAPPED_KG)], within_s=30)
    assert yard.held() == 0


def test_a_weighing_is_voided_with_its_reason_and_made_again(
    tablet: Tablet, yard: TabletYard
) -> None:
    plate = "辽E·80008"
    yard.book("辽E80008")
    tablet.arrive_booked(plate)
    weigh(tablet, yard, plate, "gross", LADEN_KG + 500)
    change_to(tablet, SUPERVISOR)
    tablet.tap(tablet.truck(plate))
    tablet.page.goto(tablet.page.url.removesuffix("/grade"))
    tablet.tap(tablet.by_id("void:gross"))
    assert faults(tablet.page) == []
    tablet.tap(tablet.by_id("void-why:WRONG_POSITION"))
    expect(tablet.page.locator("main")).to_contain_text("void")
    weigh(tablet, yard, plate, "gross", LADEN_KG)
    tablet.open("/queue")
    expect(tablet.truck(plate)).to_contain_text("gross 48,620 kg")
    until(lambda: yard.counted("辽E80008") == [("gross", LADEN_KG)], within_s=30)
