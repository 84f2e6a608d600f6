"""The yard's side of an edge unit in this process, without a scale: a capture is made to order."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.devices.clock import RatedClock
from service.devices.edge.brief import parsed_brief
from service.devices.edge.document import capture_hash, instant_text, instrument_document
from service.devices.edge.lan import COOKIE
from service.devices.edge.lan_pictures import ReadPlates
from service.devices.edge.pins import new_pin
from service.devices.edge.print_queue import PrintSheet
from service.devices.edge.scale import Scale
from service.devices.edge.store import GENESIS
from service.devices.edge.tablet_key import TabletKey
from service.devices.edge.yard_unit import YardSettings, YardUnit
from service.devices.indicators.registry import dialect_by_name
from service.devices.site import SiteDevices
from service.domain.control.policy import DEFAULTS, ENFORCED
from service.domain.instants import business_date
from service.domain.party import Actor, Role
from service.domain.sight import Sight
from service.domain.weighing import WeighingPass, curve_sha256, frames_sha256
from service.proof.jcs import canonical_json
from tests.support.devices import site_devices
from tests.support.pictures import truck_jpeg
from tests.support.upstream import TOKEN, brief_document

TRANSLATIONS = Path(__file__).parents[2] / "service" / "web" / "translations"
PIN = "2468"
KEPT_PIN = new_pin(PIN)
SERIES = f"BASE01-E1-{business_date(datetime.now(UTC)).year % 100:02d}"
LENIENT = {name: {"action": "OFF"} for name in DEFAULTS if name not in ENFORCED}
"""A policy under which no control stops a test that is about something else."""


class Tablet:
    """A tablet's key, as WebCrypto keeps it."""

    def __init__(self, tablet_id: str = "T-1") -> None:
        self.tablet_id = tablet_id
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": _b64(numbers.x), "y": _b64(numbers.y)}

    @property
    def key(self) -> TabletKey:
        return TabletKey.model_validate(self.jwk)

    def sign(self, text: bytes) -> str:
        r, s = decode_dss_signature(self._key.sign(text, ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()


def _b64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()


@dataclass
class CapturesToOrder:
    """Gives each capture the weight and the time that the test has set."""

    site: SiteDevices
    kg: int = 48_620
    ago: timedelta = timedelta(0)
    refusal: Exception | None = None
    repeats_pictures: bool = False
    sight: Sight | None = None
    nonce_ok: bool | None = None
    given: dict[str, bytes] = field(default_factory=dict)

    def capture(self, capture_id: str, weighing_pass: WeighingPass, *, wait_ms: int) -> bytes:
        if self.refusal is not None:
            raise self.refusal
        if capture_id not in self.given:
            self.given[capture_id] = self._made(capture_id, weighing_pass)
        return self.given[capture_id]

    def _made(self, capture_id: str, weighing_pass: WeighingPass) -> bytes:
        at = datetime.now(UTC) - self.ago
        frames = [(0, "0203"), (60_000, "0204")]
        curve = [(0, 0), (60_000, self.kg)]
        moment = "always the same" if self.repeats_pictures else capture_id
        pictures = [_picture(camera, at, moment) for camera in ("front", "rear", "load")]
        if self.nonce_ok is not None:
            pictures[1]["nonce_ok"] = self.nonce_ok
        document = {
            "capture_id": capture_id,
            "edge_id": self.site.edge_id,
            "site_id": self.site.site_id,
            "instrument": instrument_document(self.site.instrument.instrument()),
            "pass": weighing_pass.value,
            "kg": self.kg,
            "source": "SIM",
            "stable_source": "flag",
            "window_ms": 5_005,
            "spread_kg": 0,
            "frame_count": 36,
            "zero_before_kg": 0,
            "first_frame_hex": "0203",
            "last_frame_hex": "0204",
            "frames": frames,
            "frames_sha256": frames_sha256(frames),
            "curve": curve,
            "curve_sha256": curve_sha256(curve),
            "taken_at": instant_text(at),
            "photographs": pictures,
            "silent_cameras": [],
            "edge_seq": len(self.given) + 1,
            "prev_hash": GENESIS,
            **({} if self.nonce_ok is None else {"nonce": "12345678"}),
            **({} if self.sight is None else {"sight": self.sight.record()}),
        }
        return json.dumps({**document, "hash": capture_hash(document)}).encode()


def _picture(camera_id: str, at: datetime, moment: str) -> dict[str, Any]:
    data = truck_jpeg() + f"{camera_id} {moment}".encode()
    return {
        "camera_id": camera_id,
        "taken_at": instant_text(at),
        "media_type": "image/jpeg",
        "sha256": sha256(data).hexdigest(),
        "data_b64": base64.b64encode(data).decode(),
    }


class LanClient:
    """A tablet that talks to the LAN's application without a network."""

    def __init__(self, client: FlaskClient, tablet: Tablet) -> None:
        self.flask = client
        self.tablet = tablet
        self.language = "en"

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        given = {} if body is None else {"json": body}
        headers = {"Accept-Language": self.language}
        return self.flask.open(f"/yard/v1/{path}", method=method, headers=headers, **given, **more)

    def sign_in(self, user_id: str, pin: str = PIN) -> TestResponse:
        nonce = self.ask("POST", "challenges", {}).get_json()["nonce"]
        return self.ask(
            "POST",
            "sessions",
            {
                "user_id": user_id,
                "pin": pin,
                "tablet_id": self.tablet.tablet_id,
                "nonce": nonce,
                "signature": self.tablet.sign(nonce.encode()),
            },
        )

    def entry(self, entry_id: str, kind: str, **body: Any) -> TestResponse:
        return self.ask("POST", "entries", {"entry_id": entry_id, "kind": kind, "body": body})

    def offline_entry(
        self,
        entry_id: str,
        kind: str,
        at: datetime,
        body: Mapping[str, Any],
        more: Mapping[str, Any],
    ) -> TestResponse:
        """An entry made while the tablet was cut off; ``more`` is sent unsigned."""
        text = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        signed = {"entry_id": entry_id, "kind": kind, "body": dict(body), "at": text}
        signature = self.tablet.sign(canonical_json(signed))
        sent = {**signed, "tablet_offline": True, "signature": signature, **more}
        return self.ask("POST", "entries", sent)

    def weigh(self, entry_id: str, visit_id: str, weighing_pass: str, **more: Any) -> TestResponse:
        body = {"entry_id": entry_id, "visit_id": visit_id, "pass": weighing_pass, **more}
        return self.ask("POST", "weighings", body)

    def upload(self, data: bytes, **query: str) -> TestResponse:
        return self.ask("POST", "photographs", query_string=query, data=data)


class YardRig:
    """A yard with people enrolled on one tablet and a brief, as after a first contact upstream."""

    def __init__(
        self,
        folder: Path,
        *,
        upstream: str | None = None,
        site: SiteDevices | None = None,
        static: Path | None = None,
        read_plates: ReadPlates | None = None,
        print_roll: PrintSheet | None = None,
        **brief: Any,
    ) -> None:
        self.site = site or site_devices()
        instrument = self.site.instrument.instrument()
        dialect = dialect_by_name(instrument.dialect, self.site.instrument.params)
        self.scale = Scale(instrument, dialect, RatedClock())
        self.desk = CapturesToOrder(self.site)
        self.store = folder / "edge.db"
        settings = YardSettings(
            lan="127.0.0.1:0",
            upstream=upstream,
            translations=TRANSLATIONS,
            static=static,
            read_plates=read_plates,
            print_roll=print_roll,
            print_ticket=lambda sheet, paper: f"%PDF {sheet.ticket_no} {paper}".encode(),
        )
        self.unit = YardUnit(
            self.site, self.scale, self.desk, settings, store=self.store, token=TOKEN
        )
        self.tablet = Tablet()
        self.take_brief(**{"policy": LENIENT, **brief})
        now = datetime.now(UTC)
        for person in brief_document()["people"]:
            actor = Actor(
                user_id=person["user_id"],
                name=person["name"],
                role=Role(person["role"]),
                organisation_id="OP-BEIHE",
                site_ids=frozenset({"BASE01"}),
            )
            self.unit.people.enrol(actor, "T-1", "tablet", self.tablet.key, KEPT_PIN, now)

    def take_brief(self, **changes: Any) -> None:
        """Have the edge unit take this brief, as the puller would."""
        document = brief_document(**changes)
        parsed_brief(document)
        self.unit.take_brief_document(document, f'"{sha256(str(changes).encode()).hexdigest()}"')

    def client(self, user_id: str | None = "u-operator") -> LanClient:
        """A tablet on which ``user_id`` is signed in."""
        client = LanClient(self.unit.app.test_client(), self.tablet)
        if user_id is not None:
            session = self.unit.sessions.opened(user_id, "T-1", datetime.now(UTC))
            client.flask.set_cookie(COOKIE, session.token, path="/yard")
        return client

    def close(self) -> None:
        self.unit.stop()
