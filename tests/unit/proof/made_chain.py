"""A chain made of tries alone: blocks, receipts and registry state that prove what a test needs.

No node runs. The tries come from the library ``trie``, which nothing under test uses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import rlp
from eth_keys.datatypes import PrivateKey
from trie.hexary import HexaryTrie

from service.proof.batch import BatchTree, folded_nodes
from service.proof.bundle import (
    AnchorPart,
    BlockPart,
    FinalityKind,
    IdentityPart,
    KeyEpochPart,
    LogConsistency,
    LogEntry,
    LogHead,
    LogPart,
    StatusPart,
    StorageProof,
)
from service.proof.bundle_reader import read_document
from service.proof.bundle_writer import make_bundle
from service.proof.document import WrappedDocument, with_proof
from service.proof.hashing import keccak256
from service.proof.log import LogTree, entry_bytes, leaf_hash
from service.proof.promise import DEFAULT_MERGE_DELAY_S, InclusionPromise, promise_digest
from service.proof.receipt import HEAD_ADVANCED_TOPIC
from service.proof.registry import dns_record, registry_slot, slots_of_document
from service.proof.trust import Trust, TrustedIssuer
from tests.unit.proof.documents import LOCATION, PROMISE_KEY, REGISTRY, one_truck

CHAIN_ID = 1337
ADDRESS = bytes.fromhex(REGISTRY[2:])
CODE_HASH = keccak256(b"the registry's code")
ISSUED_AT = 1_772_331_000
ANCHOR_BLOCK, STATUS_BLOCK = 7, 9


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def trie_of(values: Mapping[bytes, bytes]) -> HexaryTrie:
    trie = HexaryTrie({})
    for key, value in values.items():
        trie[key] = value
    return trie


def proof_nodes(trie: HexaryTrie, key: bytes) -> tuple[bytes, ...]:
    """The proof as a node gives it: nodes that stand inside their parent are not repeated."""
    proof = trie.get_proof(key)  # type: ignore[no-untyped-call]
    nodes = [rlp.encode(node) for node in proof if node != b""]
    return tuple(node for place, node in enumerate(nodes) if place == 0 or len(node) >= 32)


def header_rlp(
    number: int, *, state_root: bytes = word(1), receipts_root: bytes = word(2), time_s: int = 0
) -> bytes:
    fields = [word(9), word(8), b"\x11" * 20, state_root, word(7), receipts_root, b"\x00" * 256]
    numbers = [0, number, 30_000_000, 21_000, time_s or ISSUED_AT + number]
    fields += [_int(each) for each in numbers]
    fields += [b"", word(6), b"\x00" * 8, _int(7)]
    return bytes(rlp.encode(fields))


def _int(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def block_part(number: int, header: bytes) -> BlockPart:
    return BlockPart(number=number, hash=keccak256(header), header_rlp=header)


def head_advanced_log(anchor: Mapping[str, Any]) -> list[Any]:
    topics = [HEAD_ADVANCED_TOPIC, word(anchor["seq"]), anchor["batch_root"]]
    data = word(anchor["old_size"]) + word(anchor["new_size"]) + anchor["head"]
    return [ADDRESS, topics, data]


def receipt_bytes(logs: Sequence[Any], *, status: bytes = b"\x01") -> bytes:
    return b"\x02" + bytes(rlp.encode([status, _int(90_000), b"\x00" * 256, list(logs)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryWords:
    """State of the registry: storage words by name and key; absent means zero."""

    size: int
    head: bytes
    seq: int = 1
    issued_at: Mapping[bytes, int] = field(default_factory=dict)
    revoked_at: Mapping[bytes, int] = field(default_factory=dict)
    revoke_reason: Mapping[bytes, int] = field(default_factory=dict)
    superseded_by: Mapping[bytes, int] = field(default_factory=dict)

    def words(self) -> dict[bytes, int]:
        values = {
            registry_slot("size_seq").slot: self.size | self.seq << 64,
            registry_slot("head").slot: int.from_bytes(self.head, "big"),
        }
        for name, mapping in (
            ("issuedAt", self.issued_at),
            ("revokedAt", self.revoked_at),
            ("revokeReason", self.revoke_reason),
            ("supersededBy", self.superseded_by),
        ):
            values |= {registry_slot(name, key).slot: each for key, each in mapping.items()}
        return {slot: value for slot, value in values.items() if value}


@cache
def _storage(words: tuple[tuple[bytes, int], ...]) -> HexaryTrie:
    return trie_of({keccak256(slot): rlp.encode(_int(value)) for slot, value in words})


@cache
def _accounts(account: bytes) -> HexaryTrie:
    """The registry's account among others."""
    others = {
        keccak256(bytes([n]) * 20): rlp.encode([b"", _int(n), word(1), word(2)])
        for n in range(1, 30)
    }
    return trie_of({**others, keccak256(ADDRESS): account})


def status_part(
    state: RegistryWords,
    nodes: Sequence[bytes],
    *,
    code_hash: bytes = CODE_HASH,
    number: int = STATUS_BLOCK,
) -> StatusPart:
    words = state.words()
    storage = _storage(tuple(words.items()))
    accounts = _accounts(rlp.encode([_int(1), b"", storage.root_hash, code_hash]))
    return StatusPart(
        block=block_part(number, header_rlp(number, state_root=accounts.root_hash)),
        account_proof=proof_nodes(accounts, keccak256(ADDRESS)),
        storage_hash=storage.root_hash,
        code_hash=code_hash,
        storage=tuple(
            StorageProof(
                name=slot.name,
                key=slot.key,
                slot=slot.slot,
                value=words.get(slot.slot, 0),
                proof=proof_nodes(storage, keccak256(slot.slot)),
            )
            for slot in slots_of_document(nodes)
        ),
    )


def anchor_part(anchor: Mapping[str, Any], *, tx_index: int = 1) -> AnchorPart:
    """The anchor in a block of three transactions; its event is the second log of its receipt."""
    other_log = [b"\x22" * 20, [word(5)], b"\x01"]
    receipt = receipt_bytes([other_log, head_advanced_log(anchor)])
    receipts = trie_of(
        {
            rlp.encode(_int(0)): receipt_bytes([other_log]),
            rlp.encode(_int(tx_index)): receipt,
            rlp.encode(_int(tx_index + 1)): receipt_bytes([]),
        }
    )
    header = header_rlp(ANCHOR_BLOCK, receipts_root=receipts.root_hash)
    return AnchorPart(
        chain_id=CHAIN_ID,
        address=ADDRESS,
        tx_hash=word(77),
        tx_index=tx_index,
        log_index=1,
        block=block_part(ANCHOR_BLOCK, header),
        receipt=receipt,
        receipt_proof=proof_nodes(receipts, rlp.encode(_int(tx_index))),
        finality=FinalityKind.FINALIZED,
        **anchor,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything of one bundle, so that a test can spoil a part and put the file together."""

    document: WrappedDocument
    log: LogPart
    anchor: AnchorPart
    status: StatusPart
    identity: IdentityPart
    key_epoch: KeyEpochPart
    promise: InclusionPromise

    def file(self, **changed: Any) -> bytes:
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        if changed.get("log", self.log) is None:
            parts["key_epoch"] = None
        return make_bundle(**{**parts, **changed})


@cache
def signed_promise(
    target_hash: bytes, recorded_at: int = ISSUED_AT - 60, key: bytes = PROMISE_KEY
) -> InclusionPromise:
    """A promise as the base's edge unit signs it."""
    promise = InclusionPromise(
        target_hash=target_hash,
        recorded_at=recorded_at,
        include_by=recorded_at + DEFAULT_MERGE_DELAY_S,
    )
    raw = PrivateKey(key).sign_msg_hash(promise_digest(promise, CHAIN_ID, ADDRESS)).to_bytes()
    return replace(promise, signature=raw[:64] + bytes([raw[64] + 27]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """The bundles of one truck's documents by name, and the trust file that stands for them."""

    parts: Mapping[str, Parts]
    trust: Trust
    later_head: LogHead
    log: LogTree
    old_size: int
    state: RegistryWords
    nodes: Mapping[str, Sequence[bytes]]


def anchored_truck(documents: Mapping[str, WrappedDocument] | None = None, **state: Any) -> Truck:
    """One truck, anchored as the third batch of a log that grew on afterwards.

    ``documents`` stand in place of those of ``one_truck``, a key epoch among them; ``state`` sets
    further words of the registry: ``revoked_at`` and the like.
    """
    documents = documents or one_truck()
    old_size, seq = 5, 3
    hashes = {name: bytes.fromhex(d["signature"]["targetHash"]) for name, d in documents.items()}
    kinds = [str(d["data"]["kind"]).rpartition(":")[2] for d in documents.values()]
    entries = {
        name: LogEntry(kind=kind, seq=old_size + place, target_hash=hashes[name], batch=seq)
        for place, (name, kind) in enumerate(zip(documents, kinds, strict=True))
    }
    leaves = [leaf_hash(b"earlier %d" % n) for n in range(old_size)]
    leaves += [_entry_leaf(entry) for entry in entries.values()]
    new_size = len(leaves)
    log = LogTree([*leaves, *(leaf_hash(b"later %d" % n) for n in range(4))])
    batch = BatchTree(hashes.values())
    head = LogHead(size=new_size, root=log.root(new_size))
    later = LogHead(size=log.size, root=log.root())
    anchor = anchor_part(
        {
            "seq": seq,
            "old_size": old_size,
            "new_size": new_size,
            "head": head.root,
            "batch_root": batch.root,
        }
    )
    words = RegistryWords(
        size=later.size, head=later.root, seq=seq + 1, issued_at={batch.root: ISSUED_AT}, **state
    )
    nodes = {name: folded_nodes(digest, batch.proof(digest)) for name, digest in hashes.items()}
    placed = {
        name: with_proof(each, proof=batch.proof(hashes[name]), merkle_root=batch.root)
        for name, each in documents.items()
    }
    key_epoch = KeyEpochPart(
        document=read_document(placed["key-epoch"]),
        entry=entries["key-epoch"],
        index=entries["key-epoch"].seq,
        proof=tuple(log.inclusion_proof(entries["key-epoch"].seq, new_size)),
    )
    parts = {
        name: Parts(
            document=placed[name],
            log=LogPart(
                entry=entries[name],
                index=entries[name].seq,
                head=head,
                proof=tuple(log.inclusion_proof(entries[name].seq, new_size)),
                consistency=LogConsistency(
                    head=later, proof=tuple(log.consistency_proof(new_size))
                ),
            ),
            anchor=anchor,
            status=status_part(words, nodes[name]),
            identity=IdentityPart(
                location=LOCATION,
                records=(dns_record(CHAIN_ID, ADDRESS),),
                queried_at=datetime(2026, 3, 1, 3, tzinfo=UTC),
                dnssec=False,
            ),
            key_epoch=key_epoch,
            promise=signed_promise(hashes[name]),
        )
        for name in documents
    }
    status_blocks = {STATUS_BLOCK: parts["key-epoch"].status.block.hash}
    return Truck(
        parts=parts,
        trust=Trust(
            issuers=(
                TrustedIssuer(
                    name="回收基地 A",
                    location=LOCATION,
                    chain_id=CHAIN_ID,
                    registry=ADDRESS,
                    code_hash=CODE_HASH,
                    dns_txt=dns_record(CHAIN_ID, ADDRESS),
                ),
            ),
            known_blocks={CHAIN_ID: {ANCHOR_BLOCK: anchor.block.hash, **status_blocks}},
        ),
        later_head=later,
        log=log,
        old_size=old_size,
        state=words,
        nodes=nodes,
    )


def _entry_leaf(entry: LogEntry) -> bytes:
    return leaf_hash(
        entry_bytes(
            kind=entry.kind,
            seq=entry.seq,
            target_hash=entry.target_hash.hex(),
            batch=entry.batch,
        )
    )
