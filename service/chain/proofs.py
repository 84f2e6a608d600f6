"""What a bundle carries so that a document can be checked without a network.

The ``anchor`` part proves that an anchor call happened in a block; the ``status`` part proves what
the registry held at a later block. Both are checked here before they leave: a proof that does not
lead to its root raises instead of being handed out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rlp
from eth_utils.crypto import keccak
from trie.exceptions import BadTrieProof
from trie.hexary import HexaryTrie

from service.chain.contract import (
    HEAD_ADVANCED_TOPIC,
    HEAD_SLOT,
    ISSUED_AT_SLOT,
    REVOKE_REASON_SLOT,
    REVOKED_AT_SLOT,
    SIZE_SEQ_SLOT,
    SUPERSEDED_BY_SLOT,
)
from service.chain.header import ProvenBlock, proven_block
from service.chain.reader import HEADER_ONLY, LATEST, ChainReader
from service.chain.receipts import receipt_bytes, receipt_proof
from service.chain.rpc import ChainRefusedError
from service.chain.values import HeadAdvanced, head_advanced_from_json, to_bytes, to_hex
from service.domain.errors import NotFoundError, UnavailableError, gettext_noop


class StateProofError(UnavailableError):
    """A node's account or storage proof does not lead to the state root of its block."""

    message = gettext_noop("The state proof of block %(number)s does not hold (%(what)s).")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorProof:
    """Proof of one anchor call. ``log_index`` is the place of the event inside the receipt."""

    chain_id: int
    address: str
    event: HeadAdvanced
    tx_index: int
    log_index: int
    block: ProvenBlock
    receipt: bytes
    receipt_proof: Sequence[bytes]
    finality: Mapping[str, str | int]

    def to_json(self) -> dict[str, Any]:
        """The object ``anchor`` of a bundle."""
        return {
            "chainId": self.chain_id,
            "address": self.address,
            "seq": self.event.seq,
            "oldSize": self.event.old_size,
            "newSize": self.event.new_size,
            "head": to_hex(self.event.head),
            "batchRoot": to_hex(self.event.batch_root),
            "txHash": to_hex(self.event.tx_hash),
            "txIndex": self.tx_index,
            "logIndex": self.log_index,
            "block": self.block.to_json(),
            "receipt": to_hex(self.receipt),
            "receiptProof": [to_hex(node) for node in self.receipt_proof],
            "finality": dict(self.finality),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSlot:
    """A variable of the registry: its name in bundles, the key of a mapping, its slot."""

    name: str
    key: bytes | None
    slot: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageProof:
    """Value of a slot and the trie nodes from the storage root; value 0 is proven by absence."""

    at: StorageSlot
    value: int
    proof: Sequence[bytes]

    def to_json(self) -> dict[str, Any]:
        key = {} if self.at.key is None else {"key": to_hex(self.at.key)}
        return {
            "name": self.at.name,
            **key,
            "slot": to_hex(self.at.slot),
            "value": hex(self.value),
            "proof": [to_hex(node) for node in self.proof],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusProof:
    """Proof of what the registry held for one document as of a block."""

    as_of_block: ProvenBlock
    account_proof: Sequence[bytes]
    storage_hash: bytes
    code_hash: bytes
    storage: Sequence[StorageProof]

    def to_json(self) -> dict[str, Any]:
        """The object ``status`` of a bundle."""
        return {
            "asOfBlock": self.as_of_block.to_json(),
            "accountProof": [to_hex(node) for node in self.account_proof],
            "storageHash": to_hex(self.storage_hash),
            "codeHash": to_hex(self.code_hash),
            "storage": [proof.to_json() for proof in self.storage],
        }


def mapping_slot(key: bytes, slot: int) -> bytes:
    """Slot of the entry ``key`` (32 bytes) of the mapping that is declared at ``slot``."""
    return keccak(key + slot.to_bytes(32))


def document_slots(path: Sequence[bytes]) -> list[StorageSlot]:
    """The slots that decide on one document.

    ``path`` is its target hash, each node folded on the way up, and the batch root last; a batch
    of one document has a path of one.
    """
    target_hash, batch_root = path[0], path[-1]
    return [
        StorageSlot(name="size_seq", key=None, slot=SIZE_SEQ_SLOT.to_bytes(32)),
        StorageSlot(name="head", key=None, slot=HEAD_SLOT.to_bytes(32)),
        _entry("issuedAt", batch_root, ISSUED_AT_SLOT),
        *(_entry("revokedAt", node, REVOKED_AT_SLOT) for node in path),
        _entry("revokeReason", target_hash, REVOKE_REASON_SLOT),
        _entry("supersededBy", target_hash, SUPERSEDED_BY_SLOT),
    ]


def anchor_proof(
    reader: ChainReader, tx_hash: bytes, *, finality: Mapping[str, str | int]
) -> AnchorProof:
    """Proof of the anchor call that this transaction made.

    Raises ``NotFoundError`` where it is in no block or did not move the head, and
    ``UnavailableError`` where the node's material does not prove it.
    """
    receipt = reader.rpc.call("eth_getTransactionReceipt", to_hex(tx_hash))
    if receipt is None:
        raise NotFoundError(what="transaction", key=to_hex(tx_hash))
    log_index, event = _head_advanced(receipt, reader.address)
    answer = reader.rpc.call("eth_getBlockByHash", receipt["blockHash"], HEADER_ONLY)
    if answer is None:
        raise NotFoundError(what="block", key=receipt["blockHash"])
    block = proven_block(answer)
    tx_index = int(receipt["transactionIndex"], 16)
    receipts = _block_receipts(reader, answer)
    return AnchorProof(
        chain_id=reader.chain_id(),
        address=reader.address,
        event=event,
        tx_index=tx_index,
        log_index=log_index,
        block=block,
        receipt=receipt_bytes(receipt),
        receipt_proof=receipt_proof(
            receipts, tx_index, number=block.number, receipts_root=block.receipts_root
        ),
        finality=finality,
    )


def status_proofs(
    reader: ChainReader, paths: Sequence[Sequence[bytes]], *, at: int | None = None
) -> list[StatusProof]:
    """For each document's path (see ``document_slots``) its status at a block, else at the latest.

    One call for all of them: the documents of a batch share the account proof and the block.
    Raises ``ChainRefusedError`` where the node has forgotten the state at that block.
    """
    wanted = [document_slots(path) for path in paths]
    slots = {slot.slot: slot for document in wanted for slot in document}
    name = LATEST if at is None else hex(at)
    block = proven_block(reader.rpc.call("eth_getBlockByNumber", name, HEADER_ONLY))
    answer = reader.rpc.call(
        "eth_getProof", reader.address, [to_hex(slot) for slot in slots], hex(block.number)
    )
    account_proof = [to_bytes(node) for node in answer["accountProof"]]
    storage_hash, code_hash = _proven_account(block, reader.address, account_proof)
    proofs = {
        slot: _proven_storage(block, storage_hash, slots[slot], entry)
        for slot, entry in zip(slots, answer["storageProof"], strict=True)
    }
    return [
        StatusProof(
            as_of_block=block,
            account_proof=account_proof,
            storage_hash=storage_hash,
            code_hash=code_hash,
            storage=[proofs[slot.slot] for slot in document],
        )
        for document in wanted
    ]


def _entry(name: str, key: bytes, slot: int) -> StorageSlot:
    return StorageSlot(name=name, key=key, slot=mapping_slot(key, slot))


def _head_advanced(receipt: Mapping[str, Any], address: str) -> tuple[int, HeadAdvanced]:
    for index, log in enumerate(receipt["logs"]):
        ours = log["address"].lower() == address.lower()
        if ours and to_bytes(log["topics"][0]) == HEAD_ADVANCED_TOPIC:
            return index, head_advanced_from_json(log)
    raise NotFoundError(what="HeadAdvanced event", key=receipt["transactionHash"])


def _block_receipts(reader: ChainReader, block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All receipts of a block; one by one where the node has no call for all of them."""
    try:
        return list(reader.rpc.call("eth_getBlockReceipts", block["number"]))
    except ChainRefusedError:
        hashes = block["transactions"]
        return [reader.rpc.call("eth_getTransactionReceipt", tx_hash) for tx_hash in hashes]


def _proven_account(
    block: ProvenBlock, address: str, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Storage hash and code hash of the account, as the state root proves them."""
    value = _proven_value(block, block.state_root, keccak(to_bytes(address)), proof, "account")
    if not value:
        raise StateProofError(number=block.number, what="no account")
    _nonce, _balance, storage_hash, code_hash = rlp.decode(value)
    return storage_hash, code_hash


def _proven_storage(
    block: ProvenBlock, storage_hash: bytes, at: StorageSlot, entry: Mapping[str, Any]
) -> StorageProof:
    proof = [to_bytes(node) for node in entry["proof"]]
    encoded = _proven_value(block, storage_hash, keccak(at.slot), proof, at.name)
    value = int.from_bytes(rlp.decode(encoded)) if encoded else 0  # an absent key is 0
    return StorageProof(at=at, value=value, proof=proof)


def _proven_value(
    block: ProvenBlock, root: bytes, key: bytes, proof: Sequence[bytes], what: str
) -> bytes:
    try:
        nodes = [rlp.decode(node) for node in proof]
        return bytes(HexaryTrie.get_from_proof(root, key, nodes))  # type: ignore[no-untyped-call]
    except (BadTrieProof, rlp.exceptions.DecodingError) as failure:
        raise StateProofError(number=block.number, what=what) from failure
