"""Evidence documents enter the journal in the transaction that stores what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.weighing import Source
from service.proof.document import wrap
from service.proof.jcs import canonical_json
from service.storage.db import Tx
from service.storage.journal import JournalRow, append_entry
from service.usecases.ports import Deps


class SimulatedSourceError(RuleBrokenError):
    """A simulated weight is offered to a real database."""

    message = gettext_noop(
        "Source %(value)s is not admitted in a %(limit)s database. Weigh on a real scale."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a document says before it is salted and hashed.

    ``subject_id`` is the visit or the delivery under which the document is found; ``parents`` are
    target hashes by the part they play, ``supersedes`` that of the document it takes the place of.
    """

    kind: str
    document_id: str
    subject_id: str
    recorded_at: datetime
    record: Mapping[str, Any]
    personal: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, bytes] = field(default_factory=dict)
    images: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    carbon: Mapping[str, str] = field(default_factory=dict)
    supersedes: bytes | None = None


def admit_source(source: str, deps: Deps) -> None:
    """SIM is a source of a demo database alone."""
    if source == Source.SIM and not deps.demo:
        raise SimulatedSourceError(field="source", value=source, limit="real")


def record_document(tx: Tx, evidence: Evidence, deps: Deps) -> bytes:
    """Journal the document and return its target hash, 32 bytes."""
    admit_source(str(evidence.record.get("source", "")), deps)
    row = journal_row(evidence, deps)
    append_entry(tx, row)
    return row.target_hash


def journal_row(evidence: Evidence, deps: Deps) -> JournalRow:
    """The document as the journal keeps it. The bytes are made once, here."""
    wrapped = wrap(document_content(evidence, deps), deps.new_salt)
    return JournalRow(
        target_hash=bytes.fromhex(wrapped["signature"]["targetHash"]),
        kind=evidence.kind,
        document_id=evidence.document_id,
        subject_id=evidence.subject_id,
        document=canonical_json(wrapped),
        recorded_at=evidence.recorded_at,
    )


def document_content(evidence: Evidence, deps: Deps) -> dict[str, Any]:
    """The data of the document (OpenAttestation v2), without what is empty or unknown."""
    template = f"FERROTRACE_{evidence.kind.upper().replace('-', '_')}_V1"
    data = {
        "id": evidence.document_id,
        "$template": {"name": template, "type": "EMBEDDED_RENDERER"},
        "issuers": [
            {
                "name": deps.issuer.name,
                "documentStore": deps.issuer.document_store,
                "identityProof": {"type": "DNS-TXT", "location": deps.issuer.location},
            }
        ],
        "kind": evidence.kind,
        "demo": deps.demo,
        "record": stated(evidence.record),
        "personal": stated(evidence.personal),
        "links": _links(evidence),
        "images": stated(evidence.images),
        "carbon": stated(evidence.carbon),
    }
    return stated(data)


def _links(evidence: Evidence) -> dict[str, Any]:
    parents = {part: digest.hex() for part, digest in evidence.parents.items()}
    superseded = evidence.supersedes.hex() if evidence.supersedes else None
    return stated({"parents": parents, "supersedes": superseded})


def stated(members: Mapping[str, Any]) -> dict[str, Any]:
    """``members`` without those that say nothing: None, and objects that are empty inside."""
    result = {}
    for key, member in members.items():
        kept = stated(member) if isinstance(member, Mapping) else member
        if kept is not None and kept != {}:
            result[key] = kept
    return result
