"""From the journal to the chain, and what else the chain is asked for."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.storage.tables.columns import hash32, instant, metadata

batch = Table(
    "batch",
    metadata,
    Column("batch_no", Integer, primary_key=True, autoincrement=False),
    Column("old_size", BigInteger, nullable=False),
    Column("new_size", BigInteger, nullable=False, unique=True),
    hash32("batch_root", unique=True),
    hash32("head", unique=True),
    Column("consistency_proof", LargeBinary, nullable=False),
    instant("sealed_at"),
    CheckConstraint("new_size > old_size", name="grows"),
)

batch_entry = Table(
    "batch_entry",
    metadata,
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False),
    Column("batch_no", Integer, ForeignKey("batch.batch_no"), nullable=False, index=True),
    Column("journal_id", BigInteger, ForeignKey("journal.journal_id"), nullable=False, unique=True),
    Column("entry", LargeBinary, nullable=False),
)

anchor_attempt = Table(
    "anchor_attempt",
    metadata,
    Column("tx_hash", LargeBinary, primary_key=True),
    Column("batch_no", Integer, ForeignKey("batch.batch_no"), nullable=False, index=True),
    Column("nonce", BigInteger, nullable=False),
    Column("max_fee_wei", BigInteger, nullable=False),
    Column("priority_fee_wei", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    instant("signed_at"),
)
batch_transition = Table(
    "batch_transition",
    metadata,
    Column("batch_no", Integer, ForeignKey("batch.batch_no"), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    instant("at"),
    hash32("chained_sha256"),
)

anchor_proof = Table(
    "anchor_proof",
    metadata,
    Column("batch_no", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("anchor", LargeBinary, nullable=False),
    Column("status", LargeBinary, nullable=False),
    hash32("sha256"),
    instant("stored_at"),
    ForeignKeyConstraint(
        ["batch_no", "step"], ["batch_transition.batch_no", "batch_transition.step"]
    ),
)

# What else the chain is asked for: revocations and orders of liens.

chain_task = Table(
    "chain_task",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column(
        "kind", Text, CheckConstraint("kind IN ('revoke', 'lien')", name="kind"), nullable=False
    ),
    Column(
        "to_address",
        Text,
        CheckConstraint("to_address ~ '^0x[0-9a-fA-F]{40}$'", name="to_address"),
        nullable=False,
    ),
    Column(
        "calldata",
        LargeBinary,
        CheckConstraint("length(calldata) >= 4", name="calldata_has_a_selector"),
        nullable=False,
    ),
    Column("subject_id", Text, nullable=False, index=True),
    instant("requested_at"),
)

chain_task_attempt = Table(
    "chain_task_attempt",
    metadata,
    Column("tx_hash", LargeBinary, primary_key=True),
    Column("task_id", Text, ForeignKey("chain_task.task_id"), nullable=False, index=True),
    Column("nonce", BigInteger, nullable=False),
    Column("max_fee_wei", BigInteger, nullable=False),
    Column("priority_fee_wei", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    instant("signed_at"),
)

chain_task_transition = Table(
    "chain_task_transition",
    metadata,
    Column("task_id", Text, ForeignKey("chain_task.task_id"), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    instant("at"),
    hash32("chained_sha256"),
)

status_proof = Table(
    "status_proof",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("batch_no", Integer, ForeignKey("batch.batch_no"), nullable=False, index=True),
    Column("status", LargeBinary, nullable=False),
    hash32("sha256"),
    instant("stored_at"),
    ForeignKeyConstraint(
        ["task_id", "step"], ["chain_task_transition.task_id", "chain_task_transition.step"]
    ),
)
