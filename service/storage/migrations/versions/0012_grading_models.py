"""The registry of heads, their use by site, shadow proposals."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = ("grading_blob", "grading_model", "model_use", "shadow_proposal", "drift_judgement")
CHECKS = (
    ("grading_blob", "ck_grading_blob_sha256_is_of_content", "sha256 = sha256(content)"),
    ("grading_blob", "ck_grading_blob_kind", "kind IN ('head', 'settings')"),
    ("model_use", "ck_model_use_mode", "mode IN ('off', 'shadow', 'assist', 'auto')"),
    (
        "shadow_proposal",
        "ck_shadow_proposal_settings_sha256_is_32_bytes",
        "length(settings_sha256) = 32",
    ),
)
"""Conditions: table, name, condition."""


def upgrade() -> None:
    op.create_table(
        "grading_blob",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_grading_blob")),
    )
    op.create_table(
        "grading_model",
        sa.Column("head_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("data_sheet", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("metrics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        _blob("grading_model", "head_sha256"),
        sa.PrimaryKeyConstraint("head_sha256", name=op.f("pk_grading_model")),
        sa.UniqueConstraint("name", name=op.f("uq_grading_model_name")),
    )
    op.create_table(
        "model_use",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("settings_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        _model("model_use"),
        _blob("model_use", "settings_sha256"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_model_use_site_id")),
        sa.PrimaryKeyConstraint("site_id", "version", name=op.f("pk_model_use")),
    )
    op.create_table(
        "shadow_proposal",
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("head_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("settings_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        _model("shadow_proposal"),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_shadow_proposal_visit_id")
        ),
        sa.PrimaryKeyConstraint("visit_id", "head_sha256", name=op.f("pk_shadow_proposal")),
    )
    op.create_table(
        "drift_judgement",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("head_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("trucks", sa.Integer(), nullable=False),
        sa.Column("reference_trucks", sa.Integer(), nullable=False),
        sa.Column("psi_bp", sa.Integer(), nullable=True),
        sa.Column("unfamiliar_bp", sa.Integer(), nullable=False),
        sa.Column("reference_unfamiliar_bp", sa.Integer(), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        _model("drift_judgement"),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_drift_judgement_site_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "head_sha256", "week", name=op.f("pk_drift_judgement")),
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def _model(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["head_sha256"], ["grading_model.head_sha256"], name=op.f(f"fk_{table}_head_sha256")
    )


def _blob(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["grading_blob.sha256"], name=op.f(f"fk_{table}_{column}")
    )


def downgrade() -> None:
    """There is no way back: records are never taken away."""
