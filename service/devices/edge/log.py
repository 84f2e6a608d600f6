"""The yard's log in SQLite: entries appended once, chained, numbered and signed; their pictures.

One transaction writes an entry, the blobs it names first and the number it draws, so that a power
cut leaves all of it or nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.devices.edge.entries import (
    GENESIS,
    Envelope,
    instant_ms,
    parsed_entry,
    signed_entry,
)
from service.devices.edge.log_key import public_bytes
from service.devices.edge.log_schema import SCHEMA
from service.devices.edge.picture_schema import ADD_PICTURE
from service.devices.edge.sqlite_file import SqliteFile
from service.domain.errors import ConflictError, gettext_noop

MOST_READ = 500
NAMES_PICTURES = frozenset({"weighing.typed", "hold.decided"})
"""Kinds whose ``photographs`` are SHA-256 of pictures."""


class EntryIdReusedError(ConflictError):
    """An id of an entry that stands for something else already."""

    message = gettext_noop("Entry %(value)s says something else already: %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A picture as its file; known by its SHA-256."""

    data: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWanted:
    """The member of the body that takes the next number of the series ``prefix`` of ``year``.

    The number is written ``prefix-YY-NNNNNN``.
    """

    member: str
    prefix: str
    year: int

    def text(self, sequence: int) -> str:
        return f"{self.prefix}-{self.year % 100:02d}-{sequence:06d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry before it is numbered. ``asked`` is what a repetition must say as well."""

    entry_id: str
    kind: str
    at: datetime
    logged_at: datetime
    mono_ms: int
    person: Mapping[str, Any]
    body: Mapping[str, Any]
    asked: str
    number: NumberWanted | None = None
    blobs: Sequence[Blob] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the server said of entry ``entry_seq``: applied, or held with the reason."""

    entry_seq: int
    outcome: str
    code: str | None = None
    message: str | None = None


def named_blobs(entry: Envelope) -> tuple[str, ...]:
    """SHA-256 of each picture that ``entry`` names, once."""
    body = entry.body
    captured = [each["sha256"] for each in body.get("capture", {}).get("photographs", ())]
    own = [body["sha256"]] if entry.kind == "photograph.added" else []
    named = body.get("photographs", ()) if entry.kind in NAMES_PICTURES else ()
    return tuple(dict.fromkeys([*captured, *own, *named]))


class YardLog:
    """The log of ``edge_id`` in ``file``; what ``append`` returned survives kill -9."""

    def __init__(self, file: SqliteFile, edge_id: str, key: Ed25519PrivateKey) -> None:
        self.edge_id = edge_id
        self.public_key = public_bytes(key)
        self._key = key
        self._file = file
        file.prepare(SCHEMA)

    def append(self, draft: Draft) -> Envelope:
        """The entry of ``draft``: the one stored under its id, else a new one, stored.

        Raises EntryIdReusedError, EntryInvalidError.
        """
        with self._file.transaction():
            stored = self.entry_by_id(draft.entry_id, asked=draft.asked)
            if stored is not None:
                return stored
            for blob in draft.blobs:
                self.add_blob(blob)
            entry_seq, prev_hash = self.head()
            facts = {
                "edge_id": self.edge_id,
                "entry_seq": entry_seq + 1,
                "entry_id": draft.entry_id,
                "kind": draft.kind,
                "at": instant_ms(draft.at),
                "logged_at": instant_ms(draft.logged_at),
                "mono_ms": draft.mono_ms,
                "person": dict(draft.person),
                "body": self._numbered(draft),
                "prev_hash": prev_hash,
            }
            entry = signed_entry(facts, self._key)
            self._file.rows(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                entry.entry_seq,
                entry.entry_id,
                draft.asked,
                entry.kind,
                entry.at,
                entry.prev_hash,
                entry.hash,
                json.dumps(entry.document(), ensure_ascii=False),
            )
            for digest in named_blobs(entry):
                self._file.rows("INSERT INTO entry_blobs VALUES (?, ?)", entry.entry_seq, digest)
            return entry

    def entry_by_id(self, entry_id: str, *, asked: str) -> Envelope | None:
        """Entry ``entry_id``, None where there is none.

        Raises EntryIdReusedError where it was ``asked`` for in other words.
        """
        row = self._file.row(
            "SELECT document, asked, kind FROM entries WHERE entry_id = ?", entry_id
        )
        if row is None:
            return None
        if row[1] != asked:
            raise EntryIdReusedError(field="entry_id", value=entry_id, limit=row[2])
        return parsed_entry(json.loads(row[0]))

    def has(self, entry_id: str) -> bool:
        """Whether there is an entry of that id."""
        return self._file.row("SELECT 1 FROM entries WHERE entry_id = ?", entry_id) is not None

    def head(self) -> tuple[int, str]:
        """Number and hash of the last entry; 0 and zeros before the first."""
        row = self._file.row("SELECT entry_seq, hash FROM entries ORDER BY entry_seq DESC LIMIT 1")
        return (row[0], row[1]) if row else (0, GENESIS)

    def entries(
        self, *, after: int = 0, kinds: Sequence[str] = (), since: str = "", limit: int = MOST_READ
    ) -> list[Envelope]:
        """Entries numbered above ``after``, done since ``since``, of ``kinds`` (all), in order."""
        marks = ", ".join("?" * len(kinds))
        of_kind = f"AND kind IN ({marks})" if kinds else ""
        rows = self._file.rows(
            "SELECT document FROM entries WHERE entry_seq > ? AND at >= ? "  # noqa: S608 # marks
            f"{of_kind} ORDER BY entry_seq LIMIT ?",
            after,
            since,
            *kinds,
            limit,
        )
        return [parsed_entry(json.loads(row[0])) for row in rows]

    def count_of(self, user_id: str, kind: str, *, since: str) -> int:
        """How many entries of a kind the person made since ``since``."""
        row = self._file.row(
            "SELECT COUNT(*) FROM entries"
            " WHERE json_extract(document, '$.person.user_id') = ? AND kind = ? AND at >= ?",
            user_id,
            kind,
            since,
        )
        assert row is not None  # noqa: S101 # a count always has a row
        return int(row[0])

    def all_entries(self, *, after: int = 0, since: str = "") -> Iterator[Envelope]:
        """Every entry numbered above ``after`` and done since ``since``, in order, in parts."""
        while part := self.entries(after=after, since=since):
            yield from part
            after = part[-1].entry_seq

    def about(self, member: Literal["visit_id", "ticket_no"], value: str) -> list[Envelope]:
        """Entries whose body names ``value`` as its ``member``, in order."""
        rows = self._file.rows(
            f"SELECT document FROM entries WHERE json_extract(document, '$.body.{member}') = ?"  # noqa: S608 # one of two names
            " ORDER BY entry_seq",
            value,
        )
        return [parsed_entry(json.loads(row[0])) for row in rows]

    def entry(self, entry_seq: int) -> Envelope | None:
        """Entry ``entry_seq``, None where there is none."""
        found = self.entries(after=entry_seq - 1, limit=1)
        return found[0] if found and found[0].entry_seq == entry_seq else None

    def add_blob(self, blob: Blob) -> str:
        """Keep ``blob``; its SHA-256 in hex. Kept again, it is the same one."""
        with self._file.transaction():
            self._file.rows(
                ADD_PICTURE,
                blob.sha256,
                blob.media_type,
                blob.data,
            )
        return blob.sha256

    def blob(self, digest: str) -> Blob | None:
        """The picture whose SHA-256 is ``digest`` (hex), None where it is not kept here."""
        row = self._file.row("SELECT data, media_type FROM blobs WHERE sha256 = ?", digest)
        return Blob(data=bytes(row[0]), media_type=row[1]) if row else None

    def was_weighed_with(self, digest: str) -> bool:
        """Whether a weighing names the picture already."""
        return (
            self._file.row(
                "SELECT 1 FROM entry_blobs JOIN entries USING (entry_seq)"
                " WHERE sha256 = ? AND kind IN ('weighing.recorded', 'weighing.typed')",
                digest,
            )
            is not None
        )

    def unsent_blobs(self, *, up_to: int) -> list[str]:
        """Pictures kept here that entries up to ``up_to`` name and the server has not."""
        rows = self._file.rows(
            "SELECT DISTINCT sha256 FROM entry_blobs JOIN blobs USING (sha256)"
            " WHERE entry_seq <= ? AND sha256 NOT IN (SELECT sha256 FROM sent_blobs)"
            " ORDER BY entry_seq",
            up_to,
        )
        return [row[0] for row in rows]

    def keep_sent(self, digest: str) -> None:
        """Note that the server has the picture."""
        with self._file.transaction():
            self._file.rows("INSERT OR IGNORE INTO sent_blobs VALUES (?)", digest)

    def keep_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Note what the server said, in order and once each."""
        with self._file.transaction():
            for each in outcomes:
                self._file.rows(
                    "INSERT OR IGNORE INTO outcomes VALUES (?, ?, ?, ?)",
                    each.entry_seq,
                    each.outcome,
                    each.code,
                    each.message,
                )

    def acknowledged(self) -> int:
        """Number of the last entry of which the server said something."""
        row = self._file.row("SELECT max(entry_seq) FROM outcomes")
        return (row and row[0]) or 0

    def held(self) -> list[Outcome]:
        """Entries that the server's rules refused when they arrived, in order."""
        rows = self._file.rows(
            "SELECT entry_seq, outcome, code, message FROM outcomes WHERE outcome = 'held'"
            " ORDER BY entry_seq"
        )
        return [Outcome(entry_seq=a, outcome=b, code=c, message=d) for a, b, c, d in rows]

    def _numbered(self, draft: Draft) -> dict[str, Any]:
        wanted = draft.number
        if wanted is None:
            return dict(draft.body)
        row = self._file.row(
            "INSERT INTO series VALUES (?, ?, 1) ON CONFLICT (prefix, year)"
            " DO UPDATE SET last_no = last_no + 1 RETURNING last_no",
            wanted.prefix,
            wanted.year,
        )
        assert row is not None  # noqa: S101 # RETURNING gives the row
        return {**draft.body, wanted.member: wanted.text(row[0])}
