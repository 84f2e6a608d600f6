"""Tables of the yard's log: what was written stays, and a series counts one by one."""

from itertools import chain

from service.devices.edge.picture_schema import PICTURES


def _kept(table: str, what: str) -> tuple[str, str]:
    """Triggers that let nobody change or delete a row of ``table``."""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_stay BEFORE UPDATE ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{what} is never changed'); END;",
        f"CREATE TRIGGER IF NOT EXISTS {table}_remain BEFORE DELETE ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{what} is never deleted'); END;",
    )


TABLES = """
CREATE TABLE IF NOT EXISTS entries (
  entry_seq INTEGER PRIMARY KEY CHECK (entry_seq > 0),
  entry_id TEXT NOT NULL UNIQUE,
  asked TEXT NOT NULL,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,
  prev_hash TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entries_by_kind ON entries (kind, at);
CREATE INDEX IF NOT EXISTS entries_by_visit
  ON entries (json_extract(document, '$.body.visit_id'));
CREATE INDEX IF NOT EXISTS entries_by_ticket
  ON entries (json_extract(document, '$.body.ticket_no'));
CREATE INDEX IF NOT EXISTS entries_by_person
  ON entries (json_extract(document, '$.person.user_id'), kind, at);
CREATE TABLE IF NOT EXISTS entry_blobs (
  entry_seq INTEGER NOT NULL REFERENCES entries (entry_seq),
  sha256 TEXT NOT NULL,
  PRIMARY KEY (sha256, entry_seq)
) STRICT;
CREATE TABLE IF NOT EXISTS series (
  prefix TEXT NOT NULL,
  year INTEGER NOT NULL,
  last_no INTEGER NOT NULL CHECK (last_no BETWEEN 1 AND 999999),
  PRIMARY KEY (prefix, year)
) STRICT;
CREATE TRIGGER IF NOT EXISTS series_count BEFORE UPDATE ON series
  WHEN NEW.last_no <> OLD.last_no + 1 OR NEW.prefix <> OLD.prefix OR NEW.year <> OLD.year
  BEGIN SELECT RAISE(ABORT, 'a series counts one by one'); END;
CREATE TRIGGER IF NOT EXISTS series_remain BEFORE DELETE ON series
  BEGIN SELECT RAISE(ABORT, 'a series is never deleted'); END;
CREATE TABLE IF NOT EXISTS sent_blobs (
  sha256 TEXT PRIMARY KEY REFERENCES blobs (sha256)
) STRICT;
CREATE TABLE IF NOT EXISTS outcomes (
  entry_seq INTEGER PRIMARY KEY REFERENCES entries (entry_seq),
  outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'held')),
  code TEXT,
  message TEXT
) STRICT;
"""

SCHEMA = (
    PICTURES
    + TABLES
    + "\n".join(chain(_kept("entries", "an entry"), _kept("outcomes", "an outcome")))
)
