"""The leader's lease: of all workers on one database, one runs the jobs.

The lease is a session-level advisory lock. PostgreSQL takes it back the moment the session ends, so
a killed worker leaves nothing to clean up.
"""

import contextlib
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from service.storage.db import Database

_KEY = 0x6C656173


class LeaderLease:
    """The one lease of a database, asked for anew before every run of a job."""

    def __init__(self, db: Database) -> None:
        self._engine = db.engine
        self._lock = Lock()
        self._session: Connection | None = None

    def is_held(self) -> bool:
        """Take the lease or make sure that it is still ours; False where another holds it."""
        with self._lock:
            try:
                return self._take() if self._session is None else self._still_ours(self._session)
            except OperationalError:
                self._drop()
                return False

    def release(self) -> None:
        """Let another worker take over."""
        with self._lock:
            self._drop()

    def _take(self) -> bool:
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._session = session
        if session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar():
            return True
        self._drop()
        return False

    def _still_ours(self, session: Connection) -> bool:
        session.execute(text("SELECT 1"))
        return True

    def _drop(self) -> None:
        """End the session for good: a pooled connection would carry the lock along."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(OperationalError):
                session.invalidate()
            session.close()
