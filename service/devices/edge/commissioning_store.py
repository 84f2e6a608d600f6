"""Steps of commissionings in the edge unit's SQLite file: added once, chained, never changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from service.devices.edge.sqlite_file import SqliteFile

GENESIS = "0" * 64

SCHEMA = """
CREATE TABLE IF NOT EXISTS commissioning_steps (
  step_seq INTEGER PRIMARY KEY CHECK (step_seq > 0),
  commissioning_id TEXT NOT NULL,
  step TEXT NOT NULL CHECK (step IN ('load', 'motion', 'closing', 'check')),
  profile_hash TEXT NOT NULL,
  at TEXT NOT NULL,
  person TEXT NOT NULL,
  body TEXT NOT NULL,
  prev_hash TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX IF NOT EXISTS commissioning_steps_of ON commissioning_steps (commissioning_id);
CREATE TRIGGER IF NOT EXISTS commissioning_steps_stay BEFORE UPDATE ON commissioning_steps
  BEGIN SELECT RAISE(ABORT, 'a step of commissioning is never changed'); END;
CREATE TRIGGER IF NOT EXISTS commissioning_steps_remain BEFORE DELETE ON commissioning_steps
  BEGIN SELECT RAISE(ABORT, 'a step of commissioning is never deleted'); END;
"""
COLUMNS = "commissioning_id, step, profile_hash, at, person, body, prev_hash, hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: ``load``, ``motion``, ``closing`` or the day's ``check``; who, when, and all of it.

    ``hash`` is the SHA-256 of the other members' JSON (sorted keys), the hash before included;
    ``step_seq`` counts all steps from 1.
    """

    commissioning_id: str
    step: str
    profile_hash: str
    at: str
    person: Mapping[str, Any]
    body: Mapping[str, Any]
    prev_hash: str = ""
    hash: str = ""
    step_seq: int = 0


class CommissioningStore:
    """The steps kept in ``file``."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        file.prepare(SCHEMA)

    def add(self, step: Step) -> Step:
        """``step`` as it was stored, chained to the one before."""
        with self._file.transaction():
            head = self._file.row(
                "SELECT step_seq, hash FROM commissioning_steps ORDER BY step_seq DESC LIMIT 1"
            )
            step_seq, prev_hash = head or (0, GENESIS)
            stored = replace(_chained(step, prev_hash), step_seq=step_seq + 1)
            self._file.rows(
                f"INSERT INTO commissioning_steps (step_seq, {COLUMNS})"  # noqa: S608 - constants
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                stored.step_seq,
                stored.commissioning_id,
                stored.step,
                stored.profile_hash,
                stored.at,
                _json(stored.person),
                _json(stored.body),
                stored.prev_hash,
                stored.hash,
            )
        return stored

    def of(self, commissioning_id: str) -> list[Step]:
        """Steps of one commissioning, oldest first."""
        return self._steps("WHERE commissioning_id = ? ORDER BY step_seq", commissioning_id)

    def last(self, step: str, profile_hash: str) -> Step | None:
        """The latest ``step`` that was taken with this profile."""
        found = self._steps(
            "WHERE step = ? AND profile_hash = ? ORDER BY step_seq DESC LIMIT 1", step, profile_hash
        )
        return found[0] if found else None

    def _steps(self, where: str, *values: object) -> list[Step]:
        rows = self._file.rows(
            f"SELECT {COLUMNS}, step_seq FROM commissioning_steps {where}",  # noqa: S608 - constants
            *values,
        )
        return [
            Step(
                commissioning_id=row[0],
                step=row[1],
                profile_hash=row[2],
                at=row[3],
                person=json.loads(row[4]),
                body=json.loads(row[5]),
                prev_hash=row[6],
                hash=row[7],
                step_seq=row[8],
            )
            for row in rows
        ]


def step_hash(step: Step) -> str:
    """Return the hash that chains ``step``."""
    return sha256(
        _json(
            {
                "commissioning_id": step.commissioning_id,
                "step": step.step,
                "profile_hash": step.profile_hash,
                "at": step.at,
                "person": step.person,
                "body": step.body,
                "prev_hash": step.prev_hash,
            }
        ).encode()
    ).hexdigest()


def _chained(step: Step, prev_hash: str) -> Step:
    linked = replace(step, prev_hash=prev_hash)
    return replace(linked, hash=step_hash(linked))


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
