"""The signed receipt of a printed ticket, held against the keys of its site and the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.devices.ed25519 import signature_holds
from service.proof.signed_receipt import (
    differing_members,
    is_signed_by,
    read_receipt,
    receipt_key_id,
)
from service.storage.db import Tx
from service.storage.edge import keys_of_site


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFinding:
    """``signed``: a key of the site signed it. ``differing``: what the record states otherwise."""

    signed: bool
    differing: tuple[str, ...]


def site_keys(tx: Tx, site_id: str) -> dict[str, str]:
    """The public keys (hex) of the site's scales by the name that a receipt gives them."""
    rows = keys_of_site(tx, site_id)
    return {receipt_key_id(row.public_key): row.public_key.hex() for row in rows}


def check_receipt(tx: Tx, text: str, *, site_id: str, record: Mapping[str, Any]) -> ReceiptFinding:
    """What the paper's receipt is worth; raises ``FileShapeError`` for a text that is none.

    ``record`` is what any one version of the ticket states: an older paper is no forgery.
    """
    receipt = read_receipt(text)
    keys = [bytes.fromhex(key) for key in site_keys(tx, site_id).values()]
    return ReceiptFinding(
        signed=any(is_signed_by(receipt, key, signature_holds) for key in keys),
        differing=tuple(differing_members(receipt, record)),
    )
