"""Promises of inclusion: the one kind of text that the site's key signs, each of them kept."""

import logging
import sqlite3
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.devices.edge.keyring import KeyRing
from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.proof.promise import InclusionPromise, promise_digest

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS promises (
  target_hash TEXT PRIMARY KEY,
  recorded_at INTEGER NOT NULL,
  include_by INTEGER NOT NULL,
  chain_id INTEGER NOT NULL,
  registry TEXT NOT NULL,
  address TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS promises_stay BEFORE UPDATE ON promises
  BEGIN SELECT RAISE(ABORT, 'a promise is never changed'); END;
CREATE TRIGGER IF NOT EXISTS promises_remain BEFORE DELETE ON promises
  BEGIN SELECT RAISE(ABORT, 'a promise is never deleted'); END;
"""


class MergeDelayError(RuleBrokenError):
    """A promise that leaves more time than the site allows, or none."""

    message = gettext_noop("%(value)s s between record and log; allowed are 1 to %(limit)s s.")


class PromisedOtherwiseError(ConflictError):
    """A document for which another promise was given already."""

    message = gettext_noop("Document %(value)s was promised otherwise already: %(limit)s.")


class PromiseBody(BaseModel):
    """A promise asked for; instants in seconds since 1970, ``registry`` in any case."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    target_hash: Annotated[str, Field(alias="targetHash", pattern=r"^[0-9a-f]{64}$")]
    recorded_at: Annotated[int, Field(alias="recordedAt", ge=0, lt=2**40)]
    include_by: Annotated[int, Field(alias="includeBy", ge=0, lt=2**41)]
    chain_id: Annotated[int, Field(alias="chainId", gt=0, lt=2**53)]
    registry: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]


class PromiseDesk:
    """Signs promises with the keys of one site and keeps each in the SQLite file at ``path``."""

    def __init__(self, path: Path, keys: KeyRing, *, max_merge_delay_s: int) -> None:
        self.keys = keys
        self._max_merge_delay_s = max_merge_delay_s
        self._lock = Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def promise(self, body: PromiseBody) -> InclusionPromise:
        """The promise that ``body`` asks for, signed; asked again, the same one.

        Raises MergeDelayError, PromisedOtherwiseError, and NotFoundError where the site had no key
        when the document was recorded.
        """
        delay_s = body.include_by - body.recorded_at
        if not 0 < delay_s <= self._max_merge_delay_s:
            raise MergeDelayError(field="includeBy", value=delay_s, limit=self._max_merge_delay_s)
        promise = InclusionPromise(
            target_hash=bytes.fromhex(body.target_hash),
            recorded_at=body.recorded_at,
            include_by=body.include_by,
        )
        with self._lock:
            signature = self._kept(body) or self._sign(body, promise)
        return replace(promise, signature=signature)

    def _kept(self, body: PromiseBody) -> bytes | None:
        row = self._db.execute(
            "SELECT recorded_at, include_by, chain_id, registry, signature FROM promises"
            " WHERE target_hash = ?",
            (body.target_hash,),
        ).fetchone()
        if row is None:
            return None
        asked = (body.recorded_at, body.include_by, body.chain_id, body.registry.lower())
        if row[:4] != asked:
            limit = f"{row[0]} to {row[1]}, chain {row[2]}, registry {row[3]}"
            raise PromisedOtherwiseError(field="targetHash", value=body.target_hash, limit=limit)
        return bytes.fromhex(row[4])

    def _sign(self, body: PromiseBody, promise: InclusionPromise) -> bytes:
        """Sign and keep; nothing leaves the house that is not kept."""
        key = self.keys.at(promise.recorded_at)
        registry = bytes.fromhex(body.registry.removeprefix("0x"))
        signature = key.sign(promise_digest(promise, body.chain_id, registry))
        self._db.execute(
            "INSERT INTO promises VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                body.target_hash,
                body.recorded_at,
                body.include_by,
                body.chain_id,
                body.registry.lower(),
                key.address,
                signature.hex(),
            ),
        )
        log.info("promised %s by %s", body.target_hash, body.include_by)
        return signature
