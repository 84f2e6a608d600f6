"""Documents of hold decisions, and what the edge unit adds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Decisions about held weighings name their documents; older ones have none."""
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


def downgrade() -> None:
    """Forget which document each decision has."""
    op.drop_column("hold_decision", "target_hash")
