"""What edge units ask of the service: known by their token, answered in one language of codes."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from service.devices.edge.brief import parsed_brief
from service.devices.edge.entries import instant_ms
from service.devices.edge.log import Blob
from service.devices.edge.upstream_client import UpstreamClient, UpstreamRefusedError
from service.domain.party import Actor, Role
from service.proof.hashing import sha256
from service.usecases.identity import MAX_FAILURES
from tests.integration.api.company import PASSWORD, TOKENS, Company
from tests.support.edge_entries import Document, Unit
from tests.support.pictures import truck_jpeg

EDGE = "/v1/edges/EDGE-BASE01"


@dataclass
class Door:
    """The API as the edge unit of BASE01 sees it."""

    ferro: Company
    unit: Unit
    operator: Actor

    def ask(self, method: str, path: str, *, token: str = TOKENS["BASE01"], **given: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} | given.pop("headers", {})
        program = self.ferro.app.test_client(use_cookies=False)
        return program.open(path, method=method, headers=headers, **given)

    def register(self, **changes: str) -> TestResponse:
        body = {
            "site_id": "BASE01",
            "public_key": self.unit.public_key.hex(),
            "made_at": "2026-11-20T00:00:00.000Z",
        }
        answer: TestResponse = self.ask("PUT", EDGE, json=body | changes)
        return answer

    def arrival(self, plate: str) -> Document:
        body = {
            "visit_id": str(uuid.uuid4()),
            "visit_kind": "RECEIVING",
            "plate": plate,
            "identified_by": "PLATE",
            "supplier_id": "SUPPLIER-A",
            "arrived_at": "2026-11-19T22:00:00Z",
        }
        return self.unit.add("visit.opened", self.operator, body)

    def send(self, *entries: Document) -> TestResponse:
        answer: TestResponse = self.ask("POST", f"{EDGE}/entries", json={"entries": entries})
        return answer

    def brief(self, etag: str = "", **query: str) -> TestResponse:
        answer: TestResponse = self.ask(
            "GET", f"{EDGE}/brief", query_string=query, headers={"If-None-Match": etag}
        )
        return answer


@pytest.fixture
def door(ferro: Company) -> Door:
    person = ferro.client("operator").post(
        "/v1/session", json={"email": "operator", "password": PASSWORD}
    )
    user = person.get_json()["user"]
    operator = Actor(
        user_id=user["user_id"],
        name=user["name"],
        role=Role.OPERATOR,
        organisation_id="FERRO",
        site_ids=frozenset({"BASE01"}),
    )
    made = Door(ferro=ferro, unit=Unit(), operator=operator)
    assert made.register().status_code == 200
    return made


def test_a_unit_is_known_by_its_first_key_and_by_no_other(door: Door) -> None:
    assert door.register().status_code == 200
    other = door.register(public_key="11" * 32)
    assert (other.status_code, other.get_json()["type"].rsplit("/")[-1]) == (409, "EdgeKeyOther")
    assert door.register(site_id="BASE02").status_code == 403
    assert door.register(public_key="11").status_code == 422


@pytest.mark.parametrize("token", ["", "wrong", TOKENS["BASE02"]])
def test_without_the_token_of_the_site_nothing_is_told(token: str, door: Door) -> None:
    expected = 404 if token == TOKENS["BASE02"] else 401
    for method, path in (("GET", "/head"), ("GET", "/brief"), ("POST", "/entries")):
        given = {"json": {"entries": [door.arrival("辽E11111")]}} if method == "POST" else {}
        assert door.ask(method, EDGE + path, token=token, **given).status_code == expected


def test_entries_go_up_and_the_head_tells_how_far(door: Door) -> None:
    entry = door.arrival("辽E12345")
    assert door.ask("GET", f"{EDGE}/head").get_json() == {"entry_seq": 0, "hash": "0" * 64}
    answer = door.send(entry)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "entry_seq": 1,
        "outcomes": [{"entry_seq": 1, "outcome": "applied", "code": None, "message": None}],
    }
    assert door.ask("GET", f"{EDGE}/head").get_json() == {"entry_seq": 1, "hash": entry["hash"]}


def test_a_gap_is_refused_with_what_is_expected(door: Door) -> None:
    first, _, third = (door.arrival(f"辽E1234{n}") for n in range(3))
    door.send(first)
    answer = door.send(third)
    error = answer.get_json()["errors"][0]
    assert (answer.status_code, error["code"]) == (409, "ChainGap")
    assert error["limit"] == f"2 {first['hash']}"
    incidents = door.ferro.get("supervisor", "/v1/edge-incidents")["items"]
    assert [(each["kind"], each["state"]) for each in incidents] == [("gap", "open")]


def test_a_held_entry_is_told_in_the_language_of_the_reader_and_decided(door: Door) -> None:
    body = {"visit_id": str(uuid.uuid4()), "place": "bay", "order": 1}
    entry = door.unit.add("visit.called", door.operator, body)
    outcome = door.send(entry).get_json()["outcomes"][0]
    assert (outcome["outcome"], outcome["code"]) == ("held", "NotFound")
    held = door.ferro.get("supervisor", "/v1/held-entries?waiting_only=true")["items"]
    assert [each["entry_seq"] for each in held] == [1]
    decide = f"{EDGE}/entries/1/decisions"
    again = door.ferro.post("supervisor", decide, {"decision": "apply"})
    assert again.status_code == 404
    aside = {"decision": "set-aside", "reason": "typed by mistake"}
    done = door.ferro.created("supervisor", decide, aside)
    assert done == {"edge_id": "EDGE-BASE01", "entry_seq": 1, "decision": "set-aside"}
    assert door.ferro.get("supervisor", "/v1/held-entries?waiting_only=true")["items"] == []
    assert door.ferro.get("supervisor", "/v1/held-entries")["items"][0]["reason"]


def test_a_quarantine_is_ended_with_a_reason(door: Door) -> None:
    entry = door.arrival("辽E12345")
    assert door.send(entry | {"signature": "00" * 64}).status_code == 409
    assert door.send(entry).get_json()["type"].endswith("EdgeQuarantined")
    (incident,) = door.ferro.get("supervisor", "/v1/edge-incidents")["items"]
    path = f"/v1/edge-incidents/{incident['incident_id']}/releases"
    door.ferro.created("supervisor", path, {"reason": "the disk was changed"})
    assert door.send(entry).status_code == 200


@pytest.mark.parametrize(
    "entries", [[], [{}], [{"edge_id": 1.5}], [{"body": {"kg": 1.5}}], ["x"], [{}] * 51]
)
def test_what_is_no_entry_is_refused(entries: list[Any], door: Door) -> None:
    answer = door.ask("POST", f"{EDGE}/entries", json={"entries": entries})
    assert answer.status_code == 422


def test_a_picture_is_kept_under_its_own_hash(door: Door) -> None:
    data = truck_jpeg()
    digest = sha256(data).hex()
    sent: dict[str, Any] = {"data": data, "content_type": "image/jpeg"}
    for _ in range(2):
        assert door.ask("PUT", f"{EDGE}/blobs/{digest}", **sent).status_code == 204
    assert door.ask("PUT", f"{EDGE}/blobs/{'0' * 64}", **sent).status_code == 422
    assert door.ask("PUT", f"{EDGE}/blobs/{digest}", data=data).status_code == 415
    text: dict[str, Any] = {"data": b"x", "content_type": "image/jpeg"}
    assert door.ask("PUT", f"{EDGE}/blobs/{sha256(b'x').hex()}", **text).status_code == 422


def test_the_brief_tells_the_yard_and_changes_only_when_things_do(door: Door) -> None:
    first = door.brief()
    brief = parsed_brief(first.get_json())
    assert brief.site.site_id == "BASE01"
    assert {person.role for person in brief.people} >= {"operator", "inspector", "supervisor"}
    assert door.brief(first.headers["ETag"]).status_code == 304
    door.send(door.arrival("辽E12345"))
    second = door.brief(first.headers["ETag"])
    assert second.status_code == 200
    (visit,) = parsed_brief(second.get_json()).facts()
    assert visit.plate == "辽E12345"
    assert second.get_json()["log"] == {"entry_seq": 1, "held": []}
    packed = door.ask("GET", f"{EDGE}/brief", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"


def test_a_brief_names_bookings_and_what_is_on_its_way(door: Door) -> None:
    booking = {
        "site_id": "BASE01",
        "plate": "辽E55555",
        "supplier_id": "SUPPLIER-A",
        "material": "废钢",
        "expected_on": "2026-11-21",
    }
    number = door.ferro.created("supplier", "/v1/bookings", booking)["booking_no"]
    received = door.ferro.receive(plate="辽E77777")
    brief = door.brief().get_json()
    assert [each["booking_no"] for each in brief["bookings"]] == [number]
    lot_id = received["ticket"]["lot_id"]
    assert {each["lot_id"]: each["kg"] for each in brief["lots"]}[lot_id] == 32_480
    assert brief["history"]["辽E77777"]["max_gross_kg"] == 48_620
    assert [tare["kg"] for tare in brief["history"]["辽E77777"]["tares"]] == [16_140]


def test_a_clock_that_is_far_off_is_seen_at_the_brief(door: Door) -> None:
    assert door.brief(sent_at="2026-11-20T09:00:00.000Z").status_code == 200
    (incident,) = door.ferro.get("supervisor", "/v1/edge-incidents")["items"]
    assert (incident["kind"], incident["expected"]) == ("clock", "2000 ms")
    assert door.brief(sent_at="yesterday").status_code == 422
    assert door.brief(sent_at="2026-13-20T09:00:00.000Z").status_code == 422


def test_a_password_is_checked_for_a_tablet_of_the_own_site_alone(door: Door) -> None:
    given = {"email": "operator", "password": PASSWORD}
    answer = door.ask("POST", f"{EDGE}/sign-ins", json=given)
    assert (answer.status_code, answer.get_json()["role"]) == (200, "operator")
    assert "Set-Cookie" not in answer.headers
    elsewhere = {"email": "operator-b", "password": PASSWORD}
    assert door.ask("POST", f"{EDGE}/sign-ins", json=elsewhere).status_code == 403
    wrong = {"email": "operator", "password": "wrong"}
    for _ in range(MAX_FAILURES.of_both):
        assert door.ask("POST", f"{EDGE}/sign-ins", json=wrong).status_code == 401
    assert door.ask("POST", f"{EDGE}/sign-ins", json=given).status_code == 429


def test_the_client_of_edge_units_and_the_service_understand_each_other(door: Door) -> None:
    server = make_server("127.0.0.1", 0, door.ferro.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.port}"
        client = UpstreamClient(address, "EDGE-BASE01", TOKENS["BASE01"])
        at = datetime(2026, 11, 20, tzinfo=UTC)
        public_key = door.unit.public_key
        client.register(site_id="BASE01", public_key=public_key, made_at=instant_ms(at))
        data = truck_jpeg()
        client.put_blob(sha256(data).hex(), Blob(data=data, media_type="image/jpeg"))
        (outcome,) = client.post_entries([door.arrival("辽E12345")])
        assert (outcome.entry_seq, outcome.outcome) == (1, "applied")
        fetched = client.brief(None, door.ferro.deps.now())
        assert fetched is not None
        assert [facts.plate for facts in parsed_brief(fetched.document).facts()] == ["辽E12345"]
        assert client.brief(fetched.etag, door.ferro.deps.now()) is None
        assert client.sign_in("operator", PASSWORD).role is Role.OPERATOR
        with pytest.raises(UpstreamRefusedError):
            client.post_entries([door.arrival("辽E22222") | {"hash": "0" * 64}])
    finally:
        server.shutdown()
        thread.join()
