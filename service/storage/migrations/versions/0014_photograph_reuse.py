"""What finding a reused photograph needs, and what outsiders see of a photograph."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
TABLES = ("photograph_look", "photograph_repeat", "public_copy")


def upgrade() -> None:
    """Likenesses and times of photographs, which ones show others again, copies for outsiders."""
    op.create_table(
        "photograph_look",
        sa.Column("photograph_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("pixel_sha256", sa.Text(), nullable=True),
        sa.Column("decoder", sa.Text(), nullable=False),
        sa.Column("likeness", sa.LargeBinary(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("camera_make", sa.Text(), nullable=True),
        sa.Column("has_place", sa.Boolean(), nullable=False),
        sa.Column("examined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photograph_id"],
            ["photograph.photograph_id"],
            name=op.f("fk_photograph_look_photograph_id"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_photograph_look_visit_id")
        ),
        sa.PrimaryKeyConstraint("photograph_id", name=op.f("pk_photograph_look")),
    )
    op.create_index("ix_photograph_look_examined_at", "photograph_look", ["examined_at"])
    op.create_table(
        "photograph_repeat",
        sa.Column("photograph_id", sa.Text(), nullable=False),
        sa.Column("repeats_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("distance_bits", sa.Integer(), nullable=False),
        sa.Column("inliers", sa.Integer(), nullable=False),
        sa.Column("agreement_bp", sa.Integer(), nullable=False),
        sa.Column("mirrored", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photograph_id"],
            ["photograph.photograph_id"],
            name=op.f("fk_photograph_repeat_photograph_id"),
        ),
        sa.ForeignKeyConstraint(
            ["repeats_id"],
            ["photograph.photograph_id"],
            name=op.f("fk_photograph_repeat_repeats_id"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_photograph_repeat_visit_id")
        ),
        sa.PrimaryKeyConstraint("photograph_id", "repeats_id", name=op.f("pk_photograph_repeat")),
    )
    op.create_index("ix_photograph_repeat_visit_id", "photograph_repeat", ["visit_id"])
    op.create_table(
        "public_copy",
        sa.Column("photograph_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photograph_id"],
            ["photograph.photograph_id"],
            name=op.f("fk_public_copy_photograph_id"),
        ),
        sa.PrimaryKeyConstraint("photograph_id", name=op.f("pk_public_copy")),
    )
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP_ROLE}")


def downgrade() -> None:
    """Forget what photographs look like and the copies of them."""
    for table in reversed(TABLES):
        op.drop_table(table)
