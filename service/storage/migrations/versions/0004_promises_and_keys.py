"""Promises of inclusion, the keys that sign them, and what the issuer's DNS said."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = ("key_epoch", "promise", "dns_answer")

CHECKS = (
    ("key_epoch", "ck_key_epoch_purpose", "purpose IN ('promise', 'anchor')"),
    ("key_epoch", "ck_key_epoch_address_is_20_bytes", "length(address) = 20"),
    ("key_epoch", "ck_key_epoch_public_key_is_65_bytes", "length(public_key) = 65"),
    ("key_epoch", "ck_key_epoch_in_order", "valid_to >= valid_from"),
    (
        "key_epoch",
        "ck_key_epoch_reason",
        "reason IN ('installed', 'rotated', 'compromised', 'retired')",
    ),
    ("promise", "ck_promise_signature_is_65_bytes", "length(signature) = 65"),
    (
        "promise",
        "ck_promise_signed_or_missed",
        "num_nonnulls(key_id, include_by, signature) IN (0, 3)",
    ),
)
"""Conditions: table, name, condition."""


def upgrade() -> None:
    op.create_table(
        "key_epoch",
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_key_epoch_site_id")),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_key_epoch_target_hash")
        ),
        sa.PrimaryKeyConstraint("target_hash", name=op.f("pk_key_epoch")),
    )
    op.create_table(
        "promise",
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("include_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_promise_target_hash")
        ),
        sa.PrimaryKeyConstraint("target_hash", name=op.f("pk_promise")),
    )
    op.create_table(
        "dns_answer",
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("queried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("records", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dnssec", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("location", "queried_at", name=op.f("pk_dns_answer")),
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def downgrade() -> None:
    """There is no way back: records are never taken away."""
