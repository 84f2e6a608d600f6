"""What a lien claims of its delivery: the key in the lien registry, and the bank that holds it."""

from collections.abc import Iterable, Mapping
from typing import Any

from service.proof.case import Case, product_kind
from service.proof.chain_view import LienQuestion
from service.proof.families import LINEAGE
from service.proof.lien_key import lien_key
from service.proof.policy import CORRECTION
from service.proof.shape import HASH_BYTES
from service.proof.trust import TrustedIssuer
from service.proof.verdict import Check

LIEN, DELIVERY = "lien", "delivery"
ALREADY_PLEDGED, NULLIFIER_MISMATCH = 5, 6
_HOLDING = ("reserved", "financed")


def lien_question(data: Mapping[str, Any], issuer: TrustedIssuer | None) -> LienQuestion | None:
    """Who holds the key of this lien; None where it claims none or no lien registry is trusted."""
    record = _lien(data)
    registry = issuer.lien_registry if issuer else None
    key = _hash(record.get("lien_key"))
    if registry is None or key is None or record.get("state") not in _HOLDING:
        return None
    return LienQuestion(lien_registry=registry, key=key)


def check_lien(case: Case, parents: Iterable[str]) -> Check | None:
    """Why the lien is not one on its delivery, or not this bank's; None where nothing is wrong."""
    record = _lien(case.fields)
    if not record:
        return None
    return (
        _key_differs(record) or _delivery_differs(case, record, parents) or _pledged(case, record)
    )


def _key_differs(record: Mapping[str, Any]) -> Check | None:
    purpose, delivery_id = record.get("purpose"), record.get("delivery_id")
    secret = _hash(record.get("delivery_secret"))
    if not isinstance(purpose, str) or not isinstance(delivery_id, str) or secret is None:
        return None
    stated = record.get("lien_key")
    if stated is None or stated == lien_key(purpose, delivery_id, secret).hex():
        return None
    return _mismatch("The key of the lien is not that of its delivery.")


def _delivery_differs(
    case: Case, record: Mapping[str, Any], parents: Iterable[str]
) -> Check | None:
    """The delivery's own document, where it is at hand, names the same delivery and secret."""
    for digest in parents:
        data = case.parents.data(digest) if case.parents else {}
        if _is_another(data):
            return _mismatch("The lien names a document that is no delivery.")
        delivery = _record_of(DELIVERY, data)
        for name in ("delivery_id", "delivery_secret"):
            if name in record and record[name] != delivery.get(name, record[name]):
                return _mismatch(f"The delivery's own document states another {name}.")
    return None


def _pledged(case: Case, record: Mapping[str, Any]) -> Check | None:
    holder = case.answers.lien_holder if case.answers else None
    if holder is None or holder == record.get("financier", holder):
        return None
    return LINEAGE.invalid(ALREADY_PLEDGED, f"The delivery is held by another bank, {holder}.")


def _lien(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of a lien, or its values put right; empty for another document."""
    return _record_of(LIEN, data)


def _is_another(data: Mapping[str, Any]) -> bool:
    """Whether a document shows that it is neither a delivery nor one put right."""
    kind, record = product_kind(data), data.get("record")
    if kind == CORRECTION and isinstance(record, dict):
        return bool(record.get("corrects", DELIVERY) != DELIVERY)
    return kind not in (None, DELIVERY, CORRECTION)


def _record_of(kind: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    stated, record = product_kind(data), data.get("record")
    if not isinstance(record, dict):
        return {}
    if stated == CORRECTION and record.get("corrects") == kind:
        record = record.get("values")
        return record if isinstance(record, dict) else {}
    return record if stated == kind else {}


def _hash(text: object) -> bytes | None:
    """32 bytes of hex; None for anything else, which RECORD_SEMANTICS refuses."""
    try:
        raw = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        return None
    return raw if len(raw) == HASH_BYTES else None


def _mismatch(message: str) -> Check:
    return LINEAGE.invalid(NULLIFIER_MISMATCH, message)
