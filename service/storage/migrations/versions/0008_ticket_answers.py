"""Prints of tickets, and what sellers answered."""

from collections.abc import Sequence

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add what this step adds."""


def downgrade() -> None:
    """There is no way back: records are never taken away."""
