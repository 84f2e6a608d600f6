"""What the worker does on the chain beside anchoring."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = ("chain_task", "chain_task_attempt", "chain_task_transition", "status_proof")


def upgrade() -> None:
    """Tasks with their steps and attempts, and the status that a revocation leaves."""
    op.create_table(
        "chain_task",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("calldata", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('revoke', 'lien')", name=op.f("ck_chain_task_kind")),
        sa.CheckConstraint(
            "to_address ~ '^0x[0-9a-fA-F]{40}$'", name=op.f("ck_chain_task_to_address")
        ),
        sa.CheckConstraint(
            "length(calldata) >= 4", name=op.f("ck_chain_task_calldata_has_a_selector")
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_chain_task")),
    )
    op.create_index(op.f("ix_chain_task_subject_id"), "chain_task", ["subject_id"], unique=False)
    op.create_table(
        "chain_task_attempt",
        sa.Column("tx_hash", sa.LargeBinary(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("max_fee_wei", sa.BigInteger(), nullable=False),
        sa.Column("priority_fee_wei", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["chain_task.task_id"], name=op.f("fk_chain_task_attempt_task_id")
        ),
        sa.PrimaryKeyConstraint("tx_hash", name=op.f("pk_chain_task_attempt")),
    )
    op.create_index(
        op.f("ix_chain_task_attempt_task_id"), "chain_task_attempt", ["task_id"], unique=False
    )
    op.create_table(
        "chain_task_transition",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chained_sha256", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(chained_sha256) = 32",
            name=op.f("ck_chain_task_transition_chained_sha256_is_32_bytes"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["chain_task.task_id"], name=op.f("fk_chain_task_transition_task_id")
        ),
        sa.PrimaryKeyConstraint("task_id", "step", name=op.f("pk_chain_task_transition")),
    )
    op.create_table(
        "status_proof",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.Column("status", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("ck_status_proof_sha256_is_32_bytes")),
        sa.ForeignKeyConstraint(
            ["batch_no"], ["batch.batch_no"], name=op.f("fk_status_proof_batch_no")
        ),
        sa.ForeignKeyConstraint(
            ["task_id", "step"],
            ["chain_task_transition.task_id", "chain_task_transition.step"],
            name=op.f("fk_status_proof_task_id"),
        ),
        sa.PrimaryKeyConstraint("task_id", "step", name=op.f("pk_status_proof")),
    )
    op.create_index(op.f("ix_status_proof_batch_no"), "status_proof", ["batch_no"], unique=False)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def downgrade() -> None:
    """There is no way back: records are never taken away."""
