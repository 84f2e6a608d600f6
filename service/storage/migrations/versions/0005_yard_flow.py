"""The flow of the yard: calls, inspections, several weighings of a visit, and the registers."""

from collections.abc import Sequence

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add what this step adds."""


def downgrade() -> None:
    """There is no way back: records are never taken away."""
