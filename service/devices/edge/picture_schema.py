"""The pictures of an edge unit, each kept once: captures and entries name them by SHA-256."""

PICTURES = """
CREATE TABLE IF NOT EXISTS blobs (
  sha256 TEXT PRIMARY KEY,
  media_type TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS blobs_stay BEFORE UPDATE ON blobs
  BEGIN SELECT RAISE(ABORT, 'a picture is never changed'); END;
CREATE TRIGGER IF NOT EXISTS blobs_remain BEFORE DELETE ON blobs
  BEGIN SELECT RAISE(ABORT, 'a picture is never deleted'); END;
"""
ADD_PICTURE = "INSERT OR IGNORE INTO blobs VALUES (?, ?, ?)"
