"""The journal opened: documents unsalted and hashed anew, and held against their journal rows.

Written from ledger.md, section 3, apart from the writers' code.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

from service.proof.hashing import keccak256
from service.usecases.audit.difference import Difference, changed
from service.usecases.audit.identity import is_called, recorded_at_of, subject_of
from service.usecases.audit.memory import Memory
from service.usecases.audit.run import Run, Stage
from service.usecases.audit.trees import canonical

VERSION = "https://schema.openattestation.com/2.0/schema.json"
_LEAF = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:(\w+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedDocument:
    """A document as it can be read. ``target_hash`` is what its own bytes hash to."""

    journal_id: int
    target_hash: bytes
    kind: str
    document_id: str
    data: Mapping[str, Any]

    @property
    def record(self) -> Mapping[str, Any]:
        """The business fields."""
        record: Mapping[str, Any] = self.data["record"]
        return record

    @property
    def speaks_as(self) -> str:
        """The kind whose record the document states: of a correction the kind it corrects."""
        return str(self.record["corrects"]) if self.kind == "correction" else self.kind

    @property
    def standing(self) -> Mapping[str, Any]:
        """The business fields of that kind: of a correction the corrected ones."""
        record: Mapping[str, Any] = self.record
        return record["values"] if self.kind == "correction" else record

    @property
    def supersedes(self) -> bytes | None:
        """Target hash of the document whose place this one takes."""
        superseded = self.data.get("links", {}).get("supersedes")
        return None if superseded is None else bytes.fromhex(superseded)

    @property
    def parents(self) -> dict[str, bytes]:
        """Target hashes of the parents by the part they play."""
        links = self.data.get("links", {}).get("parents", {})
        return {part: bytes.fromhex(digest) for part, digest in links.items()}

    @property
    def images(self) -> Mapping[str, Mapping[str, Any]]:
        """What the document says of each photograph."""
        images: Mapping[str, Mapping[str, Any]] = self.data.get("images", {})
        return images

    @property
    def name(self) -> str:
        """Kind and number, as a reader knows the document."""
        return f"{self.kind} {self.document_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The sound documents, and the rows of damaged ones: what hangs on those cannot be judged."""

    documents: list[OpenedDocument] = field(default_factory=list)
    by_hash: dict[bytes, OpenedDocument] = field(default_factory=dict)
    by_id: dict[int, OpenedDocument] = field(default_factory=dict)
    damaged: dict[bytes, Mapping[str, Any]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def of_kind(self, kind: str) -> Iterator[OpenedDocument]:
        """Documents of one kind in the order of the journal."""
        return (document for document in self.documents if document.kind == kind)

    def is_damaged(self, *, kind: str, subject_id: str | None = None) -> bool:
        """Whether a document of the kind (about the visit or delivery, if given) is damaged."""
        return any(
            row["kind"] == kind and subject_id in (None, row["subject_id"])
            for row in self.damaged.values()
        )


def opened_journal(rows: list[dict[str, Any]], run: Run | None = None) -> Journal:
    """Open every row; a document that does not hash to what it says of itself is damaged."""
    journal, run = Journal(), run or Run()
    for done, row in enumerate(sorted(rows, key=lambda row: int(row["journal_id"])), start=1):
        try:
            document, differences = _opened(row, run.memory)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            document, differences = None, [_unreadable(row, error)]
        run.tells(Stage.DOCUMENTS, done, len(rows))
        journal.differences.extend(differences)
        if document is None:
            journal.damaged[row["target_hash"]] = row
        else:
            journal.documents.append(document)
            journal.by_hash[document.target_hash] = document
            journal.by_id[document.journal_id] = document
    return journal


def _unreadable(row: Mapping[str, Any], error: Exception) -> Difference:
    key = f"{row['kind']} {row['document_id']}"
    why = f"{type(error).__name__} {error}"
    return changed("journal", key, "document", why, "a readable document")


def instant(text: str) -> datetime:
    """The instant that a document states as ``2026-03-01T02:15:30Z``."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _opened(
    row: Mapping[str, Any], memory: Memory
) -> tuple[OpenedDocument | None, list[Difference]]:
    """The document of a journal row, None where it is damaged, and what the row says wrongly."""
    stored = bytes(row["document"])
    wrapped = json.loads(stored)
    known = memory.target_hash(stored)
    signature, computed = wrapped["signature"], known or _target_hash(wrapped["data"])
    if signature["targetHash"] != computed.hex():
        key = f"{row['kind']} {row['document_id']}"
        return None, [changed("journal", key, "document", computed, signature["targetHash"])]
    data = _unsalted(wrapped["data"])
    document = OpenedDocument(
        journal_id=row["journal_id"],
        target_hash=computed,
        kind=data["kind"],
        document_id=data["id"],
        data=data,
    )
    malformed = [] if known else _malformed(document, stored, wrapped)
    if not known and not malformed:
        memory.remember_document(stored, computed)
    return document, malformed + [
        changed("journal", document.name, column, row[column], expected)
        for column, expected in _columns(document).items()
        if row[column] != expected
    ]


def _malformed(
    document: OpenedDocument, stored: bytes, wrapped: Mapping[str, Any]
) -> list[Difference]:
    return [
        changed("journal", document.name, "document", f"{part} {found!s}", expected)
        for part, (found, expected) in _form(document, stored, wrapped).items()
        if found != expected
    ]


def _form(
    document: OpenedDocument, stored: bytes, wrapped: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Parts of a document that are alike in all of them: (found, expected)."""
    digest = document.target_hash.hex()
    signature = {
        "type": "SHA3MerkleProof",
        "targetHash": digest,
        "proof": [],
        "merkleRoot": digest,
    }
    template = f"FERROTRACE_{document.kind.upper().replace('-', '_')}_V1"
    return {
        "version": (wrapped["version"], VERSION),
        "signature": (wrapped["signature"], signature),
        "members": (sorted(wrapped), ["data", "signature", "version"]),
        "bytes": (stored, canonical(wrapped)),
        "$template.name": (document.data["$template"]["name"], template),
        "id": is_called(document.kind, document.record, document.document_id),
    }


def _columns(document: OpenedDocument) -> dict[str, Any]:
    """The columns of the journal that repeat the document."""
    record, kind = document.record, document.kind
    return {
        "target_hash": document.target_hash,
        "kind": kind,
        "document_id": document.document_id,
        "subject_id": subject_of(kind, record),
        "recorded_at": instant(recorded_at_of(kind, record)),
    }


def _target_hash(salted: Mapping[str, Any]) -> bytes:
    hashes = sorted(
        keccak256(f"{{{_json(path)}:{_json(leaf)}}}".encode()).hex()
        for path, leaf in _leaves(salted, "")
    )
    return keccak256(_json(hashes).encode())


def _json(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _leaves(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    members: list[tuple[Any, Any]] = []
    if isinstance(node, dict):
        members = list(node.items())
    elif isinstance(node, list):
        members = list(enumerate(node))
    if not members:
        yield path, node
    for key, member in members:
        yield from _leaves(member, f"{path}.{key}" if path else str(key))


def _unsalted(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _unsalted(member) for key, member in node.items()}
    if isinstance(node, list):
        return [_unsalted(member) for member in node]
    match = _LEAF.fullmatch(node)
    if match is None:
        raise ValueError(f"leaf {node[:60]!r}")
    kind, text = match.groups()
    if kind == "string":
        return text
    if kind == "number":
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    raise ValueError(f"leaf of type {kind[:20]!r}")
