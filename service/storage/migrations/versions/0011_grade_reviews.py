"""Blind reviews of appealed grades; what a site sets for grades; withdrawn appeals."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = ("grade_review", "grade_rules")
STATES = "ck_appeal_decision_state"


def upgrade() -> None:
    op.create_table(
        "grade_review",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("appeal_no", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("shares", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("place IN (2, 3)", name=op.f("ck_grade_review_place")),
        _names("grade_review", "appeal_no", "appeal"),
        _names("grade_review", "visit_id", "visit"),
        _names("grade_review", "target_hash", "journal"),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_grade_review")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_grade_review_target_hash")),
        sa.UniqueConstraint("appeal_no", "place", name=op.f("uq_grade_review_appeal_no_place")),
        sa.UniqueConstraint(
            "appeal_no", "reviewer_id", name=op.f("uq_grade_review_appeal_no_reviewer_id")
        ),
    )
    op.create_table(
        "grade_rules",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form_grades", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("prices_fen_per_t", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("appeal_hours", sa.Integer(), nullable=False),
        sa.Column("tolerance_bp", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_grade_rules_version")),
        sa.CheckConstraint("appeal_hours > 0", name=op.f("ck_grade_rules_appeal_hours")),
        sa.CheckConstraint(
            "tolerance_bp BETWEEN 0 AND 10000", name=op.f("ck_grade_rules_tolerance")
        ),
        _names("grade_rules", "site_id", "site"),
        sa.PrimaryKeyConstraint("site_id", "version", name=op.f("pk_grade_rules")),
    )
    op.add_column("appeal_decision", sa.Column("reason_code", sa.Text()))
    op.add_column("appeal_decision", sa.Column("difference_fen", sa.BigInteger()))
    _states("upheld", "rejected", "withdrawn")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def downgrade() -> None:
    _states("upheld", "rejected")
    op.drop_column("appeal_decision", "difference_fen")
    op.drop_column("appeal_decision", "reason_code")
    op.drop_table("grade_rules")
    op.drop_table("grade_review")


def _names(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A column that names a row of another table by its own column."""
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{column}"], name=op.f(f"fk_{table}_{column}")
    )


def _states(*states: str) -> None:
    named = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint(op.f(STATES), "appeal_decision", type_="check")
    op.create_check_constraint(op.f(STATES), "appeal_decision", f"state IN ({named})")
