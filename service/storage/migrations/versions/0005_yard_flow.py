"""The flow of the yard: calls, inspections, several weighings of a visit, and the registers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = (
    "visit_step",
    "radiation_check",
    "weighing_void",
    "yard_rules",
    "vehicle_version",
    "driver_version",
    "card_version",
    "stored_tare",
    "stored_tare_end",
)
CHECKS = (
    (
        "visit_step",
        "ck_visit_step_step",
        "step IN ('CALLED', 'INSPECTED', 'UNLOADED', 'REJECTED', 'RENEWED', 'EXITED')",
    ),
    (
        "radiation_check",
        "ck_radiation_check_decision",
        "decision IN ('OK', 'NORM_RELEASE', 'HOLD', 'NOTIFY')",
    ),
    ("stored_tare", "ck_stored_tare_kg_positive", "kg > 0"),
    ("booking", "ck_booking_kg_positive", "expected_kg > 0"),
    ("booking", "ck_booking_window", "expected_to > expected_from"),
    ("weighing", "ck_weighing_pass", "weighing_pass IN ('gross', 'tare', 'check')"),
    (
        "weighing",
        "ck_weighing_captured",
        "num_nonnulls(edge_id, edge_seq, capture_id, frames, curve) ="
        " CASE WHEN source = 'MANUAL' OR found_weighing_id IS NOT NULL THEN 0 ELSE 5 END",
    ),
    (
        "weighing",
        "ck_weighing_witnessed",
        "found_weighing_id IS NOT NULL OR (source = 'MANUAL') = (witness_id IS NOT NULL)",
    ),
)
"""Conditions: table, name, condition."""


def upgrade() -> None:
    _extend_booking()
    _extend_visit()
    _extend_weighing()
    _add_tables()
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def _extend_booking() -> None:
    op.add_column("booking", sa.Column("driver_id", sa.Text(), nullable=True))
    for name in ("expected_from", "expected_to"):
        op.add_column("booking", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("booking", sa.Column("expected_kg", sa.Integer(), nullable=True))


def _extend_visit() -> None:
    """What came before was recorded when the truck arrived."""
    for name in ("continues_visit_id", "driver_id", "material"):
        op.add_column("visit", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("visit", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE visit SET recorded_at = arrived_at")
    op.alter_column("visit", "recorded_at", nullable=False)
    op.create_foreign_key(
        op.f("fk_visit_continues_visit_id"),
        "visit",
        "visit",
        ["continues_visit_id"],
        ["visit_id"],
    )
    op.create_unique_constraint(
        op.f("uq_visit_continues_visit_id"), "visit", ["continues_visit_id"]
    )


def _extend_weighing() -> None:
    """A visit may have several weighings of one pass; typed and stored weights have no capture."""
    op.drop_constraint(op.f("uq_weighing_visit_id_weighing_pass"), "weighing", type_="unique")
    op.drop_constraint(op.f("ck_weighing_pass"), "weighing", type_="check")
    for name in ("edge_id", "edge_seq", "capture_id", "frames", "curve"):
        op.alter_column("weighing", name, nullable=True)
    op.add_column("weighing", sa.Column("witness_id", sa.Text(), nullable=True))
    op.add_column("weighing", sa.Column("found_weighing_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_weighing_found_weighing_id"),
        "weighing",
        "weighing",
        ["found_weighing_id"],
        ["weighing_id"],
    )
    op.create_index("ix_weighing_visit_id", "weighing", ["visit_id"], unique=False)


def _add_tables() -> None:
    op.create_table(
        "visit_step",
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("calling_order", sa.Integer(), nullable=True),
        sa.Column("kg", sa.Integer(), nullable=True),
        sa.Column("sealed_vessels_ok", sa.Boolean(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_visit_step_visit_id")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_visit_step")),
    )
    op.create_index(op.f("ix_visit_step_visit_id"), "visit_step", ["visit_id"], unique=False)
    op.create_table(
        "radiation_check",
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("background_nsv_h", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("max_nsv_h", sa.Integer(), nullable=False),
        sa.Column("alarm_level_nsv_h", sa.Integer(), nullable=False),
        sa.Column("rescans_nsv_h", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("calibration_due", sa.Date(), nullable=False),
        sa.Column("vehicle_speed_kmh", sa.Integer(), nullable=True),
        sa.Column("handheld_max_nsv_h", sa.Integer(), nullable=True),
        sa.Column("handheld_position", sa.Text(), nullable=True),
        sa.Column("nuclide", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_radiation_check_visit_id")
        ),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_radiation_check")),
    )
    op.create_index(
        op.f("ix_radiation_check_visit_id"), "radiation_check", ["visit_id"], unique=False
    )
    op.create_table(
        "weighing_void",
        sa.Column("void_id", sa.Text(), nullable=False),
        sa.Column("weighing_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_weighing_void_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_weighing_void_target_hash")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_weighing_void_visit_id")
        ),
        sa.ForeignKeyConstraint(
            ["weighing_id"], ["weighing.weighing_id"], name=op.f("fk_weighing_void_weighing_id")
        ),
        sa.PrimaryKeyConstraint("void_id", name=op.f("pk_weighing_void")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_weighing_void_target_hash")),
        sa.UniqueConstraint("weighing_id", name=op.f("uq_weighing_void_weighing_id")),
    )
    op.create_index(op.f("ix_weighing_void_visit_id"), "weighing_void", ["visit_id"], unique=False)
    op.create_table(
        "yard_rules",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_yard_rules_site_id")),
        sa.PrimaryKeyConstraint("site_id", "version", name=op.f("pk_yard_rules")),
    )
    op.create_table(
        "vehicle_version",
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plate_colour", sa.Text(), nullable=True),
        sa.Column("vehicle_type", sa.Text(), nullable=True),
        sa.Column("axles", sa.Integer(), nullable=True),
        sa.Column("legal_max_kg", sa.Integer(), nullable=True),
        sa.Column("body_capacity_kg", sa.Integer(), nullable=True),
        sa.Column("trailer_plate", sa.Text(), nullable=True),
        sa.Column("carrier_id", sa.Text(), nullable=True),
        sa.Column("papers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carrier_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_vehicle_version_carrier_id"),
        ),
        sa.PrimaryKeyConstraint("plate", "version", name=op.f("pk_vehicle_version")),
    )
    op.create_table(
        "driver_version",
        sa.Column("driver_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("carrier_id", sa.Text(), nullable=True),
        sa.Column("licence_valid_to", sa.Date(), nullable=True),
        sa.Column("papers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carrier_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_driver_version_carrier_id"),
        ),
        sa.PrimaryKeyConstraint("driver_id", "version", name=op.f("pk_driver_version")),
    )
    op.create_table(
        "card_version",
        sa.Column("card_no", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("driver_id", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("card_no", "version", name=op.f("pk_card_version")),
    )
    op.create_table(
        "stored_tare",
        sa.Column("tare_id", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("combo", sa.Text(), nullable=False),
        sa.Column("weighing_id", sa.Text(), nullable=False),
        sa.Column("kg", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["weighing_id"], ["weighing.weighing_id"], name=op.f("fk_stored_tare_weighing_id")
        ),
        sa.PrimaryKeyConstraint("tare_id", name=op.f("pk_stored_tare")),
        sa.UniqueConstraint("weighing_id", name=op.f("uq_stored_tare_weighing_id")),
    )
    op.create_index("ix_stored_tare_plate", "stored_tare", ["plate"], unique=False)
    op.create_table(
        "stored_tare_end",
        sa.Column("tare_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tare_id"], ["stored_tare.tare_id"], name=op.f("fk_stored_tare_end_tare_id")
        ),
        sa.PrimaryKeyConstraint("tare_id", name=op.f("pk_stored_tare_end")),
    )


def downgrade() -> None:
    """There is no way back: records are never taken away."""
