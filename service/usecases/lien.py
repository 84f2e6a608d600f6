"""Orders of liens: a bank hands its signed order in, and the worker relays it to the registry.

The registry on the chain decides. What is refused here would be refused there; what is taken here
waits while the chain is down, and says why where the registry refused it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from service.chain.lien_order_file import SignedLienOrder, read_order
from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError, UnavailableError, gettext_noop
from service.domain.instants import whole_second
from service.domain.lien import (
    PURPOSE,
    LienState,
    OrderDeliveryError,
    OrderKnownError,
    OrderLateError,
    OrderNonceError,
    OrderNotSignedError,
    OrderRegistryError,
    require_cap,
    require_in_turn,
    require_releasable,
    state_after,
)
from service.domain.party import Actor
from service.domain.visit import StepMissingError
from service.proof.lien_key import lien_key
from service.storage import delivery as deliveries
from service.storage import lien as liens
from service.storage import settlement as settlements
from service.storage.db import Tx
from service.storage.locks import hold
from service.usecases.chain_task import request_chain_task
from service.usecases.ports import Deps


class NoLienRegistryError(UnavailableError):
    """The service knows no lien registry."""

    message = gettext_noop("No lien registry is set up here; orders cannot be taken.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitLienOrder:
    """``order`` is the content of an order file; ``cap_fen`` goes with a reservation."""

    delivery_id: str
    order: bytes
    cap_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LienOrder:
    """An order on its way to the registry; ``state`` is where it leads to when carried out."""

    order_id: str
    lien_id: str
    delivery_id: str
    kind: str
    state: str
    nonce: int
    received_at: datetime


def submit_lien_order(command: SubmitLienOrder, actor: Actor, deps: Deps) -> LienOrder:
    """Take a bank's signed order for a delivery that is settled through it."""
    with deps.db.transaction() as tx:
        delivery, settlement = _settled(tx, command.delivery_id, actor)
        signed = read_order(command.order)
        _require_ours(signed, delivery, deps)
        _require_in_time(signed, deps)
        hold(tx, f"lien {signed.order.delivery_key.hex()}")
        hold(tx, f"financier {signed.order.bank}")
        _require_new(tx, signed)
        row = _row(tx, signed, delivery, settlement, command.cap_fen, actor, deps)
        liens.add_order(tx, row)
        request_chain_task(
            tx,
            kind="lien",
            to=signed.contract,
            calldata=signed.calldata,
            subject_id=row.order_id,
            deps=deps,
        )
    return LienOrder(
        order_id=row.order_id,
        lien_id=row.lien_id,
        delivery_id=row.delivery_id,
        kind=row.kind,
        state="waiting",
        nonce=row.nonce,
        received_at=row.received_at,
    )


def _settled(
    tx: Tx, delivery_id: str, actor: Actor
) -> tuple[deliveries.StandingDelivery, settlements.SettlementRow]:
    """The delivery with its approved settlement, which names the bank that may lend."""
    delivery = deliveries.delivery_by_id(tx, delivery_id)
    if delivery is None:
        raise NotFoundError(field="delivery_id", what="delivery", key=delivery_id[:64])
    settlement = settlements.live_settlement_of(tx, delivery_id)
    named = frozenset({settlement.bank_id} if settlement else ())
    require(actor, Action.LIEN_ORDER, Resource(organisation_ids=named))
    if settlement is None or settlements.approval_of(tx, settlement.settlement_id) is None:
        raise StepMissingError(field="delivery_id", value="lien", limit="approval")
    return delivery, settlement


def _require_ours(
    signed: SignedLienOrder, delivery: deliveries.StandingDelivery, deps: Deps
) -> None:
    """The order is for this registry, about this delivery, and signed by the bank it names."""
    if not deps.lien_registry:
        raise NoLienRegistryError
    here = (deps.issuer.chain_id, deps.lien_registry.lower())
    if (signed.chain_id, signed.contract.lower()) != here:
        raise OrderRegistryError(
            field="order",
            value=f"{signed.contract} ({signed.chain_id})",
            limit=f"{deps.lien_registry} ({deps.issuer.chain_id})",
        )
    if signed.order.delivery_key != lien_key(PURPOSE, delivery.delivery_id, delivery.secret):
        raise OrderDeliveryError(field="order", value=delivery.delivery_no)
    if not signed.is_signed_by_bank():
        raise OrderNotSignedError(field="order", value=signed.order.bank, action="LIEN_ORDER")


def _require_in_time(signed: SignedLienOrder, deps: Deps) -> None:
    """The registry takes an order up to its deadline, and a reservation that ends later."""
    now = whole_second(deps.now())
    for value in (signed.order.deadline, getattr(signed.order, "expiry", None)):
        if value is not None and value <= int(now.timestamp()):
            raise OrderLateError(field="order", value=_instant(value), limit=now)


def _instant(seconds: int) -> str:
    """The instant for a reader; beyond the calendar the bare number."""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC).isoformat()
    except (OverflowError, ValueError):
        return str(seconds)


def _require_new(tx: Tx, signed: SignedLienOrder) -> None:
    """The registry takes each nonce of a bank once, one after the other."""
    known = liens.order_by_digest(tx, signed.digest)
    if known is not None:
        raise OrderKnownError(field="order")
    expected = liens.next_nonce(
        tx, financier=signed.order.bank, contract=signed.contract, chain_id=signed.chain_id
    )
    if signed.order.nonce < expected:
        raise OrderNonceError(field="order", value=signed.order.nonce, limit=expected)


def _row(
    tx: Tx,
    signed: SignedLienOrder,
    delivery: deliveries.StandingDelivery,
    settlement: settlements.SettlementRow,
    cap_fen: int | None,
    actor: Actor,
    deps: Deps,
) -> liens.LienOrderRow:
    """The order as it is kept, after the orders that stand before it."""
    order, order_id = signed.order, deps.new_id()
    standing = liens.standing_orders(tx, order.delivery_key)
    state, released_bp = lien_state(standing)
    require_in_turn(order.kind, state)
    require_releasable(getattr(order, "basis_points", 0), released_bp=released_bp)
    reserved = next((row for row in reversed(standing) if row.kind == "reserve"), None)
    if order.kind == "reserve" or reserved is None:
        lien_id, cap = order_id, require_cap(cap_fen, payable_fen=settlement.payable_fen)
    else:
        lien_id, cap = reserved.order_id, reserved.cap_fen
    return liens.LienOrderRow(
        order_id=order_id,
        lien_id=lien_id,
        delivery_id=delivery.delivery_id,
        lien_key=order.delivery_key,
        kind=order.kind,
        financier_id=settlement.bank_id,
        financier=order.bank,
        cap_fen=cap,
        nonce=order.nonce,
        deadline=order.deadline,
        expiry=getattr(order, "expiry", None),
        basis_points=getattr(order, "basis_points", None),
        signature=signed.signature,
        digest=signed.digest,
        contract=signed.contract,
        chain_id=signed.chain_id,
        received_at=deps.now(),
        received_by=actor.user_id,
    )


def lien_state(orders: list[liens.LienOrderRow]) -> tuple[LienState, int]:
    """The state to which ``orders`` lead, one carried out after the other, and the basis points
    that are free by then."""
    state, released_bp = LienState.FREE, 0
    for row in orders:
        released_bp = 0 if row.kind == "reserve" else released_bp + (row.basis_points or 0)
        state = state_after(row.kind, released_bp)
    return state, released_bp
