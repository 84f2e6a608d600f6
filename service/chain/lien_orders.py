"""What a bank orders the lien registry to do: typed values, their EIP-712 digest, their calldata.

The domain is ("Ferrotrace Lien Registry", "1", chain id, address of the lien registry). An order is
good once, under the bank's next nonce, until the last second of its deadline.
"""

from dataclasses import astuple, dataclass
from typing import Any, ClassVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from service.chain.contract import encode_call

DOMAIN_NAME = "Ferrotrace Lien Registry"
DOMAIN_VERSION = "1"

# Members of the typed structs as (type, name), in the order of the fields of the classes below.
Members = tuple[tuple[str, str], ...]
_DOMAIN: Members = (
    ("string", "name"),
    ("string", "version"),
    ("uint256", "chainId"),
    ("address", "verifyingContract"),
)
_WHOM: Members = (("bytes32", "deliveryKey"), ("address", "bank"))
_WHEN: Members = (("uint256", "nonce"), ("uint64", "deadline"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveOrder:
    """Keep a free delivery for the bank until ``expiry``.

    ``delivery_key`` has 32 bytes, ``bank`` is ``0x…``; ``expiry`` and ``deadline`` are seconds
    since 1970, the last that count.
    """

    kind: ClassVar = "reserve"
    members: ClassVar[Members] = (*_WHOM, ("uint64", "expiry"), *_WHEN)
    delivery_key: bytes
    bank: str
    expiry: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinanceOrder:
    """Turn the bank's reservation into a lien that no time ends."""

    kind: ClassVar = "finance"
    members: ClassVar[Members] = (*_WHOM, *_WHEN)
    delivery_key: bytes
    bank: str
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrder:
    """Give ``basis_points`` of the lien free, 1 to 10,000; the parts add up."""

    kind: ClassVar = "release"
    members: ClassVar[Members] = (*_WHOM, ("uint16", "basisPoints"), *_WHEN)
    delivery_key: bytes
    bank: str
    basis_points: int
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """Give the bank's reservation up."""

    kind: ClassVar = "cancel"
    members: ClassVar[Members] = (*_WHOM, *_WHEN)
    delivery_key: bytes
    bank: str
    nonce: int
    deadline: int


LienOrder = ReserveOrder | FinanceOrder | ReleaseOrder | CancelOrder


def order_digest(order: LienOrder, *, chain_id: int, contract: str) -> bytes:
    """The 32 bytes that the bank signs, for the lien registry ``contract`` on its chain."""
    domain_values = (keccak(text=DOMAIN_NAME), keccak(text=DOMAIN_VERSION), chain_id, contract)
    domain = keccak(
        _type_hash("EIP712Domain", _DOMAIN)
        + encode(("bytes32", "bytes32", "uint256", "address"), domain_values)
    )
    struct = keccak(
        _type_hash(type(order).__name__, order.members) + encode(_types(order), astuple(order))
    )
    return keccak(b"\x19\x01" + domain + struct)


def typed_data(order: LienOrder, *, chain_id: int, contract: str) -> dict[str, Any]:
    """The order as ``eth_signTypedData_v4`` takes it, for wallets and remote signers."""
    name = type(order).__name__
    message = dict(zip((name for _, name in order.members), astuple(order), strict=True))
    return {
        "types": {"EIP712Domain": _described(_DOMAIN), name: _described(order.members)},
        "primaryType": name,
        "domain": {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": chain_id,
            "verifyingContract": contract,
        },
        "message": {**message, "deliveryKey": "0x" + order.delivery_key.hex()},
    }


def order_calldata(order: LienOrder, signature: bytes) -> bytes:
    """Call of the lien registry that carries the order out, for anyone to send.

    ``signature`` is r ‖ s ‖ v, 65 bytes; of a bank that is a contract, what that one takes.
    """
    function = f"{order.kind}({','.join((*_types(order), 'bytes'))})"
    return encode_call(function, *astuple(order), signature)


def _types(order: LienOrder) -> tuple[str, ...]:
    return tuple(type_name for type_name, _ in order.members)


def _type_hash(name: str, members: Members) -> bytes:
    fields = ",".join(f"{type_name} {field}" for type_name, field in members)
    return keccak(text=f"{name}({fields})")


def _described(members: Members) -> list[dict[str, str]]:
    return [{"name": name, "type": type_name} for type_name, name in members]
