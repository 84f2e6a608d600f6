"""Other ways over the yard: loading, the plant, registers, stored tares, nobody at the scale."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import segno

from service.devices.edge.asks import Doer
from service.devices.edge.deck_unit import deck_order
from service.devices.edge.unattended_hands import UnattendedHands
from service.devices.plates import PlateReaderUnavailableError
from service.devices.site import SiteDevices
from service.domain.deck_lights import ExpectedTruck
from service.domain.party import Actor, Role
from service.domain.plate_reading import PlateReading
from service.domain.weighing import WeighingPass
from tests.support.devices import site_devices, until
from tests.support.edge_yard import LENIENT, LanClient, YardRig
from tests.support.pictures import truck_jpeg
from tests.support.upstream import UpstreamServer, brief_document

LOADING = {
    "visit_kind": "LOADING",
    "plate": "辽E55555",
    "plant_id": "PL-LANBEI",
    "carrier_id": "CA-YUNTU",
    "distance_km": "86.4",
    "identified_by": "TYPED",
}
DELIVERY = {
    "waybill_no": "YD-26-000001",
    "code": "FERROTRACE:WAYBILL:YD-26-000001",
    "delivery_id": "D-1",
    "plate": "辽E55555",
    "carrier_id": "CA-YUNTU",
    "plant_id": "PL-LANBEI",
    "net_kg": 30_000,
    "distance_km": "86.4",
}
PLANT = {**brief_document()["site"], "kind": "PLANT", "organisation_id": "OP-BEIHE"}
VEHICLE = {
    "plate": "辽E12345",
    "legal_max_kg": 49_000,
    "body_capacity_kg": 40_000,
    "trailer_plate": "辽E1234挂",
    "tares": [
        {
            "tare_id": "TA-1",
            "combo": "辽E12345",
            "kg": 16_140,
            "found_at": "2026-11-01T23:30:00Z",
        }
    ],
}
TARE = {"kg": 16_100, "at": "2026-11-20T02:00:00Z", "combo": "辽E12345+辽E1234挂"}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[YardRig]:
    rig = YardRig(tmp_path)
    yield rig
    rig.close()


def weighed_twice(rig: YardRig, client: LanClient, visit_id: str, passes: dict[str, int]) -> None:
    rig.desk.ago = timedelta(minutes=20)
    for wanted, kg in passes.items():
        rig.desk.kg = kg
        answer = client.weigh(f"{visit_id}-{wanted}", visit_id, wanted)
        assert answer.status_code == 201, answer.get_json()
        rig.desk.ago = timedelta(0)


def test_a_truck_is_loaded_and_leaves_with_its_delivery_note(rig: YardRig) -> None:
    client = rig.client()
    visit_id = client.entry("o", "visit.opened", **LOADING).get_json()["visit"]["visit_id"]
    weighed_twice(rig, client, visit_id, {"tare": 15_400, "gross": 45_400})
    lines = [{"lot_id": "BASE01-HRS101", "kg": 29_000}]
    refused = client.entry("d", "delivery.issued", visit_id=visit_id, lines=lines)
    assert (refused.get_json()["code"], refused.get_json()["limit"]) == ("LinesNotNet", 30_000)
    lines[0]["kg"] = 30_000
    issued = client.entry("d", "delivery.issued", visit_id=visit_id, lines=lines).get_json()
    assert issued["body"]["delivery_no"].startswith("SH-BASE01-E1-")
    assert issued["visit"]["next_actions"] == ["exit"]


def test_the_plant_receives_what_was_on_its_way(rig: YardRig) -> None:
    rig.take_brief(site=PLANT, deliveries=[DELIVERY], policy=LENIENT)
    client = rig.client("u-plant")
    opened = client.entry(
        "o",
        "visit.opened",
        visit_kind="UNLOADING",
        code=DELIVERY["code"],
        identified_by="WAYBILL",
    ).get_json()
    visit_id = opened["visit"]["visit_id"]
    assert (opened["visit"]["delivery_id"], opened["visit"]["plate"]) == ("D-1", "辽E55555")
    weighed_twice(rig, client, visit_id, {"gross": 45_360, "tare": 15_400})
    lines = [{"kind": "KG", "kg": 60, "reason_code": "SOIL"}]
    issued = client.entry("r", "receipt.issued", visit_id=visit_id, deductions=lines)
    assert issued.status_code == 201, issued.get_json()
    assert issued.get_json()["body"]["receipt_no"].startswith("SG-BASE01-E1-")


def test_a_card_names_truck_and_driver_and_a_code_is_good_once(rig: YardRig) -> None:
    cards = [{"card_no": "IC-7", "plate": "辽E33333", "driver_id": "DR-1"}]
    rig.take_brief(cards=cards, policy=LENIENT)
    client = rig.client()
    by_card = client.entry(
        "c",
        "visit.opened",
        visit_kind="RECEIVING",
        card_no="IC-7",
        supplier_id="SU-QINGHE",
        identified_by="CARD",
    ).get_json()["visit"]
    assert (by_card["plate"], by_card["driver_id"]) == ("辽E33333", "DR-1")
    booked = {"visit_kind": "RECEIVING", "code": "BK-26-000001", "identified_by": "QR"}
    assert client.entry("b1", "visit.opened", **booked).status_code == 201
    other = {**booked, "plate": "辽E44444"}
    assert client.entry("b2", "visit.opened", **other).get_json()["code"] == "CodeUsed"


def test_a_stored_tare_stands_for_the_weighing_of_the_empty_truck(rig: YardRig) -> None:
    history = {"辽E12345": {"tares": [TARE], "max_gross_kg": 48_000, "gross_count": 4}}
    drivers = [{"driver_id": "DR-1", "name": "张"}]
    rig.take_brief(vehicles=[VEHICLE], history=history, drivers=drivers, policy=LENIENT)
    client = rig.client("u-supervisor")
    booked = {"visit_kind": "RECEIVING", "code": "BK-26-000001", "identified_by": "QR"}
    opened = client.entry("o", "visit.opened", **booked, driver_id="DR-1").get_json()
    visit_id = opened["visit"]["visit_id"]
    assert client.weigh("g", visit_id, "gross").status_code == 201
    used = client.entry("s", "stored_tare.used", visit_id=visit_id, tare_id="TA-1", kg=1)
    assert used.get_json()["body"]["kg"] == 16_140
    assert used.get_json()["visit"]["passes"][1]["stored"] is True
    grade = {"grade": "HRS101", "shares": {"HRS101": 10_000}}
    assert client.entry("gr", "grade.decided", visit_id=visit_id, **grade).status_code == 201
    ticket = client.entry("t", "ticket.issued", visit_id=visit_id).get_json()["body"]["ticket_no"]
    shown = client.ask("GET", f"tickets/{ticket}").get_json()
    assert (shown["driver"], shown["tare"]["kg"], shown["tare"]["stored_on"]) == (
        "张",
        16_140,
        "2026-11-02",
    )
    assert shown["sheet"]["qr_text"] == "", "no capture stands behind the tare"


def test_the_steps_between_are_logged_one_after_the_other(rig: YardRig) -> None:
    rules = {"radiation": True, "calling": True, "inspection": True, "unloading": True}
    rig.take_brief(rules=rules, policy=LENIENT)
    client = rig.client("u-supervisor")
    booked = {"visit_kind": "RECEIVING", "code": "BK-26-000001", "identified_by": "QR"}
    visit_id = client.entry("o", "visit.opened", **booked).get_json()["visit"]["visit_id"]
    assert client.weigh("g0", visit_id, "gross").get_json()["code"] == "StepMissing"
    check = {
        "background_nsv_h": [90, 92, 91, 90, 93],
        "max_nsv_h": 40,
        "alarm_level_nsv_h": 250,
        "rescans_nsv_h": [],
        "decision": "OK",
        "officer": "李",
        "instrument": "RM-1",
        "calibration_due": "2027-01-01",
    }
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("radiation.checked", {"check": check}, "QUEUED"),
        ("visit.called", {"place": "scale 1", "order": 1}, "CALLED"),
    ]
    for kind, body, expected in steps:
        answer = client.entry(kind, kind, visit_id=visit_id, **body).get_json()
        assert answer["visit"]["state"] == expected
    order = rig.unit.yard.read(deck_order)
    assert order.expected == ExpectedTruck(visit_id=visit_id, plate="辽E12345")
    assert client.weigh("g", visit_id, "gross").status_code == 201
    order = rig.unit.yard.read(deck_order)
    assert order.saved is not None
    assert order.saved.kg == 48_620
    inspected = client.entry("i", "visit.inspected", visit_id=visit_id, sealed_vessels_ok=True)
    assert inspected.get_json()["visit"]["state"] == "INSPECTED"
    unloaded = client.entry("u", "visit.unloaded", visit_id=visit_id, place="A1")
    assert unloaded.get_json()["visit"]["unloaded_at_place"] == "A1"
    checked = client.weigh("c", visit_id, "check").get_json()["visit"]["passes"]
    assert [each["effective"] for each in checked] == [True, False]


def test_a_number_whose_ticket_the_server_refused_can_be_given_up(rig: YardRig) -> None:
    client = rig.client("u-supervisor")
    booked = {"visit_kind": "RECEIVING", "code": "BK-26-000001", "identified_by": "QR"}
    visit_id = client.entry("o", "visit.opened", **booked).get_json()["visit"]["visit_id"]
    voided = client.entry("v", "ticket.voided", visit_id=visit_id, reason="sent away").get_json()
    number = voided["body"]["ticket_no"]
    shown = client.ask("GET", f"tickets/{number}").get_json()
    assert (shown["status"], shown["void_reason"]) == ("void", "sent away")
    given_up = client.entry("n", "number.voided", ticket_no=number, reason="refused")
    assert given_up.status_code == 201, given_up.get_json()


def test_the_tablet_s_program_and_shared_files_are_served(tmp_path: Path) -> None:
    (tmp_path / "yard").mkdir()
    (tmp_path / "yard" / "index.html").write_text("<title>yard</title>")
    (tmp_path / "tokens.css").write_text(":root{}")
    rig = YardRig(tmp_path, static=tmp_path)
    web = rig.client(None).flask
    shell = web.get("/yard/")
    assert (shell.status_code, shell.data) == (200, b"<title>yard</title>")
    assert shell.headers["Service-Worker-Allowed"] == "/yard/"
    assert "default-src 'self'" in shell.headers["Content-Security-Policy"]
    with web.get("/static/tokens.css") as shared:
        assert shared.status_code == 200
    for missing in ("/static/none.css", "/yard/../secret", "/ca.crt"):
        assert web.get(missing).status_code == 404
    assert web.get("/yard/v1/nothing").status_code == 401
    shell.close()
    rig.close()


def test_started_it_follows_the_link(tmp_path: Path) -> None:
    with UpstreamServer() as server:
        server.brief = brief_document(policy=LENIENT)
        rig = YardRig(tmp_path, upstream=server.url)
        rig.unit.start()
        enrolment = {
            "email": "u-operator",
            "password": "correct horse",
            "pin": "1357",
            "tablet": {"tablet_id": "T-1", "name": "tablet", "public_jwk": rig.tablet.jwk},
        }
        client = rig.client(None)
        assert client.ask("POST", "enrolments", enrolment).status_code == 201
        assert client.sign_in("u-operator", "1357").status_code == 201
        booked = {"visit_kind": "RECEIVING", "code": "BK-26-000001", "identified_by": "QR"}
        assert client.entry("o", "visit.opened", **booked).status_code == 201
        until(lambda: len(server.entries) == 1)
        until(lambda: rig.unit.link.facts.is_up and rig.unit.link.facts.synced_at is not None)
    until(lambda: not rig.unit.link.facts.is_up)
    answer = client.ask("POST", "enrolments", enrolment)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "UpstreamDown")
    rig.close()


@contextmanager
def camera(picture: bytes) -> Iterator[str]:
    """Address of a camera that shows ``picture``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(picture)))
            self.end_headers()
            self.wfile.write(picture)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def qr_code(text: str) -> bytes:
    file = BytesIO()
    segno.make_qr(text, error="m").save(file, kind="png", scale=8)
    return file.getvalue()


def site_with_camera(url: str) -> SiteDevices:
    gone = "http://127.0.0.1:1/"
    return site_devices().model_copy(update={"cameras": {"front": url, "gate": gone}})


def plate(text: str) -> PlateReading:
    return PlateReading(text=text, colour=None, confidence_bp=9_000, box=(0, 0, 1, 1))


def doer() -> Doer:
    actor = Actor(
        user_id="u-operator",
        name="李",
        role=Role.OPERATOR,
        organisation_id="OP-BEIHE",
        site_ids=frozenset({"BASE01"}),
    )
    return Doer(actor=actor, tablet_id="T-1")


def test_nobody_at_the_scale_a_booked_truck_shows_its_code_and_is_weighed(tmp_path: Path) -> None:
    with camera(qr_code("FERROTRACE:BOOKING:BK-26-000001")) as url:
        site = site_with_camera(url)
        rig = YardRig(tmp_path, site=site)
        hands = UnattendedHands(site, rig.unit.yard, lambda _: (plate("辽E12345"),), doer)
        found = hands.identify()
        assert found is not None
        assert (found.plate, found.plates_seen) == ("辽E12345", frozenset({"辽E12345"}))
        assert found.weighing_pass is WeighingPass.GROSS
        weighed = hands.weigh(found)
        assert weighed.kg == 48_620
        again = hands.identify()
        assert again is not None
        assert (again.visit_id, again.weighing_pass) == (found.visit_id, WeighingPass.TARE)
        rig.close()


def test_a_plate_alone_opens_the_visit_of_its_booking(tmp_path: Path) -> None:
    with camera(truck_jpeg()) as url:
        site = site_with_camera(url)
        rig = YardRig(tmp_path, site=site, read_plates=lambda _: (plate("辽E12345"),))
        hands = UnattendedHands(site, rig.unit.yard, lambda _: (plate("辽E12345"),), doer)
        found = hands.identify()
        assert found is not None
        assert found.visit_id is not None
        read = rig.client().ask("POST", "cameras/front/readings", {}).get_json()
        assert [each["text"] for each in read["plates"]] == ["辽E12345"]
        stranger = UnattendedHands(site, rig.unit.yard, lambda _: (plate("辽E99999"),), doer)
        unbooked = stranger.identify()
        assert unbooked is not None
        assert unbooked.visit_id is None
        assert UnattendedHands(site, rig.unit.yard, None, doer).identify() is None
        rig.close()


def test_a_recogniser_that_is_gone_reads_nothing_and_stops_nothing(tmp_path: Path) -> None:
    def gone(_picture: bytes) -> tuple[PlateReading, ...]:
        raise PlateReaderUnavailableError(field="picture", value="gone")

    with camera(qr_code("hello")) as url:
        site = site_with_camera(url)
        rig = YardRig(tmp_path, site=site, read_plates=gone)
        client = rig.client()
        read = client.ask("POST", "cameras/front/readings", {}).get_json()
        assert read == {"codes": [{"type": "QRCODE", "text": "hello"}], "plates": []}
        assert client.ask("GET", "cameras/front.jpg").mimetype == "image/png"
        assert client.ask("GET", "cameras/gate.jpg").status_code == 503
        assert UnattendedHands(site, rig.unit.yard, gone, doer).identify() is None
        rig.close()


def test_before_the_first_brief_the_yard_works_with_what_is_typed(tmp_path: Path) -> None:
    rig = YardRig(tmp_path)
    rig.unit.yard.read(lambda book: book.take_brief(None))
    client = rig.client()
    body = {
        "visit_kind": "RECEIVING",
        "plate": "辽E12345",
        "supplier_id": "SU-QINGHE",
        "identified_by": "TYPED",
    }
    visit_id = client.entry("o", "visit.opened", **body).get_json()["visit"]["visit_id"]
    assert client.ask("GET", "hello").get_json()["site"] == {"site_id": "BASE01"}
    assert client.ask("GET", "yard").get_json()["bookings"] == []
    judged = client.weigh("g", visit_id, "gross", attested=True).get_json()
    assert judged["kg"] == 48_620
    assert {each["control"] for each in judged["verdicts"]} >= {"C1", "C2", "C9", "C11"}
    rig.close()
