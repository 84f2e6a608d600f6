"""The lien document: a state that the registry on the chain reached, put on record here."""

from typing import Any, Protocol

import structlog

from service.chain.liens import Lien
from service.domain.instants import utc_from_seconds, utc_text, whole_second
from service.domain.lien import PURPOSE, LienState, state_after
from service.storage import delivery as deliveries
from service.storage import lien as liens
from service.storage.db import Tx
from service.storage.locks import hold
from service.usecases.evidence import Evidence, record_document
from service.usecases.ports import Deps

_RANK = {"none": 0, "reserved": 1, "financed": 2, "released": 3}

log = structlog.get_logger(__name__)


class LienRegistry(Protocol):
    """The registry on the chain; a test may stand in for it."""

    def lien_of(self, delivery_key: bytes) -> Lien:
        """How a delivery stands now; raises ``UnavailableError`` where nobody can tell."""
        ...


def record_relayed(deps: Deps, registry: LienRegistry) -> int:
    """Put on record every order whose relay is final, where the registry agrees; how many.

    Of several orders about one delivery the registry shows the last alone, which is asked for.
    """
    with deps.db.transaction() as tx:
        relayed = liens.relayed_orders(tx)
    last = {order.lien_key: order.order_id for order in relayed}
    recorded = 0
    refused: set[bytes] = set()
    for key, order_id in last.items():
        if not _agrees(registry.lien_of(key), order_id, deps):
            log.warning("lien_not_as_relayed", order=order_id)
            refused.add(key)
    for order in relayed:
        if order.lien_key not in refused:
            recorded += record_lien_state(order.order_id, order.tx_hash, deps) is not None
    return recorded


def record_lien_state(order_id: str, tx_hash: bytes, deps: Deps) -> bytes | None:
    """Journal the state to which a carried-out order led; its target hash.

    None where there is no such order or its state is on record already.
    """
    with deps.db.transaction() as tx:
        order = liens.order_by_id(tx, order_id)
        if order is None:
            return None
        hold(tx, f"lien {order.lien_key.hex()}")
        if liens.lien_of_order(tx, order_id) is not None:
            return None
        return _record(tx, order, tx_hash, deps)


def _record(tx: Tx, order: liens.LienOrderRow, tx_hash: bytes, deps: Deps) -> bytes:
    before = liens.liens_of(tx, order.lien_key)
    released_bp = _released_bp(order, before)
    state = state_after(order.kind, released_bp)
    delivery = deliveries.delivery_by_id(tx, order.delivery_id)
    assert delivery is not None  # noqa: S101 # a foreign key holds it
    now = whole_second(deps.now())
    step = len(before) + 1
    evidence = Evidence(
        kind="lien",
        document_id=f"{order.lien_id}-{step}",
        subject_id=order.delivery_id,
        recorded_at=now,
        record={
            "lien_id": order.lien_id,
            "lien_key": order.lien_key.hex(),
            "purpose": PURPOSE,
            "delivery_id": order.delivery_id,
            "delivery_secret": delivery.secret.hex(),
            "financier": order.financier,
            "financier_id": order.financier_id,
            "cap_fen": order.cap_fen,
            "state": state.value,
            "released_bp": released_bp,
            "expires_at": _expires_at(order, state),
            "order": _order(order),
            "contract": order.contract,
            "chain_id": order.chain_id,
            "tx_hash": tx_hash.hex(),
            "recorded_at": utc_text(now),
        },
        parents={"delivery": delivery.target_hash},
    )
    row = liens.LienRow(
        lien_key=order.lien_key,
        step=step,
        lien_id=order.lien_id,
        order_id=order.order_id,
        delivery_id=order.delivery_id,
        financier_id=order.financier_id,
        state=state.value,
        released_bp=released_bp,
        tx_hash=tx_hash,
        recorded_at=now,
        target_hash=record_document(tx, evidence, deps),
    )
    liens.add_lien(tx, row)
    return row.target_hash


def _released_bp(order: liens.LienOrderRow, before: list[liens.LienRow]) -> int:
    """What is free of the lien after the order; a new reservation begins at nothing."""
    if order.kind == "reserve" or not before:
        return 0
    return before[-1].released_bp + (order.basis_points or 0)


def _expires_at(order: liens.LienOrderRow, state: LienState) -> str | None:
    if state is not LienState.RESERVED or order.expiry is None:
        return None
    return utc_from_seconds(order.expiry)


def _order(order: liens.LienOrderRow) -> dict[str, Any]:
    """The bank's order, so that its signature can be checked from the document alone."""
    return {
        "order_id": order.order_id,
        "kind": order.kind,
        "nonce": order.nonce,
        "deadline": order.deadline,
        "expiry": order.expiry,
        "basis_points": order.basis_points,
        "signature": f"0x{order.signature.hex()}",
    }


def _agrees(found: Lien, order_id: str, deps: Deps) -> bool:
    """Whether the registry shows the state to which the order led, or a later one."""
    with deps.db.transaction() as tx:
        order = liens.order_by_id(tx, order_id)
        assert order is not None  # noqa: S101 # it was read a moment ago
        released_bp = _released_bp(order, liens.liens_of(tx, order.lien_key))
    state = state_after(order.kind, released_bp)
    if state is LienState.CANCELLED:
        return found.bank.lower() != order.financier.lower()
    return (
        found.bank.lower() == order.financier.lower()
        and _RANK[found.state.value] >= _RANK[state.value]
        and found.released_bp >= released_bp
    )
