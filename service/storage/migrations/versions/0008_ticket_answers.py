"""Prints of tickets, and what sellers answered."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


APP_ROLE = "ferrotrace_app"
APPEND_ONLY = ("ticket_print", "ticket_answer", "seller_code_failure")

CHECKS = (
    ("ticket_print", "ck_ticket_print_from_one", "copy_no >= 1"),
    ("ticket_print", "ck_ticket_print_paper", "paper IN ('A4', '80MM')"),
    ("ticket_print", "ck_ticket_print_code_salt_is_16_bytes", "length(code_salt) = 16"),
    ("ticket_print", "ck_ticket_print_code_hash_is_32_bytes", "length(code_hash) = 32"),
    ("ticket_answer", "ck_ticket_answer_answer", "answer IN ('CONFIRMED', 'DISPUTED')"),
    (
        "ticket_answer",
        "ck_ticket_answer_dispute",
        "CASE answer WHEN 'DISPUTED' THEN num_nonnulls(ground, statement, appeal_no) = 3"
        " ELSE num_nonnulls(ground, statement, appeal_no) = 0 END",
    ),
    (
        "ticket_answer",
        "ck_ticket_answer_by_code_or_account",
        "num_nonnulls(unit, copy_no) IN (0, 2) AND num_nonnulls(copy_no, user_id) = 1",
    ),
    (
        "appeal",
        "ck_appeal_ground",
        "ground IN ('weight', 'grade', 'deduction', 'price', 'goods', 'other')",
    ),
)
"""Conditions: table, name, condition."""


def upgrade() -> None:
    op.create_table(
        "ticket_print",
        sa.Column("ticket_no", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("copy_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.Text(), nullable=False),
        sa.Column("code_salt", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_no"], ["ticket.ticket_no"], name=op.f("fk_ticket_print_ticket_no")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_ticket_print_target_hash")
        ),
        sa.PrimaryKeyConstraint("ticket_no", "unit", "copy_no", name=op.f("pk_ticket_print")),
    )
    op.create_index(op.f("ix_ticket_print_target_hash"), "ticket_print", ["target_hash"])
    op.create_table(
        "ticket_answer",
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.Column("ticket_no", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("appeal_no", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("copy_no", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_ticket_answer_target_hash")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_no"], ["ticket.ticket_no"], name=op.f("fk_ticket_answer_ticket_no")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_no"], ["appeal.appeal_no"], name=op.f("fk_ticket_answer_appeal_no")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_no", "unit", "copy_no"],
            ["ticket_print.ticket_no", "ticket_print.unit", "ticket_print.copy_no"],
            name=op.f("fk_ticket_answer_ticket_no_unit_copy_no"),
        ),
        sa.PrimaryKeyConstraint("target_hash", name=op.f("pk_ticket_answer")),
        sa.UniqueConstraint("appeal_no", name=op.f("uq_ticket_answer_appeal_no")),
    )
    op.create_index(op.f("ix_ticket_answer_ticket_no"), "ticket_answer", ["ticket_no"])
    op.create_table(
        "seller_code_failure",
        sa.Column("failure_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("ticket_no", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_no"], ["ticket.ticket_no"], name=op.f("fk_seller_code_failure_ticket_no")
        ),
        sa.PrimaryKeyConstraint("failure_id", name=op.f("pk_seller_code_failure")),
    )
    op.create_index(op.f("ix_seller_code_failure_ticket_no"), "seller_code_failure", ["ticket_no"])
    op.drop_constraint(op.f("ck_appeal_ground"), "appeal")
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def downgrade() -> None:
    """There is no way back: records are never taken away."""
