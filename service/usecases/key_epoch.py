"""Signing keys on record: a key is stated when it begins and again when it ends.

The statements are documents of kind ``key-epoch`` and stand in the log like any other, so that a
verifier years later knows which key was valid when (ledger.md, section 14).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from service.devices.edge_client import SiteKey
from service.domain.errors import (
    ConflictError,
    NotFoundError,
    UnavailableError,
    gettext_noop,
)
from service.domain.instants import utc_text, whole_second
from service.proof.hashing import checksum_address
from service.storage import key_epoch as key_epochs
from service.storage.db import Tx
from service.storage.key_epoch import KeyEpochRow
from service.storage.locks import hold
from service.storage.party import site_by_id
from service.usecases.evidence import Evidence, record_document
from service.usecases.ports import Deps

log = structlog.get_logger(__name__)

PROMISE, ANCHOR = "promise", "anchor"
REASONS = ("rotated", "compromised", "retired")
"""Why a key ends."""

_LOCK = "key epochs"
_SHORT = 8


class KeyEndedError(ConflictError):
    """A key that ended is to sign again."""

    message = gettext_noop("The key %(value)s ended at %(limit)s and never signs again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """A key as it is to be stated; ``address`` has 20 bytes."""

    purpose: str
    site_id: str | None
    address: bytes
    public_key: bytes | None
    valid_from: datetime

    @property
    def key_id(self) -> str:
        return f"{self.site_id or 'ANCHOR'}-{self.address.hex()[:_SHORT]}"


def state_site_keys(deps: Deps) -> None:
    """State the key of each site that has none on record; a silent edge unit is asked again."""
    for site_id, edge in deps.edges.items():
        with deps.db.transaction() as tx:
            known = key_epochs.current_epoch(tx, PROMISE, site_id)
            is_missing = known is None and site_by_id(tx, site_id) is not None
        if not is_missing:
            continue
        try:
            key = _site_key(site_id, edge.promise_key())
        except (UnavailableError, NotFoundError) as error:
            log.info("site_without_key", site_id=site_id, why=str(error))
            continue
        _begin(key, deps)


def state_anchor_key(address: str, *, valid_from: datetime, deps: Deps) -> None:
    """State that the account ``address`` anchors; one that anchored before it ends.

    ``valid_from`` is a time of the chain: anchors are judged by the times of their blocks.
    """
    key = _Key(
        purpose=ANCHOR,
        site_id=None,
        address=_address(address),
        public_key=None,
        valid_from=whole_second(valid_from),
    )
    _begin(key, deps)


def rotate_site_key(site_id: str, reason: str, deps: Deps) -> KeyEpochRow:
    """End the key of the site and state the one that follows; harmless to repeat after a failure.

    Raises NotFoundError for a site without an edge unit or a key, UnavailableError where the unit
    is silent.
    """
    edge = deps.edges.get(site_id)
    if edge is None:
        raise NotFoundError(field="site_id", what="edge unit", key=site_id)
    with deps.db.transaction() as tx:
        known = key_epochs.current_epoch(tx, PROMISE, site_id)
    key = edge.promise_key()
    if known is not None and _address(key.address) == known.address:
        key = edge.replace_promise_key(key.address)
    return _begin(_site_key(site_id, key), deps, reason=reason)


def epochs(deps: Deps) -> list[KeyEpochRow]:
    """What holds now of every key that ever signed."""
    with deps.db.transaction() as tx:
        return key_epochs.epochs(tx)


def _begin(key: _Key, deps: Deps, *, reason: str = "rotated") -> KeyEpochRow:
    """State ``key`` where it is not on record, and before it the end of the one it follows.

    Raises KeyEndedError for a key that ended before.
    """
    with deps.db.transaction() as tx:
        hold(tx, _LOCK)
        former = key_epochs.current_epoch(tx, key.purpose, key.site_id)
        if former is not None and former.address == key.address:
            return former
        ended = {row.key_id: row.valid_to for row in key_epochs.epochs(tx)}.get(key.key_id)
        if ended is not None:
            raise KeyEndedError(field="key_id", value=key.key_id, limit=utc_text(ended))
        if former is not None:
            _end(tx, former, at=max(key.valid_from, former.valid_from), reason=reason, deps=deps)
        return _state(
            tx,
            KeyEpochRow(
                target_hash=b"",
                key_id=key.key_id,
                purpose=key.purpose,
                site_id=key.site_id,
                address=key.address,
                public_key=key.public_key,
                valid_from=key.valid_from,
                valid_to=None,
                reason="installed",
                stated_at=whole_second(deps.now()),
            ),
            deps,
        )


def _end(tx: Tx, former: KeyEpochRow, *, at: datetime, reason: str, deps: Deps) -> None:
    ended = replace(former, valid_to=at, reason=reason, stated_at=whole_second(deps.now()))
    _state(tx, ended, deps, supersedes=former.target_hash)


def _state(tx: Tx, row: KeyEpochRow, deps: Deps, *, supersedes: bytes | None = None) -> KeyEpochRow:
    evidence = Evidence(
        kind="key-epoch",
        document_id=f"{row.key_id}.{1 if row.valid_to is None else 2}",
        subject_id=row.key_id,
        recorded_at=row.stated_at,
        record=_record(row),
        supersedes=supersedes,
    )
    stated = replace(row, target_hash=record_document(tx, evidence, deps))
    key_epochs.add_key_epoch(tx, stated)
    log.info("key_stated", key_id=row.key_id, reason=row.reason)
    return stated


def _record(row: KeyEpochRow) -> Mapping[str, Any]:
    return {
        "key_id": row.key_id,
        "purpose": row.purpose,
        "site_id": row.site_id,
        "address": checksum_address(row.address),
        "public_key": f"0x{row.public_key.hex()}" if row.public_key else None,
        "valid_from": utc_text(row.valid_from),
        "valid_to": utc_text(row.valid_to) if row.valid_to else None,
        "reason": row.reason,
        "stated_at": utc_text(row.stated_at),
    }


def _site_key(site_id: str, key: SiteKey) -> _Key:
    return _Key(
        purpose=PROMISE,
        site_id=site_id,
        address=_address(key.address),
        public_key=key.public_key,
        valid_from=datetime.fromtimestamp(key.made_at, UTC),
    )


def _address(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
