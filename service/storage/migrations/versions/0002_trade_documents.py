"""Corrections, appeals, payments and liens."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = (
    "correction",
    "ticket_version",
    "delivery_version",
    "appeal",
    "appeal_decision",
    "payment",
    "lien_order",
    "lien",
)

CHECKS = (
    ("correction", "ck_correction_kind", "corrects IN ('ticket', 'delivery')"),
    ("ticket_version", "ck_ticket_version_later", "version >= 2"),
    ("delivery_version", "ck_delivery_version_later", "version >= 2"),
    ("appeal", "ck_appeal_kind", "appeals IN ('ticket', 'grade-decision')"),
    ("appeal", "ck_appeal_ground", "ground IN ('weight', 'grade', 'deduction', 'other')"),
    ("appeal_decision", "ck_appeal_decision_state", "state IN ('upheld', 'rejected')"),
    ("payment", "ck_payment_amount_positive", "amount_fen > 0"),
    ("lien_order", "ck_lien_order_lien_key_is_32_bytes", "length(lien_key) = 32"),
    ("lien_order", "ck_lien_order_kind", "kind IN ('reserve', 'finance', 'release', 'cancel')"),
    ("lien_order", "ck_lien_order_financier_is_address", "financier ~ '^0x[0-9a-fA-F]{40}$'"),
    ("lien_order", "ck_lien_order_cap_positive", "cap_fen > 0"),
    ("lien_order", "ck_lien_order_nonce", "nonce >= 0"),
    ("lien_order", "ck_lien_order_basis_points", "basis_points BETWEEN 1 AND 10000"),
    ("lien_order", "ck_lien_order_signature_is_65_bytes", "length(signature) = 65"),
    ("lien_order", "ck_lien_order_digest_is_32_bytes", "length(digest) = 32"),
    ("lien", "ck_lien_lien_key_is_32_bytes", "length(lien_key) = 32"),
    ("lien", "ck_lien_state", "state IN ('reserved', 'financed', 'released', 'cancelled')"),
    ("lien", "ck_lien_released", "released_bp BETWEEN 0 AND 10000"),
    ("lien", "ck_lien_tx_hash_is_32_bytes", "length(tx_hash) = 32"),
)
"""Conditions on single columns: table, name, condition."""


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("correction_no", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.Text(), nullable=False),
        sa.Column("supersedes", sa.LargeBinary(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("supersedes <> target_hash", name=op.f("ck_correction_another")),
        sa.ForeignKeyConstraint(
            ["supersedes"], ["journal.target_hash"], name=op.f("fk_correction_supersedes")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_correction_target_hash")
        ),
        sa.PrimaryKeyConstraint("correction_no", name=op.f("pk_correction")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_correction_supersedes")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_correction_target_hash")),
    )
    op.create_table(
        "delivery_version",
        sa.Column("correction_no", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("waybill_no", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("distance_km", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carrier_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_delivery_version_carrier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["correction_no"],
            ["correction.correction_no"],
            name=op.f("fk_delivery_version_correction_no"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_delivery_version_delivery_id")
        ),
        sa.PrimaryKeyConstraint("correction_no", name=op.f("pk_delivery_version")),
        sa.UniqueConstraint(
            "delivery_id", "version", name=op.f("uq_delivery_version_delivery_id_version")
        ),
    )
    op.create_index(
        op.f("ix_delivery_version_waybill_no"), "delivery_version", ["waybill_no"], unique=False
    )
    op.create_table(
        "lien_order",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("lien_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("lien_key", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("financier_id", sa.Text(), nullable=False),
        sa.Column("financier", sa.Text(), nullable=False),
        sa.Column("cap_fen", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("expiry", sa.BigInteger(), nullable=True),
        sa.Column("basis_points", sa.Integer(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reserve') = (expiry IS NOT NULL) AND (kind = 'release') = (basis_points IS NOT NULL) AND (kind = 'reserve') = (lien_id = order_id)",
            name=op.f("ck_lien_order_members"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_lien_order_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["financier_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_lien_order_financier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["lien_id"], ["lien_order.order_id"], name=op.f("fk_lien_order_lien_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_lien_order")),
        sa.UniqueConstraint("digest", name=op.f("uq_lien_order_digest")),
    )
    op.create_index(op.f("ix_lien_order_delivery_id"), "lien_order", ["delivery_id"], unique=False)
    op.create_index(op.f("ix_lien_order_lien_id"), "lien_order", ["lien_id"], unique=False)
    op.create_table(
        "appeal",
        sa.Column("appeal_no", sa.Text(), nullable=False),
        sa.Column("appeals", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["journal.target_hash"], name=op.f("fk_appeal_document")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_appeal_target_hash")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"], name=op.f("fk_appeal_visit_id")),
        sa.PrimaryKeyConstraint("appeal_no", name=op.f("pk_appeal")),
        sa.UniqueConstraint("document", "ground", name=op.f("uq_appeal_document_ground")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_appeal_target_hash")),
    )
    op.create_index(op.f("ix_appeal_visit_id"), "appeal", ["visit_id"], unique=False)
    op.create_table(
        "lien",
        sa.Column("lien_key", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lien_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("financier_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("released_bp", sa.Integer(), nullable=False),
        sa.Column("tx_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(state = 'released') = (released_bp = 10000)", name=op.f("ck_lien_released_whole")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_lien_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["financier_id"], ["organisation.organisation_id"], name=op.f("fk_lien_financier_id")
        ),
        sa.ForeignKeyConstraint(["lien_id"], ["lien_order.order_id"], name=op.f("fk_lien_lien_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["lien_order.order_id"], name=op.f("fk_lien_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_lien_target_hash")
        ),
        sa.PrimaryKeyConstraint("lien_key", "step", name=op.f("pk_lien")),
        sa.UniqueConstraint("order_id", name=op.f("uq_lien_order_id")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_lien_target_hash")),
    )
    op.create_index(op.f("ix_lien_delivery_id"), "lien", ["delivery_id"], unique=False)
    op.create_index(op.f("ix_lien_lien_id"), "lien", ["lien_id"], unique=False)
    op.create_table(
        "appeal_decision",
        sa.Column("appeal_no", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_no"], ["appeal.appeal_no"], name=op.f("fk_appeal_decision_appeal_no")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_appeal_decision_target_hash")
        ),
        sa.PrimaryKeyConstraint("appeal_no", name=op.f("pk_appeal_decision")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_appeal_decision_target_hash")),
    )
    op.create_table(
        "payment",
        sa.Column("payment_no", sa.Text(), nullable=False),
        sa.Column("settlement_id", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["organisation.organisation_id"], name=op.f("fk_payment_bank_id")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["settlement_approval.settlement_id"],
            name=op.f("fk_payment_settlement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_payment_target_hash")
        ),
        sa.PrimaryKeyConstraint("payment_no", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "bank_id", "bank_reference", name=op.f("uq_payment_bank_id_bank_reference")
        ),
        sa.UniqueConstraint("target_hash", name=op.f("uq_payment_target_hash")),
    )
    op.create_index(op.f("ix_payment_settlement_id"), "payment", ["settlement_id"], unique=False)
    op.create_table(
        "ticket_version",
        sa.Column("correction_no", sa.Text(), nullable=False),
        sa.Column("ticket_no", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_kg", sa.Integer(), nullable=False),
        sa.Column("settlement_kg", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "accepted_kg >= settlement_kg AND settlement_kg >= 0",
            name=op.f("ck_ticket_version_masses"),
        ),
        sa.ForeignKeyConstraint(
            ["correction_no"],
            ["correction.correction_no"],
            name=op.f("fk_ticket_version_correction_no"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_no"], ["ticket.ticket_no"], name=op.f("fk_ticket_version_ticket_no")
        ),
        sa.PrimaryKeyConstraint("correction_no", name=op.f("pk_ticket_version")),
        sa.UniqueConstraint(
            "ticket_no", "version", name=op.f("uq_ticket_version_ticket_no_version")
        ),
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def downgrade() -> None:
    """There is no way back: records are never taken away."""
