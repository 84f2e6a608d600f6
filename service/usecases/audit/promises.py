"""Signing keys and receipts, held against the documents that state and that were promised.

The typed data of a promise is put together here a second time, from EIP-712.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from service.proof.hashing import keccak256
from service.proof.signature import recover_address
from service.usecases.audit.books import Books
from service.usecases.audit.difference import Difference, broken, changed, missing
from service.usecases.audit.documents import Journal, OpenedDocument, instant
from service.usecases.audit.identity import recorded_at_of
from service.usecases.audit.matching import Row
from service.usecases.audit.yard import rebuilt

PROMISED_KINDS = ("weighing", "ticket")
GRACE = timedelta(minutes=10)
"""How long after its time a promise that nobody signed may still be without a row."""

_SIGNED = "key_id+include_by+signature"
_DOMAIN = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_STRUCT = b"InclusionPromise(bytes32 targetHash,uint64 recordedAt,uint64 includeBy)"


def audit_promises(books: Books, journal: Journal, chain_id: int | None) -> list[Difference]:
    """Differences of ``key_epoch`` and ``promise``; signatures need the chain's number."""
    return [
        *rebuilt(books, journal, "key_epoch", "target_hash", "key-epoch", _epoch),
        *_promises(books, journal, chain_id),
    ]


def _epoch(document: OpenedDocument) -> dict[str, Any]:
    record = document.record
    public_key = record.get("public_key")
    return {
        "key_id": record["key_id"],
        "purpose": record["purpose"],
        "site_id": record.get("site_id"),
        "address": _bytes(record["address"]),
        "public_key": None if public_key is None else _bytes(public_key),
        "valid_from": instant(record["valid_from"]),
        "valid_to": instant(record["valid_to"]) if "valid_to" in record else None,
        "reason": record["reason"],
        "stated_at": instant(record["stated_at"]),
    }


def _promises(books: Books, journal: Journal, chain_id: int | None) -> Iterator[Difference]:
    """What each row says, and the documents that should have one."""
    without = {
        document.target_hash: document
        for kind in PROMISED_KINDS
        for document in journal.of_kind(kind)
    }
    stray = []
    for row in books["promise"]:
        document = without.pop(row["target_hash"], None)
        if document is None:
            stray.append(row)
        elif row["signature"] is not None and chain_id is not None:
            yield from _signature(row, document, journal, chain_id)
    for row in stray:
        meant = _meant(row, without.values(), journal, chain_id)
        if meant is not None:
            key, found = meant.name, row["target_hash"]
            yield changed("promise", key, "target_hash", found, meant.target_hash)
            del without[meant.target_hash]
        elif row["target_hash"] not in journal.damaged:
            yield missing("journal", row["target_hash"].hex(), "promise")
    yield from _missing(without.values(), books, journal)


def _signature(
    row: Row, document: OpenedDocument, journal: Journal, chain_id: int
) -> Iterator[Difference]:
    """The promise is signed by a key of the site that was valid then, the one that is named."""
    signers = _signers(row, document, journal, chain_id)
    if row["key_id"] not in signers:
        valid = " / ".join(sorted(signers)) or "a signature of the site's key"
        yield broken("promise", document.name, _SIGNED, row["key_id"], valid)


def _signers(row: Row, document: OpenedDocument, journal: Journal, chain_id: int) -> Iterable[str]:
    """Ids of the keys of the document's site that signed this, and were valid when it was made."""
    recorded_at = _recorded_at(document)
    registry = _bytes(document.data["issuers"][0]["documentStore"])
    digest = _digest(document.target_hash, recorded_at, row["include_by"], chain_id, registry)
    address = recover_address(digest, bytes(row["signature"]))
    return [
        key_id
        for key_id, record in _keys(journal).items()
        if _bytes(record["address"]) == address
        and _is_of(record, document)
        and instant(record["valid_from"]) <= recorded_at
        and ("valid_to" not in record or recorded_at <= instant(record["valid_to"]))
    ]


def _meant(
    row: Row,
    without: Iterable[OpenedDocument],
    journal: Journal,
    chain_id: int | None,
) -> OpenedDocument | None:
    """The document without a promise for which this one was signed."""
    if row["signature"] is None or chain_id is None:
        return None
    return next(
        (document for document in without if _signers(row, document, journal, chain_id)), None
    )


def _missing(
    without: Iterable[OpenedDocument], books: Books, journal: Journal
) -> Iterator[Difference]:
    """A site with a key on record promises, or says that it did not, before its time is over."""
    told = [row["recorded_at"] for row in books["journal"]]
    as_of = max([*told, *(row["sealed_at"] for row in books["batch"])], default=None)
    for document in without:
        stated = any(
            epoch.journal_id < document.journal_id and _is_of(epoch.record, document)
            for epoch in journal.of_kind("key-epoch")
        )
        if stated and as_of is not None and as_of > _recorded_at(document) + GRACE + GRACE:
            yield missing("promise", document.target_hash.hex(), document.name)


def _keys(journal: Journal) -> dict[str, Mapping[str, Any]]:
    """The last statement of each key."""
    return {document.record["key_id"]: document.record for document in journal.of_kind("key-epoch")}


def _is_of(record: Mapping[str, Any], document: OpenedDocument) -> bool:
    own = document.record["site_id"]
    return record["purpose"] == "promise" and bool(record.get("site_id") == own)


def _recorded_at(document: OpenedDocument) -> datetime:
    return instant(recorded_at_of(document.kind, document.record))


def _digest(
    target_hash: bytes, recorded_at: datetime, include_by: datetime, chain_id: int, registry: bytes
) -> bytes:
    words = [keccak256(b"Ferrotrace"), keccak256(b"1"), _word(chain_id), bytes(12) + registry]
    domain = keccak256(keccak256(_DOMAIN) + b"".join(words))
    times = b"".join(_word(int(at.timestamp())) for at in (recorded_at, include_by))
    return keccak256(b"\x19\x01" + domain + keccak256(keccak256(_STRUCT) + target_hash + times))


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
