"""The journal: the exact bytes that are hashed; at once the outbox of the anchoring worker."""

from sqlalchemy import BigInteger, Column, Identity, LargeBinary, Table, Text, UniqueConstraint

from service.storage.tables.columns import hash32, instant, metadata

journal = Table(
    "journal",
    metadata,
    Column("journal_id", BigInteger, Identity(always=True), primary_key=True),
    hash32("target_hash", unique=True),
    Column("kind", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("subject_id", Text, nullable=False, index=True),
    Column("document", LargeBinary, nullable=False),
    instant("recorded_at"),
    UniqueConstraint("kind", "document_id"),
)
