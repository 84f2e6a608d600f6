"""Receipts: the site promises that what it has just stored will be in the log within a set time.

The promise is asked for after the transaction is committed, so that nothing is promised that was
rolled back. What no promise came for, because the edge unit was silent or this process died, the
worker asks for again until the time is up.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from service.domain.errors import FerrotraceError, ForbiddenError, UnavailableError, gettext_noop
from service.proof.promise import InclusionPromise, promise_digest
from service.proof.signature import recover_address
from service.storage import key_epoch as key_epochs
from service.storage import promise as promises
from service.storage.db import Tx
from service.storage.key_epoch import KeyEpochRow
from service.storage.promise import AwaitingRow, PromiseRow
from service.usecases.key_epoch import PROMISE
from service.usecases.ports import Deps

log = structlog.get_logger(__name__)

AT_ONCE = 100


class SignerUnknownError(ForbiddenError):
    """A promise that no key of the site on record signed."""

    message = gettext_noop(
        "The receipt of site %(value)s is signed by a key that is not on record: %(limit)s."
    )


class SiteWithoutEdgeError(UnavailableError):
    """Nobody signs for the site."""

    message = gettext_noop("Site %(value)s has no edge unit that signs receipts.")


def promise_once_stored(target_hash: bytes, deps: Deps) -> None:
    """Ask for the promise of a document as soon as the open transaction is committed."""
    deps.db.after_commit(partial(_ask_once, target_hash, deps))


def ask_again(deps: Deps) -> int:
    """Ask for every promise that is still open; how many were settled.

    One whose time is up is given up: an alarm, and a row without a signature.
    """
    with deps.db.transaction() as tx:
        waiting = promises.awaiting(tx, limit=AT_ONCE)
    silent: set[str] = set()
    settled = 0
    for row in waiting:
        if deps.now() > _include_by(row, deps):
            _give_up(row, deps)
            settled += 1
        elif row.site_id not in silent:
            failure = _failure_of(row.target_hash, partial(_ask, row, deps))
            settled += failure is None
            if isinstance(failure, UnavailableError):
                silent.add(row.site_id)
    return settled


def _ask_once(target_hash: bytes, deps: Deps) -> None:
    """What was stored stays stored: no failure of the receipt may reach who stored it."""

    def ask() -> None:
        with deps.db.transaction() as tx:
            row = promises.awaiting_one(tx, target_hash)
        if row is not None:
            _ask(row, deps)

    _failure_of(target_hash, ask)


def _failure_of(target_hash: bytes, work: Callable[[], None]) -> FerrotraceError | None:
    """Why there is no promise yet, which is logged: the worker will ask again."""
    try:
        work()
    except FerrotraceError as error:
        log.warning("receipt_pending", document=target_hash.hex(), why=str(error))
        return error
    return None


def _ask(row: AwaitingRow, deps: Deps) -> None:
    """Have the promise signed, see that a key on record signed it, and store it."""
    edge = deps.edges.get(row.site_id)
    if edge is None:
        raise SiteWithoutEdgeError(value=row.site_id)
    include_by = _include_by(row, deps)
    promise = InclusionPromise(
        target_hash=row.target_hash,
        recorded_at=int(row.recorded_at.timestamp()),
        include_by=int(include_by.timestamp()),
    )
    chain_id, registry = deps.issuer.chain_id, deps.issuer.document_store
    signature = edge.sign_promise(promise, chain_id=chain_id, registry=registry)
    digest = promise_digest(promise, chain_id, bytes.fromhex(registry.removeprefix("0x")))
    with deps.db.transaction() as tx:
        key = _signer(tx, row, digest, signature)
        promises.add_promise(
            tx,
            PromiseRow(
                target_hash=row.target_hash,
                key_id=key.key_id,
                include_by=include_by,
                signature=signature,
            ),
        )


def _signer(tx: Tx, row: AwaitingRow, digest: bytes, signature: bytes) -> KeyEpochRow:
    """The key of the site that signed, valid when the document was recorded."""
    address = recover_address(digest, signature)
    for key in key_epochs.epochs(tx):
        if (key.purpose, key.site_id, key.address) == (PROMISE, row.site_id, address) and (
            key.valid_from <= row.recorded_at
            and (key.valid_to is None or row.recorded_at <= key.valid_to)
        ):
            return key
    stranger = f"0x{address.hex()}" if address else "-"
    raise SignerUnknownError(field="signature", value=row.site_id, limit=stranger)


def _give_up(row: AwaitingRow, deps: Deps) -> None:
    with deps.db.transaction() as tx:
        promises.add_promise(
            tx,
            PromiseRow(target_hash=row.target_hash, key_id=None, include_by=None, signature=None),
        )
    log.error("receipt_missed", document=row.target_hash.hex(), site=row.site_id)


def _include_by(row: AwaitingRow, deps: Deps) -> datetime:
    return row.recorded_at + timedelta(seconds=deps.merge_delay_s)
