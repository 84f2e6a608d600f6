"""Processing runs, stock by place, and stock-taking."""

from collections.abc import Sequence

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add what this step adds."""


def downgrade() -> None:
    """There is no way back: records are never taken away."""
