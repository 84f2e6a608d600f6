"""Processing runs, stock by place, and stock-taking."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = ("processing_run", "processing_line", "stock_move", "stock_take")

CHECKS = (
    (
        "processing_run",
        "ck_processing_run_process",
        "process IN ('CUTTING', 'BALING', 'SHREDDING')",
    ),
    ("processing_run", "ck_processing_run_loss", "loss_kg = input_kg - output_kg AND loss_kg >= 0"),
    ("processing_line", "ck_processing_line_side", "side IN ('input', 'output')"),
    ("processing_line", "ck_processing_line_kg_positive", "kg > 0"),
    ("stock_move", "ck_stock_move_elsewhere", "to_place <> from_place"),
    ("stock_move", "ck_stock_move_kg_positive", "kg > 0"),
    ("stock_take", "ck_stock_take_counted_not_negative", "counted_kg >= 0"),
    ("stock_take", "ck_stock_take_difference", "difference_kg = counted_kg - book_kg"),
    ("stock_take", "ck_stock_take_method", "method IN ('SURVEY', 'WEIGHED', 'ESTIMATE')"),
)
"""Conditions: table, name, condition."""


def upgrade() -> None:
    op.create_table(
        "processing_run",
        sa.Column("run_no", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("input_kg", sa.Integer(), nullable=False),
        sa.Column("output_kg", sa.Integer(), nullable=False),
        sa.Column("loss_kg", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_processing_run_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_processing_run_target_hash")
        ),
        sa.PrimaryKeyConstraint("run_no", name=op.f("pk_processing_run")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_processing_run_target_hash")),
    )
    op.create_table(
        "processing_line",
        sa.Column("run_no", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kg", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.lot_id"], name=op.f("fk_processing_line_lot_id")),
        sa.ForeignKeyConstraint(
            ["run_no"], ["processing_run.run_no"], name=op.f("fk_processing_line_run_no")
        ),
        sa.PrimaryKeyConstraint("run_no", "side", "line_no", name=op.f("pk_processing_line")),
    )
    op.create_index(op.f("ix_processing_line_lot_id"), "processing_line", ["lot_id"], unique=False)
    op.create_table(
        "stock_move",
        sa.Column("move_no", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("from_place", sa.Text(), nullable=False),
        sa.Column("to_place", sa.Text(), nullable=False),
        sa.Column("kg", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.lot_id"], name=op.f("fk_stock_move_lot_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_stock_move_site_id")),
        sa.PrimaryKeyConstraint("move_no", name=op.f("pk_stock_move")),
    )
    op.create_index(op.f("ix_stock_move_lot_id"), "stock_move", ["lot_id"], unique=False)
    op.create_table(
        "stock_take",
        sa.Column("take_no", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("book_kg", sa.Integer(), nullable=False),
        sa.Column("counted_kg", sa.Integer(), nullable=False),
        sa.Column("difference_kg", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_by", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.lot_id"], name=op.f("fk_stock_take_lot_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_stock_take_site_id")),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_stock_take_target_hash")
        ),
        sa.PrimaryKeyConstraint("take_no", name=op.f("pk_stock_take")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_stock_take_target_hash")),
    )
    op.create_index(op.f("ix_stock_take_lot_id"), "stock_take", ["lot_id"], unique=False)
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def downgrade() -> None:
    """There is no way back: records are never taken away."""
