"""Who is enrolled on which tablet, with the rights last seen upstream."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.devices.edge.brief import PersonBrief
from service.devices.edge.entries import instant_ms, parsed_instant
from service.devices.edge.pins import PinState, PinWrongError
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.edge.tablet_key import TabletKey
from service.domain.errors import ConflictError, gettext_noop
from service.domain.party import Actor, Role

SCHEMA = """
CREATE TABLE IF NOT EXISTS tablets (
  tablet_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  enrolled_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS people (
  user_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  site_ids TEXT NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  seen_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS enrolments (
  user_id TEXT NOT NULL REFERENCES people (user_id),
  tablet_id TEXT NOT NULL REFERENCES tablets (tablet_id),
  pin_salt TEXT NOT NULL,
  pin_hash TEXT NOT NULL,
  wrong INTEGER NOT NULL,
  locked_until TEXT,
  PRIMARY KEY (user_id, tablet_id)
) STRICT;
"""


class TabletOtherwiseError(ConflictError):
    """A tablet id that stands for another key already."""

    message = gettext_noop("Tablet %(value)s is enrolled with another key.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPerson:
    """A person as the server described them at ``seen_at``."""

    actor: Actor
    is_active: bool
    seen_at: datetime


class People:
    """The people and tablets of one edge unit, kept in ``file``."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        file.prepare(SCHEMA)

    def enrol(
        self,
        actor: Actor,
        tablet_id: str,
        tablet_name: str,
        key: TabletKey,
        pin: PinState,
        at: datetime,
    ) -> None:
        """Let ``actor`` in on the tablet with that PIN; a former PIN there is replaced.

        Raises TabletOtherwiseError.
        """
        known = self.tablet_key(tablet_id)
        if known is not None and known != key:
            raise TabletOtherwiseError(field="tablet.tablet_id", value=tablet_id)
        with self._file.transaction():
            self._file.rows(
                "INSERT OR IGNORE INTO tablets VALUES (?, ?, ?, ?)",
                tablet_id,
                tablet_name,
                key.model_dump_json(),
                instant_ms(at),
            )
            self._keep(actor, is_active=True, at=at)
            self._file.rows(
                "INSERT OR REPLACE INTO enrolments VALUES (?, ?, ?, ?, 0, NULL)",
                actor.user_id,
                tablet_id,
                pin.salt,
                pin.hash,
            )

    def take_brief(self, people: Iterable[PersonBrief], at: datetime) -> None:
        """Take over names, roles and leavings as the server sees them now.

        Who is enrolled and not among ``people`` does not work here any more.
        """
        listed = {each.user_id: each for each in people}
        with self._file.transaction():
            for (user_id,) in self._file.rows("SELECT user_id FROM people"):
                now = listed.get(user_id)
                if now is None:
                    self._file.rows("UPDATE people SET active = 0 WHERE user_id = ?", user_id)
                    continue
                self._file.rows(
                    "UPDATE people SET name = ?, role = ?, active = ?, seen_at = ?"
                    " WHERE user_id = ?",
                    now.name,
                    now.role,
                    int(now.active),
                    instant_ms(at),
                    user_id,
                )

    def enrolled(self, tablet_id: str) -> list[dict[str, str]]:
        """Everyone who may sign in on the tablet, by name."""
        rows = self._file.rows(
            "SELECT user_id, name, role FROM people JOIN enrolments USING (user_id)"
            " WHERE active = 1 AND tablet_id = ? ORDER BY name",
            tablet_id,
        )
        return [{"user_id": key, "name": name, "role": role} for key, name, role in rows]

    def tablet_key(self, tablet_id: str) -> TabletKey | None:
        """The key of a tablet, None where it is not enrolled."""
        row = self._file.row("SELECT public_jwk FROM tablets WHERE tablet_id = ?", tablet_id)
        return None if row is None else TabletKey.model_validate_json(row[0])

    def seen(self, user_id: str) -> SeenPerson | None:
        """The person as last seen upstream, None where nobody is enrolled by that id."""
        row = self._file.row(
            "SELECT name, role, organisation_id, site_ids, active, seen_at FROM people"
            " WHERE user_id = ?",
            user_id,
        )
        if row is None:
            return None
        actor = Actor(
            user_id=user_id,
            name=row[0],
            role=Role(row[1]),
            organisation_id=row[2],
            site_ids=frozenset(json.loads(row[3])),
        )
        return SeenPerson(actor=actor, is_active=bool(row[4]), seen_at=parsed_instant(row[5]))

    def pin(self, user_id: str, tablet_id: str) -> PinState:
        """The PIN of the person on the tablet; raises PinWrongError where none is enrolled."""
        row = self._file.row(
            "SELECT pin_salt, pin_hash, wrong, locked_until FROM enrolments"
            " WHERE user_id = ? AND tablet_id = ?",
            user_id,
            tablet_id,
        )
        if row is None:
            raise PinWrongError(field="pin")
        until = None if row[3] is None else parsed_instant(row[3])
        return PinState(salt=row[0], hash=row[1], wrong=row[2], locked_until=until)

    def keep_pin(self, user_id: str, tablet_id: str, pin: PinState) -> None:
        """Keep how often a wrong one was tried."""
        until = None if pin.locked_until is None else instant_ms(pin.locked_until)
        with self._file.transaction():
            self._file.rows(
                "UPDATE enrolments SET wrong = ?, locked_until = ?"
                " WHERE user_id = ? AND tablet_id = ?",
                pin.wrong,
                until,
                user_id,
                tablet_id,
            )

    def _keep(self, actor: Actor, *, is_active: bool, at: datetime) -> None:
        self._file.rows(
            "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET"
            " name = excluded.name, role = excluded.role,"
            " organisation_id = excluded.organisation_id, site_ids = excluded.site_ids,"
            " active = excluded.active, seen_at = excluded.seen_at",
            actor.user_id,
            actor.name,
            actor.role.value,
            actor.organisation_id,
            json.dumps(sorted(actor.site_ids)),
            int(is_active),
            instant_ms(at),
        )
