"""Signing in on the yard: a PIN on an enrolled tablet, for twelve hours, also with the link cut."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

from service.devices.edge.asks import Doer
from service.devices.edge.entries import instant_ms, parsed_instant
from service.devices.edge.entry_bodies import Witness
from service.devices.edge.people import People, SeenPerson
from service.devices.edge.pins import PinWrongError, new_pin, tried
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.edge.tablet_key import TabletKey, TabletSignatureError
from service.domain.errors import FerrotraceError, ForbiddenError, gettext_noop
from service.domain.party import Actor

SESSION_FOR = timedelta(hours=12)
RIGHTS_FOR = timedelta(hours=12)
NONCE_FOR = timedelta(minutes=2)
WITNESS_FOR = timedelta(minutes=2)
MOST_PENDING = 1_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
  token_sha256 TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES people (user_id),
  tablet_id TEXT NOT NULL REFERENCES tablets (tablet_id),
  expires_at TEXT NOT NULL
) STRICT;
"""


class SignInNeededError(FerrotraceError):
    """Nobody is signed in on this tablet, or no longer."""

    message = gettext_noop("Sign in with your PIN first.")


class RightsTooOldError(ForbiddenError):
    """The server was not asked for too long whether the person still works here."""

    message = gettext_noop(
        "Your rights were last confirmed at %(value)s; that is too long ago (%(limit)s)."
    )


class LeftError(ForbiddenError):
    """The person does not work here any more, as the server says."""

    message = gettext_noop("You have no access to this site any more.")


class WitnessTokenError(ForbiddenError):
    """A token of a second person that is used, too old, or not given on this tablet."""

    message = gettext_noop("The second person has to enter the PIN again.")


class SamePersonError(ForbiddenError):
    """Somebody witnesses the own weight."""

    message = gettext_noop("The second person must be another one than who weighs.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that was just opened; ``token`` is given once and kept nowhere."""

    token: str
    doer: Doer
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What a tablet sends to sign somebody in."""

    user_id: str
    pin: str
    tablet_id: str
    nonce: str
    signature: str


class Sessions:
    """The sessions of one edge unit, kept in ``file``; challenges and witnesses in memory."""

    def __init__(self, file: SqliteFile, people: People) -> None:
        self._file = file
        self._people = people
        self._lock = Lock()
        self._nonces: dict[str, datetime] = {}
        self._witnesses: dict[str, tuple[Witness, str, datetime]] = {}
        file.prepare(SCHEMA)

    def enrol(
        self, actor: Actor, pin: str, tablet_id: str, tablet_name: str, key: TabletKey, at: datetime
    ) -> None:
        """Let a person, whom the server has just known, in by PIN on this tablet.

        Raises PinFormError, TabletKeyError, TabletOtherwiseError.
        """
        key.require_point()
        self._people.enrol(actor, tablet_id, tablet_name, key, new_pin(pin), at)

    def challenge(self, now: datetime) -> str:
        """A text for the tablet to sign, good once and for two minutes."""
        nonce = secrets.token_urlsafe(24)
        with self._lock:
            kept = {text: until for text, until in self._nonces.items() if until > now}
            self._nonces = dict(list(kept.items())[-MOST_PENDING:]) | {nonce: now + NONCE_FOR}
        return nonce

    def sign_in(self, given: SignIn, now: datetime) -> Session:
        """A new session.

        Raises PinWrongError, PinLockedError, RightsTooOldError, LeftError. What of name, PIN and
        tablet is wrong is not said; a PIN is tried only on the tablet itself.
        """
        self._require_tablet(given, now)
        self._require_pin(given.user_id, given.tablet_id, given.pin, now)
        return self.opened(given.user_id, given.tablet_id, now)

    def opened(self, user_id: str, tablet_id: str, now: datetime) -> Session:
        """A new session of somebody who was recognised; raises RightsTooOldError, LeftError."""
        person = self._person(user_id, now)
        token = secrets.token_urlsafe(32)
        expires_at = now + SESSION_FOR
        with self._file.transaction():
            self._file.rows("DELETE FROM sessions WHERE expires_at < ?", instant_ms(now))
            self._file.rows(
                "INSERT INTO sessions VALUES (?, ?, ?, ?)",
                _hashed(token),
                user_id,
                tablet_id,
                instant_ms(expires_at),
            )
        doer = Doer(actor=person.actor, tablet_id=tablet_id)
        return Session(token=token, doer=doer, expires_at=expires_at)

    def doer(self, token: str | None, now: datetime) -> Doer:
        """Who is signed in with ``token``; raises as ``session`` does."""
        return self.session(token, now)[0]

    def session(self, token: str | None, now: datetime) -> tuple[Doer, datetime]:
        """Who is signed in with ``token``, and until when.

        Raises SignInNeededError, RightsTooOldError, LeftError.
        """
        row = self._file.row(
            "SELECT user_id, tablet_id, expires_at FROM sessions WHERE token_sha256 = ?",
            _hashed(token or ""),
        )
        if row is None or parsed_instant(row[2]) <= now:
            raise SignInNeededError(field="session")
        doer = Doer(actor=self._person(row[0], now).actor, tablet_id=row[1])
        return doer, parsed_instant(row[2])

    def sign_out(self, token: str) -> None:
        """End the session of ``token``, if there is one."""
        with self._file.transaction():
            self._file.rows("DELETE FROM sessions WHERE token_sha256 = ?", _hashed(token))

    def witness(self, user_id: str, pin: str, doer: Doer, now: datetime) -> str:
        """A token that says that this second person saw it: once, on this tablet, two minutes.

        Raises SamePersonError, PinWrongError, PinLockedError, RightsTooOldError, LeftError.
        """
        if user_id == doer.actor.user_id:
            raise SamePersonError(field="user_id")
        self._require_pin(user_id, doer.tablet_id, pin, now)
        actor = self._person(user_id, now).actor
        witness = Witness(user_id=user_id, name=actor.name, role=actor.role.value)
        token = secrets.token_urlsafe(24)
        with self._lock:
            kept = {key: each for key, each in self._witnesses.items() if each[2] > now}
            self._witnesses = kept | {token: (witness, doer.tablet_id, now + WITNESS_FOR)}
        return token

    def witness_of(self, token: str, doer: Doer, now: datetime) -> Witness:
        """Who gave ``token``; it is used up. Raises WitnessTokenError, SamePersonError."""
        with self._lock:
            witness, tablet_id, until = self._witnesses.pop(token, (None, "", now))
        if witness is None or until <= now or tablet_id != doer.tablet_id:
            raise WitnessTokenError(field="witness_token")
        if witness.user_id == doer.actor.user_id:
            raise SamePersonError(field="witness_token")
        return witness

    def require_signed(self, tablet_id: str, text: bytes, signature: str) -> None:
        """Return where the tablet signed ``text``; raises TabletSignatureError."""
        key = self._people.tablet_key(tablet_id)
        if key is None:
            raise TabletSignatureError(field="signature")
        key.verify(text, signature)

    def _require_tablet(self, given: SignIn, now: datetime) -> None:
        with self._lock:
            until = self._nonces.pop(given.nonce, None)
        if until is None or until <= now:
            raise PinWrongError(field="nonce")
        try:
            self.require_signed(given.tablet_id, given.nonce.encode(), given.signature)
        except TabletSignatureError:
            raise PinWrongError(field="signature") from None

    def _require_pin(self, user_id: str, tablet_id: str, pin: str, now: datetime) -> None:
        with self._lock:
            state, is_right = tried(self._people.pin(user_id, tablet_id), pin, now)
            self._people.keep_pin(user_id, tablet_id, state)
        if not is_right:
            raise PinWrongError(field="pin")

    def _person(self, user_id: str, now: datetime) -> SeenPerson:
        person = self._people.seen(user_id)
        if person is None or not person.is_active:
            raise LeftError(field="user_id")
        if now - person.seen_at > RIGHTS_FOR:
            raise RightsTooOldError(
                field="user_id",
                value=instant_ms(person.seen_at),
                limit=f"{RIGHTS_FOR // timedelta(hours=1)} h",
            )
        return person


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
