"""Documents of one truck, one of every kind, with salts that are always the same."""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from service.domain.carbon import Leg, Processing, carbon_statement
from service.domain.factors import factor_set
from service.proof.document import WrappedDocument, wrap
from service.proof.hashing import checksum_address, keccak256
from service.proof.lien_key import lien_key
from service.proof.policy import POLICY_ID, policy_audiences

REGISTRY = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
LIEN_REGISTRY = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
LOCATION = "base-a.example"
DIGEST = "ab" * 32
DELIVERY_SECRET = "cd" * 32
FINANCIER = checksum_address(b"\xba" * 20)
PROMISE_KEY = keccak256(b"the base's promise key, for tests alone")
PROMISE_PUBLIC_KEY = (
    "0x044ce632aba3dd8f6bc039a434761fb6d6c7ef4d23d0b814ea2e955044e5cbb554"
    "0e0a468a989661688009083b111a70715c763dc30d592dbb6429fdea3d15abb7"
)
PROMISE_ADDRESS = "0x40Ef1D6283d8c659087d6Da23d5A945Cbd76F6DC"


def fixed_salts(seed: str) -> Callable[[], str]:
    """UUID v4 texts that depend on the seed and the order of the calls alone."""
    count = 0

    def salt() -> str:
        nonlocal count
        count += 1
        digest = hashlib.sha256(f"{seed}/{count}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    return salt


def document(kind: str, number: str, record: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    """The data of a document, as the product writes it."""
    return {
        "id": number,
        "$template": {
            "name": f"FERROTRACE_{kind.upper().replace('-', '_')}_V1",
            "type": "EMBEDDED_RENDERER",
        },
        "issuers": [
            {
                "name": "回收基地 A",
                "documentStore": REGISTRY,
                "identityProof": {"type": "DNS-TXT", "location": LOCATION},
            }
        ],
        "kind": kind,
        "demo": True,
        "record": dict(record),
        **parts,
    }


def instrument() -> dict[str, Any]:
    return {
        "instrument_id": "scale-1",
        "make": "Example",
        "model": "X",
        "serial_no": "1",
        "dialect": "toledo_cont",
        "d_kg": 20,
        "e_kg": 20,
        "max_kg": 100_000,
        "min_kg": 400,
        "accuracy_class": "III",
        "certificate_no": "C-1",
        "verified_on": "2026-01-01",
        "valid_to": "2026-12-31",
        "simulated": True,
    }


def weighing(weighing_pass: str, kg: int, place: str = "BASE01") -> dict[str, Any]:
    return document(
        "weighing",
        f"{place}-{weighing_pass}",
        {
            "weighing_id": f"{place}-{weighing_pass}",
            "visit_id": "visit-1",
            "site_id": place,
            "pass": weighing_pass,
            "kg": kg,
            "instrument": instrument(),
            "source": "SIM",
            "stable_source": "flag",
            "window_ms": 2000,
            "spread_kg": 0,
            "frame_count": 20,
            "zero_before_kg": 0,
            "first_frame_hex": "0230",
            "last_frame_hex": "0230",
            "frames_sha256": DIGEST,
            "curve_sha256": DIGEST,
            "edge_id": "edge-1",
            "edge_seq": 1,
            "capture_id": "capture-1",
            "taken_at": "2026-03-01T02:15:30Z",
            "recorded_at": "2026-03-01T02:15:31Z",
            "operator_id": "operator-1",
        },
        personal={"plate": "辽E·DEMO1", "operator": "张三"},
        images={"front": {"sha256": DIGEST}},
    )


def proposal() -> dict[str, Any]:
    return document(
        "grade-proposal",
        "P-1",
        {
            "proposal_id": "P-1",
            "visit_id": "visit-1",
            "decision": "auto",
            "form": "plate",
            "grade_class": "heavy",
            "classes": {"heavy": 7000, "medium": 3000},
            "confidence_bp": 7000,
            "conformal_set": {"0": "plate"},
            "model": {
                f"{part}_sha256": DIGEST
                for part in ("backbone", "onnx", "head", "calibration", "catalogue")
            },
            "pictures": {"front": {"sha256": DIGEST, "pixel_sha256": DIGEST}},
            "proposed_at": "2026-03-01T02:16:00Z",
        },
    )


def decision() -> dict[str, Any]:
    return document(
        "grade-decision",
        "D-1",
        {
            "decision_id": "D-1",
            "visit_id": "visit-1",
            "grade": "HRS101",
            "grade_standard": "GB/T 39733-2024",
            "shares": {"HRS101": 6000, "MRS101": 4000},
            "inclusions_bp": 120,
            "differs": False,
            "decided_at": "2026-03-01T02:17:00Z",
            "inspector_id": "inspector-1",
        },
        personal={"inspector": "李四"},
    )


def hazard_release() -> dict[str, Any]:
    def signature(who: str, role: str, at: str) -> dict[str, str]:
        return {
            "signed_by": who,
            "role": role,
            "reason": "an empty fire extinguisher, taken out",
            "photograph_id": f"photo-{who}",
            "signed_at": at,
        }

    return document(
        "hazard-release",
        "H-1",
        {
            "release_id": "H-1",
            "stop_id": "stop-1",
            "visit_id": "visit-1",
            "cause": "PROPOSAL",
            "reason": "HAZARD_FIRE_EXTINGUISHER",
            "stopped_at": "2026-03-01T02:16:00Z",
            "signatures": {
                "1": signature("inspector-1", "inspector", "2026-03-01T02:17:00Z"),
                "2": signature("supervisor-1", "supervisor", "2026-03-01T02:18:00Z"),
            },
            "released_at": "2026-03-01T02:18:00Z",
        },
    )


def ticket() -> dict[str, Any]:
    return document(
        "ticket",
        "BASE01-A-26-000001",
        {
            "ticket_no": "BASE01-A-26-000001",
            "visit_id": "visit-1",
            "site_id": "BASE01",
            "status": "issued",
            "gross_kg": 48_620,
            "tare_kg": 16_140,
            "net_kg": 32_480,
            "rejected_kg": 480,
            "residual_kg": 0,
            "accepted_kg": 32_000,
            "deduction": {"kind": "PCT", "bp": 250, "reason": "inclusions"},
            "deducted_kg": 800,
            "settlement_kg": 31_200,
            "grade": "HRS101",
            "lot_id": "lot-1",
            "rejected_reason": "sealed vessel",
            "issued_at": "2026-03-01T03:00:00Z",
            "operator_id": "operator-1",
        },
        personal={"plate": "辽E·DEMO1"},
    )


def void_ticket() -> dict[str, Any]:
    return document(
        "ticket",
        "BASE01-A-26-000002",
        {
            "ticket_no": "BASE01-A-26-000002",
            "visit_id": "visit-2",
            "site_id": "BASE01",
            "status": "void",
            "void_reason": "left without unloading",
            "issued_at": "2026-03-01T03:00:00Z",
            "operator_id": "operator-1",
        },
    )


def delivery() -> dict[str, Any]:
    return document(
        "delivery",
        "DN-1",
        {
            "delivery_id": "delivery-1",
            "delivery_no": "DN-1",
            "visit_id": "visit-3",
            "site_id": "BASE01",
            "plant_id": "PLANT01",
            "waybill_no": "W-1",
            "carrier_id": "carrier-1",
            "lines": {
                "1": {"lot_id": "lot-1", "grade": "HRS101", "kg": 20_000},
                "2": {"lot_id": "lot-2", "grade": "MRS101", "kg": 12_480},
            },
            "gross_kg": 48_620,
            "tare_kg": 16_140,
            "net_kg": 32_480,
            "delivery_secret": DELIVERY_SECRET,
            "distance_km": "86.4",
            "issued_at": "2026-03-01T05:00:00Z",
            "operator_id": "operator-1",
        },
        personal={"plate": "辽E·DEMO1"},
    )


def receipt() -> dict[str, Any]:
    return document(
        "plant-receipt",
        "R-1",
        {
            "receipt_id": "receipt-1",
            "receipt_no": "R-1",
            "delivery_id": "delivery-1",
            "visit_id": "visit-4",
            "site_id": "PLANT01",
            "gross_kg": 48_600,
            "tare_kg": 16_160,
            "net_kg": 32_440,
            "rejected_kg": 0,
            "accepted_kg": 32_440,
            "deduction": {"kind": "KG", "kg": 120, "reason": "soil"},
            "deducted_kg": 120,
            "settlement_kg": 32_320,
            "base": {"gross_kg": 48_620, "tare_kg": 16_140, "net_kg": 32_480, "e_kg": 20},
            "e_kg": 20,
            "difference_kg": -40,
            "limit_kg": 102,
            "alarm": False,
            "received_at": "2026-03-01T09:00:00Z",
            "receiver_id": "receiver-1",
        },
    )


def settlement() -> dict[str, Any]:
    return document(
        "settlement",
        "S-1",
        {
            "settlement_no": "S-1",
            "delivery_id": "delivery-1",
            "receipt_id": "receipt-1",
            "seller_id": "recycler",
            "buyer_id": "plant",
            "bank_id": "bank",
            "price_list": {
                "price_list_id": "list-1",
                "version": "1",
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
                "sha256": DIGEST,
            },
            "price_on": "2026-03-01",
            "settlement_kg": 32_320,
            "lines": {
                "1": {
                    "grade": "HRS101",
                    "kg": 20_001,
                    "price_fen_per_t": 365_001,
                    "num": 1,
                    "den": 1,
                    "amount_fen": 7_300_385,
                },
                "2": {
                    "grade": "MRS101",
                    "kg": 12_319,
                    "price_fen_per_t": 359_000,
                    "num": 1,
                    "den": 2,
                    "amount_fen": 2_211_261,
                },
            },
            "vat_bp": 1300,
            "tax_inclusive": True,
            "gross_fen": 9_511_646,
            "net_fen": 8_417_386,
            "tax_fen": 1_094_260,
            "offset_fen": 511_646,
            "payable_fen": 9_000_000,
            "receivable_fen": 0,
            "rounding": "HALF_UP",
            "trace_sha256": DIGEST,
            "prepared_by": "clerk-1",
            "prepared_at": "2026-03-02T01:00:00Z",
            "approved_by": "approver-1",
            "approved_at": "2026-03-02T02:00:00Z",
        },
    )


def carbon() -> dict[str, Any]:
    statement = carbon_statement(
        settlement_kg=32_320,
        carried_kg=32_440,
        legs=[Leg(name="outbound", distance_km=Decimal("86.4"), factor_id="TRK-CN-46")],
        processing=Processing(grid_year=2023, grid_region="辽宁"),
    ).record()
    return document(
        "carbon-statement",
        "TS-1",
        {
            "statement_no": "TS-1",
            "delivery_id": "delivery-1",
            "receipt_id": "receipt-1",
            **statement,
            "issued_at": "2026-03-01T09:00:00Z",
        },
        carbon={"method": "M2", "factorSetVersion": "FS-2026-1"},
    )


def payment() -> dict[str, Any]:
    return document(
        "payment",
        "PAY-1",
        {
            "payment_id": "PAY-1",
            "settlement_no": "S-1",
            "amount_fen": 9_000_000,
            "paid_on": "2026-03-05",
            "bank_id": "bank",
            "bank_reference": "2026030500001",
            "state": "confirmed",
            "recorded_at": "2026-03-05T08:00:00Z",
            "recorded_by": "clerk-1",
        },
    )


def weighing_void() -> dict[str, Any]:
    return document(
        "weighing-void",
        "void-1",
        {
            "void_id": "void-1",
            "weighing_id": "BASE01-check",
            "visit_id": "visit-1",
            "site_id": "BASE01",
            "pass": "gross",
            "kg": 48_640,
            "reason": "one axle stood off the deck",
            "voided_at": "2026-03-01T02:20:00Z",
            "recorded_at": "2026-03-01T02:20:05Z",
            "operator_id": "supervisor-1",
        },
        personal={"operator": "张三"},
    )


HELD = {"field": "tare", "outcome": "HOLD", "value": "17140 kg", "limit": "16011–16269 kg"}


def hold_decision(**said: Any) -> dict[str, Any]:
    return document(
        "hold-decision",
        "BASE01-gross",
        {
            "weighing_id": "BASE01-gross",
            "visit_id": "visit-1",
            "site_id": "BASE01",
            "pass": "gross",
            "kg": 48_620,
            "controls": {"C7": HELD},
            "decision": "RELEASE",
            "reason_code": "SEEN_AND_CONFIRMED",
            "reason": "seen from the office window",
            "photographs": {"photo-9": DIGEST},
            "operator_id": "operator-1",
            "decided_by": "supervisor-1",
            "decided_as": "supervisor",
            "decided_at": "2026-03-01T02:19:00Z",
            "recorded_at": "2026-03-01T02:19:02Z",
            **said,
        },
        personal={"decided_by": "李四"},
    )


def processing_run() -> dict[str, Any]:
    return document(
        "processing-run",
        "JG-26-000001",
        {
            "run_no": "JG-26-000001",
            "site_id": "BASE01",
            "process": "SHREDDING",
            "started_at": "2026-03-01T06:00:00Z",
            "ended_at": "2026-03-01T07:30:00Z",
            "inputs": {"1": {"lot_id": "BASE01-HRS101", "grade": "HRS101", "kg": 20_000}},
            "outputs": {
                "1": {"lot_id": "BASE01-SRS401", "grade": "SRS401", "kg": 19_000, "place": "B2"}
            },
            "input_kg": 20_000,
            "output_kg": 19_000,
            "loss_kg": 1_000,
            "meters": {
                "1": {"meter_id": "M1", "unit": "kWh", "before": "1000.0", "after": "1812.5"}
            },
            "recorded_at": "2026-03-01T07:40:00Z",
            "recorded_by": "operator-1",
        },
    )


def stock_take() -> dict[str, Any]:
    return document(
        "stock-take",
        "PD-26-000001",
        {
            "take_no": "PD-26-000001",
            "site_id": "BASE01",
            "lot_id": "BASE01-HRS101",
            "grade": "HRS101",
            "place": "A1",
            "book_kg": 12_320,
            "counted_kg": 12_000,
            "difference_kg": -320,
            "method": "SURVEY",
            "reason": "survey by drone",
            "counted_at": "2026-03-01T09:00:00Z",
            "recorded_at": "2026-03-01T09:30:00Z",
            "counted_by": "supervisor-1",
        },
    )


def lien() -> dict[str, Any]:
    return document(
        "lien",
        "L-1",
        {
            "lien_id": "L-1",
            "lien_key": lien_key("lien", "delivery-1", bytes.fromhex(DELIVERY_SECRET)).hex(),
            "purpose": "lien",
            "delivery_id": "delivery-1",
            "delivery_secret": DELIVERY_SECRET,
            "financier": FINANCIER,
            "financier_id": "bank",
            "cap_fen": 5_000_000,
            "state": "reserved",
            "released_bp": 0,
            "expires_at": "2026-03-08T00:00:00Z",
            "order": {
                "kind": "reserve",
                "nonce": 0,
                "deadline": 1_772_400_000,
                "expiry": 1_772_928_000,
                "signature": "0x" + "11" * 65,
            },
            "contract": LIEN_REGISTRY,
            "chain_id": 1337,
            "tx_hash": DIGEST,
            "recorded_at": "2026-03-01T06:00:00Z",
        },
    )


def correction() -> dict[str, Any]:
    values = {**ticket()["record"], "deduction": {"kind": "NONE"}, "deducted_kg": 0}
    return document(
        "correction",
        "C-1",
        {
            "corrects": "ticket",
            "reason": "the deduction was agreed away",
            "corrected_at": "2026-03-01T04:00:00Z",
            "corrected_by": "supervisor-1",
            "values": {**values, "settlement_kg": 32_000},
        },
        personal={"plate": "辽E·DEMO1"},
    )


def grade_review() -> dict[str, Any]:
    return document(
        "grade-review",
        "A-2-V2",
        {
            "review_id": "A-2-V2",
            "appeal_id": "A-2",
            "visit_id": "visit-1",
            "place": 2,
            "grade": "MRS201",
            "grade_standard": "GB/T 39733-2024",
            "shares": {"HRS101": 3000, "MRS201": 7000},
            "pictures": {"load": DIGEST},
            "reviewed_at": "2026-03-02T02:00:00Z",
            "reviewer_id": "inspector-2",
        },
        personal={"reviewer": "李六"},
    )


def grade_appeal() -> dict[str, Any]:
    """The answer to an appeal against a grade: 30 points of 31.2 t rose from 3,590 to 3,650."""
    return document(
        "appeal",
        "A-2-D",
        {
            "appeal_id": "A-2",
            "appeals": "grade-decision",
            "subject_id": "visit-1",
            "ground": "grade",
            "statement": "it was heavier scrap",
            "state": "upheld",
            "answer": "two of three see it so",
            "reason_code": "SHARES_CHANGED",
            "difference": {
                "settlement_kg": 31_200,
                "shares_before": {"HRS101": 3000, "MRS201": 7000},
                "shares_after": {"HRS101": 6000, "MRS201": 4000},
                "prices_fen_per_t": {"HRS101": 365_000, "MRS201": 359_000},
                "difference_fen": 56_160,
            },
            "raised_at": "2026-03-01T06:00:00Z",
            "raised_by": "supplier-1",
            "decided_at": "2026-03-02T06:00:00Z",
            "decided_by": "supervisor-1",
        },
    )


def appeal() -> dict[str, Any]:
    return document(
        "appeal",
        "A-1",
        {
            "appeal_id": "A-1",
            "appeals": "ticket",
            "subject_id": "BASE01-A-26-000001",
            "ground": "deduction",
            "statement": "the load was dry",
            "state": "upheld",
            "answer": "agreed",
            "raised_at": "2026-03-01T03:10:00Z",
            "raised_by": "supplier-1",
            "decided_at": "2026-03-01T03:50:00Z",
            "decided_by": "supervisor-1",
        },
    )


def key_epoch() -> dict[str, Any]:
    return document(
        "key-epoch",
        "base-01-2026",
        {
            "key_id": "base-01-2026",
            "purpose": "promise",
            "site_id": "BASE01",
            "address": PROMISE_ADDRESS,
            "public_key": PROMISE_PUBLIC_KEY,
            "valid_from": "2026-01-01T00:00:00Z",
            "reason": "installed",
            "stated_at": "2026-01-01T00:00:00Z",
        },
    )


def policy() -> dict[str, Any]:
    return document(
        "policy",
        POLICY_ID,
        {
            "policy_id": POLICY_ID,
            "audiences": policy_audiences(),
            "stated_at": "2026-01-01T00:00:00Z",
        },
    )


def factors() -> dict[str, Any]:
    known = factor_set()
    return document(
        "factor-set",
        known.factor_set_id,
        {
            "factor_set_id": known.factor_set_id,
            "sha256": known.sha256,
            "source": "published factors",
            "title": "Factors of 2026",
            "stated_at": "2026-01-01T00:00:00Z",
        },
    )


class Sealed(dict[str, WrappedDocument]):
    """Wrapped documents by name, each linked to those before it."""

    def seal(self, name: str, data: dict[str, Any], supersedes: str = "", **parents: str) -> None:
        """Add ``data`` as ``name``; ``parents`` names by the part they play documents here."""
        links: dict[str, Any] = {"supersedes": supersedes} if supersedes else {}
        if parents:
            links["parents"] = {role: self.hash_of(parent) for role, parent in parents.items()}
        self[name] = wrap({**data, "links": links} if links else data, fixed_salts(name))

    def hash_of(self, name: str) -> str:
        """Target hash of a document here, hex."""
        return str(self[name]["signature"]["targetHash"])


def one_truck() -> Sealed:
    """Every document of a truck by its name, parents linked by their target hashes."""
    wrapped = Sealed()
    seal = wrapped.seal
    seal("gross", weighing("gross", 48_620))
    seal("tare", weighing("tare", 16_140))
    seal("proposal", proposal(), gross="gross")
    seal("decision", decision(), proposal="proposal")
    seal("ticket", ticket(), gross="gross", tare="tare", decision="decision")
    seal("void-ticket", void_ticket(), gross="gross")
    seal("loading-tare", weighing("tare", 16_140, "BASE02"))
    seal("loading-gross", weighing("gross", 48_620, "BASE02"))
    seal("delivery", delivery(), tare="loading-tare", gross="loading-gross")
    seal("plant-gross", weighing("gross", 48_600, "PLANT01"))
    seal("plant-tare", weighing("tare", 16_160, "PLANT01"))
    seal("receipt", receipt(), delivery="delivery", gross="plant-gross", tare="plant-tare")
    seal("settlement", settlement(), receipt="receipt")
    seal("carbon", carbon(), receipt="receipt")
    seal("payment", payment(), settlement="settlement")
    seal("lien", lien(), delivery="delivery")
    seal("correction", correction(), DIGEST, gross="gross", tare="tare", decision="decision")
    seal("appeal", appeal(), document="ticket")
    seal("key-epoch", key_epoch())
    seal("policy", policy())
    seal("factor-set", factors())
    seal("processing-run", processing_run())
    seal("stock-take", stock_take())
    seal("weighing-void", weighing_void(), DIGEST)
    seal("hazard-release", hazard_release(), proposal="proposal")
    seal("hold-decision", hold_decision(), weighing="gross")
    seal("grade-review", grade_review(), appeal="appeal", decision="decision")
    seal("grade-appeal", grade_appeal(), document="decision")
    return wrapped
