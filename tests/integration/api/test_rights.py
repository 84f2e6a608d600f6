"""Every route as every role, as a stranger who has the role elsewhere, and as nobody.

``tests/vectors/routes.csv`` says by hand who gets in; it is written from the list of roles, not
from the code. ``allowed`` names the roles (``*`` is everyone), ``stranger`` says what happens to a
person with an allowed role whose site and organisation are others, ``nobody`` to one who is not
signed in. To get in means: neither 401, 403, 404 nor a redirect to the sign-in page.
"""

import csv
import io
import itertools
import re
import uuid
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.errors import FerrotraceError
from service.domain.party import Actor, Role
from service.usecases.edge_entry import RegisterEdge, register, take_entries
from service.usecases.grade import propose_pending
from service.usecases.grading_model import RegisterModel, register_model
from tests.integration.api.company import ALL_ROLES, PASSWORD, STRANGERS, Company, add_user
from tests.support.edge_entries import Unit
from tests.support.pictures import truck_jpeg

COMMON = {"/v1/sites", "/v1/organisations", "/v1/vehicles", "/v1/drivers", "/v1/cards"}
"""Lists that are the same at all sites."""

TABLE = Path(__file__).parents[2] / "vectors" / "routes.csv"


@dataclass(frozen=True)
class Route:
    method: str
    rule: str


@dataclass(frozen=True)
class Expected:
    roles: frozenset[str]
    stranger: bool
    nobody: bool

    def admits(self, who: str | None) -> bool:
        if who is None:
            return self.nobody
        if who.endswith("-b"):
            return self.stranger and who.removesuffix("-b") in self.roles
        return who in self.roles


def table() -> dict[Route, Expected]:
    with TABLE.open(encoding="utf-8") as file:
        return {Route(row["method"], row["route"]): _expected(row) for row in csv.DictReader(file)}


def _expected(row: dict[str, str]) -> Expected:
    everyone = row["allowed"] == "*"
    return Expected(
        roles=frozenset(ALL_ROLES if everyone else row["allowed"].split()),
        stranger=row["stranger"] == "allow",
        nobody=row["nobody"] == "allow",
    )


def routes(ferro: Company) -> set[Route]:
    return {
        Route(method, re.sub(r"<[^<>]*?(\w+)>", r"<\1>", rule.rule))
        for rule in ferro.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_stands_in_the_table_and_every_line_of_it_is_a_route(ferro: Company) -> None:
    assert routes(ferro) == set(table())


def test_who_gets_in_is_who_the_table_says(ferro: Company) -> None:
    ferro.app.config["WTF_CSRF_ENABLED"] = False  # a forged form is another test's subject
    values = _one_of_everything(ferro)
    clients = {who: _client(ferro, who) for who in (*ALL_ROLES, *STRANGERS, None)}
    wrong = []
    expectations = [
        (route, who, expected.admits(who))
        for route, expected in sorted(table().items(), key=lambda item: item[0].rule)
        for who in clients
    ]
    # Those who must not get in come first, while every request would still have an effect.
    for route, who, admitted in sorted(expectations, key=lambda expectation: expectation[2]):
        status, location = _ask(clients[who], route, values)
        got_in = status not in {401, 403, 404} and not location.startswith("/sign-in?")
        if got_in != admitted or status >= 500:
            wrong.append(f"{route.method} {route.rule} as {who or 'nobody'}: {status}")
    if wrong:
        pytest.fail("\n".join(wrong))


def test_a_stranger_sees_nothing_in_any_list(ferro: Company) -> None:
    _one_of_everything(ferro)
    for (route, expected), who in itertools.product(table().items(), STRANGERS):
        is_list = "<" not in route.rule and route.method == "GET" and "/v1/" in route.rule
        if (
            is_list
            and expected.admits(who)
            and not expected.nobody  # what anybody may read is about nobody
            and route.rule not in COMMON
        ):
            question = "?q=12345" if route.rule == "/v1/search" else ""
            assert ferro.get(who, route.rule + question)["items"] == [], route.rule


def _client(ferro: Company, who: str | None) -> Callable[..., Any]:
    """Requests of ``who`` by token: signing out on the way ends nothing."""
    program: FlaskClient = ferro.app.test_client(use_cookies=False)
    headers = {}
    if who is not None:
        given = {"email": who, "password": PASSWORD}
        token = program.post("/v1/session", json=given).get_json()["auth_token"]
        headers["Authentication-Token"] = token

    def ask(method: str, path: str, **given: Any) -> Any:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return program.open(path, method=method, headers=headers | key, **given)

    return ask


def _one_of_everything(ferro: Company) -> dict[str, str]:
    """What a truck's way leaves behind, by the names in the addresses; visits by their use."""
    received = ferro.receive(plate="辽E12345")
    delivered = ferro.deliver(plate="辽B99999", lot_id=received["ticket"]["lot_id"])
    delivery_id = delivered["delivery"]["delivery_id"]
    ferro.created("administrator", "/v1/price-lists", PRICES)
    settlement = ferro.created("clerk", f"/v1/deliveries/{delivery_id}/settlements")
    open_visit = ferro.created("operator", "/v1/visits", ARRIVAL | {"plate": "辽E22222"})
    ferro.weigh("operator", open_visit, "gross", 40_000)
    propose_pending(ferro.deps)
    leaving = {"kind": "LOADING", "plant_id": "PLANT-A", "carrier_id": "CARRIER-A"}
    second = ARRIVAL | leaving | {"plate": "辽E33333", "distance_km": "10"}
    loading = ferro.created("operator", "/v1/visits", second)
    ferro.weigh("operator", loading, "tare", 15_000)
    ferro.weigh("operator", loading, "gross", 15_500)
    lines = {"lines": [{"lot_id": received["ticket"]["lot_id"], "kg": 500}]}
    path = f"/v1/visits/{loading['visit_id']}/deliveries"
    on_the_way = ferro.created("operator", path, lines)
    coming = {"site_id": "PLANT01", "kind": "UNLOADING", "code": on_the_way["code"]}
    unloading = ferro.created("plant", "/v1/visits", coming)
    ferro.created("approver", f"/v1/settlements/{settlement['settlement_id']}/approvals")
    path = f"/v1/tickets/{received['ticket']['ticket_no']}/appeals"
    appeal = ferro.created("supplier", path, {"ground": "grade", "statement": "it was HRS201"})
    booking = ferro.created("supplier", "/v1/bookings", BODIES["/v1/bookings"])
    add_user("leaver", Role.CLERK, ferro.deps)
    leaving_now = second | {"plate": "辽E44444"}
    unit = held_entry(ferro)
    return {
        "site_id": "BASE01",
        "camera_id": "load",
        "visit_id": open_visit["visit_id"],
        "loading_visit_id": ferro.created("operator", "/v1/visits", leaving_now)["visit_id"],
        "unloading_visit_id": unloading["visit_id"],
        "weighing_id": received["weighing"]["weighing_id"],
        "photograph_id": received["weighing"]["photograph_ids"][-1],
        "ticket_no": received["ticket"]["ticket_no"],
        "lot_id": received["ticket"]["lot_id"],
        "delivery_id": delivery_id,
        "receipt_id": delivered["receipt"]["receipt_id"],
        "settlement_id": settlement["settlement_id"],
        "statement_no": _statement_no(ferro),
        "target_hash": delivered["receipt"]["target_hash"],
        "asset": "start.js",
        "filename": "tokens.css",
        "username": "leaver",
        "weighing_pass": "tare",
        "booking_no": booking["booking_no"],
        "appeal_no": appeal["appeal_no"],
        "head_sha256": register_head(ferro),
        **unit,
        **registered(ferro, loading["visit_id"]),
        "step": "call",
        "code": "en",
        "line": "speaking",
        "rate": "1",
        "place": "1",
    }


def register_head(ferro: Company) -> str:
    """A head of the image engine in the registry; its hash."""
    head = RegisterModel(
        content=b"head", name="new", licence="CC0", about={}, data_sheet={}, metrics={}
    )
    maker = Actor(user_id="a", name="a", role=Role.ADMINISTRATOR, organisation_id="o")
    return register_model(head, maker, ferro.deps).head_sha256.hex()


def registered(ferro: Company, loading_visit_id: str) -> dict[str, str]:
    """A vehicle, a driver, and a tare that is kept."""
    tare_id = ferro.get("operator", f"/v1/visits/{loading_visit_id}")["tare"]["weighing_id"]
    kept = ferro.created("operator", "/v1/stored-tares", {"weighing_id": tare_id})
    return {
        "plate": ferro.created("operator", "/v1/vehicles", {"plate": "辽E33333"})["key"],
        "driver_id": ferro.created("operator", "/v1/drivers", {"name": "赵六"})["key"],
        "tare_id": kept["tare_id"],
    }


def held_entry(ferro: Company) -> dict[str, str]:
    """An edge unit of BASE01 with an entry that is held, and then a broken one."""
    unit, deps = Unit(), ferro.deps
    command = RegisterEdge(
        edge_id=unit.edge_id, site_id="BASE01", public_key=unit.public_key, made_at=unit.at
    )
    register(command, deps)
    stranger = Actor(user_id="nobody", name="-", role=Role.OPERATOR, organisation_id="FERRO")
    for _ in range(2):
        unit.add("visit.called", stranger, {"visit_id": "x", "place": "bay", "order": 1})
    take_entries(unit.edge_id, "BASE01", unit.entries[:1], deps)
    with pytest.raises(FerrotraceError):
        take_entries(unit.edge_id, "BASE01", [unit.entries[1] | {"hash": "0" * 64}], deps)
    (incident,) = ferro.get("supervisor", "/v1/edge-incidents")["items"]
    return {
        "edge_id": unit.edge_id,
        "entry_seq": "1",
        "incident_id": incident["incident_id"],
        "sha256": "0" * 64,
    }


def _statement_no(ferro: Company) -> str:
    statements = ferro.get("auditor", "/v1/carbon-statements")["items"]
    return str(statements[0]["statement_no"])


NOBODY = "00000000-0000-4000-8000-000000000000"
ARRIVAL = {
    "site_id": "BASE01",
    "kind": "RECEIVING",
    "plate": "辽E11111",
    "supplier_id": "SUPPLIER-A",
    "carrier_id": "CARRIER-A",
}
PRICES = {
    "plant_id": "PLANT-A",
    "version": "v1",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "prices": {"HRS101": 285_000},
}
BODIES: dict[str, dict[str, Any]] = {
    "/v1/edges/<edge_id>/entries/<entry_seq>/decisions": {
        "decision": "set-aside",
        "reason": "test",
    },
    "/v1/edge-incidents/<incident_id>/releases": {"reason": "test"},
    "/v1/session": {"email": "operator", "password": PASSWORD},
    "/v1/bookings": {
        "site_id": "BASE01",
        "plate": "辽E55555",
        "supplier_id": "SUPPLIER-A",
        "material": "废钢",
        "expected_on": "2026-11-21",
    },
    "/v1/visits": ARRIVAL,
    "/v1/visits/<visit_id>/radiation-checks": {
        "background_nsv_h": [90, 91, 90, 92, 90],
        "max_nsv_h": 20,
        "alarm_level_nsv_h": 200,
        "decision": "OK",
        "officer": "周二",
        "instrument": "RP-1",
        "calibration_due": "2027-01-01",
    },
    "/v1/visits/<visit_id>/calls": {"place": "bay A1"},
    "/v1/visits/<visit_id>/inspections": {"sealed_vessels_ok": True},
    "/v1/visits/<visit_id>/unloadings": {"place": "bay A1"},
    "/v1/visits/<visit_id>/rejections": {"kg": 20, "reason": "rubber"},
    "/v1/visits/<visit_id>/renewals": {"reason": "test"},
    "/v1/visits/<visit_id>/exits": {"at_gate": "south"},
    "/v1/sites/<site_id>/yard-rules": {"stay_min": 1_440},
    "/v1/visits/<visit_id>/typed-weighings": {
        "weighing_pass": "check",
        "kg": 40_000,
        "reason_code": "OTHER",
        "reason": "test",
        "witness_login": "inspector",
        "witness_password": PASSWORD,
        "photographs": [b64encode(truck_jpeg()).decode()],
    },
    "/v1/weighings/<weighing_id>/void": {"reason": "test"},
    "/v1/stored-tares/<tare_id>/end": {"reason": "test"},
    "/v1/vehicles": {"plate": "辽E66666"},
    "/v1/drivers": {"name": "钱七"},
    "/v1/cards": {"card_no": "IC-1", "plate": "辽E66666"},
    "/v1/visits/<visit_id>/weighings": {"weighing_pass": "tare", "capture_id": "capture-of-test"},
    "/v1/visits/<visit_id>/grade-decisions": {"grade": "HRS101", "shares": {"HRS101": 10_000}},
    "/v1/visits/<visit_id>/grade-labels": {"grade": "HRS101", "shares": {"HRS101": 10_000}},
    "/v1/visits/<visit_id>/hazard-stops": {"reason": "test"},
    "/v1/visits/<visit_id>/hazard-signatures": {"reason": "test", "photograph_id": NOBODY},
    "/v1/sites/<site_id>/bays": {
        "camera_id": "load",
        "frame_width_px": 1_280,
        "frame_height_px": 720,
        "corners_px": [[100, 100], [1_180, 100], [1_180, 620], [100, 620]],
    },
    "/v1/visits/<visit_id>/tickets": {},
    "/v1/visits/<visit_id>/void-tickets": {"reason": "test"},
    "/v1/visits/<visit_id>/deliveries": {"lines": [{"lot_id": "LOT", "kg": 100}]},
    "/v1/visits/<visit_id>/plant-receipts": {},
    "/v1/price-lists": PRICES | {"version": "v2"},
    "/v1/holds/<weighing_id>/decisions": {"decision": "REFUSE", "reason_code": "DELAY_KNOWN"},
    "/v1/sites/<site_id>/control-policies": {"policy": {}, "reason": "test"},
    "/v1/settlements/<settlement_id>/returns": {"reason": "test"},
    "/v1/verifications": {},
    "/v1/tickets/<ticket_no>/corrections": {"reason": "test"},
    "/v1/tickets/<ticket_no>/appeals": {"ground": "weight", "statement": "test"},
    "/v1/tickets/<ticket_no>/answers": {"target_hash": "00" * 32, "answer": "CONFIRMED"},
    "/v1/appeals/<appeal_no>/answers": {"outcome": "rejected", "answer": "test"},
    "/v1/deliveries/<delivery_id>/corrections": {
        "reason": "test",
        "waybill_no": "HY-10001",
        "carrier_id": "CARRIER-A",
        "distance_km": "12",
    },
    "/v1/settlements/<settlement_id>/payments": {
        "amount_fen": 1,
        "paid_on": "2026-11-20",
        "bank_reference": "PAY-1",
    },
    "/v1/processing-runs": {
        "site_id": "BASE01",
        "process": "CUTTING",
        "started_at": "2026-11-20T06:00:00Z",
        "ended_at": "2026-11-20T07:00:00Z",
        "inputs": [{"lot_id": "BASE01-HRS101", "kg": 10}],
        "outputs": [{"grade": "HRS102", "kg": 10}],
    },
    "/v1/lots/<lot_id>/moves": {"from_place": "", "to_place": "B1", "kg": 10},
    "/v1/lots/<lot_id>/counts": {
        "book_kg": 1,
        "counted_kg": 1,
        "method": "SURVEY",
        "counted_at": "2026-11-20T06:00:00Z",
    },
    "/v1/sites/<site_id>/simulator/deck": {"plate": "辽E55555", "kg": 20_000},
    "/v1/sites/<site_id>/simulator/gate": {"plate": "辽E55555"},
    "/v1/sites/<site_id>/simulator/speed": {"rate": 1},
    "/v1/sites/<site_id>/simulator/line": {"connected": True},
}
LIEN = {
    "cap_fen": 100,
    "order": {
        "v": 1,
        "kind": "cancel",
        "chain_id": 1337,
        "contract": "0x" + "11" * 20,
        "delivery_key": "22" * 32,
        "bank": "0x" + "33" * 20,
        "nonce": 0,
        "deadline": 4_000_000_000,
        "signature": "0x" + "44" * 65,
    },
}
FORMS: dict[str, dict[str, Any]] = {
    "/visits/<visit_id>/steps/<step>": {"place": "bay A1"},
    "/vehicles/new": {"plate": "辽E77777"},
    "/vehicles/<plate>": {"axles": "6"},
    "/vehicles/<plate>/cards": {"card_no": "IC-2"},
    "/vehicles/<plate>/tares/<tare_id>/end": {"tare_reason": "test"},
    "/drivers/new": {"name": "孙八"},
    "/drivers/<driver_id>": {"name": "孙八"},
    "/visits/<visit_id>/weighings/<weighing_id>/void": {"reason": "test"},
    "/holds/entries/<edge_id>/<entry_seq>": {"decision": "set-aside", "reason": "test"},
    "/holds/incidents/<incident_id>/release": {"reason": "test"},
    "/holds/<weighing_id>": {"decision": "REFUSE", "reason_code": "DELAY_KNOWN"},
    "/sites/<site_id>/controls": {"reason": "test"},
    "/demo/<site_id>/code": {"plate": "辽E55555", "code": "FERROTRACE:BOOKING:X"},
    "/demo/<site_id>/truck": {"plate": "辽E55555", "kg": "20000"},
    "/settlements/<settlement_id>/return": {"reason": "test"},
    "/settlements/<settlement_id>/payment": {
        "amount_yuan": "0.01",
        "paid_on": "2026-11-20",
        "bank_reference": "PAY-2",
    },
    "/tickets/<ticket_no>/appeal": {"ground": "other", "statement": "test"},
    "/tickets/<ticket_no>/correction": {"why": "test"},
    "/appeals/<appeal_no>/answer": {"outcome": "upheld", "answer": "test"},
    "/visits/<visit_id>/void": {"reason": "test"},
    "/lots/<lot_id>/move": {"to_place": "B2", "kg": "10"},
    "/lots/<lot_id>/count": {"book_kg": "1", "counted_kg": "1", "method": "SURVEY"},
    "/sites/<site_id>/processing": {
        "process": "CUTTING",
        "started_at": "2026-11-20T06:00",
        "ended_at": "2026-11-20T07:00",
    },
}
QUESTIONS = {
    "/v1/search": "?q=12345",
    "/v1/log/entries": "?from=0&to=0",
    "/v1/log/consistency": "?first=1&second=1",
    "/yard/gate-scan": "?site=BASE01",
}
VISITS = {
    "deliveries": "loading_visit_id",
    "delivery": "loading_visit_id",
    "plant-receipts": "unloading_visit_id",
    "receipt": "unloading_visit_id",
}


def _ask(ask: Callable[..., Any], route: Route, values: dict[str, str]) -> tuple[int, str]:
    use = VISITS.get(route.rule.removesuffix("/sums").rsplit("/", 1)[-1], "visit_id")
    known = values | {"visit_id": values[use]}
    path = re.sub(r"<(\w+)>", lambda name: known[name.group(1)], route.rule)
    given: dict[str, Any] = {}
    if route.rule in BODIES and route.method in {"POST", "PUT"}:
        given["json"] = BODIES[route.rule]
    if route.rule == "/v1/visits/<visit_id>/photographs":
        given |= {"data": truck_jpeg(), "content_type": "image/jpeg"}
    if route.rule in FORMS:
        given["data"] = FORMS[route.rule]
    if route.rule == "/v1/stored-tares":
        given["json"] = {"weighing_id": values["weighing_id"]}
    if route.rule == "/v1/visits/<visit_id>/stored-tare":
        given["json"] = {"tare_id": values["tare_id"]}
    if route.rule == "/v1/liens":
        given["json"] = LIEN | {"delivery_id": values["delivery_id"]}
    if route.rule == "/visits/<visit_id>/photographs":
        picture = (io.BytesIO(truck_jpeg()), "load.jpg", "image/jpeg")
        given["data"] = {"picture": picture}
    path += QUESTIONS.get(route.rule, "")
    with ask(route.method, path, **given) as answer:
        return answer.status_code, answer.headers.get("Location", "")
