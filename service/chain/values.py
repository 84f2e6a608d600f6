"""What the chain says, as plain values: nothing of the client library leaves this package."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """State of the registry's log at a block. ``seq`` is the number of anchor calls so far."""

    size: int
    seq: int
    head: bytes
    block_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block. ``time_s`` is its timestamp in seconds since 1970 UTC."""

    number: int
    block_hash: bytes
    parent_hash: bytes
    time_s: int
    base_fee_wei_per_gas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a transaction in the block that holds it."""

    tx_hash: bytes
    tx_index: int
    block_number: int
    block_hash: bytes
    succeeded: bool
    gas_used: int
    fee_wei: int
    contract_address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlace:
    """The transaction and the block in which an event stands."""

    tx_hash: bytes
    block_number: int
    block_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadAdvanced:
    """One anchor call, as the registry's event tells it."""

    seq: int
    old_size: int
    new_size: int
    head: bytes
    batch_root: bytes
    tx_hash: bytes
    block_number: int
    block_hash: bytes


def to_bytes(hex_text: str) -> bytes:
    """Bytes of ``0x``-prefixed hexadecimal text of any length."""
    digits = hex_text.removeprefix("0x")
    return bytes.fromhex(digits if len(digits) % 2 == 0 else f"0{digits}")


def to_hex(value: bytes) -> str:
    return f"0x{value.hex()}"


def block_from_json(answer: Mapping[str, Any]) -> Block:
    return Block(
        number=int(answer["number"], 16),
        block_hash=to_bytes(answer["hash"]),
        parent_hash=to_bytes(answer["parentHash"]),
        time_s=int(answer["timestamp"], 16),
        base_fee_wei_per_gas=int(answer.get("baseFeePerGas") or "0x0", 16),
    )


def receipt_from_json(answer: Mapping[str, Any]) -> Receipt:
    return Receipt(
        tx_hash=to_bytes(answer["transactionHash"]),
        tx_index=int(answer["transactionIndex"], 16),
        block_number=int(answer["blockNumber"], 16),
        block_hash=to_bytes(answer["blockHash"]),
        succeeded=int(answer["status"], 16) == 1,
        gas_used=int(answer["gasUsed"], 16),
        fee_wei=int(answer["gasUsed"], 16) * int(answer.get("effectiveGasPrice") or "0x0", 16),
        contract_address=answer.get("contractAddress"),
    )


def event_place_from_json(answer: Mapping[str, Any]) -> EventPlace:
    return EventPlace(
        tx_hash=to_bytes(answer["transactionHash"]),
        block_number=int(answer["blockNumber"], 16),
        block_hash=to_bytes(answer["blockHash"]),
    )


def head_advanced_from_json(answer: Mapping[str, Any]) -> HeadAdvanced:
    data = to_bytes(answer["data"])
    return HeadAdvanced(
        seq=int(answer["topics"][1], 16),
        old_size=int.from_bytes(data[:32]),
        new_size=int.from_bytes(data[32:64]),
        head=data[64:96],
        batch_root=to_bytes(answer["topics"][2]),
        tx_hash=to_bytes(answer["transactionHash"]),
        block_number=int(answer["blockNumber"], 16),
        block_hash=to_bytes(answer["blockHash"]),
    )
