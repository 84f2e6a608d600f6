"""Verdicts of the controls and decisions about held weighings."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = (
    "control_judgement",
    "control_verdict",
    "photograph_hash",
    "hold_decision",
    "control_policy",
)
CHECKS = (
    (
        "control_verdict",
        "ck_control_verdict_outcome",
        "outcome IN ('PASS', 'UNKNOWN', 'FLAG', 'HOLD', 'BLOCK')",
    ),
    ("photograph_hash", "ck_photograph_hash_sha256_is_32_bytes", "length(sha256) = 32"),
    ("photograph_hash", "ck_photograph_hash_phash_is_16_hex", "phash ~ '^[0-9a-f]{16}$'"),
    (
        "hold_decision",
        "ck_hold_decision_decision",
        "decision IN ('RELEASE', 'REFUSE', 'REWEIGH')",
    ),
)
"""Conditions: table, name, condition."""


def upgrade() -> None:
    _add_verdicts()
    _add_decisions()
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def _add_verdicts() -> None:
    op.create_table(
        "control_judgement",
        sa.Column("weighing_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("combo", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("operator_role", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        _weighing("control_judgement"),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_control_judgement_visit_id")
        ),
        sa.PrimaryKeyConstraint("weighing_id", name=op.f("pk_control_judgement")),
    )
    op.create_index(op.f("ix_control_judgement_visit_id"), "control_judgement", ["visit_id"])
    op.create_index(op.f("ix_control_judgement_combo"), "control_judgement", ["combo"])
    op.create_table(
        "control_verdict",
        sa.Column("weighing_id", sa.Text(), nullable=False),
        sa.Column("control", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("allowed", sa.Text(), nullable=False),
        _weighing("control_verdict"),
        sa.PrimaryKeyConstraint("weighing_id", "control", name=op.f("pk_control_verdict")),
    )
    op.create_index(
        "ix_control_verdict_held",
        "control_verdict",
        ["weighing_id"],
        postgresql_where=sa.text("outcome IN ('HOLD', 'BLOCK')"),
    )
    op.create_table(
        "photograph_hash",
        sa.Column("photograph_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("phash", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photograph_id"],
            ["photograph.photograph_id"],
            name=op.f("fk_photograph_hash_photograph_id"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_photograph_hash_visit_id")
        ),
        sa.PrimaryKeyConstraint("photograph_id", name=op.f("pk_photograph_hash")),
    )
    op.create_index("ix_photograph_hash_sha256", "photograph_hash", ["sha256"])
    op.create_index("ix_photograph_hash_taken_at", "photograph_hash", ["taken_at"])


def _add_decisions() -> None:
    op.create_table(
        "hold_decision",
        sa.Column("weighing_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("photograph_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_as", sa.Text(), nullable=False),
        _weighing("hold_decision"),
        sa.PrimaryKeyConstraint("weighing_id", name=op.f("pk_hold_decision")),
    )
    op.create_table(
        "control_policy",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_control_policy_site_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "version", name=op.f("pk_control_policy")),
    )


def _weighing(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["weighing_id"], ["weighing.weighing_id"], name=op.f(f"fk_{table}_weighing_id")
    )


def downgrade() -> None:
    """There is no way back: records are never taken away."""
