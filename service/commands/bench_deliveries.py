"""Delivery documents as the product writes them, as many as are needed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from service.domain.instants import utc_text
from service.proof.batch import BatchTree
from service.proof.document import WrappedDocument, with_proof, wrap
from service.usecases.evidence import Evidence, document_content
from service.usecases.ports import Deps

_FIRST_AT = datetime(2026, 11, 20, tzinfo=UTC)
_TARE_KG = 16_140


def deliveries(numbers: range, deps: Deps) -> Iterator[Evidence]:
    """Deliveries of two lots each, a minute apart, with these numbers."""
    for number in numbers:
        at = _FIRST_AT + timedelta(minutes=number)
        first_kg, second_kg = 12_000 + 20 * (number % 500), 9_480
        net_kg = first_kg + second_kg
        delivery_id, delivery_no = deps.new_id(), f"SH-{deps.unit}-26-{number:06}"
        yield Evidence(
            kind="delivery",
            document_id=delivery_no,
            subject_id=delivery_id,
            recorded_at=at,
            record={
                "delivery_id": delivery_id,
                "delivery_no": delivery_no,
                "visit_id": deps.new_id(),
                "site_id": "BASE01",
                "plant_id": "PLANT01",
                "waybill_no": delivery_no.replace("SH-", "YD-"),
                "carrier_id": "CARRIER01",
                "lines": {
                    "1": {"lot_id": "BASE01-HRS101", "grade": "HRS101", "kg": first_kg},
                    "2": {"lot_id": "BASE01-MRS101", "grade": "MRS101", "kg": second_kg},
                },
                "net_kg": net_kg,
                "delivery_secret": deps.random_bytes(32).hex(),
                "distance_km": "86.4",
                "issued_at": utc_text(at),
                "gross_kg": _TARE_KG + net_kg,
                "tare_kg": _TARE_KG,
                "operator_id": deps.new_id(),
            },
            personal={"plate": f"辽E{number:05}"},
            parents={"tare": deps.random_bytes(32), "gross": deps.random_bytes(32)},
        )


def contents(count: int, deps: Deps) -> list[dict[str, Any]]:
    """What ``count`` delivery documents say before they are salted."""
    return [document_content(evidence, deps) for evidence in deliveries(range(count), deps)]


def wrapped_batch(documents: list[dict[str, Any]], deps: Deps) -> list[WrappedDocument]:
    """``documents`` wrapped as one batch, each with its proof."""
    wrapped = [wrap(document, deps.new_salt) for document in documents]
    hashes = [bytes.fromhex(document["signature"]["targetHash"]) for document in wrapped]
    tree = BatchTree(hashes)
    proofs = tree.proofs()
    return [
        with_proof(document, proof=proofs[digest], merkle_root=tree.root)
        for document, digest in zip(wrapped, hashes, strict=True)
    ]
