"""A signed order and its file: what a bank hands over, and what anyone may relay."""

from dataclasses import dataclass, fields
from typing import Any

from service.chain.lien_orders import (
    CancelOrder,
    FinanceOrder,
    LienOrder,
    ReleaseOrder,
    ReserveOrder,
    order_calldata,
    order_digest,
)
from service.chain.values import to_hex
from service.proof.hashing import checksum_address
from service.proof.shape import Part, refuse
from service.proof.signature import recover_address
from service.proof.strict_json import parse_json

FORMAT_VERSION = 1
MAX_FILE_BYTES = 64 * 1024

_KINDS: dict[str, type[LienOrder]] = {
    kind.kind: kind for kind in (ReserveOrder, FinanceOrder, ReleaseOrder, CancelOrder)
}
_AROUND = ("v", "kind", "chain_id", "contract", "signature")
_MOST = {"basis_points": 10_000}  # the others are 64 bits on chain, 53 in JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLienOrder:
    """An order with the signature of its bank, for one lien registry on one chain."""

    order: LienOrder
    signature: bytes
    chain_id: int
    contract: str

    @property
    def digest(self) -> bytes:
        """The 32 bytes that were signed; also a name of the order."""
        return order_digest(self.order, chain_id=self.chain_id, contract=self.contract)

    @property
    def calldata(self) -> bytes:
        """Call of the lien registry that carries the order out."""
        return order_calldata(self.order, self.signature)

    def is_signed_by_bank(self) -> bool:
        """Whether the bank's own key signed. A bank that is a contract only the chain can ask."""
        signer = recover_address(self.digest, self.signature)
        return signer is not None and to_hex(signer) == self.order.bank.lower()


def order_json(signed: SignedLienOrder) -> dict[str, Any]:
    """The order as the members of its file."""
    order = signed.order
    members = {field.name: getattr(order, field.name) for field in fields(order)}
    return {
        "v": FORMAT_VERSION,
        "kind": order.kind,
        "chain_id": signed.chain_id,
        "contract": signed.contract,
        **members,
        "delivery_key": order.delivery_key.hex(),
        "signature": to_hex(signed.signature),
    }


def read_order(raw: bytes) -> SignedLienOrder:
    """The order that a file holds; its signature is not judged.

    Raises ``FileShapeError`` for a file that is not exactly an order of this format.
    """
    content = parse_json(raw, max_bytes=MAX_FILE_BYTES)
    kind = content.get("kind") if isinstance(content, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        refuse("order.kind", f"one of {', '.join(_KINDS)} was expected")
    names = [field.name for field in fields(_KINDS[kind])]
    part = Part(content, "order", required=(*_AROUND, *names))
    if part.uint("v") != FORMAT_VERSION:
        refuse("order.v", f"format version {FORMAT_VERSION} was expected")
    values = {name: _member(part, name) for name in names}
    return SignedLienOrder(
        order=_KINDS[kind](**values),
        signature=part.evm_bytes("signature"),
        chain_id=part.uint("chain_id"),
        contract=checksum_address(part.address("contract")),
    )


def _member(part: Part, name: str) -> Any:
    if name == "delivery_key":
        return part.hash(name)
    if name == "bank":
        return checksum_address(part.address(name))
    value = part.uint(name)
    if value > _MOST.get(name, value):
        refuse(part.path(name), f"at most {_MOST[name]} was expected")
    return value
