"""An edge unit for tests of what comes up from one: it makes entries, signed and chained; and a
yard that works with one while nobody else can be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.bootstrap.deps import new_id
from service.devices.edge.document import (
    capture_hash,
    instant_text,
    instrument_document,
    photograph_document,
)
from service.devices.edge.entries import GENESIS, entry_hash, instant_ms, signed_entry
from service.domain.party import Actor
from service.domain.weighing import Capture, WeighingPass
from service.proof.hashing import sha256
from service.usecases import demo_company
from service.usecases.edge_entry import RegisterEdge, Taken, keep_blob, register, take_entries
from tests.support.company import Company
from tests.support.pictures import seen_jpeg

Document = dict[str, Any]

START = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)
"""Three hours before the clock of the test company starts: what comes up was done before."""


@dataclass
class Unit:
    """The edge unit of a site; ``entries`` is its log, ``blobs`` its pictures by SHA-256."""

    site_id: str = "BASE01"
    edge_id: str = "EDGE-BASE01"
    at: datetime = START
    key: Ed25519PrivateKey = field(
        default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    )
    entries: list[Document] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    last_no: int = 0

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def ticket_no(self) -> str:
        """The next number of the unit's own series."""
        self.last_no += 1
        return f"{self.site_id}-E1-26-{self.last_no:06d}"

    def add(self, kind: str, by: Actor, body: Mapping[str, Any], **changes: Any) -> Document:
        """Append an entry to the log; ``changes`` stand in the place of its members."""
        self.at += timedelta(minutes=2)
        facts = {
            "edge_id": self.edge_id,
            "entry_seq": len(self.entries) + 1,
            "entry_id": str(uuid4()),
            "kind": kind,
            "at": instant_ms(self.at),
            "logged_at": instant_ms(self.at),
            "mono_ms": 1_000 * len(self.entries),
            "person": {
                "user_id": by.user_id,
                "name": by.name,
                "role": by.role.value,
                "tablet_id": "TABLET-1",
                "tablet_offline": False,
            },
            "body": dict(body),
            "prev_hash": self.entries[-1]["hash"] if self.entries else GENESIS,
        }
        self.entries.append(self.signed(facts | changes))
        return self.entries[-1]

    def signed_blindly(self, facts: Mapping[str, Any]) -> Document:
        """The same of what no unit of ours would write."""
        unsigned = {k: v for k, v in facts.items() if k not in {"hash", "signature"}}
        own_hash = entry_hash(unsigned)
        signature = self.key.sign(bytes.fromhex(own_hash)).hex()
        return unsigned | {"hash": own_hash, "signature": signature}

    def signed(self, facts: Mapping[str, Any]) -> Document:
        """``facts`` as an entry, whatever its body says."""
        unsigned = {k: v for k, v in facts.items() if k not in {"hash", "signature"}}
        return signed_entry(unsigned, self.key).document()

    def capture(self, capture: Capture) -> Document:
        """The capture as an entry names it; its pictures go among the blobs."""
        pictures = []
        for photograph in capture.photographs:
            self.blobs[photograph.sha256] = photograph.data
            pictures.append(photograph_document(photograph))
        document: Document = {
            "capture_id": capture.capture_id,
            "edge_id": self.edge_id,
            "edge_seq": capture.edge_seq,
            "prev_hash": capture.prev_hash,
            "site_id": capture.site_id,
            "instrument": instrument_document(capture.instrument),
            "pass": capture.weighing_pass.value,
            "kg": capture.kg,
            "source": capture.source.value,
            "stable_source": capture.stable_source.value,
            "window_ms": capture.window_ms,
            "spread_kg": capture.spread_kg,
            "frame_count": capture.frame_count,
            "zero_before_kg": capture.zero_before_kg,
            "first_frame_hex": capture.first_frame_hex,
            "last_frame_hex": capture.last_frame_hex,
            "frames": [list(frame) for frame in capture.frames],
            "frames_sha256": capture.frames_sha256,
            "curve": [list(point) for point in capture.curve],
            "curve_sha256": capture.curve_sha256,
            "taken_at": instant_text(self.at),
            "photographs": pictures,
            "silent_cameras": list(capture.silent_cameras),
        }
        return document | {"hash": capture_hash(document)}


@dataclass
class Yard:
    """A company, and the edge unit of its first base with which it works offline."""

    company: Company
    unit: Unit = field(default_factory=Unit)

    def __post_init__(self) -> None:
        command = RegisterEdge(
            edge_id=self.unit.edge_id,
            site_id=self.unit.site_id,
            public_key=self.unit.public_key,
            made_at=self.unit.at,
        )
        register(command, self.company.deps)

    def send_blobs(self) -> None:
        for digest, content in self.unit.blobs.items():
            keep_blob(self.unit.edge_id, self.unit.site_id, digest, content, self.company.deps)

    def send(self, entries: list[Document] | None = None) -> Taken:
        """Send pictures, then entries: all of them, or those given."""
        self.send_blobs()
        return self.send_entries(entries)

    def send_entries(self, entries: list[Document] | None = None) -> Taken:
        came = self.unit.entries if entries is None else entries
        return take_entries(self.unit.edge_id, self.unit.site_id, came, self.company.deps)

    def arrive(self, plate: str, *, by: str = "operator", **body: Any) -> str:
        """Let a truck in; a member of the body that is None is left out."""
        arrival = self.arrival(plate) | body
        self.add("visit.opened", by, {k: v for k, v in arrival.items() if v is not None})
        return str(arrival["visit_id"])

    def arrival(self, plate: str) -> dict[str, Any]:
        """The body with which a walk-in seller's truck is let in."""
        return {
            "visit_id": new_id(),
            "visit_kind": "RECEIVING",
            "plate": plate,
            "identified_by": "PLATE",
            "supplier_id": demo_company.SUPPLIERS[0],
            "arrived_at": instant_ms(self.unit.at),
        }

    def add(self, kind: str, by: str, body: dict[str, Any], **changes: Any) -> Document:
        return self.unit.add(kind, self.company.people[by], body, **changes)

    def picture(self, name: str) -> str:
        """A picture that only this unit has; its SHA-256."""
        data = seen_jpeg(f"{self.unit.edge_id} {name}")
        digest = sha256(data).hex()
        self.unit.blobs[digest] = data
        return digest

    def weigh(
        self,
        visit_id: str,
        which: str,
        kg: int,
        *,
        by: str = "operator",
        controls: Sequence[Mapping[str, str]] = (),
    ) -> str:
        scale = self.company.scales[self.unit.site_id]
        scale.kg = kg
        weighing_id = new_id()
        capture = scale.capture(new_id(), WeighingPass(which))
        body = {
            "visit_id": visit_id,
            "weighing_id": weighing_id,
            "pass": which,
            "capture": self.unit.capture(capture),
            "controls": [dict(control) for control in controls],
        }
        self.add("weighing.recorded", by, body)
        return weighing_id

    def grade(self, visit_id: str) -> None:
        body = {"visit_id": visit_id, "grade": "HRS101", "shares": {"HRS101": 10_000}}
        self.add("grade.decided", "inspector", body)

    def ticket(self, visit_id: str, **body: Any) -> str:
        number = self.unit.ticket_no()
        at = self.unit.at.isoformat().replace("+00:00", "Z")
        self.add(
            "ticket.issued",
            "operator",
            {"visit_id": visit_id, "ticket_no": number, "issued_at": at, **body},
        )
        return number

    def receive(self, plate: str = "辽E12345") -> tuple[str, str]:
        """A truck from the gate to its ticket, all of it at the edge unit."""
        visit_id = self.arrive(plate)
        self.weigh(visit_id, "gross", 48_620)
        self.grade(visit_id)
        self.weigh(visit_id, "tare", 16_140)
        return visit_id, self.ticket(visit_id)
