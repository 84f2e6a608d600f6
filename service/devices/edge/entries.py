"""Entries: what was done on the yard, one signed line each, chained and numbered without a gap.

The envelope says who, when and after what; the body says what (``entry_bodies``). Hashed are the
canonical bytes (RFC 8785) of the envelope as it travels, without ``hash`` and ``signature``; the
signature is Ed25519 (RFC 8032) over the 32 bytes of the hash, by the log key of the edge unit.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from pydantic import Field, ValidationError, model_validator

from service.devices.edge.entry_bodies import BODY_OF_KIND, Body, Id, Instant, Strict, Text
from service.domain.errors import RuleBrokenError, gettext_noop
from service.proof.jcs import canonical_json

GENESIS = "0" * 64
LARGEST_BATCH = 50
"""Most entries that are sent in one request."""

Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
RoleName = Literal[
    "operator", "inspector", "supervisor", "clerk", "approver", "plant", "administrator"
]


class EntryInvalidError(RuleBrokenError):
    """A document that is no entry."""

    message = gettext_noop("The entry does not hold: %(value)s (%(limit)s).")


class EntryDamagedError(RuleBrokenError):
    """An entry that is not what its hash says."""

    message = gettext_noop("The hash of entry %(value)s is not %(limit)s.")


class EntryNotSignedError(RuleBrokenError):
    """An entry that the log key of its edge unit did not sign."""

    message = gettext_noop("Entry %(value)s is not signed by the key %(limit)s.")


class Person(Strict):
    """Who did it, as last seen upstream, and on which tablet.

    ``tablet_offline`` is true for what was done while the tablet did not reach the edge unit;
    ``tablet_signature`` (base 64, P1363) is then the tablet's own over what it sent.
    """

    user_id: Id
    name: Text
    role: RoleName
    tablet_id: Id
    tablet_offline: bool
    tablet_signature: Text | None = None


class Envelope(Strict):
    """One entry. ``at`` is when it was done, ``logged_at`` when the edge unit wrote it down.

    ``mono_ms`` counts on the edge unit's monotonic clock since its machine started.
    """

    edge_id: Id
    entry_seq: Annotated[int, Field(ge=1)]
    entry_id: Id
    kind: Text
    at: Instant
    logged_at: Instant
    mono_ms: Annotated[int, Field(ge=0)]
    person: Person
    body: dict[str, Any]
    prev_hash: Sha256Hex
    hash: Sha256Hex
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]

    @model_validator(mode="after")
    def _body_is_of_its_kind(self) -> "Envelope":
        content_of(self.kind, self.body)
        return self

    def document(self) -> dict[str, Any]:
        """The entry as it travels."""
        return self.model_dump(exclude_unset=True)

    def content(self) -> Body:
        """The body as the model of its kind."""
        return content_of(self.kind, self.body)

    def verify(self, public_key: bytes) -> None:
        """Return where hash and signature hold for the log key (32 bytes).

        Raises EntryDamagedError, EntryNotSignedError.
        """
        computed = entry_hash(self.document())
        if computed != self.hash:
            raise EntryDamagedError(field="hash", value=self.entry_seq, limit=computed)
        try:
            key = Ed25519PublicKey.from_public_bytes(public_key)
            key.verify(bytes.fromhex(self.signature), bytes.fromhex(self.hash))
        except (InvalidSignature, ValueError):
            raise EntryNotSignedError(
                field="signature", value=self.entry_seq, limit=public_key.hex()
            ) from None


def content_of(kind: str, body: Mapping[str, Any]) -> Body:
    """``body`` as the model of ``kind``; raises ``ValueError`` for what does not hold."""
    if kind not in BODY_OF_KIND:
        raise ValueError(f"kind {kind!r:.80} is unknown")
    return BODY_OF_KIND[kind].model_validate(body)


def entry_hash(document: Mapping[str, Any]) -> str:
    """SHA-256, hex, of the canonical bytes of the entry without ``hash`` and ``signature``."""
    hashed = {key: value for key, value in document.items() if key not in {"hash", "signature"}}
    return sha256(canonical_json(hashed)).hexdigest()


def signed_entry(facts: Mapping[str, Any], key: Ed25519PrivateKey) -> Envelope:
    """The entry of ``facts`` (all members but ``hash`` and ``signature``), signed with ``key``."""
    own_hash = entry_hash(facts)
    signature = key.sign(bytes.fromhex(own_hash)).hex()
    return parsed_entry({**facts, "hash": own_hash, "signature": signature})


def parsed_entry(document: Any) -> Envelope:
    """``document`` as an entry; raises EntryInvalidError naming the first bad member."""
    try:
        return Envelope.model_validate(document)
    except ValidationError as error:
        raise invalid_entry(error) from error


def invalid_entry(error: ValidationError) -> EntryInvalidError:
    """The refusal of what pydantic refused: the first bad member, its value and the rule."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return EntryInvalidError(
        field=field, value=f"{field} = {first['input']!r:.80}", limit=first["msg"]
    )


def instant_ms(at: datetime) -> str:
    """``at`` as RFC 3339 in UTC with milliseconds: ``2026-11-22T03:04:05.678Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parsed_instant(text: str) -> datetime:
    """Inverse of ``instant_ms``; whole seconds are read too."""
    return datetime.fromisoformat(text)
