"""What edge units sent: keys, pictures, entries and their outcomes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = (
    "edge_key",
    "edge_blob",
    "edge_entry",
    "edge_entry_decision",
    "edge_number",
    "edge_incident",
    "edge_incident_release",
)
CHECKS = (
    ("edge_key", "ck_edge_key_public_key_is_32_bytes", "length(public_key) = 32"),
    ("edge_key", "ck_edge_key_from_one", "from_seq > 0"),
    ("edge_blob", "ck_edge_blob_sha256_is_32_bytes", "length(sha256) = 32"),
    ("edge_entry", "ck_edge_entry_from_one", "entry_seq > 0"),
    ("edge_entry", "ck_edge_entry_hash_is_32_bytes", "length(hash) = 32"),
    ("edge_entry", "ck_edge_entry_outcome", "outcome IN ('applied', 'held')"),
    (
        "edge_entry_decision",
        "ck_edge_entry_decision_decision",
        "decision IN ('applied', 'set-aside')",
    ),
    ("edge_number", "ck_edge_number_state", "state IN ('held', 'void')"),
    (
        "edge_incident",
        "ck_edge_incident_kind",
        "kind IN ('hash', 'signature', 'fork', 'gap', 'clock', 'clock-right')",
    ),
)
"""Conditions of columns: table, name, condition."""


def upgrade() -> None:
    op.create_table(
        "edge_key",
        sa.Column("edge_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("from_seq", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_edge_key_site_id")),
        sa.PrimaryKeyConstraint("edge_id", "version", name=op.f("pk_edge_key")),
    )
    op.create_table(
        "edge_blob",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("edge_id", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_edge_blob")),
    )
    op.create_table(
        "edge_entry",
        sa.Column("edge_id", sa.Text(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("message_values", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(code, message, message_values) = CASE outcome WHEN 'held' THEN 3 ELSE 0 END",
            name=op.f("ck_edge_entry_held_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["edge_id", "key_version"],
            ["edge_key.edge_id", "edge_key.version"],
            name=op.f("fk_edge_entry_edge_id_key_version"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_edge_entry_site_id")),
        sa.PrimaryKeyConstraint("edge_id", "entry_seq", name=op.f("pk_edge_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_edge_entry_hash")),
    )
    op.create_index(
        "ix_edge_entry_edge_id_entry_id", "edge_entry", ["edge_id", "entry_id"], unique=False
    )
    op.create_index(
        "ix_edge_entry_received_at",
        "edge_entry",
        ["received_at"],
        unique=False,
        postgresql_where="outcome = 'held'",
    )
    op.create_index("ix_edge_entry_subject_id", "edge_entry", ["subject_id"], unique=False)
    op.create_table(
        "edge_entry_decision",
        sa.Column("edge_id", sa.Text(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edge_id", "entry_seq"],
            ["edge_entry.edge_id", "edge_entry.entry_seq"],
            name=op.f("fk_edge_entry_decision_edge_id_entry_seq"),
        ),
        sa.PrimaryKeyConstraint("edge_id", "entry_seq", name=op.f("pk_edge_entry_decision")),
    )
    op.create_table(
        "edge_number",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("edge_id", sa.Text(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", "state", name=op.f("pk_edge_number")),
    )
    op.create_table(
        "edge_incident",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("edge_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_edge_incident_site_id")
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_edge_incident")),
    )
    op.create_index(op.f("ix_edge_incident_edge_id"), "edge_incident", ["edge_id"], unique=False)
    op.create_table(
        "edge_incident_release",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["edge_incident.incident_id"],
            name=op.f("fk_edge_incident_release_incident_id"),
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_edge_incident_release")),
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def downgrade() -> None:
    """There is no way back: records are never taken away."""
