"""The edge unit's captures in SQLite: added once, chained, numbered without a gap."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from service.domain.errors import ConflictError, gettext_noop

GENESIS = "0" * 64

SCHEMA = """
CREATE TABLE IF NOT EXISTS edge (edge_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS captures (
  edge_seq INTEGER PRIMARY KEY CHECK (edge_seq > 0),
  capture_id TEXT NOT NULL UNIQUE,
  weighing_pass TEXT NOT NULL,
  prev_hash TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS captures_stay BEFORE UPDATE ON captures
  BEGIN SELECT RAISE(ABORT, 'a capture is never changed'); END;
CREATE TRIGGER IF NOT EXISTS captures_remain BEFORE DELETE ON captures
  BEGIN SELECT RAISE(ABORT, 'a capture is never deleted'); END;
"""

MakeBody = Callable[[int, str], tuple[str, bytes]]
"""(edge_seq, prev_hash) -> (hash, answer bytes)."""


class StoreOfOtherEdgeError(ConflictError):
    """A file of captures that another edge unit made."""

    message = gettext_noop("The store belongs to edge %(value)s, not to %(limit)s.")


class CaptureIdReusedError(ConflictError):
    """A capture id that stands for another pass already."""

    message = gettext_noop("This capture id stands for a %(value)s, not for a %(limit)s.")


class CaptureStore:
    """Captures of ``edge_id`` in the file at ``path``; what ``add`` returned survives kill -9."""

    def __init__(self, path: Path, edge_id: str) -> None:
        self._lock = Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)
        self._db.execute(
            "INSERT INTO edge SELECT ? WHERE NOT EXISTS (SELECT 1 FROM edge)", (edge_id,)
        )
        owner = self._db.execute("SELECT edge_id FROM edge").fetchone()[0]
        if owner != edge_id:
            self._db.close()
            raise StoreOfOtherEdgeError(field="edge_id", value=owner, limit=edge_id)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def body(self, capture_id: str, weighing_pass: str | None = None) -> bytes | None:
        """Answer stored for ``capture_id``, None where there is none.

        Raises CaptureIdReusedError where it was stored for another pass than ``weighing_pass``.
        """
        with self._lock:
            row = self._db.execute(
                "SELECT weighing_pass, body FROM captures WHERE capture_id = ?", (capture_id,)
            ).fetchone()
        if row is None:
            return None
        if weighing_pass not in {None, row[0]}:
            raise CaptureIdReusedError(field="capture_id", value=row[0], limit=weighing_pass)
        return bytes(row[1])

    def add(self, capture_id: str, weighing_pass: str, make: MakeBody) -> bytes:
        """Store what ``make`` gives for the next number and the last hash; returns its bytes."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                last_seq, prev_hash = self._db.execute(
                    "SELECT edge_seq, hash FROM captures ORDER BY edge_seq DESC LIMIT 1"
                ).fetchone() or (0, GENESIS)
                own_hash, body = make(last_seq + 1, prev_hash)
                self._db.execute(
                    "INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?)",
                    (last_seq + 1, capture_id, weighing_pass, prev_hash, own_hash, body),
                )
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        return body

    def heads(self, *, after: int, limit: int) -> list[dict[str, object]]:
        """Number, id and hashes of captures numbered above ``after``, in order."""
        with self._lock:
            rows = self._db.execute(
                "SELECT edge_seq, capture_id, weighing_pass, prev_hash, hash FROM captures"
                " WHERE edge_seq > ? ORDER BY edge_seq LIMIT ?",
                (after, limit),
            ).fetchall()
        keys = ("edge_seq", "capture_id", "pass", "prev_hash", "hash")
        return [dict(zip(keys, row, strict=True)) for row in rows]
