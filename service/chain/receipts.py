"""Receipts as the bytes of the receipts trie, and proofs that one of them is in a block."""

from collections.abc import Mapping, Sequence
from typing import Any

import rlp
from trie.hexary import HexaryTrie

from service.chain.header import integer_bytes
from service.chain.values import to_bytes, to_hex
from service.domain.errors import UnavailableError, gettext_noop


class ReceiptsRootError(UnavailableError):
    """The receipts that a node shows do not build the receipts root of their block."""

    message = gettext_noop("The receipts of block %(number)s give root %(value)s, not %(limit)s.")


def receipt_bytes(receipt: Mapping[str, Any]) -> bytes:
    """A receipt as it stands in the trie: the type byte, absent for type 0, and the RLP list."""
    fields = [
        integer_bytes(int(receipt["status"], 16)),
        integer_bytes(int(receipt["cumulativeGasUsed"], 16)),
        to_bytes(receipt["logsBloom"]),
        [_log(log) for log in receipt["logs"]],
    ]
    kind = int(receipt.get("type") or "0x0", 16)
    return (bytes([kind]) if kind else b"") + bytes(rlp.encode(fields))


def receipt_proof(
    receipts: Sequence[Mapping[str, Any]],
    tx_index: int,
    *,
    number: int,
    receipts_root: bytes,
) -> list[bytes]:
    """Trie nodes from ``receipts_root`` down to the receipt at ``tx_index``.

    ``receipts`` are all receipts of block ``number`` in the order of its transactions. Raises
    ``ReceiptsRootError`` where they build another root.
    """
    trie = HexaryTrie({})
    for index, receipt in enumerate(receipts):
        trie[rlp.encode(index)] = receipt_bytes(receipt)
    if trie.root_hash != receipts_root:
        raise ReceiptsRootError(
            number=number, value=to_hex(trie.root_hash), limit=to_hex(receipts_root)
        )
    nodes = trie.get_proof(rlp.encode(tx_index))  # type: ignore[no-untyped-call]
    return [rlp.encode(node) for node in nodes]


def _log(log: Mapping[str, Any]) -> list[Any]:
    topics = [to_bytes(topic) for topic in log["topics"]]
    return [to_bytes(log["address"]), topics, to_bytes(log["data"])]
