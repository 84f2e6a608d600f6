"""What the cameras tell the controls."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"


def upgrade() -> None:
    """Plates, look, card and figure of each weighing."""
    op.create_table(
        "weighing_sight",
        sa.Column("weighing_id", sa.Text(), nullable=False),
        sa.Column("plates", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("look", sa.Text(), nullable=True),
        sa.Column("card_no", sa.Text(), nullable=True),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("nonce_ok", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["weighing_id"], ["weighing.weighing_id"], name=op.f("fk_weighing_sight_weighing_id")
        ),
        sa.PrimaryKeyConstraint("weighing_id", name=op.f("pk_weighing_sight")),
    )
    op.execute(f"GRANT SELECT, INSERT ON weighing_sight TO {APP_ROLE}")


def downgrade() -> None:
    """Forget what the cameras saw."""
    op.drop_table("weighing_sight")
