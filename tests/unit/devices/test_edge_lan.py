"""The yard's LAN: a truck from arrival to exit, repetitions, refusals, languages, offline work."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.domain.weighing_window import BelowMinimumError
from service.proof.signed_receipt import is_signed_by, read_receipt
from tests.support.edge_yard import LENIENT, PIN, SERIES, LanClient, YardRig
from tests.support.pictures import truck_jpeg

CODE = "FERROTRACE:BOOKING:BK-26-000001"
BOOKED = {"visit_kind": "RECEIVING", "code": CODE, "identified_by": "QR"}
WALK_IN = {
    "visit_kind": "RECEIVING",
    "plate": "辽E 99999",
    "supplier_id": "SU-QINGHE",
    "identified_by": "TYPED",
}
GRADE = {"grade": "HRS101", "shares": {"HRS101": 10_000}, "inclusions_bp": 120}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[YardRig]:
    rig = YardRig(tmp_path)
    yield rig
    rig.close()


@pytest.fixture(scope="module")
def with_one_truck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[YardRig, str]]:
    """A yard with one truck, for requests that change nothing."""
    rig = YardRig(tmp_path_factory.mktemp("yard"))
    yield rig, arrived(rig.client())
    rig.close()


def arrived(client: LanClient, entry_id: str = "open", **body: Any) -> str:
    answer = client.entry(entry_id, "visit.opened", **(body or BOOKED))
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["visit"]["visit_id"])


def graded_and_weighed(rig: YardRig, client: LanClient) -> str:
    """A visit with both weighings and its grade: the ticket is what is missing."""
    visit_id = arrived(client)
    rig.desk.kg, rig.desk.ago = 48_620, timedelta(minutes=20)
    assert client.weigh("gross", visit_id, "gross").status_code == 201
    assert client.entry("grade", "grade.decided", visit_id=visit_id, **GRADE).status_code == 201
    rig.desk.kg, rig.desk.ago = 16_140, timedelta(0)
    assert client.weigh("tare", visit_id, "tare").status_code == 201
    return visit_id


def test_a_booked_truck_goes_its_whole_way(rig: YardRig) -> None:
    client = rig.client("u-supervisor")
    visit_id = graded_and_weighed(rig, client)
    (visit,) = client.ask("GET", "yard").get_json()["visits"]
    assert (visit["state"], visit["next_actions"][0]) == ("NET_FIXED", "ticket")
    assert [picture["camera_id"] for picture in visit["photographs"][:3]] == [
        "front",
        "rear",
        "load",
    ]
    lines = [{"kind": "PCT", "bp": 120, "reason_code": "SOIL"}]
    unseen = [{"grade": "BRS501", "bp": 5_000}, {"material": "copper", "bp": 5_000}]
    split = [{"grade": GRADE["grade"], "bp": 6_000}, {"material": "copper", "bp": 4_000}]
    body = {"visit_id": visit_id, "deductions": lines}
    refused = client.entry("unseen", "ticket.issued", **body, lines=unseen).get_json()
    assert refused["code"] == "LineGradeNotDecided"
    issued = client.entry("ticket", "ticket.issued", **body, lines=split)
    assert issued.get_json()["body"]["ticket_no"] == f"{SERIES}-000001"
    ticket = client.ask("GET", f"tickets/{SERIES}-000001").get_json()
    assert (ticket["net_kg"], ticket["settlement_kg"], ticket["plate"]) == (
        32_480,
        32_090,
        "辽E12345",
    )
    split_kg = [section["lines"] for section in ticket["sheet"]["sections"]][2]
    assert [line["value"] for line in split_kg] == ["19,254 kg", "12,836 kg", "32,090 kg"]
    gone = client.entry("exit", "visit.exited", visit_id=visit_id, at_gate="gate")
    assert gone.get_json()["visit"]["state"] == "CLOSED"
    after = client.ask("GET", "yard").get_json()
    assert after["visits"] == []
    (listed,) = after["tickets"]
    assert (listed["ticket_no"], listed["net_kg"], listed["synced"]) == (
        f"{SERIES}-000001",
        32_480,
        False,
    )
    assert after["sync"]["queued"] == 6


def test_a_ticket_is_printed_with_a_code_and_a_receipt_that_its_key_signed(rig: YardRig) -> None:
    client = rig.client("u-supervisor")
    visit_id = graded_and_weighed(rig, client)
    client.entry("ticket", "ticket.issued", visit_id=visit_id)
    number = f"{SERIES}-000001"
    pdf = f"/yard/tickets/{number}.pdf"
    assert client.flask.get(pdf).status_code == 404
    sheet: dict[str, Any] = {}
    for copy in (1, 2):
        printed = client.entry(f"p{copy}", "ticket.printed", ticket_no=number, paper="80MM")
        assert printed.get_json()["body"]["copy_no"] == copy
        assert "code" not in printed.get_json()["body"]
        sheet = client.ask("GET", f"tickets/{number}?print=1").get_json()["sheet"]
        assert len(sheet["code"]) == 6
        assert f"COPY {copy}" in sheet["edition"] or copy == 1
    receipt = read_receipt(sheet["qr_text"])

    def verify(key: bytes, signature: bytes, message: bytes) -> bool:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True

    assert is_signed_by(receipt, rig.unit.log.public_key, verify)
    assert receipt.members["net_kg"] == 32_480
    answer = client.flask.get(pdf, query_string={"paper": "80MM"})
    assert (answer.data, answer.mimetype) == (f"%PDF {number} 80MM".encode(), "application/pdf")
    assert client.flask.get(pdf, query_string={"paper": "A5"}).status_code == 422


def test_the_same_entry_again_is_the_same_answer_and_another_one_under_its_id_is_refused(
    rig: YardRig,
) -> None:
    client = rig.client()
    first = client.entry("open", "visit.opened", **BOOKED)
    again = client.entry("open", "visit.opened", **BOOKED)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    other = client.entry("open", "visit.opened", **WALK_IN)
    assert (other.status_code, other.get_json()["code"]) == (409, "EntryIdReused")
    visit_id = first.get_json()["visit"]["visit_id"]
    weighed, repeated = (client.weigh("w", visit_id, "gross") for _ in range(2))
    assert (weighed.status_code, repeated.status_code) == (201, 200)
    assert weighed.get_json()["entry_seq"] == repeated.get_json()["entry_seq"] == 2
    assert client.weigh("w", visit_id, "tare").get_json()["code"] == "EntryIdReused"


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("visit.opened", {**BOOKED, "code": "FERROTRACE:BOOKING:NONE"}, "CodeUnknown"),
        ("visit.opened", {**WALK_IN, "plate": "?"}, "PlateInvalid"),
        ("visit.opened", {**WALK_IN, "plate": "辽E12345"}, "TruckOnSite"),
        (
            "visit.opened",
            {"visit_kind": "RECEIVING", "plate": "辽E1", "identified_by": "TYPED"},
            "PlateInvalid",
        ),
        ("visit.opened", {k: v for k, v in WALK_IN.items() if k != "supplier_id"}, "FieldMissing"),
        ("visit.opened", {**WALK_IN, "visit_kind": "UNLOADING"}, "VisitKind"),
        ("visit.opened", {**WALK_IN, "colour": "red"}, "EntryInvalid"),
        ("grade.decided", {**GRADE, "grade": "XX1"}, "StepMissing"),
        ("ticket.issued", {}, "StepMissing"),
        ("visit.exited", {"at_gate": "gate"}, "StepMissing"),
        ("weighing.recorded", {}, "KindNotTaken"),
        ("weighing.invented", {}, "KindNotTaken"),
        ("ticket.printed", {"ticket_no": "BASE01-E1-26-000009", "paper": "A4"}, "NotFound"),
        ("stored_tare.used", {"tare_id": "none"}, "NotFound"),
    ],
)
def test_what_the_rules_do_not_allow_is_refused_and_not_logged(
    with_one_truck: tuple[YardRig, str], kind: str, body: dict[str, Any], code: str
) -> None:
    rig, visit_id = with_one_truck
    client = rig.client("u-supervisor")
    named = body if kind in {"visit.opened", "ticket.printed"} else {"visit_id": visit_id, **body}
    refused = client.entry("refused", kind, **named)
    assert (refused.get_json()["code"], refused.status_code // 100) == (code, 4)
    assert rig.unit.log.head()[0] == 1


def test_who_has_no_right_is_refused(rig: YardRig) -> None:
    inspector = rig.client("u-inspector")
    refused = inspector.entry("open", "visit.opened", **BOOKED)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "Forbidden")
    visit_id = arrived(rig.client("u-operator"))
    refused = inspector.weigh("w", visit_id, "gross")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "Forbidden")


def test_refusals_speak_the_reader_s_language(rig: YardRig) -> None:
    client = rig.client()
    visit_id = arrived(client)
    english = client.weigh("w1", visit_id, "tare").get_json()
    assert english["message"] == "The tare weighing comes second here; weigh gross first."
    client.language = "zh-CN,zh;q=0.9"
    chinese = client.weigh("w2", visit_id, "tare").get_json()
    assert chinese["code"] == english["code"] == "PassOutOfOrder"
    assert "皮重" in chinese["message"]


def test_a_scale_that_gives_no_weight_says_every_reason(rig: YardRig) -> None:
    client = rig.client()
    visit_id = arrived(client)
    rig.desk.refusal = BelowMinimumError(field="kg", value=0, limit=400)
    refused = client.weigh("w", visit_id, "gross")
    assert refused.status_code == 409
    assert [each["code"] for each in refused.get_json()["reasons"]] == [
        "BelowMinimum",
        "LinkNotFresh",
    ]


def test_a_blocked_weighing_is_not_logged_and_says_what_blocks(rig: YardRig) -> None:
    rig.take_brief(policy={**LENIENT, "C11": {"action": "BLOCK"}})
    client = rig.client()
    rig.desk.repeats_pictures = True
    visit_id = arrived(client)
    assert client.weigh("w1", visit_id, "gross").status_code == 201
    rig.desk.kg = 16_140
    refused = client.weigh("w2", visit_id, "tare")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "ControlBlocked")
    blocking = [v for v in refused.get_json()["verdicts"] if v["outcome"] == "BLOCK"]
    assert [(v["control"], v["message"]) for v in blocking] == [
        ("C11", "A photograph was used before.")
    ]
    assert rig.unit.log.head()[0] == 2


def test_a_held_weighing_waits_for_a_supervisor(rig: YardRig) -> None:
    rig.take_brief(policy={**LENIENT, "C8": {"action": "HOLD"}})
    operator = rig.client()
    visit_id = arrived(operator)
    operator.weigh("w1", visit_id, "gross")
    inspector = rig.client("u-inspector")
    assert inspector.entry("g", "grade.decided", visit_id=visit_id, **GRADE).status_code == 201
    rig.desk.kg = 16_140
    held = operator.weigh("w2", visit_id, "tare").get_json()["visit"]
    assert (held["passes"][1]["held"], held["next_actions"][0]) == (True, "decide-hold")
    assert {hold["control"] for hold in held["holds"]} == {"C8"}
    assert all(hold["message"] for hold in held["holds"])
    refused = operator.entry("t", "ticket.issued", visit_id=visit_id)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "WeighingHeld")
    weighing_id = held["passes"][1]["weighing_id"]
    photograph = operator.upload(truck_jpeg()).get_json()["sha256"]
    decision = {
        "weighing_id": weighing_id,
        "decision": "RELEASE",
        "reason_code": "DELAY_KNOWN",
        "photographs": [photograph],
    }
    assert operator.entry("d", "hold.decided", **decision).status_code == 403
    released = rig.client("u-supervisor").entry("d", "hold.decided", **decision)
    assert released.status_code == 201, released.get_json()
    assert operator.entry("t", "ticket.issued", visit_id=visit_id).status_code == 201


def test_a_typed_weight_needs_a_second_person_and_a_photograph(rig: YardRig) -> None:
    client = rig.client()
    visit_id = arrived(client)
    photograph = client.upload(truck_jpeg()).get_json()["sha256"]
    body = {
        "visit_id": visit_id,
        "pass": "gross",
        "kg": 48_620,
        "reason_code": "INDICATOR_DOWN",
        "reason": "the line is cut",
        "photographs": [photograph],
    }
    alone = client.entry("m1", "weighing.typed", **body)
    assert (alone.status_code, alone.get_json()["code"]) == (422, "WitnessMissing")
    own = client.ask("POST", "witnesses", {"user_id": "u-operator", "pin": PIN})
    assert (own.status_code, own.get_json()["code"]) == (403, "SamePerson")
    token = client.ask("POST", "witnesses", {"user_id": "u-supervisor", "pin": PIN}).get_json()[
        "witness_token"
    ]
    asked = {"entry_id": "m2", "kind": "weighing.typed", "body": body, "witness_token": token}
    typed = client.ask("POST", "entries", asked)
    assert typed.status_code == 201, typed.get_json()
    assert typed.get_json()["visit"]["passes"][0]["source"] == "MANUAL"
    assert typed.get_json()["body"]["witness"]["user_id"] == "u-supervisor"
    assert client.ask("POST", "entries", asked).status_code == 200
    used = client.ask("POST", "entries", {**asked, "entry_id": "m3"})
    assert used.get_json()["code"] == "WitnessToken"


def test_what_was_done_offline_is_logged_at_its_own_time_with_the_tablet_s_signature(
    rig: YardRig,
) -> None:
    client = rig.client()
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    answer = client.offline_entry("open", "visit.opened", at, {**BOOKED, "visit_id": "V-1"}, {})
    assert answer.status_code == 201, answer.get_json()
    (entry,) = rig.unit.log.entries()
    assert entry.at == at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert entry.person.tablet_offline
    assert entry.logged_at > entry.at
    assert entry.body["arrived_at"] == entry.at


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signature": "A" * 88}, "TabletSignature"),
        ({"signature": "not base 64"}, "TabletSignature"),
        ({"signature": None}, "SignatureMissing"),
        ({"body": {**BOOKED, "visit_id": "V-2"}}, "TabletSignature"),
    ],
)
def test_an_offline_entry_that_the_tablet_did_not_sign_is_refused(
    with_one_truck: tuple[YardRig, str], changes: dict[str, Any], code: str
) -> None:
    rig, _ = with_one_truck
    at = datetime.now(UTC) - timedelta(hours=2)
    body = {**BOOKED, "visit_id": "V-1"}
    refused = rig.client().offline_entry("open", "visit.opened", at, body, changes)
    assert refused.get_json()["code"] == code
    assert rig.unit.log.head()[0] == 1


def test_an_offline_entry_from_the_future_or_of_last_week_is_refused(rig: YardRig) -> None:
    client, now = rig.client(), datetime.now(UTC)
    for at in (now + timedelta(minutes=5), now - timedelta(days=7)):
        refused = client.offline_entry("open", "visit.opened", at, BOOKED, {})
        assert refused.get_json()["code"] == "EntryTime"


def test_while_the_link_is_cut_nobody_voids_what_another_weighed(rig: YardRig) -> None:
    operator, supervisor = rig.client(), rig.client("u-supervisor")
    visit_id = arrived(operator)
    weighed = operator.weigh("w1", visit_id, "gross").get_json()["body"]["weighing_id"]
    void = {"weighing_id": weighed, "reason": "wrong truck"}
    refused = supervisor.entry("v", "weighing.voided", **void)
    assert (refused.status_code, refused.get_json()["code"]) == (503, "ForeignVoid")
    rig.unit.link.is_up_at(datetime.now(UTC))
    voided = supervisor.entry("v", "weighing.voided", **void).get_json()["visit"]
    assert (voided["state"], voided["passes"][0]["voided"]) == ("REWEIGH_REQUIRED", True)
    again = supervisor.entry("v2", "weighing.voided", **void)
    assert again.get_json()["code"] == "AlreadyVoid"


def test_photographs_are_kept_shown_and_read(rig: YardRig) -> None:
    client = rig.client()
    visit_id = arrived(client)
    kept = client.upload(truck_jpeg(), visit_id=visit_id, camera_id="tablet")
    digest = kept.get_json()["sha256"]
    assert client.ask("GET", f"photographs/{digest}").data == truck_jpeg()
    assert client.ask("GET", "photographs/" + "0" * 64).status_code == 404
    (visit,) = client.ask("GET", "yard").get_json()["visits"]
    assert [picture["sha256"] for picture in visit["photographs"]] == [digest]
    assert client.upload(b"no picture").get_json()["code"] == "NotAPicture"
    read = client.ask("POST", "readings", data=truck_jpeg()).get_json()
    assert read == {"codes": [], "plates": []}
    assert client.ask("POST", "cameras/roof/readings", {}).status_code == 404


def test_nothing_is_shown_before_somebody_signs_in(rig: YardRig) -> None:
    stranger = rig.client(None)
    hello = stranger.ask("GET", "hello", query_string={"tablet_id": "T-1"}).get_json()
    assert {each["user_id"] for each in hello["people"]} == {
        "u-supervisor",
        "u-inspector",
        "u-operator",
        "u-plant",
    }
    assert stranger.ask("GET", "hello").get_json()["people"] == []
    for path in ("yard", "live", "outputs", "unattended", "commissioning", "tickets/X"):
        refused = stranger.ask("GET", path)
        assert (refused.status_code, refused.get_json()["code"]) == (401, "SignInNeeded")
    assert stranger.flask.get("/yard/tickets/X.pdf").status_code == 401


def test_a_session_begins_with_a_pin_and_ends_when_it_is_signed_out(rig: YardRig) -> None:
    client = rig.client(None)
    assert client.sign_in("u-operator", "1111").get_json()["code"] == "PinWrong"
    assert client.sign_in("u-operator").status_code == 201
    assert client.ask("GET", "sessions").get_json()["person"]["user_id"] == "u-operator"
    cookie = client.flask.get_cookie("yard_session", path="/yard")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.secure) == (True, "Strict", False)
    client.ask("DELETE", "sessions")
    assert client.ask("GET", "yard").status_code == 401


def test_another_site_s_page_cannot_use_the_tablet_s_session(rig: YardRig) -> None:
    client = rig.client()
    headers = {"Origin": "https://elsewhere.example"}
    refused = client.flask.post("/yard/v1/entries", json={}, headers=headers)
    assert refused.status_code == 403
    own = {"Origin": "http://localhost"}
    assert client.flask.post("/yard/v1/entries", json={}, headers=own).status_code == 422


def test_the_live_stream_tells_scale_yard_and_link(rig: YardRig) -> None:
    client = rig.client()
    stream = client.ask("GET", "live")
    told = b""
    for part in stream.response:
        told += part if isinstance(part, bytes) else part.encode()
        if b": alive" in told:
            break
    assert [line for line in told.split(b"\n") if line.startswith(b"event")] == [
        b"event: scale",
        b"event: yard",
        b"event: sync",
    ]
    assert b'"link": "down"' in told
    stream.close()


def test_a_hand_on_the_outputs_of_a_yard_that_has_none_is_refused(rig: YardRig) -> None:
    client = rig.client()
    body = {"entry_light": "GREEN", "reason": "let it in"}
    assert client.ask("PUT", "outputs", body).status_code == 404
    on = client.ask("PUT", "unattended", {"on": True, "reason": "lunch"})
    assert on.get_json()["on"] is True
    (mark,) = rig.unit.log.entries()
    assert (mark.kind, mark.body["record"]["event"], mark.person.user_id) == (
        "yard.marked",
        "ON",
        "u-operator",
    )
