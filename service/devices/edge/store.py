"""The edge unit's captures in SQLite: added once, chained, numbered without a gap.

A capture's document and its pictures are written in one transaction, each picture once: the yard's
log names the same rows. An answer is put together from both, the same bytes every time.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from service.devices.edge.document import with_bytes
from service.devices.edge.picture_schema import ADD_PICTURE, PICTURES
from service.domain.errors import ConflictError, gettext_noop
from service.domain.weighing import Photograph

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

MakeDocument = Callable[[int, str], tuple[str, Mapping[str, Any]]]
"""(edge_seq, prev_hash) -> (hash, the capture's document without the bytes of its pictures)."""


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
        self._db.executescript(SCHEMA + PICTURES)
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
        return self._answer(json.loads(row[1]))

    def add(
        self,
        capture_id: str,
        weighing_pass: str,
        make: MakeDocument,
        photographs: Iterable[Photograph] = (),
    ) -> bytes:
        """Store what ``make`` gives for the next number and the last hash, and its pictures.

        Returns the whole capture as it is answered.
        """
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                last_seq, prev_hash = self._db.execute(
                    "SELECT edge_seq, hash FROM captures ORDER BY edge_seq DESC LIMIT 1"
                ).fetchone() or (0, GENESIS)
                own_hash, document = make(last_seq + 1, prev_hash)
                body = _text(document)
                for each in photographs:
                    self._db.execute(ADD_PICTURE, (each.sha256, each.media_type, each.data))
                self._db.execute(
                    "INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?)",
                    (last_seq + 1, capture_id, weighing_pass, prev_hash, own_hash, body),
                )
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        return self._answer(document)

    def _answer(self, document: Mapping[str, Any]) -> bytes:
        """The document with the bytes of its pictures; older ones hold them themselves."""
        pictures = [self._whole(picture) for picture in document["photographs"]]
        return _text({**document, "photographs": pictures})

    def _whole(self, picture: Mapping[str, Any]) -> Mapping[str, Any]:
        if "data_b64" in picture:
            return picture
        with self._lock:
            (data,) = self._db.execute(
                "SELECT data FROM blobs WHERE sha256 = ?", (picture["sha256"],)
            ).fetchone()
        return with_bytes(picture, data)

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


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
