"""Documents of hold decisions, and what the edge unit adds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"


def upgrade() -> None:
    """Decisions about held weighings name their documents; older ones have none. What the deck did
    after each weighing is kept."""
    op.add_column("hold_decision", sa.Column("target_hash", sa.LargeBinary(), nullable=True))
    op.create_foreign_key(
        op.f("fk_hold_decision_target_hash"),
        "hold_decision",
        "journal",
        ["target_hash"],
        ["target_hash"],
    )
    op.create_unique_constraint(
        op.f("uq_hold_decision_target_hash"), "hold_decision", ["target_hash"]
    )
    op.create_table(
        "weighing_left",
        sa.Column("weighing_id", sa.Text(), nullable=False),
        sa.Column("empty_after_ms", sa.Integer(), nullable=False),
        sa.Column("rise_kg", sa.Integer(), nullable=False),
        sa.Column("curve", sa.LargeBinary(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["weighing_id"], ["weighing.weighing_id"], name=op.f("fk_weighing_left_weighing_id")
        ),
        sa.PrimaryKeyConstraint("weighing_id", name=op.f("pk_weighing_left")),
    )
    op.execute(f"GRANT SELECT, INSERT ON weighing_left TO {APP_ROLE}")


def downgrade() -> None:
    """Forget which document each decision has, and what followed the weighings."""
    op.drop_table("weighing_left")
    op.drop_column("hold_decision", "target_hash")
