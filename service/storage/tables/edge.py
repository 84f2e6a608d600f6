"""What edge units sent: their keys, pictures and entries, and what became of each."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.storage.tables.columns import hash32, instant, metadata

# The key with which a unit signs its entries from ``from_seq`` on; the highest version counts.

edge_key = Table(
    "edge_key",
    metadata,
    Column("edge_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    hash32("public_key"),
    Column(
        "from_seq", BigInteger, CheckConstraint("from_seq > 0", name="from_one"), nullable=False
    ),
    instant("made_at"),
    instant("registered_at"),
    Column("registered_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

# Pictures wait here until the entry that names them is applied.

edge_blob = Table(
    "edge_blob",
    metadata,
    Column(
        "sha256",
        LargeBinary,
        CheckConstraint("length(sha256) = 32", name="sha256_is_32_bytes"),
        primary_key=True,
    ),
    Column("edge_id", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    instant("received_at"),
)

# ``message`` is the text of the refusal with its places, ``message_values`` what fills them.

edge_entry = Table(
    "edge_entry",
    metadata,
    Column("edge_id", Text, primary_key=True),
    Column(
        "entry_seq",
        BigInteger,
        CheckConstraint("entry_seq > 0", name="from_one"),
        primary_key=True,
    ),
    Column("entry_id", Text, nullable=False),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_id", Text),
    Column("person_id", Text, nullable=False),
    instant("at"),
    instant("received_at"),
    Column("key_version", Integer, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    hash32("hash", unique=True),
    Column(
        "outcome",
        Text,
        CheckConstraint("outcome IN ('applied', 'held')", name="outcome"),
        nullable=False,
    ),
    Column("code", Text),
    Column("message", Text),
    Column("message_values", JSONB(none_as_null=True)),
    ForeignKeyConstraint(["edge_id", "key_version"], ["edge_key.edge_id", "edge_key.version"]),
    CheckConstraint(
        "num_nonnulls(code, message, message_values) = CASE outcome WHEN 'held' THEN 3 ELSE 0 END",
        name="held_with_reason",
    ),
    Index("ix_edge_entry_edge_id_entry_id", "edge_id", "entry_id"),
    Index("ix_edge_entry_subject_id", "subject_id"),
    Index("ix_edge_entry_received_at", "received_at", postgresql_where="outcome = 'held'"),
)

# What a supervisor did with an entry that was held: it takes the place of that outcome.

edge_entry_decision = Table(
    "edge_entry_decision",
    metadata,
    Column("edge_id", Text, primary_key=True),
    Column("entry_seq", BigInteger, primary_key=True),
    Column(
        "decision",
        Text,
        CheckConstraint("decision IN ('applied', 'set-aside')", name="decision"),
        nullable=False,
    ),
    Column("reason", Text, nullable=False),
    instant("decided_at"),
    Column("decided_by", Text, nullable=False),
    ForeignKeyConstraint(["edge_id", "entry_seq"], ["edge_entry.edge_id", "edge_entry.entry_seq"]),
)

# Numbers on paper that no record bears, so that their series have no gap.

edge_number = Table(
    "edge_number",
    metadata,
    Column("number", Text, primary_key=True),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('held', 'void')", name="state"),
        primary_key=True,
    ),
    Column("edge_id", Text, nullable=False),
    Column("entry_seq", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    instant("taken_at"),
)

# Quarantine (control C19): what was wrong with a unit's chain or clock, and who let it go on.

edge_incident = Table(
    "edge_incident",
    metadata,
    Column("incident_id", Text, primary_key=True),
    Column("edge_id", Text, nullable=False, index=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column(
        "kind",
        Text,
        CheckConstraint(
            "kind IN ('hash', 'signature', 'fork', 'gap', 'clock', 'clock-right')", name="kind"
        ),
        nullable=False,
    ),
    Column("entry_seq", BigInteger),
    Column("found", Text, nullable=False),
    Column("expected", Text, nullable=False),
    instant("noticed_at"),
)

edge_incident_release = Table(
    "edge_incident_release",
    metadata,
    Column("incident_id", Text, ForeignKey("edge_incident.incident_id"), primary_key=True),
    Column("reason", Text, nullable=False),
    instant("released_at"),
    Column("released_by", Text, nullable=False),
)
