"""A bundle file, read strictly: what is not exactly of the format is refused, naming its path."""

from service.proof.batch import MAX_PROOF_LENGTH
from service.proof.bundle import (
    FORMAT_VERSION,
    AnchorPart,
    BlockPart,
    Bundle,
    DocumentPart,
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
from service.proof.document import SCHEMA_URL, SIGNATURE_TYPE
from service.proof.errors import FileVersionError
from service.proof.log import ENTRY_VERSION
from service.proof.promise import InclusionPromise
from service.proof.qbft import BlockSeals
from service.proof.registry import SLOT_NAMES
from service.proof.shape import Part, parse_evm_bytes, refuse
from service.proof.signature import SIGNATURE_BYTES
from service.proof.strict_json import parse_json

_MOST_HIDDEN = 10_000
_MOST_NODES = 64
_MOST_SLOTS = 128
_MOST_RECORDS = 16
_MOST_SEALS = 256
_SNAPSHOT = ("location", "records", "queriedAt")


def read_bundle(raw: bytes) -> Bundle:
    """The bundle in the file ``raw``.

    Raises ``FileShapeError`` for a file that breaks the format and ``FileVersionError`` for one of
    another version.
    """
    value = parse_json(raw)
    if not isinstance(value, dict) or "v" not in value or "document" not in value:
        refuse("bundle", "an object with v and document was expected")
    if value["v"] != FORMAT_VERSION or value["v"] is True:
        raise FileVersionError(field="bundle.v", value=repr(value["v"])[:40], limit=FORMAT_VERSION)
    part = Part(
        value,
        "bundle",
        required=("v", "document"),
        optional=("log", "anchor", "status", "identity", "promise"),
    )
    document = read_document(value["document"])
    identity, key_epoch = _identity(value["identity"]) if "identity" in value else (None, None)
    bundle = Bundle(
        document=document,
        log=_log(value["log"]) if "log" in value else None,
        anchor=_anchor(value["anchor"]) if "anchor" in value else None,
        status=_status(value["status"]) if "status" in value else None,
        identity=identity,
        key_epoch=key_epoch,
        promise=_promise(value["promise"], document) if "promise" in value else None,
    )
    if bundle.status and not bundle.anchor:
        refuse(part.path("status"), "it needs an anchor beside it")
    if key_epoch and not bundle.log:
        refuse(part.path("identity.keyEpoch"), "it needs a log beside it")
    return bundle


def read_document(value: object, path: str = "bundle.document") -> DocumentPart:
    """The wrapped document in the JSON ``value``; the salted data are left as they stand.

    Raises ``FileShapeError``.
    """
    part = Part(value, path, required=("version", "data", "signature"), optional=("privacy",))
    if part.text("version") != SCHEMA_URL:
        refuse(part.path("version"), f"only {SCHEMA_URL} is read")
    if not isinstance(part.get("data"), dict) or not part.get("data"):
        refuse(part.path("data"), "an object with fields was expected")
    signature = Part(
        part.get("signature"),
        part.path("signature"),
        required=("type", "targetHash", "proof", "merkleRoot"),
    )
    if signature.text("type") != SIGNATURE_TYPE:
        refuse(signature.path("type"), f"only {SIGNATURE_TYPE} is read")
    if part.get("privacy") is not None:
        privacy = Part(part.get("privacy"), part.path("privacy"), required=("obfuscatedData",))
        privacy.hashes("obfuscatedData", most=_MOST_HIDDEN)
    return DocumentPart(
        wrapped=part.members,
        target_hash=signature.hash("targetHash"),
        proof=signature.hashes("proof", most=MAX_PROOF_LENGTH),
        merkle_root=signature.hash("merkleRoot"),
    )


def _log(value: object) -> LogPart:
    part = Part(
        value,
        "bundle.log",
        required=("entry", "index", "size", "root", "proof"),
        optional=("consistency",),
    )
    consistency = part.get("consistency")
    return LogPart(
        entry=read_entry(part.get("entry"), part.path("entry")),
        index=part.uint("index"),
        head=LogHead(size=part.uint("size"), root=part.hash("root")),
        proof=part.hashes("proof", most=MAX_PROOF_LENGTH),
        consistency=None
        if consistency is None
        else _consistency(consistency, part.path("consistency")),
    )


def read_entry(value: object, path: str) -> LogEntry:
    """The log entry in the JSON ``value``; raises ``FileShapeError``."""
    part = Part(value, path, required=("v", "type", "seq", "targetHash", "batch"))
    if part.uint("v") != ENTRY_VERSION:
        refuse(part.path("v"), f"only version {ENTRY_VERSION} is read")
    return LogEntry(
        kind=part.text("type"),
        seq=part.uint("seq"),
        target_hash=part.hash("targetHash"),
        batch=part.uint("batch"),
    )


def _consistency(value: object, path: str) -> LogConsistency:
    part = Part(value, path, required=("size", "root", "proof"))
    return LogConsistency(
        head=LogHead(size=part.uint("size"), root=part.hash("root")),
        proof=part.hashes("proof", most=MAX_PROOF_LENGTH),
    )


def _block(value: object, path: str) -> BlockPart:
    part = Part(value, path, required=("number", "hash", "headerRlp"), optional=("seals",))
    seals = part.get("seals")
    return BlockPart(
        number=part.uint("number"),
        hash=part.evm_bytes("hash", length=32),
        header_rlp=part.evm_bytes("headerRlp"),
        seals=None if seals is None else _seals(seals, part.path("seals")),
    )


def _seals(value: object, path: str) -> BlockSeals:
    part = Part(value, path, required=("round", "signatures"))
    where = part.path("signatures")
    return BlockSeals(
        round=part.uint("round"),
        signatures=tuple(
            parse_evm_bytes(item, where, length=SIGNATURE_BYTES)
            for item in part.items("signatures", most=_MOST_SEALS)
        ),
    )


def _anchor(value: object) -> AnchorPart:
    part = Part(
        value,
        "bundle.anchor",
        required=(
            *("chainId", "address", "seq", "oldSize", "newSize", "head", "batchRoot", "txHash"),
            *("txIndex", "logIndex", "block", "receipt", "receiptProof", "finality"),
        ),
    )
    return AnchorPart(
        chain_id=part.uint("chainId"),
        address=part.address("address"),
        seq=part.uint("seq"),
        old_size=part.uint("oldSize"),
        new_size=part.uint("newSize"),
        head=part.evm_bytes("head", length=32),
        batch_root=part.evm_bytes("batchRoot", length=32),
        tx_hash=part.evm_bytes("txHash", length=32),
        tx_index=part.uint("txIndex"),
        log_index=part.uint("logIndex"),
        block=_block(part.get("block"), part.path("block")),
        receipt=part.evm_bytes("receipt"),
        receipt_proof=part.evm_nodes("receiptProof", most=_MOST_NODES),
        finality=_finality(part.get("finality"), part.path("finality")),
    )


def _finality(value: object, path: str) -> FinalityKind:
    part = Part(value, path, required=("kind",))
    kind = part.text("kind")
    if kind not in tuple(FinalityKind):
        refuse(part.path("kind"), f"one of {', '.join(FinalityKind)} was expected")
    return FinalityKind(kind)


def _status(value: object) -> StatusPart:
    part = Part(
        value,
        "bundle.status",
        required=("asOfBlock", "accountProof", "storageHash", "codeHash", "storage"),
    )
    path = part.path("storage")
    return StatusPart(
        block=_block(part.get("asOfBlock"), part.path("asOfBlock")),
        account_proof=part.evm_nodes("accountProof", most=_MOST_NODES),
        storage_hash=part.evm_bytes("storageHash", length=32),
        code_hash=part.evm_bytes("codeHash", length=32),
        storage=tuple(_storage(item, path) for item in part.items("storage", most=_MOST_SLOTS)),
    )


def _storage(value: object, path: str) -> StorageProof:
    part = Part(value, path, required=("name", "slot", "value", "proof"), optional=("key",))
    if part.text("name") not in SLOT_NAMES:
        refuse(part.path("name"), f"one of {', '.join(sorted(SLOT_NAMES))} was expected")
    return StorageProof(
        name=part.text("name"),
        key=None if part.get("key") is None else part.evm_bytes("key", length=32),
        slot=part.evm_bytes("slot", length=32),
        value=part.quantity("value"),
        proof=part.evm_nodes("proof", most=_MOST_NODES),
    )


def _identity(value: object) -> tuple[IdentityPart | None, KeyEpochPart | None]:
    """The DNS snapshot and the key epoch; either may be absent, not both."""
    part = Part(value, "bundle.identity", optional=(*_SNAPSHOT, "dnssec", "keyEpoch"))
    key_epoch = part.get("keyEpoch")
    epoch = None if key_epoch is None else _key_epoch(key_epoch, part.path("keyEpoch"))
    snapshot = {name: member for name, member in part.members.items() if name != "keyEpoch"}
    return (_snapshot(snapshot) if snapshot or not epoch else None), epoch


def _snapshot(value: object) -> IdentityPart:
    part = Part(value, "bundle.identity", required=_SNAPSHOT, optional=("dnssec",))
    records = part.items("records", most=_MOST_RECORDS)
    if not all(isinstance(record, str) for record in records):
        refuse(part.path("records"), "a list of texts was expected")
    dnssec = part.get("dnssec")
    if dnssec is not None and not isinstance(dnssec, bool):
        refuse(part.path("dnssec"), "true or false was expected")
    return IdentityPart(
        location=part.text("location"),
        records=tuple(records),
        queried_at=part.time("queriedAt"),
        dnssec=dnssec,
    )


def _key_epoch(value: object, path: str) -> KeyEpochPart:
    part = Part(value, path, required=("document", "log"))
    log = Part(part.get("log"), part.path("log"), required=("entry", "index", "proof"))
    return KeyEpochPart(
        document=read_document(part.get("document"), part.path("document")),
        entry=read_entry(log.get("entry"), log.path("entry")),
        index=log.uint("index"),
        proof=log.hashes("proof", most=MAX_PROOF_LENGTH),
    )


def _promise(value: object, document: DocumentPart) -> InclusionPromise:
    part = Part(value, "bundle.promise", required=("recordedAt", "includeBy", "signature"))
    return InclusionPromise(
        target_hash=document.target_hash,
        recorded_at=part.uint("recordedAt"),
        include_by=part.uint("includeBy"),
        signature=part.evm_bytes("signature", length=SIGNATURE_BYTES),
    )
