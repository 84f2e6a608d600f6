"""One SQLite file of the edge unit, shared by what is kept in it; commits survive a power cut."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any


class SqliteFile:
    """The file at ``path``: one connection for all threads, one writer at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        self._depth = 0

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def prepare(self, schema: str) -> None:
        """Make the tables of ``schema`` where they are missing."""
        with self._lock:
            self._db.executescript(f"BEGIN IMMEDIATE;\n{schema}\nCOMMIT;")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows that the statement gives."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row that the statement gives, None where there is none."""
        with self._lock:
            first: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
            return first

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within, or nothing; one within another is part of it."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")
