"""A small company on a database of its own, behind a scale and an image engine that stand in.

Every role has an account in the company, and the roles that see only their own have a second one
that belongs elsewhere: the stranger, at site BASE02 or PLANT02 and of organisations named -B.
"""

import secrets
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.bootstrap.deps import new_id, new_salt
from service.devices.edge_client import EdgeState
from service.domain.party import Actor, Role
from service.domain.weighing import LinkState, Mode, Source
from service.storage.db import Database, Tx
from service.storage.party import (
    OrganisationRow,
    SiteRow,
    add_instrument,
    add_organisation,
    add_site,
)
from service.usecases.grade import propose_pending
from service.usecases.identity import CreateUser, create_user
from service.usecases.installation import create_installation
from service.usecases.ports import Deps, Issuer
from service.usecases.weighing import instrument_record
from service.web.app import create_app
from service.web.context import Outside
from tests.support.company import START, AbstainingGrader, Clock, StandingScale, instrument_of
from tests.support.controls import be_lenient
from tests.support.examiner import PlainExaminer

PASSWORD = "a password of the tests"

TOKENS = {site_id: f"the token of {site_id}" for site_id in ("BASE01", "BASE02", "PLANT01")}
"""By which the edge units of the sites are known."""

_ORGANISATIONS = {
    "FERRO": "operator",
    "PLANT-A": "plant",
    "PLANT-B": "plant",
    "BANK-A": "bank",
    "BANK-B": "bank",
    "CARRIER-A": "carrier",
    "CARRIER-B": "carrier",
    "SUPPLIER-A": "supplier",
    "SUPPLIER-B": "supplier",
    "AUDITOR-A": "auditor",
}
_SITES = {
    "BASE01": ("BASE", "FERRO"),
    "BASE02": ("BASE", "FERRO"),
    "PLANT01": ("PLANT", "PLANT-A"),
    "PLANT02": ("PLANT", "PLANT-B"),
}
_ORGANISATION_OF = {
    Role.PLANT: "PLANT",
    Role.BANK: "BANK",
    Role.CARRIER: "CARRIER",
    Role.SUPPLIER: "SUPPLIER",
}
_SITE_ROLES = {Role.OPERATOR, Role.INSPECTOR, Role.SUPERVISOR}

ALL_ROLES = tuple(role.value for role in Role)
STRANGERS = tuple(f"{role}-b" for role in (*sorted(_SITE_ROLES), *sorted(_ORGANISATION_OF)))

_CONSOLE = Actor(user_id="console", name="console", role=Role.ADMINISTRATOR, organisation_id="-")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    secret_key: str = "a secret of the tests, long enough to sign with"
    public_url: str = "http://127.0.0.1:8000"


class LiveScale(StandingScale):
    """A scale whose live state is whatever stands on it, at rest."""

    def state(self) -> EdgeState:
        return EdgeState(
            instrument_id=f"WB-{self.site_id}",
            site_id=self.site_id,
            edge_id=f"EDGE-{self.site_id}",
            source=Source.SIM,
            simulated=True,
            link=LinkState.FRESH,
            age_ms=40,
            kg=self.kg,
            unit="kg",
            mode=Mode.GROSS,
            stable=True,
            motion=False,
            zero=self.kg == 0,
            over=False,
            zero_before_kg=0,
            bad_frames=0,
            rate=1,
            elapsed_ms=3000,
            needed_ms=3000,
            spread_kg=0,
            capture_allowed=self.kg > 0,
            reasons=(),
            curve=((0, 0), (1000, self.kg)),
            cameras=("front", "load"),
        )

    def simulator_put(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        del path, body
        return self.simulator_state()


@dataclass
class Company:
    """The application, its parts that stand in, and what one truck left behind."""

    deps: Deps
    app: Flask
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, username: str | None) -> FlaskClient:
        """A browser of this user; None is nobody. Kept, so that passwords are checked once."""
        key = username or ""
        if key not in self.clients:
            browser = self.app.test_client()
            if username is not None:
                given = {"email": username, "password": PASSWORD}
                assert browser.post("/v1/session", json=given).status_code == 200
            self.clients[key] = browser
        return self.clients[key]

    def scale(self, site_id: str) -> LiveScale:
        return cast(LiveScale, self.deps.edges[site_id])

    def post(self, username: str, path: str, body: Any = None, *, key: str = "") -> TestResponse:
        """POST with a fresh Idempotency-Key, unless the test gives one."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.client(username).post(path, json=body, headers=headers)

    def created(self, username: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.post(username, path, body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def get(self, username: str, path: str) -> dict[str, Any]:
        answer = self.client(username).get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def weigh(self, username: str, visit: dict[str, Any], weighing_pass: str, kg: int) -> Any:
        self.scale(visit["site_id"]).kg = kg
        body = {"weighing_pass": weighing_pass, "capture_id": str(uuid.uuid4())}
        return self.created(username, f"/v1/visits/{visit['visit_id']}/weighings", body)

    def receive(self, *, plate: str, gross_kg: int = 48_620) -> dict[str, Any]:
        """A truck brings scrap to BASE01: its visit and ticket."""
        arrival = {
            "site_id": "BASE01",
            "kind": "RECEIVING",
            "plate": plate,
            "supplier_id": "SUPPLIER-A",
            "carrier_id": "CARRIER-A",
        }
        visit = self.created("operator", "/v1/visits", arrival)
        address = f"/v1/visits/{visit['visit_id']}"
        gross = self.weigh("operator", visit, "gross", gross_kg)
        propose_pending(self.deps)
        decision = {"grade": "HRS101", "shares": {"HRS101": 10_000}, "inclusions_bp": 0}
        decided = self.created("inspector", f"{address}/grade-decisions", decision)
        self.weigh("operator", visit, "tare", 16_140)
        ticket = self.created("operator", f"{address}/tickets", {"rejected_kg": 0})
        return {"visit": visit, "weighing": gross, "decision": decided, "ticket": ticket}

    def deliver(self, *, plate: str, lot_id: str, net_kg: int = 20_000) -> dict[str, Any]:
        """A truck takes material from BASE01 to PLANT01: delivery and receipt."""
        leaving = {
            "site_id": "BASE01",
            "kind": "LOADING",
            "plate": plate,
            "plant_id": "PLANT-A",
            "carrier_id": "CARRIER-A",
            "distance_km": "62.5",
        }
        visit = self.created("operator", "/v1/visits", leaving)
        self.weigh("operator", visit, "tare", 16_000)
        self.weigh("operator", visit, "gross", 16_000 + net_kg)
        lines = {"lines": [{"lot_id": lot_id, "kg": net_kg}]}
        path = f"/v1/visits/{visit['visit_id']}/deliveries"
        delivery = self.created("operator", path, lines)
        arrival = {"site_id": "PLANT01", "kind": "UNLOADING", "code": delivery["code"]}
        there = self.created("plant", "/v1/visits", arrival)
        self.weigh("plant", there, "gross", 16_020 + net_kg)
        self.weigh("plant", there, "tare", 16_000)
        receipt = self.created("plant", f"/v1/visits/{there['visit_id']}/plant-receipts", {})
        return {"visit": visit, "delivery": delivery, "unloading": there, "receipt": receipt}

    def settle(self, delivery_id: str) -> dict[str, Any]:
        """Price list, settlement and its approval."""
        prices = {
            "plant_id": "PLANT-A",
            "version": "v1",
            "valid_from": "2026-01-01",
            "valid_to": "2026-12-31",
            "prices": {"HRS101": 285_000},
        }
        price_list = self.created("administrator", "/v1/price-lists", prices)
        settlement = self.created("clerk", f"/v1/deliveries/{delivery_id}/settlements")
        path = f"/v1/settlements/{settlement['settlement_id']}/approvals"
        return {"price_list": price_list, "settlement": self.created("approver", path)} | {
            "prepared": settlement
        }


def move_in(url: str) -> None:
    """Found the company on the migrated, empty database at ``url``."""
    with closing(Database(url)) as db:
        create_installation(db, "demo", at=START)
        deps = _deps(db)
        with db.transaction() as tx:
            _found(tx)
            for name in (*ALL_ROLES, *STRANGERS):
                add_user(name, Role(name.removesuffix("-b")), deps)


@contextmanager
def company(url: str) -> Iterator[Company]:
    """The company that moved in at ``url``."""
    with closing(Database(url)) as db:
        deps = _deps(db)
        yield Company(deps=deps, app=create_app(deps, _Settings(), outside()))


def _found(tx: Tx) -> None:
    for organisation_id, kind in _ORGANISATIONS.items():
        add_organisation(
            tx,
            OrganisationRow(
                organisation_id=organisation_id,
                kind=kind,
                name_zh=organisation_id,
                name_en=organisation_id,
            ),
        )
    for site_id, (kind, organisation_id) in _SITES.items():
        add_site(
            tx,
            SiteRow(
                site_id=site_id,
                kind=kind,
                organisation_id=organisation_id,
                name_zh=site_id,
                name_en=site_id,
                grid_region="辽宁",
            ),
        )
        instrument = instrument_of(site_id)
        add_instrument(tx, instrument.instrument_id, site_id, instrument_record(instrument))
    be_lenient(tx, _SITES, START)


def outside() -> Outside:
    """The parts behind the web: a verifier that cannot tell, a chain that answers."""
    return Outside(
        verify=lambda _bundle, _audience: {"verdict": "ERROR", "as_of": None, "checks": []},
        chain_answers=lambda: True,
        is_migrated=lambda: True,
        trust=lambda: b'{"v":1,"issuers":[],"known_blocks":{}}',
        edge_tokens=TOKENS,
    )


def add_user(username: str, role: Role, deps: Deps) -> None:
    """An account of the company; one whose name ends in -b belongs elsewhere."""
    letter, site_no = ("B", "02") if username.endswith("-b") else ("A", "01")
    kind = _ORGANISATION_OF.get(role)
    site_ids: tuple[str, ...] = ()
    if role in _SITE_ROLES:
        site_ids = (f"BASE{site_no}",)
    elif role is Role.PLANT:
        site_ids = (f"PLANT{site_no}",)
    create_user(
        CreateUser(
            username=username,
            password=PASSWORD,
            name=f"测试 {username}",
            role=role,
            organisation_id=f"{kind}-{letter}" if kind else "FERRO",
            site_ids=site_ids,
            locale="en",
        ),
        _CONSOLE,
        deps,
    )


def _deps(db: Database) -> Deps:
    clock = Clock()
    return Deps(
        db=db,
        now=clock,
        new_id=new_id,
        new_salt=new_salt,
        random_bytes=secrets.token_bytes,
        edges={site_id: LiveScale(site_id=site_id, now=clock) for site_id in _SITES},
        grader=AbstainingGrader(),
        issuer=Issuer(
            name="Ferro",
            document_store="0x" + "11" * 20,
            chain_id=1337,
            location="ferro.example",
        ),
        demo=True,
        unit="S1",
        public_url="http://127.0.0.1:8000",
        lien_registry="0x" + "55" * 20,
        pictures=PlainExaminer(),
    )
