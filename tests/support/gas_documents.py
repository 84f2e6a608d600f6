"""Deliveries of a busy fortnight as real documents: the same bytes whenever they are made."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from service.proof.document import WrappedDocument, wrap

REGISTRY = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
GRADES = ("HRS101", "HRS102", "MRS101", "LRS101")


def delivery_documents(count: int) -> list[WrappedDocument]:
    """Wrapped delivery documents, number 1 to ``count``."""
    return [wrap(_delivery(number), _salts(number)) for number in range(1, count + 1)]


def _delivery(number: int) -> dict[str, Any]:
    tare_kg = 14_000 + 20 * (number * 37 % 200)
    first_kg = 9_000 + 20 * (number * 53 % 600)
    second_kg = 4_000 + 20 * (number * 71 % 400)
    day, hour = 1 + number // 10 % 28, 6 + number % 12
    return {
        "id": f"DN-BASE01-2026-{number:06d}",
        "$template": {"name": "FERROTRACE_DELIVERY_V1", "type": "EMBEDDED_RENDERER"},
        "issuers": [
            {
                "name": "北河再生资源（示例） Beihe Recycling (example)",
                "documentStore": REGISTRY,
                "identityProof": {"type": "DNS-TXT", "location": "beihe.example"},
            }
        ],
        "kind": "delivery",
        "demo": True,
        "record": {
            "delivery_id": _text_id("delivery", number),
            "delivery_no": f"DN-BASE01-2026-{number:06d}",
            "visit_id": _text_id("visit", number),
            "site_id": "BASE01",
            "plant_id": "PL-LANBEI",
            "waybill_no": f"W-{number:04d}",
            "carrier_id": "CA-YUNTU",
            "lines": {
                "1": {
                    "lot_id": _text_id("lot", number),
                    "grade": GRADES[number % 4],
                    "kg": first_kg,
                },
                "2": {
                    "lot_id": _text_id("lot", -number),
                    "grade": GRADES[(number + 1) % 4],
                    "kg": second_kg,
                },
            },
            "gross_kg": tare_kg + first_kg + second_kg,
            "tare_kg": tare_kg,
            "net_kg": first_kg + second_kg,
            "delivery_secret": _digest("secret", number).hex(),
            "distance_km": f"{40 + number % 90}.{number % 10}",
            "issued_at": f"2026-03-{day:02d}T{hour:02d}:{number % 60:02d}:00Z",
            "operator_id": _text_id("person", number % 3),
        },
        "personal": {"plate": f"辽E·{number * 7919 % 100_000:05d}"},
        "links": {
            "parents": {
                "tare": _digest("tare", number).hex(),
                "gross": _digest("gross", number).hex(),
            }
        },
    }


def _salts(number: int) -> Callable[[], str]:
    count = 0

    def salt() -> str:
        nonlocal count
        count += 1
        return _text_id(f"salt {count}", number)

    return salt


def _text_id(what: str, number: int) -> str:
    return str(uuid.UUID(bytes=_digest(what, number)[:16], version=4))


def _digest(what: str, number: int) -> bytes:
    return hashlib.sha256(f"{what} {number}".encode()).digest()
