"""What the good frames of each load were like, by which the next load of the camera is judged."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "grade_proposal"
FIGURES = ("edge_percent", "p50_level", "level_range")


def upgrade() -> None:
    """The camera of a load and three figures of it."""
    op.add_column(TABLE, sa.Column("camera_id", sa.Text(), nullable=True))
    for name in FIGURES:
        op.add_column(TABLE, sa.Column(name, sa.Integer(), nullable=True))
    op.create_index("ix_grade_proposal_camera_id", TABLE, ["camera_id", "proposed_at"])


def downgrade() -> None:
    """Forget what the frames were like."""
    op.drop_index("ix_grade_proposal_camera_id", TABLE)
    for name in (*FIGURES, "camera_id"):
        op.drop_column(TABLE, name)
