"""The demo company on a test's own database, with scales that stand where they are put.

``StandingScale`` has the interface of an edge client and makes captures from the simulator's own
kind of frames, at once: for tests of what happens after the weight is known. The edge unit itself
is tested in ``tests/integration/devices``.
"""

import itertools
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from eth_keys.datatypes import PrivateKey

from service.bootstrap.deps import new_id, new_salt
from service.devices.camera import Snapshot
from service.devices.codes import decode_codes
from service.devices.edge_client import EdgeState, ScaleUnavailableError, SeenCodes, SiteKey
from service.domain.party import Actor
from service.domain.ticket import Deduction, DeductionKind
from service.domain.visit import VisitKind
from service.domain.weighing import (
    Capture,
    Instrument,
    Photograph,
    StableSource,
    WeighingPass,
    curve_sha256,
    frames_sha256,
)
from service.proof.hashing import sha256
from service.proof.promise import InclusionPromise, promise_digest
from service.storage.db import Database
from service.storage.embedded import APP_ROLE, DATABASE, OWNER_ROLE, EmbeddedPostgres
from service.usecases import demo_company, installation
from service.usecases.booking import CreateBooking, create_booking
from service.usecases.delivery import Delivery, LotTaken, RecordDelivery, record_delivery
from service.usecases.grade import DecideGrade, decide, propose_pending
from service.usecases.identity import users
from service.usecases.plant_receipt import (
    PlantReceipt,
    RecordPlantReceipt,
    record_plant_receipt,
)
from service.usecases.ports import (
    BayView,
    CameraPast,
    Deps,
    Drawn,
    Issuer,
    LoadFrame,
    ProposedGrade,
    SeenBed,
)
from service.usecases.settlement import (
    ApproveSettlement,
    PrepareSettlement,
    SettlementState,
    approve_settlement,
    prepare_settlement,
)
from service.usecases.ticket import IssueTicket, Ticket, issue_ticket
from service.usecases.visit import OpenVisit, Visit, open_visit
from service.usecases.weighing import (
    RecordWeighing,
    Weighing,
    instrument_record,
    record_weighing,
)
from tests.support.controls import be_lenient
from tests.support.database import TestDatabase
from tests.support.pictures import qr_jpeg, seen_jpeg, truck_jpeg

TEMPLATE = "company_template"
YEARS_S = 20 * 365 * 86_400
"""A merge delay for companies that live in one year and anchor on a chain of another."""
KEYS_MADE = datetime(2026, 11, 1, tzinfo=UTC)
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
MODEL = {
    name: letter * 64
    for name, letter in (
        ("backbone_sha256", "a"),
        ("onnx_sha256", "b"),
        ("head_sha256", "c"),
        ("calibration_sha256", "d"),
        ("catalogue_sha256", "e"),
    )
}


def instrument_of(site_id: str, *, simulated: bool = True) -> Instrument:
    return Instrument(
        instrument_id=f"WB-{site_id}",
        make="Mettler Toledo",
        model="IND246",
        serial_no=f"SIM-{site_id}",
        dialect="toledo_cont",
        d_kg=20,
        e_kg=20,
        max_kg=100_000,
        accuracy_class="III",
        certificate_no="DEMO-2026-0188",
        verified_on=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        simulated=simulated,
    )


@dataclass
class StandingScale:
    """A scale with ``kg`` on it, and whatever code is shown to the gate."""

    site_id: str
    now: Callable[[], datetime]
    kg: int = 0
    gate_code: str | None = None
    instrument: Instrument | None = None
    captures: dict[str, Capture] = field(default_factory=dict)
    signs: bool = True
    key_no: int = 1
    key_made_at: datetime = KEYS_MADE

    def state(self) -> EdgeState:
        raise AssertionError("the live state is the edge unit's; it is tested with a real one")

    def capture(self, capture_id: str, weighing_pass: WeighingPass, *, wait_ms: int = 0) -> Capture:
        if capture_id not in self.captures:
            self.captures[capture_id] = self._capture(capture_id, weighing_pass)
        return self.captures[capture_id]

    def codes(self, camera_id: str) -> SeenCodes:
        picture = qr_jpeg(self.gate_code) if self.gate_code else truck_jpeg()
        return SeenCodes(codes=tuple(decode_codes(picture)), picture_sha256=sha256(picture).hex())

    def camera_picture(self, camera_id: str) -> Snapshot:
        return Snapshot(data=truck_jpeg(), media_type="image/jpeg")

    def sign_promise(self, promise: InclusionPromise, *, chain_id: int, registry: str) -> bytes:
        self._require_signing()
        digest = promise_digest(promise, chain_id, bytes.fromhex(registry[2:]))
        signature = self._private().sign_msg_hash(digest)
        return bytes(signature.to_bytes()[:64]) + bytes((27 + signature.v,))

    def promise_key(self) -> SiteKey:
        self._require_signing()
        public = self._private().public_key
        return SiteKey(
            address=public.to_checksum_address(),
            public_key=b"\x04" + public.to_bytes(),
            made_at=int(self.key_made_at.timestamp()),
        )

    def replace_promise_key(self, address: str) -> SiteKey:
        self.key_no, self.key_made_at = self.key_no + 1, self.now()
        return self.promise_key()

    def _private(self) -> PrivateKey:
        return PrivateKey(sha256(f"{self.site_id} {self.key_no}".encode()))

    def _require_signing(self) -> None:
        if not self.signs:
            raise ScaleUnavailableError(field="edge", value=self.site_id, limit="silent")

    def simulator_state(self) -> Mapping[str, Any]:
        return {"kg": self.kg}

    def simulator_put(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        self.kg = int(str(body["kg"]))
        return self.simulator_state()

    def simulator_delete(self, path: str) -> Mapping[str, Any]:
        self.kg = 0
        return self.simulator_state()

    def _capture(self, capture_id: str, weighing_pass: WeighingPass) -> Capture:
        instrument = self.instrument or instrument_of(self.site_id)
        frame = f"02313020{self.kg:06d}".encode().hex()
        frames = tuple((ms, frame) for ms in range(0, 6_000, 140))
        curve = tuple((ms, self.kg) for ms, _ in frames)
        seq = len(self.captures) + 1
        return Capture(
            capture_id=capture_id,
            edge_id=f"EDGE-{self.site_id}",
            edge_seq=seq,
            prev_hash="0" * 64,
            site_id=self.site_id,
            instrument=instrument,
            weighing_pass=weighing_pass,
            kg=self.kg,
            source=instrument.source,
            stable_source=StableSource.FLAG,
            window_ms=5_040,
            spread_kg=0,
            frame_count=36,
            zero_before_kg=0,
            first_frame_hex=frame,
            last_frame_hex=frame,
            frames=frames,
            frames_sha256=frames_sha256(frames),
            curve=curve,
            curve_sha256=curve_sha256(curve),
            taken_at=self.now(),
            photographs=tuple(self._photographs()),
            silent_cameras=(),
            hash="1" * 64,
        )

    def _photographs(self) -> Iterator[Photograph]:
        for camera_id in ("front", "rear", "load"):
            data = seen_jpeg(f"{self.site_id} {len(self.captures)} {camera_id}")
            yield Photograph(
                camera_id=camera_id,
                taken_at=self.now(),
                media_type="image/jpeg",
                sha256=sha256(data).hex(),
                data=data,
            )


@dataclass
class AbstainingGrader:
    """Proposes nothing, as an honest engine does on drawings; or what it is told to."""

    proposed: ProposedGrade | None = None

    def find_bed(self, picture: bytes, bay: BayView) -> SeenBed:
        return SeenBed(corners_px=bay.corners_px, refined=0, scale_um_per_px=None)

    def propose_load(
        self, frames: Sequence[LoadFrame], bay: BayView | None, past: CameraPast | None = None
    ) -> ProposedGrade:
        pixels = [sha256(frame.content).hex() for frame in frames]
        if self.proposed is not None:
            return replace(self.proposed, pixel_sha256=pixels)
        return ProposedGrade(
            decision="manual",
            form=None,
            grade_class=None,
            classes={},
            confidence_bp=1_200,
            conformal_set=("bales", "shredded"),
            reasons=("Q_NOT_SCRAP",),
            model=MODEL,
            pixel_sha256=pixels,
            overlays=[Drawn(content=f.content, media_type="image/jpeg") for f in frames],
        )


@dataclass(frozen=True, kw_only=True)
class Truck:
    """What one truck left behind."""

    visit: Visit
    gross: Weighing
    tare: Weighing
    ticket: Ticket


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What one delivery left behind."""

    delivery: Delivery
    receipt: PlantReceipt
    settlement: SettlementState


class Clock:
    """Goes on by one second each time it is read."""

    def __init__(self, start: datetime = START) -> None:
        self._ticks = itertools.count()
        self._start = start

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=next(self._ticks))

    def forward(self, span: timedelta) -> None:
        """Go on by ``span`` at once."""
        self._start += span


@dataclass
class Company:
    """The company, its people by user name, and a clock that goes on by seconds."""

    deps: Deps
    scales: dict[str, StandingScale]
    people: dict[str, Actor]
    plates: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    clock: Clock = field(default_factory=Clock)

    def weigh(self, visit_id: str, site_id: str, which: str, kg: int, by: str) -> Weighing:
        self.scales[site_id].kg = kg
        command = RecordWeighing(
            visit_id=visit_id, weighing_pass=WeighingPass(which), capture_id=new_id()
        )
        return record_weighing(command, self.people[by], self.deps)

    def receive(
        self,
        *,
        site_id: str = "BASE01",
        gross_kg: int = 48_620,
        tare_kg: int = 16_140,
        grade: str = "HRS101",
        deduction: Deduction | None = None,
    ) -> Truck:
        """A booked load from the gate to its ticket."""
        booking = create_booking(
            CreateBooking(
                site_id=site_id,
                plate=f"辽EDEMO{next(self.plates)}",
                supplier_id=demo_company.SUPPLIERS[0],
                carrier_id=demo_company.CARRIER,
                material="重型废钢",
                expected_on=date(2026, 11, 20),
            ),
            self.people["supplier"],
            self.deps,
        )
        visit = open_visit(
            OpenVisit(site_id=site_id, kind=VisitKind.RECEIVING, code=booking.code),
            self.people["operator"],
            self.deps,
        )
        gross = self.weigh(visit.visit_id, site_id, "gross", gross_kg, "operator")
        propose_pending(self.deps)
        decide(
            DecideGrade(
                visit_id=visit.visit_id, grade=grade, shares={grade: 10_000}, inclusions_bp=120
            ),
            self.people["inspector"],
            self.deps,
        )
        tare = self.weigh(visit.visit_id, site_id, "tare", tare_kg, "operator")
        ticket = issue_ticket(
            IssueTicket(
                visit_id=visit.visit_id,
                deduction=deduction
                or Deduction(kind=DeductionKind.PCT, bp=120, reason="dirt, rubber"),
            ),
            self.people["operator"],
            self.deps,
        )
        return Truck(visit=visit, gross=gross, tare=tare, ticket=ticket)

    def load(
        self, lines: Mapping[str, int], *, site_id: str = "BASE01", tare_kg: int = 15_400
    ) -> Delivery:
        """A delivery of kilograms from lots, weighed empty and full."""
        visit = open_visit(
            OpenVisit(
                site_id=site_id,
                kind=VisitKind.LOADING,
                plate=f"辽EDEMO{next(self.plates)}",
                plant_id=demo_company.PLANT,
                carrier_id=demo_company.CARRIER,
                distance_km="86.4",
            ),
            self.people["operator"],
            self.deps,
        )
        self.weigh(visit.visit_id, site_id, "tare", tare_kg, "operator")
        self.weigh(visit.visit_id, site_id, "gross", tare_kg + sum(lines.values()), "operator")
        taken = tuple(LotTaken(lot_id=lot_id, kg=kg) for lot_id, kg in lines.items())
        return record_delivery(
            RecordDelivery(visit_id=visit.visit_id, lines=taken),
            self.people["operator"],
            self.deps,
        )

    def arrive(self, delivery: Delivery, *, short_kg: int = 0) -> PlantReceipt:
        """A delivery at the plant, up to its receipt."""
        visit = open_visit(
            OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=delivery.code),
            self.people["plant"],
            self.deps,
        )
        gross_kg = 15_400 + delivery.net_kg - short_kg
        self.weigh(visit.visit_id, "PLANT01", "gross", gross_kg, "plant")
        self.weigh(visit.visit_id, "PLANT01", "tare", 15_400, "plant")
        return record_plant_receipt(
            RecordPlantReceipt(
                visit_id=visit.visit_id,
                deduction=Deduction(kind=DeductionKind.PCT, bp=50, reason="dirt"),
            ),
            self.people["plant"],
            self.deps,
        )

    def deliver(self, lines: Mapping[str, int], *, short_kg: int = 40) -> Delivered:
        """A delivery to its approved settlement; the plant weighs ``short_kg`` less."""
        delivery = self.load(lines)
        receipt = self.arrive(delivery, short_kg=short_kg)
        prepared = prepare_settlement(
            PrepareSettlement(delivery_id=delivery.delivery_id), self.people["clerk"], self.deps
        )
        settled = approve_settlement(
            ApproveSettlement(settlement_id=prepared.settlement_id),
            self.people["approver"],
            self.deps,
        )
        return Delivered(delivery=delivery, receipt=receipt, settlement=settled)


def company_on(
    url: str,
    *,
    registry: str = "0x" + "00" * 20,
    lien_registry: str = "",
    kind: str = "demo",
    simulated: bool = True,
    instruments: Callable[..., Instrument] = instrument_of,
) -> Company:
    """The demo company on the database at ``url``, declared as ``kind``; ``instruments`` makes the
    scale of a site."""
    db = Database(url, pool_size=4)
    clock = Clock()
    installation.create_installation(db, "demo" if kind == "demo" else "real", at=clock())
    scales = {
        site.site_id: StandingScale(
            site_id=site.site_id,
            now=clock,
            instrument=instruments(site.site_id, simulated=simulated),
        )
        for site in demo_company.SITES
    }
    deps = Deps(
        db=db,
        now=clock,
        new_id=new_id,
        new_salt=new_salt,
        random_bytes=secrets.token_bytes,
        edges=scales,
        grader=AbstainingGrader(),
        issuer=Issuer(
            name="北河再生资源（示例）",
            document_store=registry,
            chain_id=1337,
            location="base.example",
        ),
        demo=kind == "demo",
        unit="S1",
        public_url="http://127.0.0.1:8000",
        lien_registry=lien_registry,
    )
    hardware = [
        {
            "site_id": site_id,
            "instrument": instrument_record(instruments(site_id, simulated=simulated)),
        }
        for site_id in scales
    ]
    demo_company.seed_demo(hardware, "correct horse", deps)
    with db.transaction() as tx:
        be_lenient(tx, scales, clock())
    people = {
        user.username: Actor(
            user_id=user.user_id,
            name=user.name,
            role=user.role,
            organisation_id=user.organisation_id,
            site_ids=frozenset(user.site_ids),
        )
        for user in users(demo_company.SEEDER, deps)
    }
    return Company(deps=deps, scales=scales, people=people, clock=clock)


@pytest.fixture(scope="session")
def moved_in(migrated_postgres: EmbeddedPostgres) -> EmbeddedPostgres:
    """The server with a database in which the company already lives: hashing the passwords of
    eleven people takes longer than most tests."""
    migrated_postgres.create_database(TEMPLATE, template=DATABASE)
    company_on(migrated_postgres.url(APP_ROLE, TEMPLATE)).deps.db.close()
    return migrated_postgres


@pytest.fixture
def company_database(moved_in: EmbeddedPostgres) -> Iterator[TestDatabase]:
    """A database of the test's own with the company in it."""
    name = f"company_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    yield TestDatabase(
        name=name, app_url=moved_in.url(APP_ROLE, name), owner_url=moved_in.url(OWNER_ROLE, name)
    )
    moved_in.drop_database(name)


@pytest.fixture
def company(company_database: TestDatabase) -> Iterator[Company]:
    """The demo company on a database of the test's own."""
    made = company_on(company_database.app_url)
    yield made
    made.deps.db.close()
