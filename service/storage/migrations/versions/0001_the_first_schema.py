"""The first schema, and what the service may do to it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = (
    "batch",
    "idempotency",
    "installation",
    "journal",
    "organisation",
    "anchor_attempt",
    "batch_entry",
    "batch_transition",
    "price_list",
    "site",
    "anchor_proof",
    "booking",
    "delivery",
    "instrument",
    "lot",
    "carbon_statement",
    "delivery_line",
    "settlement",
    "visit",
    "grade_decision",
    "grade_proposal",
    "plant_receipt",
    "settlement_approval",
    "settlement_return",
    "ticket",
    "weighing",
    "photograph",
)

CHECKS = (
    ("batch", "ck_batch_batch_root_is_32_bytes", "length(batch_root) = 32"),
    ("batch", "ck_batch_head_is_32_bytes", "length(head) = 32"),
    ("idempotency", "ck_idempotency_fingerprint_is_32_bytes", "length(fingerprint) = 32"),
    ("installation", "ck_installation_one_row", "singleton"),
    ("installation", "ck_installation_kind", "kind IN ('demo', 'real')"),
    ("journal", "ck_journal_target_hash_is_32_bytes", "length(target_hash) = 32"),
    (
        "batch_transition",
        "ck_batch_transition_chained_sha256_is_32_bytes",
        "length(chained_sha256) = 32",
    ),
    ("price_list", "ck_price_list_sha256_is_32_bytes", "length(sha256) = 32"),
    ("site", "ck_site_kind", "kind IN ('BASE', 'PLANT')"),
    ("anchor_proof", "ck_anchor_proof_sha256_is_32_bytes", "length(sha256) = 32"),
    ("delivery", "ck_delivery_net_positive", "net_kg > 0"),
    ("delivery", "ck_delivery_secret_is_32_bytes", "length(secret) = 32"),
    ("delivery_line", "ck_delivery_line_kg_positive", "kg > 0"),
    ("visit", "ck_visit_kind", "kind IN ('RECEIVING', 'LOADING', 'UNLOADING')"),
    ("ticket", "ck_ticket_status", "status IN ('issued', 'void')"),
    ("weighing", "ck_weighing_pass", "weighing_pass IN ('gross', 'tare')"),
    ("weighing", "ck_weighing_kg_positive", "kg > 0"),
    ("photograph", "ck_photograph_origin", "origin IN ('CAMERA', 'UPLOADED')"),
    ("photograph", "ck_photograph_salt_is_32_bytes", "length(salt) = 32"),
    ("photograph", "ck_photograph_salted_sha256_is_32_bytes", "length(salted_sha256) = 32"),
)
"""Conditions on single columns: table, name, condition."""


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("batch_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("old_size", sa.BigInteger(), nullable=False),
        sa.Column("new_size", sa.BigInteger(), nullable=False),
        sa.Column("batch_root", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("consistency_proof", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("new_size > old_size", name=op.f("ck_batch_grows")),
        sa.PrimaryKeyConstraint("batch_no", name=op.f("pk_batch")),
        sa.UniqueConstraint("batch_root", name=op.f("uq_batch_batch_root")),
        sa.UniqueConstraint("head", name=op.f("uq_batch_head")),
        sa.UniqueConstraint("new_size", name=op.f("uq_batch_new_size")),
    )
    op.create_table(
        "idempotency",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "installation",
        sa.Column("singleton", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("singleton", name=op.f("pk_installation")),
    )
    op.create_table(
        "journal",
        sa.Column("journal_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("journal_id", name=op.f("pk_journal")),
        sa.UniqueConstraint("kind", "document_id", name=op.f("uq_journal_kind_document_id")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_journal_target_hash")),
    )
    op.create_index(op.f("ix_journal_subject_id"), "journal", ["subject_id"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "series",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_series")),
    )
    op.create_table(
        "anchor_attempt",
        sa.Column("tx_hash", sa.LargeBinary(), nullable=False),
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("max_fee_wei", sa.BigInteger(), nullable=False),
        sa.Column("priority_fee_wei", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_no"], ["batch.batch_no"], name=op.f("fk_anchor_attempt_batch_no")
        ),
        sa.PrimaryKeyConstraint("tx_hash", name=op.f("pk_anchor_attempt")),
    )
    op.create_index(
        op.f("ix_anchor_attempt_batch_no"), "anchor_attempt", ["batch_no"], unique=False
    )
    op.create_table(
        "batch_entry",
        sa.Column("leaf_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_no"], ["batch.batch_no"], name=op.f("fk_batch_entry_batch_no")
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.journal_id"], name=op.f("fk_batch_entry_journal_id")
        ),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_batch_entry")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_batch_entry_journal_id")),
    )
    op.create_index(op.f("ix_batch_entry_batch_no"), "batch_entry", ["batch_no"], unique=False)
    op.create_table(
        "batch_transition",
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chained_sha256", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_no"], ["batch.batch_no"], name=op.f("fk_batch_transition_batch_no")
        ),
        sa.PrimaryKeyConstraint("batch_no", "step", name=op.f("pk_batch_transition")),
    )
    op.create_table(
        "price_list",
        sa.Column("price_list_id", sa.Text(), nullable=False),
        sa.Column("plant_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("prices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_price_list_interval")),
        sa.ForeignKeyConstraint(
            ["plant_id"], ["organisation.organisation_id"], name=op.f("fk_price_list_plant_id")
        ),
        sa.PrimaryKeyConstraint("price_list_id", name=op.f("pk_price_list")),
        sa.UniqueConstraint("plant_id", "version", name=op.f("uq_price_list_plant_id_version")),
    )
    op.create_table(
        "site",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("grid_region", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_site_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site")),
    )
    op.create_table(
        "anchor_proof",
        sa.Column("batch_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("anchor", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_no", "step"],
            ["batch_transition.batch_no", "batch_transition.step"],
            name=op.f("fk_anchor_proof_batch_no_step"),
        ),
        sa.PrimaryKeyConstraint("batch_no", "step", name=op.f("pk_anchor_proof")),
    )
    op.create_table(
        "booking",
        sa.Column("booking_id", sa.Text(), nullable=False),
        sa.Column("booking_no", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=True),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["organisation.organisation_id"], name=op.f("fk_booking_carrier_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_booking_site_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.organisation_id"], name=op.f("fk_booking_supplier_id")
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booking")),
        sa.UniqueConstraint("booking_no", name=op.f("uq_booking_booking_no")),
    )
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("delivery_no", sa.Text(), nullable=False),
        sa.Column("waybill_no", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("plant_id", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=False),
        sa.Column("net_kg", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["organisation.organisation_id"], name=op.f("fk_delivery_carrier_id")
        ),
        sa.ForeignKeyConstraint(
            ["plant_id"], ["organisation.organisation_id"], name=op.f("fk_delivery_plant_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_delivery_site_id")),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_delivery_target_hash")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("delivery_no", name=op.f("uq_delivery_delivery_no")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_delivery_target_hash")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_delivery_visit_id")),
        sa.UniqueConstraint("waybill_no", name=op.f("uq_delivery_waybill_no")),
    )
    op.create_table(
        "instrument",
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_instrument_site_id")),
        sa.PrimaryKeyConstraint("instrument_id", name=op.f("pk_instrument")),
    )
    op.create_table(
        "lot",
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_lot_site_id")),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_lot")),
        sa.UniqueConstraint("site_id", "grade", name=op.f("uq_lot_site_id_grade")),
    )
    op.create_table(
        "carbon_statement",
        sa.Column("statement_no", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("avoided_net_kgco2e", sa.Text(), nullable=False),
        sa.Column("coal_saved_tce", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_carbon_statement_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_carbon_statement_target_hash")
        ),
        sa.PrimaryKeyConstraint("statement_no", name=op.f("pk_carbon_statement")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_carbon_statement_delivery_id")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_carbon_statement_target_hash")),
    )
    op.create_table(
        "delivery_line",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("kg", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_delivery_line_delivery_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.lot_id"], name=op.f("fk_delivery_line_lot_id")),
        sa.PrimaryKeyConstraint("delivery_id", "line_no", name=op.f("pk_delivery_line")),
    )
    op.create_index(op.f("ix_delivery_line_lot_id"), "delivery_line", ["lot_id"], unique=False)
    op.create_table(
        "settlement",
        sa.Column("settlement_id", sa.Text(), nullable=False),
        sa.Column("settlement_no", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("price_list_id", sa.Text(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("payable_fen", sa.BigInteger(), nullable=False),
        sa.Column("calculation", sa.LargeBinary(), nullable=False),
        sa.Column("trace", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_settlement_bank_id"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_settlement_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"],
            ["price_list.price_list_id"],
            name=op.f("fk_settlement_price_list_id"),
        ),
        sa.PrimaryKeyConstraint("settlement_id", name=op.f("pk_settlement")),
        sa.UniqueConstraint(
            "delivery_id", "revision", name=op.f("uq_settlement_delivery_id_revision")
        ),
        sa.UniqueConstraint("settlement_no", name=op.f("uq_settlement_settlement_no")),
    )
    op.create_table(
        "visit",
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=True),
        sa.Column("carrier_id", sa.Text(), nullable=True),
        sa.Column("plant_id", sa.Text(), nullable=True),
        sa.Column("booking_id", sa.Text(), nullable=True),
        sa.Column("delivery_id", sa.Text(), nullable=True),
        sa.Column("distance_km", sa.Text(), nullable=True),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.booking_id"], name=op.f("fk_visit_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["organisation.organisation_id"], name=op.f("fk_visit_carrier_id")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_visit_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["plant_id"], ["organisation.organisation_id"], name=op.f("fk_visit_plant_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_visit_site_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.organisation_id"], name=op.f("fk_visit_supplier_id")
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_visit_booking_id")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_visit_delivery_id")),
    )
    op.create_index(op.f("ix_visit_plate"), "visit", ["plate"], unique=False)
    op.create_index("ix_visit_site_id_arrived_at", "visit", ["site_id", "arrived_at"], unique=False)
    op.create_table(
        "grade_decision",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("inspector_id", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_grade_decision_target_hash")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_grade_decision_visit_id")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_grade_decision")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_grade_decision_target_hash")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_grade_decision_visit_id")),
    )
    op.create_table(
        "grade_proposal",
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_grade_proposal_target_hash")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_grade_proposal_visit_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_grade_proposal")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_grade_proposal_target_hash")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_grade_proposal_visit_id")),
    )
    op.create_table(
        "plant_receipt",
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("net_kg", sa.Integer(), nullable=False),
        sa.Column("settlement_kg", sa.Integer(), nullable=False),
        sa.Column("difference_kg", sa.Integer(), nullable=False),
        sa.Column("limit_kg", sa.Integer(), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receiver_id", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_plant_receipt_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_plant_receipt_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_plant_receipt_target_hash")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_plant_receipt_visit_id")
        ),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_plant_receipt")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_plant_receipt_delivery_id")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_plant_receipt_receipt_no")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_plant_receipt_target_hash")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_plant_receipt_visit_id")),
    )
    op.create_table(
        "settlement_approval",
        sa.Column("settlement_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.delivery_id"],
            name=op.f("fk_settlement_approval_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["settlement.settlement_id"],
            name=op.f("fk_settlement_approval_settlement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"],
            ["journal.target_hash"],
            name=op.f("fk_settlement_approval_target_hash"),
        ),
        sa.PrimaryKeyConstraint("settlement_id", name=op.f("pk_settlement_approval")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_settlement_approval_delivery_id")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_settlement_approval_target_hash")),
    )
    op.create_table(
        "settlement_return",
        sa.Column("settlement_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["settlement.settlement_id"],
            name=op.f("fk_settlement_return_settlement_id"),
        ),
        sa.PrimaryKeyConstraint("settlement_id", name=op.f("pk_settlement_return")),
    )
    op.create_table(
        "ticket",
        sa.Column("ticket_no", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=True),
        sa.Column("accepted_kg", sa.Integer(), nullable=False),
        sa.Column("settlement_kg", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(status = 'issued') = (lot_id IS NOT NULL) AND accepted_kg >= settlement_kg AND settlement_kg >= 0",
            name=op.f("ck_ticket_masses"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.lot_id"], name=op.f("fk_ticket_lot_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_ticket_site_id")),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_ticket_target_hash")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.visit_id"], name=op.f("fk_ticket_visit_id")),
        sa.PrimaryKeyConstraint("ticket_no", name=op.f("pk_ticket")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_ticket_target_hash")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_ticket_visit_id")),
    )
    op.create_index(op.f("ix_ticket_lot_id"), "ticket", ["lot_id"], unique=False)
    op.create_table(
        "weighing",
        sa.Column("weighing_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("weighing_pass", sa.Text(), nullable=False),
        sa.Column("kg", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("edge_id", sa.Text(), nullable=False),
        sa.Column("edge_seq", sa.BigInteger(), nullable=False),
        sa.Column("capture_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("frames", sa.LargeBinary(), nullable=False),
        sa.Column("curve", sa.LargeBinary(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.instrument_id"], name=op.f("fk_weighing_instrument_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_weighing_site_id")),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_weighing_target_hash")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_weighing_visit_id")
        ),
        sa.PrimaryKeyConstraint("weighing_id", name=op.f("pk_weighing")),
        sa.UniqueConstraint("capture_id", name=op.f("uq_weighing_capture_id")),
        sa.UniqueConstraint("edge_id", "edge_seq", name=op.f("uq_weighing_edge_id_edge_seq")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_weighing_target_hash")),
        sa.UniqueConstraint(
            "visit_id", "weighing_pass", name=op.f("uq_weighing_visit_id_weighing_pass")
        ),
    )
    op.create_table(
        "photograph",
        sa.Column("photograph_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("weighing_id", sa.Text(), nullable=True),
        sa.Column("camera_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("salted_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_photograph_visit_id")
        ),
        sa.ForeignKeyConstraint(
            ["weighing_id"], ["weighing.weighing_id"], name=op.f("fk_photograph_weighing_id")
        ),
        sa.PrimaryKeyConstraint("photograph_id", name=op.f("pk_photograph")),
    )
    op.create_index(op.f("ix_photograph_visit_id"), "photograph", ["visit_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("site_ids", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("locale IN ('zh', 'en')", name=op.f("ck_account_locale")),
        sa.CheckConstraint(
            "role IN ('operator', 'inspector', 'supervisor', 'clerk', 'approver', 'plant', 'bank', 'carrier', 'supplier', 'auditor', 'administrator')",
            name=op.f("ck_account_role"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower")),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_account_username_lower")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_account_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("failure_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("failure_id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        "ix_sign_in_failure_address_failed_at",
        "sign_in_failure",
        ["address", "failed_at"],
        unique=False,
    )
    op.create_index(
        "ix_sign_in_failure_login_failed_at",
        "sign_in_failure",
        ["login", "failed_at"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_delivery_visit_id"), "delivery", "visit", ["visit_id"], ["visit_id"]
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    _guard()
    _grant()


def _guard() -> None:
    """What holds also for the owner of the tables: a database stays demo or real, and a real one
    takes no simulated weight."""
    op.execute(
        """
        CREATE FUNCTION kind_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'a database is created as demo or real, once and for ever'; END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER kind_is_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON installation
        FOR EACH STATEMENT EXECUTE FUNCTION kind_is_for_ever()
        """
    )
    op.execute(
        """
        CREATE FUNCTION no_simulated_weight() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.source = 'SIM' AND NOT EXISTS (SELECT FROM installation WHERE kind = 'demo') THEN
            RAISE EXCEPTION 'source SIM is admitted in a demo database alone';
          END IF;
          RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER no_simulated_weight BEFORE INSERT ON weighing
        FOR EACH ROW EXECUTE FUNCTION no_simulated_weight()
        """
    )


def _grant() -> None:
    """Let the service read and add; change in place only number series and accounts."""
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON series, account TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON sign_in_failure TO {APP_ROLE}")
    op.execute(f"GRANT SELECT ON alembic_version TO {APP_ROLE}")


def downgrade() -> None:
    """There is no way back: records are never taken away."""
